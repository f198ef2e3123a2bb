"""Entering from paper: find the visit of a paper, and its lines in one table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit import services
from chairside.apps.visit.models import Visit
from chairside.apps.visit.paper.kinds import KINDS
from chairside.apps.visit.paper.rows import BLANK, Row, blank_rows, days_to_choose, typed_rows
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services.paper import Entered, paper_enter
from chairside.apps.visit.views.reading import visit_here
from chairside.core.access import Action

_COLUMNS = ("key", "day", "clock", "kind", "drug", "text")


@requires(Action.VISIT_ASSESS)
def paper_find(request: StaffRequest, appointment: UUID) -> HttpResponseBase:
    """Where the code on the paper leads: to the table of its visit; a visit that was never opened is opened first."""
    rows = Appointment.objects.select_related("patient", "chair", "planned_dose__plan__order_version__release", "visit")
    row = get_object_or_404(rows, pk=appointment, site=request.site)
    visit = Visit.objects.filter(appointment=row).first()
    if visit is None and request.method == "POST":
        decision = services.visit_open(appointment=row, actor=request.actor, at=clock.now(), from_paper=True)
        for reason in decision.reasons:
            messages.error(request, reason.message)
        visit = decision.value if decision.allowed else None
    if visit is not None:
        return redirect("visit:paper", visit=visit.pk)
    return render(request, "visit/paper_find.html", {"appointment": row, "patient": row.patient})


@requires(Action.VISIT_ASSESS)
def paper(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The table of lines. What is stored is told; what cannot be read stays in the table with its reason."""
    row, at = visit_here(request, visit), clock.now()
    if request.method != "POST":
        entry_record(
            actor=request.actor, action="chart.read", subject_type="visit", subject=row.pk, patient=row.patient_id, at=at
        )
        return _page(request, row, blank_rows(row.day), Entered())
    typed = typed_rows({name: request.POST.getlist(name) for name in _COLUMNS})
    entered = paper_enter(visit=row, rows=typed, actor=request.actor, at=at)
    if not entered.stored and not entered.returned:
        messages.info(request, "Nothing was typed, so nothing was entered.")
        return redirect("visit:paper", visit=row.pk)
    if entered.returned:
        left = blank_rows(row.day, max(BLANK - len(entered.returned), 2))
        return _page(request, row, [*entered.returned, *left], entered, 422)
    count = len(entered.stored)
    told = "1 line entered as reported. Compare it" if count == 1 else f"{count} lines entered as reported. Compare them"
    messages.success(request, f"{told} with the paper.")
    for incident in entered.incidents:
        messages.warning(request, f"An incident was opened: {incident}")
    return redirect("visit:record", visit=row.pk)


def _page(request: HttpRequest, row: Visit, rows: list[Row], entered: Entered, status: int = 200) -> HttpResponse:
    plan = plan_of(row)
    days = days_to_choose(row.day, clock.today(row.site.zone))
    context: dict[str, Any] = {
        "visit": row,
        "patient": row.patient,
        "rows": rows,
        "spare": blank_rows(row.day, 1)[0],
        "kinds": list(KINDS.values()),
        "drugs": plan.drugs if len(plan.drugs) > 1 else (),
        "premedications": plan.premedications,
        "questions": plan.questions,
        "entered": entered,
        "days": [{"key": day.isoformat(), "name": f"{day:%a, %b} {day.day}"} for day in days],
        "day_keys": [day.isoformat() for day in days],
    }
    return render(request, "visit/paper.html", context, status=status)
