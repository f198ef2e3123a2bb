"""Intake: the queue, the packet of a referral, and the work on what it lacks. The order's pages are in order_views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.intake import reading, services
from chairside.apps.intake.forms import CloseForm, SettleForm
from chairside.apps.intake.models import Finding, MissingItem, Referral
from chairside.apps.intake.words import WORDS
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import Fact
from chairside.apps.people.services import reading_record
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.paging import Column, csv_response, listing, wants_csv

COLUMNS = (
    Column("patient", "Patient", ("patient__family", "patient__given"), value=lambda row: row.patient.name),
    Column("therapy", "Therapy", ("protocol", "therapy_text"), value=lambda row: row.therapy_text),
    Column("age", "Waiting", ("received_at",), number=True, value=lambda row: row.received_at.isoformat()),
    Column("found", "Found", ("-holds", "received_at"), value=lambda row: "; ".join(item.code for item in row.open_findings)),
    Column("missing", "Missing", value=lambda row: "; ".join(item.what for item in row.open_missing)),
    Column("owner", "Owner", value=lambda row: "; ".join(owners(row))),
    Column("status", "Status", ("status", "received_at"), value=lambda row: row.get_status_display()),
    Column("urgency", "Priority", ("urgency", "received_at"), value=lambda row: row.get_priority_display()),
)


def owners(row: Any) -> list[str]:
    """Who works on what is open, each once."""
    return list(dict.fromkeys(str(item.owner) for item in row.open_missing if item.owner))


@requires(Action.REFERRAL_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Referrals that still need work, the most urgent and oldest first."""
    told = request.GET
    rows = reading.referral_queue(
        request.site,
        status=told.get("status", ""),
        severity=told.get("found", ""),
        therapy=told.get("therapy", ""),
        text=told.get("q", "").strip(),
        owner=UUID(request.actor.id) if told.get("owner") == "me" else None,
    )
    if wants_csv(request):
        return csv_response("referrals", COLUMNS, list(rows.order_by("urgency", "received_at", "pk")))
    page = listing(
        request, rows, COLUMNS, name="referrals", default_sort="urgency", filters=("q", "status", "found", "therapy", "owner")
    )
    now = clock.now()
    shown = [
        {
            "referral": row,
            "owners": owners(row),
            "days": reading.age_days(row.received_at, now, request.site) if request.site else 0,
        }
        for row in page.rows
    ]
    return render(
        request,
        "intake/queue.html",
        {
            "listing": page,
            "rows": shown,
            "statuses": Referral.Status.choices,
            "severities": Finding.Severity.choices,
            "therapies": reading.therapies_in(request.site),
            "words": WORDS,
        },
    )


@requires(Action.REFERRAL_READ)
def referral(request: StaffRequest, referral: UUID) -> HttpResponseBase:
    """One packet: who, what for, what it lacks, what was found, and the order that comes of it."""
    row = _referral(referral)
    reading_record(actor=request.actor, what="referral", subject=row.id, patient=row.patient_id, at=clock.now())
    return _packet(request, row)


@require_POST
@requires(Action.REFERRAL_WORK)
def missing_request(request: StaffRequest, item: UUID) -> HttpResponseBase:
    """Take an item on: it has an owner from now."""
    row = get_object_or_404(MissingItem, id=item)
    decision = services.missing_item_request(item=row, owner=request.user, actor=request.actor, at=clock.now())
    return _after(request, row.referral_id, decision, f"You own the request for: {row.what}.")


@require_POST
@requires(Action.REFERRAL_WORK)
def missing_close(request: StaffRequest, item: UUID) -> HttpResponseBase:
    """The item is here."""
    row = get_object_or_404(MissingItem, id=item)
    form = CloseForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    decision = services.missing_item_close(item=row, note=note, actor=request.actor, at=clock.now())
    return _after(request, row.referral_id, decision, f"Closed: {row.what}.")


@require_POST
@requires(Action.REFERRAL_READ)
def finding_settle(request: StaffRequest, finding: UUID) -> HttpResponseBase:
    """Settle a finding with a reason; the service asks whether this person may."""
    row = get_object_or_404(Finding, id=finding)
    form = SettleForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    decision = services.finding_settle(finding=row, reason=reason, actor=request.actor, at=clock.now())
    return _after(request, row.referral_id, decision, "The finding is settled.")


@require_POST
@requires(Action.REFERRAL_WORK)
def order_make(request: StaffRequest, referral: UUID) -> HttpResponseBase:
    """Make the order as sent, for the prescriber to read and sign."""
    row = _referral(referral)
    decision = services.order_draft_from_referral(referral=row, actor=request.actor, at=clock.now())
    if decision.value is not None and decision.allowed:
        return redirect("intake:order", order=decision.value.order_id)
    return _packet(request, row, decision)


def _referral(referral: UUID) -> Referral:
    return get_object_or_404(Referral.objects.select_related("patient", "practitioner", "site"), id=referral)


def _after(request: StaffRequest, referral: UUID, decision: Decision[Any], done: str) -> HttpResponseBase:
    """Back to the packet; a refusal shows its reasons there."""
    if decision.allowed:
        messages.success(request, done)
        return redirect("intake:referral", referral=referral)
    return _packet(request, _referral(referral), decision)


def _packet(request: StaffRequest, row: Referral, decision: Decision[Any] | None = None) -> HttpResponse:
    actor = request.actor
    now = clock.now()
    facts: Sequence[Fact] = row.patient.facts.filter(corrected_by=None).order_by("kind", "code", "-on")
    context = {
        "referral": row,
        "patient": row.patient,
        "decision": decision,
        "facts": facts,
        "order": row.orders.first(),
        "words": WORDS,
        "missing": row.missing.select_related("owner").order_by("closed_at", "opened_at", "what"),
        "findings": row.findings.order_by("solved_at", "severity", "code"),
        "sent_orders": row.sent_orders.order_by("source"),
        "coverages": row.patient.coverages.order_by("rank"),  # type: ignore[attr-defined]
        "identifiers": row.patient.identifiers.order_by("system"),
        "not_judged": row.not_judged.splitlines(),
        "days": reading.age_days(row.received_at, now, row.site),
        "close_form": CloseForm(),
        "settle_form": SettleForm(),
        "may_work": actor.may(Action.REFERRAL_WORK).allowed,
        "may_release": actor.may(Action.HOLD_RELEASE).allowed,
    }
    return render(request, "intake/referral.html", context, status=409 if decision is not None else 200)
