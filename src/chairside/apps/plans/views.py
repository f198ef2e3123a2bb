"""Plans: the list, and one plan with each dose, its window and its working."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import OrderVersion
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.services import reading_record
from chairside.apps.plans import selectors, services
from chairside.apps.plans.forms import DecideForm, MakeForm, StopForm
from chairside.apps.plans.models import PlannedDose, TreatmentPlan
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision, Outcome
from chairside.web.paging import Column, csv_response, listing, wants_csv

COLUMNS = (
    Column("patient", "Patient", ("patient__family", "patient__given"), value=lambda row: row.patient.name),
    Column("therapy", "Therapy", ("order_version__release__name",), value=lambda row: row.order_version.release.name),
    Column("next", "Next dose", ("next_on",), value=lambda row: row.next_on),
    Column("started", "Started", ("started_on",), value=lambda row: row.started_on),
    Column("status", "Status", ("status", "next_on"), value=lambda row: row.get_status_display()),
)


@requires(Action.CHART_READ)
def plans(request: StaffRequest) -> HttpResponseBase:
    """All plans of the site, the soonest dose first."""
    status = request.GET.get("status", "")
    rows = selectors.plans_list(
        request.site, status=status if status in TreatmentPlan.Status.values else "", text=request.GET.get("q", "").strip()
    )
    if wants_csv(request):
        return csv_response("plans", COLUMNS, list(rows.order_by("next_on", "pk")))
    page = listing(request, rows, COLUMNS, name="plans", default_sort="next", filters=("q", "status"))
    return render(request, "plans/list.html", {"listing": page, "statuses": TreatmentPlan.Status.choices})


@requires(Action.CHART_READ)
def plan(request: StaffRequest, plan: UUID) -> HttpResponseBase:
    row = _plan(plan)
    reading_record(actor=request.actor, what="plan", subject=row.id, patient=row.patient_id, at=clock.now())
    return _page(request, row)


@require_POST
@requires(Action.PLAN_MAKE)
def make(request: StaffRequest, version: UUID) -> HttpResponseBase:
    """Make the plan of a signed order version, then show it."""
    row = get_object_or_404(OrderVersion.objects.select_related("order"), id=version)
    form = MakeForm(request.POST)
    if form.is_valid():
        decision = services.plan_make(
            order_version=row, start_on=form.cleaned_data["start_on"], actor=request.actor, at=clock.now()
        )
        if decision.value is not None:
            messages.success(request, "The plan is made. Decide the doses next.")
            return redirect("plans:plan", plan=decision.value.id)
        form.add_reasons(decision)
    return render(request, "plans/make.html", {"version": row, "order": row.order, "form": form}, status=409)


@require_POST
@requires(Action.CHART_READ)
def decide(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """Decide one dose; the page shows why when that is not possible."""
    row = get_object_or_404(PlannedDose.objects.select_related("plan"), id=dose)
    form = DecideForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    decision = services.dose_decide(planned_dose=row, actor=request.actor, at=clock.now(), reason=reason)
    if decision.value is not None and decision.outcome <= Outcome.REVIEW:
        messages.success(request, f"Dose {row.number} is decided.")
        return redirect("plans:plan", plan=row.plan_id)
    return _page(request, _plan(row.plan_id), failed=(row.id, decision))


@require_POST
@requires(Action.CHART_READ)
def decide_all(request: StaffRequest, plan: UUID) -> HttpResponseBase:
    """Decide every dose that lies ahead; the first one that cannot be decided stops it and says why."""
    row = _plan(plan)
    for dose in row.doses.filter(status__in=["planned", "booked"]).order_by("number"):
        decision = services.dose_decide(planned_dose=dose, actor=request.actor, at=clock.now())
        if decision.value is None or decision.outcome > Outcome.REVIEW:
            return _page(request, row, failed=(dose.id, decision))
    messages.success(request, "Every dose ahead is decided.")
    return redirect("plans:plan", plan=row.id)


@require_POST
@requires(Action.CHART_READ)
def stop(request: StaffRequest, plan: UUID) -> HttpResponseBase:
    row = _plan(plan)
    form = StopForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    decision = services.plan_stop(plan=row, reason=reason, actor=request.actor, at=clock.now())
    if decision.value is not None:
        messages.success(request, "The plan is stopped.")
        return redirect("plans:plan", plan=row.id)
    return _page(request, row, stopping=decision)


def _plan(plan: UUID) -> TreatmentPlan:
    rows = TreatmentPlan.objects.select_related("patient", "order_version__release", "order_version__order")
    return get_object_or_404(rows, id=plan)


def _page(
    request: StaffRequest,
    row: TreatmentPlan,
    *,
    failed: tuple[UUID, Decision[Any]] | None = None,
    stopping: Decision[Any] | None = None,
) -> HttpResponse:
    asks_reason = failed is not None and all(
        reason.outcome <= Outcome.REVIEW or reason.field == "reason" for reason in failed[1].reasons
    )
    context = {
        "plan": row,
        "patient": row.patient,
        "version": row.order_version,
        "protocol": protocol_of(row.order_version.release_id),
        "rows": selectors.dose_rows(row),
        "weight": selectors.weight_judgement(row),
        "failed_dose": failed[0] if failed else None,
        "failure": failed[1] if failed else None,
        "asks_reason": asks_reason,
        "stopping": stopping,
        "may_decide": request.actor.may(Action.DOSE_DECIDE).allowed,
        "may_clear": request.actor.may(Action.CLEARANCE_READ).allowed,
    }
    return render(request, "plans/plan.html", context, status=409 if failed or stopping else 200)
