"""Clearance: the queue of doses that something holds, and one dose with what is missing and the form that supplies it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.clearance import selectors, services
from chairside.apps.clearance.forms import FactForm, ReleaseForm
from chairside.apps.clearance.staleness import WHY, why_stale
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.services import fact_record, reading_record
from chairside.apps.people.step_up import person_confirmed
from chairside.apps.plans.models import PlannedDose
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.paging import Column, csv_response, listing, wants_csv

COLUMNS = (
    Column("patient", "Patient", ("plan__patient__family", "plan__patient__given"), value=lambda row: row.plan.patient.name),
    Column("dose", "Dose", value=lambda row: f"{row.plan.order_version.release.name}, dose {row.number}"),
    Column("day", "Day", ("target_on",), value=lambda row: row.target_on),
    Column("state", "State", ("rank", "target_on"), value=lambda row: selectors.WORDS[row.outcome or ""][1]),
    Column("open", "Missing or holding"),
)
_AHEAD = (PlannedDose.Status.PLANNED, PlannedDose.Status.BOOKED)
OUTCOMES = (
    ("held", "Held"),
    ("unknown", "Something is not known"),
    ("review", "Needs review"),
    ("due", "Due"),
    ("cleared", "Cleared"),
    ("none", "Not evaluated"),
    ("stale", "Older than the facts"),
)


@requires(Action.CLEARANCE_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Doses of the next weeks: held first, then what is not known, then what is due, each with its day."""
    today = clock.today(request.site.zone) if request.site else clock.now().date()
    outcome = request.GET.get("state", "")
    outcome = outcome if outcome in dict(OUTCOMES) else ""
    rows = selectors.clearance_queue(request.site, today, outcome=outcome, text=request.GET.get("q", "").strip())
    if wants_csv(request):
        return csv_response("clearance", COLUMNS, list(rows.order_by("rank", "target_on", "pk")))
    page = listing(request, rows, COLUMNS, name="clearance", default_sort="state", filters=("q", "state"))
    found = selectors.open_results([row.evaluation_id for row in page.rows])
    shown = [
        {
            "dose": row,
            "state": selectors.WORDS[row.outcome or ""],
            "open": found.get(row.evaluation_id, []),
            "stale": WHY.get(row.stale, ""),
            "days": (row.target_on - today).days,
        }
        for row in page.rows
    ]
    context = {"listing": page, "rows": shown, "outcomes": OUTCOMES, "may_evaluate": _may(request, Action.CLEARANCE_EVALUATE)}
    return render(request, "clearance/queue.html", context)


@require_POST
@requires(Action.CLEARANCE_EVALUATE)
def evaluate_all(request: StaffRequest) -> HttpResponseBase:
    """Evaluate every dose of the queue again."""
    today = clock.today(request.site.zone) if request.site else clock.now().date()
    doses = selectors.clearance_queue(request.site, today).order_by("target_on", "pk")[:200]
    made = services.clearances_evaluate(planned_doses=doses, actor=request.actor, at=clock.now())
    messages.success(request, f"{made} doses are evaluated.")
    return redirect("clearance:queue")


