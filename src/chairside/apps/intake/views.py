"""Intake: the queue, the packet of a referral, and the work on what it lacks. The order's pages are in order_views."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.intake import reading, services
from chairside.apps.intake.forms import CloseForm, FactForm, SettleForm
from chairside.apps.intake.models import Finding, MissingItem, Referral
from chairside.apps.intake.selectors import TO_SIGN, QueueFilter, QueueRow, referral_detail, referral_queue_rows
from chairside.apps.intake.words import WORDS
from chairside.apps.organizations import clock
from chairside.apps.people import services as people
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import Fact, Patient, PatientIdentifier
from chairside.apps.people.selectors import records_of
from chairside.apps.people.services import reading_record
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.paging import Column, chosen_sort, csv_response, listing, wants_csv

COLUMNS = (
    Column("patient", "Patient", ("patient",), value=lambda row: row.referral.patient.name),
    Column("therapy", "Therapy", ("therapy",), value=lambda row: row.referral.therapy_text),
    Column("received", "Waiting", ("received",), number=True, value=lambda row: row.waiting_days),
    Column("wanted", "Wanted", ("wanted",), value=lambda row: row.referral.wanted_on),
    Column("found", "Found", value=lambda row: "; ".join(WORDS[item.code] for item in row.findings)),
    Column("missing", "Missing", value=lambda row: "; ".join(item.what for item in row.missing)),
    Column("owner", "Owner", value=lambda row: _who_acts(row)),
    Column("status", "Status", ("status",), value=lambda row: row.status_words),
    Column("risk", "Priority", ("risk",), value=lambda row: row.referral.get_priority_display()),
)
WORK = "work"
STATUSES = (
    (WORK, "Still needs work"),
    (TO_SIGN, "Waiting for signature"),
    *Referral.Status.choices,
    ("all", "All"),
)


def _who_acts(row: QueueRow) -> str:
    """Who chases something; a signature waits for a prescriber."""
    return "; ".join(str(owner) for owner in row.owners) or ("a prescriber" if row.to_sign and not row.unsettled else "")


@requires(Action.REFERRAL_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Referrals that still need work; what puts a dose at risk first stands first. A prescriber lands on what to sign."""
    told, now = request.GET, clock.now()
    signs = request.actor.may(Action.ORDER_SIGN).allowed
    default = TO_SIGN if signs else WORK
    status = told.get("status", "")
    status = status if status in dict(STATUSES) else default
    wanted = QueueFilter(
        status="" if status == WORK else status,
        site=request.site.id if request.site else None,
        owner=UUID(request.actor.id) if told.get("owner") == "me" else None,
        unowned=told.get("owner") == "nobody",
        held=told.get("found") == "hold",
        therapy=told.get("therapy", ""),
        words=told.get("q", "").strip(),
        sort=chosen_sort(request, COLUMNS, "risk"),
    )
    if wants_csv(request):
        return csv_response("referrals", COLUMNS, list(referral_queue_rows(now=now, wanted=wanted)))
    rows = reading.QueueRows(wanted, now)
    filters = ("q", "status", "found", "therapy", "owner")
    page = listing(request, rows, COLUMNS, name="referrals", default_sort="risk", filters=filters)
    context = {
        "listing": page,
        # The default is the empty choice, so that a sort or a page in the address needs no filter to keep it.
        "statuses": [("" if value == default else value, label, value == status) for value, label in STATUSES],
        "status": status,
        "signs": signs,
        "therapies": reading.therapies_in(request.site),
        "words": WORDS,
    }
    return render(request, "intake/queue.html", context)


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
@requires(Action.FACT_RECORD)
def fact_record(request: StaffRequest, referral: UUID) -> HttpResponseBase:
    """Record a result that came after the packet, such as a weight."""
    row = _referral(referral)
    form = FactForm(request.POST)
    if form.is_valid():
        decision = people.fact_record(
            patient=row.patient,
            fact=form.plain_fact(),
            today=clock.today(row.site.zone),
            actor=request.actor,
            at=clock.now(),
            confirmed=form.cleaned_data["confirmed"],
            key=request.POST.get("key", ""),
        )
        if decision.value is not None:
            messages.success(request, "Recorded. Close the request that it answers.")
            return redirect("intake:referral", referral=row.id)
        form.add_reasons(decision)
    return _packet(request, row, fact_form=form)


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


def _packet(
    request: StaffRequest, row: Referral, decision: Decision[Any] | None = None, fact_form: FactForm | None = None
) -> HttpResponse:
    actor, detail = request.actor, referral_detail(row.id)
    if detail is None:
        raise Http404
    release = reading.release_for(row)
    context = {
        "referral": row,
        "release": release,
        "sources": reading.source_titles(release),
        "patient": row.patient,
        "decision": decision,
        "detail": detail,
        "words": WORDS,
        "facts": Fact.objects.filter(patient__in=records_of(row.patient), corrected_by=None).order_by("kind", "code", "-on"),
        "order": row.orders.first(),
        "coverages": _insurances(row.patient),
        "identifiers": PatientIdentifier.objects.filter(patient__in=records_of(row.patient)).order_by("system"),
        "days": (clock.today(row.site.zone) - row.received_at.astimezone(row.site.zone).date()).days,
        "fact_form": fact_form or FactForm(initial={"on": clock.today(row.site.zone)}),
        "key": uuid4(),
        "may_record": actor.may(Action.FACT_RECORD).allowed,
        "may_work": actor.may(Action.REFERRAL_WORK).allowed,
        "may_release": actor.may(Action.HOLD_RELEASE).allowed,
    }
    return render(
        request, "intake/referral.html", context, status=409 if decision is not None or fact_form is not None else 200
    )


def _insurances(patient: Patient) -> list[Any]:
    """The insurances of all records of a person, by rank."""
    records = Patient.objects.filter(pk__in=records_of(patient)).prefetch_related("coverages")
    return sorted((cover for record in records for cover in record.coverages.all()), key=lambda cover: cover.rank)
