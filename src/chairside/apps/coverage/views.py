"""Coverage: the queue by what puts a dose at risk first, and one order's insurance, benefits and authorizations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.coverage import selectors, services
from chairside.apps.coverage.forms import AuthorizationForm, CoverageForm, VerifyForm
from chairside.apps.coverage.models import Coverage
from chairside.apps.coverage.standing import standing
from chairside.apps.intake.models import Order
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.selectors import records_of
from chairside.apps.people.services import reading_record
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.paging import Column, csv_response, listing, wants_csv

COLUMNS = (
    Column("patient", "Patient", ("patient__family", "patient__given"), value=lambda row: row.patient.name),
    Column("therapy", "Therapy", value=lambda row: _therapy(row)),
    Column("risk", "Authorization", ("safe", "next_dose_on"), value=lambda row: standing(row)[1]),
    Column("next", "Next dose", ("next_dose_on",), value=lambda row: row.next_dose_on),
    Column("payer", "Payer", value=lambda row: row.payer or ""),
    Column(
        "benefits", "Benefits", ("verified", "next_dose_on"), value=lambda row: "checked" if row.verified else "not checked"
    ),
)


def _therapy(row: Any) -> str:
    return row.signed_versions[0].release.name if row.signed_versions else ""


@requires(Action.COVERAGE_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Orders whose next dose is not covered, the soonest first; then the rest."""
    state = request.GET.get("state", "")
    state = state if state in dict(selectors.STATES) else ""
    today = clock.today(request.site.zone) if request.site else clock.now().date()
    rows = selectors.coverage_queue(request.site, today=today, state=state, text=request.GET.get("q", "").strip())
    if wants_csv(request):
        return csv_response("coverage", COLUMNS, list(rows))
    page = listing(request, rows, COLUMNS, name="coverage", default_sort="risk", filters=("q", "state"))
    shown = [
        {
            "order": row,
            "therapy": _therapy(row),
            "standing": standing(row),
            "payer": row.payer,
            "line": dict(Coverage.Line.choices).get(row.payer_line, ""),
        }
        for row in page.rows
    ]
    return render(request, "coverage/queue.html", {"listing": page, "rows": shown, "states": selectors.STATES})


@requires(Action.COVERAGE_READ)
def order(request: StaffRequest, order: UUID) -> HttpResponseBase:
    """One order: who pays, what they said, what they approved, and which dose is not covered."""
    row = _order(order)
    reading_record(actor=request.actor, what="coverage", subject=row.id, patient=row.patient_id, at=clock.now())
    return _page(request, row)


@require_POST
@requires(Action.COVERAGE_RECORD)
def coverage_record(request: StaffRequest, order: UUID) -> HttpResponseBase:
    row = _order(order)
    form = CoverageForm(request.POST)
    if form.is_valid():
        decision = services.coverage_record(patient=row.patient, actor=request.actor, at=clock.now(), **form.cleaned_data)
        if decision.value is not None:
            messages.success(request, "The insurance is recorded.")
            return redirect("coverage:order", order=row.id)
        form.add_reasons(decision)
    return _page(request, row, coverage_form=form)


@require_POST
@requires(Action.COVERAGE_RECORD)
def benefits_verify(request: StaffRequest, order: UUID, coverage: UUID) -> HttpResponseBase:
    row = _order(order)
    form = VerifyForm(request.POST)
    decision: Decision[Any] | None = None
    if form.is_valid():
        decision = services.benefits_verify(
            coverage=get_object_or_404(Coverage, id=coverage, patient__in=records_of(row.patient)),
            actor=request.actor,
            today=clock.today(row.site.zone),
            at=clock.now(),
            **form.cleaned_data,
        )
        if decision.value is not None:
            messages.success(request, "The benefits are checked.")
            return redirect("coverage:order", order=row.id)
    return _page(request, row, decision=decision or Decision(), verify_form=form)


@require_POST
@requires(Action.COVERAGE_RECORD)
def authorization_record(request: StaffRequest, order: UUID) -> HttpResponseBase:
    row = _order(order)
    coverages = list(selectors.coverages_of(row.patient))
    form = AuthorizationForm(request.POST, coverages=coverages)
    if form.is_valid():
        told = {
            **form.cleaned_data,
            "coverage": next(item for item in coverages if str(item.id) == form.cleaned_data["coverage"]),
        }
        decision = services.authorization_record(order=row, actor=request.actor, at=clock.now(), **told)
        if decision.value is not None:
            messages.success(request, "The payer's answer is recorded.")
            return redirect("coverage:order", order=row.id)
        form.add_reasons(decision)
    return _page(request, row, authorization_form=form)


def _order(order: UUID) -> Order:
    return get_object_or_404(Order.objects.select_related("patient", "site"), id=order)


def _page(request: StaffRequest, row: Order, *, decision: Decision[Any] | None = None, **forms: Any) -> HttpResponse:
    coverages = list(selectors.coverages_of(row.patient))
    version = selectors.signed_version(row)
    today = clock.today(row.site.zone)
    code = selectors.billing_code(version, today) if version else None
    context = {
        "order": row,
        "patient": row.patient,
        "version": version,
        "coverages": coverages,
        "decision": decision,
        "authorizations": row.authorizations.select_related("coverage").order_by("-recorded_at"),
        "covers": selectors.covers_of(row),
        "not_required": row.authorizations.filter(status="not_required").exists(),
        "code": code,
        "may_record": request.actor.may(Action.COVERAGE_RECORD).allowed,
        "coverage_form": CoverageForm(),
        "verify_form": VerifyForm(initial={"on": today}),
        "authorization_form": AuthorizationForm(coverages=coverages, initial={"product_code": code.code if code else ""}),
        **forms,
    }
    return render(request, "coverage/order.html", context, status=409 if decision is not None or forms else 200)