@requires(Action.CLEARANCE_READ)
def dose(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """One dose. When something changed since it was evaluated, it is evaluated again before it is shown."""
    row = _dose(dose)
    reading_record(actor=request.actor, what="clearance", subject=row.id, patient=row.plan.patient_id, at=clock.now())
    why = why_stale(row, clock.today(row.plan.order_version.order.site.zone)) if row.status in _AHEAD else ""
    renewed = bool(why) and _may(request, Action.CLEARANCE_EVALUATE) and _evaluate(request, row).value is not None
    return _page(request, row, stale=why, renewed=renewed)


@require_POST
@requires(Action.CLEARANCE_EVALUATE)
def evaluate(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    row = _dose(dose)
    decision = _evaluate(request, row)
    if decision.value is None:
        return _page(request, row, decision=decision)
    return redirect("clearance:dose", dose=row.id)


@require_POST
@requires(Action.FACT_RECORD)
def record(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """Record the result that a requirement waits for, and evaluate the dose again."""
    row = _dose(dose)
    form = FactForm(request.POST)
    key = request.POST.get("requirement", "")
    newest = selectors.newest_evaluation(row)
    line = next((item for item in _lines(row) if item.result.requirement == key and item.wanted), None) if newest else None
    if line is None or line.wanted is None or not form.is_valid():
        return _page(request, row, key=key, fact_form=form)
    decision = fact_record(
        patient=row.plan.patient,
        fact=form.fact(line.wanted.kind, line.wanted.code),
        today=clock.today(row.plan.order_version.order.site.zone),
        actor=request.actor,
        at=clock.now(),
        confirmed=form.cleaned_data["confirmed"],
        key=request.POST.get("key", ""),
    )
    if decision.value is None:
        form.add_reasons(decision)
        return _page(request, row, key=key, fact_form=form)
    _evaluate(request, row)
    messages.success(request, f"Recorded: {line.title}.")
    return redirect("clearance:dose", dose=row.id)


@require_POST
@requires(Action.HOLD_RELEASE)
def release(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """Release one held requirement for the day of the dose, with a reason and the password again."""
    row = _dose(dose)
    form = ReleaseForm(request.POST)
    key = request.POST.get("requirement", "")
    evaluation = selectors.newest_evaluation(row)
    if not form.is_valid() or evaluation is None:
        return _page(request, row, key=key)
    decision: Decision[Any] = person_confirmed(request, form.cleaned_data["password"])
    if decision.allowed:
        decision = services.hold_release(
            planned_dose=row,
            requirement=key,
            day=evaluation.day,
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=clock.now(),
        )
    if decision.value is None:
        return _page(request, row, key=key, decision=decision)
    messages.success(request, f"Released for {evaluation.day}. The release ends with that day's visit.")
    return redirect("clearance:dose", dose=row.id)


def _may(request: StaffRequest, action: Action) -> bool:
    return request.actor.may(action).allowed


def _dose(dose: UUID) -> PlannedDose:
    rows = PlannedDose.objects.select_related(
        "plan__patient", "plan__order_version__release", "plan__order_version__order__site"
    )
    return get_object_or_404(rows, id=dose)


def _evaluate(request: StaffRequest, row: PlannedDose) -> Decision[Any]:
    day = services.day_of(row, clock.today(row.plan.order_version.order.site.zone))
    return services.clearance_evaluate(planned_dose=row, day=day, actor=request.actor, at=clock.now())


def _lines(row: PlannedDose) -> list[selectors.Line]:
    evaluation = selectors.newest_evaluation(row)
    return selectors.lines_of(evaluation, protocol_of(row.plan.order_version.release_id)) if evaluation else []


def _page(
    request: StaffRequest,
    row: PlannedDose,
    *,
    key: str = "",
    fact_form: FactForm | None = None,
    decision: Decision[Any] | None = None,
    stale: str = "",
    renewed: bool = False,
) -> HttpResponse:
    evaluation = selectors.newest_evaluation(row)
    protocol = protocol_of(row.plan.order_version.release_id)
    lines = selectors.lines_of(evaluation, protocol) if evaluation else []
    context = {
        "dose": row,
        "patient": row.plan.patient,
        "plan": row.plan,
        "protocol": protocol,
        "evaluation": evaluation,
        "state": selectors.WORDS[evaluation.outcome if evaluation else ""],
        "open": [line for line in lines if line.open and not line.result.on_the_day],
        "at_visit": [line for line in lines if line.open and line.result.on_the_day],
        "settled": [line for line in lines if not line.open],
        "key": key,
        "form_key": uuid4(),
        "fact_form": fact_form,
        "decision": decision,
        "stale": stale,
        "renewed": renewed,
        "today": clock.today(row.plan.order_version.order.site.zone),
        "may_record": _may(request, Action.FACT_RECORD),
        "may_release": _may(request, Action.HOLD_RELEASE),
        "may_evaluate": _may(request, Action.CLEARANCE_EVALUATE),
    }
    return render(request, "clearance/dose.html", context, status=409 if decision is not None or fact_form is not None else 200)
