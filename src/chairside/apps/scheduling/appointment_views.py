"""One appointment: what it is, and what may become of it before the patient arrives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.services import reading_record
from chairside.apps.scheduling import selectors, services
from chairside.apps.scheduling.forms import CancelForm
from chairside.apps.scheduling.models import Appointment
from chairside.apps.scheduling.placing import choose, explanation, moving_wish, place_context
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision


@require_POST
@requires(Action.APPOINTMENT_READ)
def check_move(request: StaffRequest, appointment: UUID) -> HttpResponse:
    return explanation(request, moving_wish(_appointment(appointment)))


@requires(Action.APPOINTMENT_READ)
def appointment(request: StaffRequest, appointment: UUID) -> HttpResponseBase:
    row = _appointment(appointment)
    reading_record(actor=request.actor, what="appointment", subject=row.pk, patient=row.patient_id, at=clock.now())
    return _appointment_page(request, row)


@require_POST
@requires(Action.APPOINTMENT_BOOK)
def move(request: StaffRequest, appointment: UUID) -> HttpResponseBase:
    return choose(request, moving_wish(_appointment(appointment)))


@require_POST
@requires(Action.APPOINTMENT_BOOK)
def cancel(request: StaffRequest, appointment: UUID) -> HttpResponseBase:
    row = _appointment(appointment)
    form = CancelForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    answer = services.appointment_cancel(appointment=row, reason=reason, actor=request.actor, at=clock.now())
    if not answer.allowed:
        form.add_reasons(answer)
        return _appointment_page(request, row, cancel=form, decision=answer)
    messages.success(request, f"The appointment of {row.patient.name} is cancelled. The dose waits to be booked again.")
    return redirect("scheduling:dose", dose=row.planned_dose_id) if row.planned_dose_id else redirect("scheduling:day")


@require_POST
@requires(Action.APPOINTMENT_BOOK)
def no_show(request: StaffRequest, appointment: UUID) -> HttpResponseBase:
    row = _appointment(appointment)
    answer = services.appointment_no_show(appointment=row, actor=request.actor, at=clock.now())
    if not answer.allowed:
        return _appointment_page(request, row, decision=answer)
    messages.success(request, f"{row.patient.name} did not come. The dose waits to be booked again.")
    return redirect("scheduling:dose", dose=row.planned_dose_id) if row.planned_dose_id else redirect("scheduling:day")


def _appointment_page(
    request: StaffRequest, row: Appointment, *, cancel: CancelForm | None = None, decision: Decision[Any] | None = None
) -> HttpResponse:
    changes = row.status == Appointment.Status.BOOKED and request.actor.may(Action.APPOINTMENT_BOOK).allowed
    context: dict[str, object] = {
        "row": row,
        "state": selectors.STATES[row.status],
        "cancel": cancel or CancelForm(),
        "decision": decision,
        "may_change": changes,
        "begun": clock.now() >= row.during.lower,
    }
    if changes and row.planned_dose_id:
        context |= place_context(request, moving_wish(row), None, None, None)
    return render(request, "scheduling/appointment.html", context, status=200 if decision is None else 409)


def _appointment(key: UUID) -> Appointment:
    row = selectors.appointment_of(key)
    if row is None:
        raise Http404
    return row
