"""What may become of an appointment before the patient arrives: moved, cancelled, not kept."""

from __future__ import annotations

from datetime import UTC, datetime

from chairside.apps.people.models import User
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair, HandsOn
from chairside.apps.scheduling.services.answer import BookingDecision, refusal
from chairside.apps.scheduling.services.booking import settled
from chairside.apps.scheduling.services.carry_out import Attempt, in_transaction, lock, record
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.scheduling.standing import change_reasons


def appointment_move(
    *, appointment: Appointment, chair: Chair, nurse: User, start: datetime, key: str, actor: Actor, at: datetime
) -> BookingDecision:
    """Give an appointment another place. Refused, it stays where it was."""
    reasons = (*actor.may(Action.APPOINTMENT_BOOK).reasons, *change_reasons(appointment.status, "moved"))
    if reasons or appointment.planned_dose_id is None:
        return refusal(
            reasons or (unknown("missing_fact", "This appointment belongs to no planned dose, so its length is not known."),)
        )
    request = f"{appointment.pk} {chair.pk} {nurse.pk} {start.astimezone(UTC).isoformat()}"
    attempt = Attempt(appointment.planned_dose_id, chair, nurse, start, key, request, actor, at)
    return settled(attempt, "appointment.move", appointment)


def appointment_cancel(*, appointment: Appointment, reason: str, actor: Actor, at: datetime) -> BookingDecision:
    """Cancel an appointment: chair, nurse and dose are free again."""
    if not reason.strip():
        return refusal((unknown("missing_fact", "Say why the appointment is cancelled.", field="reason"),))
    return _end(appointment, Appointment.Status.CANCELLED, "cancelled", reason.strip(), actor, at)


def appointment_no_show(*, appointment: Appointment, actor: Actor, at: datetime) -> BookingDecision:
    """The patient did not come: chair and nurse are free, and the dose is to be booked again."""
    if at < appointment.during.lower:
        return refusal(
            (refused("too_early", "The appointment has not begun yet. To free the place, cancel it.", field="appointment"),)
        )
    return _end(appointment, Appointment.Status.NO_SHOW, "marked as not kept", "", actor, at)


def _end(
    appointment: Appointment, status: Appointment.Status, verb: str, reason: str, actor: Actor, at: datetime
) -> BookingDecision:
    may = actor.may(Action.APPOINTMENT_BOOK)
    if not may.allowed:
        return refusal(may.reasons)

    def end() -> BookingDecision:
        lock(
            patients=[appointment.patient_id],
            doses=filter(None, [appointment.planned_dose_id]),
            chairs=[appointment.chair_id],
            nurses=[appointment.nurse_id],
        )
        row = Appointment.objects.select_for_update().get(pk=appointment.pk)
        against: tuple[Reason, ...] = tuple(change_reasons(row.status, verb))
        if against:
            return refusal(against)
        row.status = status
        row.save(update_fields=["status"])
        HandsOn.objects.filter(appointment=row).delete()
        booked = PlannedDose.objects.filter(appointments=row, status=PlannedDose.Status.BOOKED)
        booked.update(status=PlannedDose.Status.PLANNED)
        record(row, f"appointment.{status.value}", actor, at, reason)
        return BookingDecision(row)

    return in_transaction(end)
