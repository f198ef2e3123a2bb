"""Charges: the queue of signed visits, and one visit's lines with the evidence of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.charges import selectors, services
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.services import reading_record
from chairside.apps.visit.models import Visit
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.paging import Column, csv_response, listing, wants_csv


def standing(row: Any) -> tuple[str, str]:
    """Tone and words for the charges of a visit."""
    if row.set_id is None:
        return "due", "Not made"
    if row.place == 1:
        return "due", "The record changed since"
    if row.held:
        return "act", "Held"
    return "done", "Ready"


def therapy(row: Any) -> str:
    return row.planned_dose.plan.order_version.release.name if row.planned_dose else ""


COLUMNS = (
    Column("patient", "Patient", ("patient__family", "patient__given"), value=lambda row: row.patient.name),
    Column("therapy", "Therapy", value=therapy),
    Column("day", "Date of service", ("day",), value=lambda row: row.day),
    Column("state", "State", ("place", "day"), value=lambda row: standing(row)[1]),
    Column("lines", "Lines", number=True, value=lambda row: row.line_count or 0),
)
LINES = (
    Column("position", "No.", value=lambda row: row.line.position),
    Column("kind", "Kind", value=lambda row: row.line.kind),
    Column("code", "Code", value=lambda row: row.line.code),
    Column("modifiers", "Modifiers", value=lambda row: row.line.modifiers),
    Column("units", "Units", value=lambda row: row.line.units),
    Column("explanation", "Explanation", value=lambda row: row.line.explanation),
    Column("rules", "Rules", value=lambda row: row.line.rules),
    Column("evidence", "Evidence", value=lambda row: "; ".join(f"{proof.words} {proof.id}" for proof in row.proofs)),
)


@requires(Action.CHARGE_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Signed visits: the ones without charges first."""
    state = request.GET.get("state", "")
    state = state if state in dict(selectors.STATES) else ""
    rows = selectors.charge_queue(request.site, state=state, text=request.GET.get("q", "").strip())
    if wants_csv(request):
        return csv_response("charges", COLUMNS, list(rows.order_by("place", "day", "pk")))
    page = listing(request, rows, COLUMNS, name="charges", default_sort="state", filters=("q", "state"))
    shown = [{"visit": row, "therapy": therapy(row), "state": standing(row)} for row in page.rows]
    return render(request, "charges/queue.html", {"listing": page, "rows": shown, "states": selectors.STATES})


@requires(Action.CHARGE_READ)
def visit(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """One visit's charges; `?format=csv` gives the lines."""
    row = _visit(visit)
    made = selectors.charge_set_of(row)
    reading_record(actor=request.actor, what="charges", subject=row.id, patient=row.patient_id, at=clock.now())
    if wants_csv(request) and made is not None:
        return csv_response(f"charges-{row.day}", LINES, selectors.proven_lines(made))
    return _page(request, row)


@require_POST
@requires(Action.CHARGE_WORK)
def make(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """Make the charges from the record as it stands now."""
    row = _visit(visit)
    decision = services.charges_make(visit=row, actor=request.actor, at=clock.now())
    if decision.value is None:
        return _page(request, row, decision)
    messages.success(request, "The charges are made from the record.")
    return redirect("charges:visit", visit=row.id)


def _visit(visit: UUID) -> Visit:
    rows = Visit.objects.select_related("patient", "site", "planned_dose__plan__order_version__release")
    return get_object_or_404(rows, id=visit)


def _page(request: StaffRequest, row: Visit, decision: Decision[Any] | None = None) -> HttpResponse:
    made = selectors.charge_set_of(row)
    lines = selectors.proven_lines(made) if made else []
    context = {
        "visit": row,
        "patient": row.patient,
        "therapy": therapy(row),
        "set": made,
        "decision": decision,
        "billed": [item for item in lines if item.line.kind in ("administration", "drug", "waste")],
        "not_billed": [item for item in lines if item.line.kind == "not_billed"],
        "holds": [item for item in lines if item.line.kind == "hold"],
        "stale": made is not None and made.up_to_sequence < row.sequence,
        "working": made.working.splitlines() if made else [],
        "may_work": request.actor.may(Action.CHARGE_WORK).allowed,
        "may_see_visit": request.actor.may(Action.VISIT_READ).allowed,
    }
    return render(request, "charges/visit.html", context, status=409 if decision is not None else 200)
