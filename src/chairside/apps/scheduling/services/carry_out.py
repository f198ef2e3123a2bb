"""One booking carried out: keys, locks, the rule, the rows, the record. Used by booking and moving alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, models, transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record, key_claim, key_settle
from chairside.apps.people.models import Patient, User
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair, HandsOn
from chairside.apps.scheduling.reading import DoseToBook, dose_to_book, range_of, read_book
from chairside.apps.scheduling.services.answer import BookingDecision, refusal
from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.span import DayWindow
from chairside.core.scheduling.check import check_booking
from chairside.core.scheduling.day_book import Booking, Place
from chairside.core.scheduling.standing import change_reasons

Answer = TypeVar("Answer")
_EXCLUDED, _NOT_UNIQUE = "23P01", "23505"
_TRY_AGAIN = frozenset({_EXCLUDED, _NOT_UNIQUE, "40P01", "40001"})  # another was faster; deadlock; serialization failure


@dataclass(frozen=True, slots=True)
class Attempt:
    """A wish to put a dose at a place, under an idempotency key."""

    dose: UUID
    chair: Chair
    nurse: User
    start: datetime
    key: str
    request: str
    actor: Actor
    at: datetime

    @property
    def place(self) -> Place:
        return Place(self.start.astimezone(UTC), str(self.chair.pk), str(self.nurse.pk))


def in_transaction(work: Callable[[], Answer]) -> Answer:
    """Run in one durable transaction; once more when the database itself stopped it: by then the other's rows can be read."""
    try:
        with transaction.atomic(durable=True):
            return work()
    except (IntegrityError, OperationalError) as problem:
        if sqlstate(problem) not in _TRY_AGAIN:
            raise
    with transaction.atomic(durable=True):
        return work()


def sqlstate(problem: Exception) -> str:
    """PostgreSQL's code of what went wrong; empty when it was not PostgreSQL's."""
    return getattr(problem.__cause__, "sqlstate", None) or ""


def carry_out(attempt: Attempt, action: str, moving: Appointment | None = None) -> tuple[BookingDecision, DoseToBook]:
    """Claim the key, lock, re-read, ask the core, write. A refusal leaves nothing behind, not even the key."""
    dose = dose_to_book(attempt.dose, moving)
    done = key_claim(actor=attempt.actor, key=attempt.key, action=action, request=attempt.request, at=attempt.at)
    if done is not None:
        return BookingDecision(Appointment.objects.get(pk=done.subject)), dose
    chairs, nurses = {attempt.chair.pk}, {attempt.nurse.pk}
    if moving is not None:
        chairs, nurses = chairs | {moving.chair_id}, nurses | {moving.nurse_id}
    lock(patients={dose.patient, dose.person}, doses=[attempt.dose], chairs=chairs, nurses=nurses)
    dose = dose_to_book(attempt.dose, moving)
    if moving is not None:
        moving = Appointment.objects.select_for_update().get(pk=moving.pk)
    decided = _decide(attempt, dose, moving)
    if decided.reasons or decided.value is None:
        transaction.set_rollback(True)
        return refusal(decided.reasons), dose
    row = _write(attempt, dose, decided.value, moving)
    key_settle(actor=attempt.actor, key=attempt.key, subject=row.pk)
    record(row, action, attempt.actor, attempt.at)
    return BookingDecision(row, working=dose.shape.working), dose


def lock(
    *, patients: Iterable[UUID] = (), doses: Iterable[UUID] = (), chairs: Iterable[UUID] = (), nurses: Iterable[UUID] = ()
) -> None:
    """Lock what a booking competes for: tables always in this order, rows in id order, so that nobody waits in a circle.

    NO KEY: whoever only refers to the patient or the nurse (a fact, an event) does not wait.
    """
    wanted: list[tuple[type[models.Model], Iterable[UUID]]] = [
        (Patient, patients),
        (PlannedDose, doses),
        (Chair, chairs),
        (User, nurses),
    ]
    for model, ids in wanted:
        list(model._default_manager.select_for_update(no_key=True).filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def record(row: Appointment, action: str, actor: Actor, at: datetime, reason: str = "") -> None:
    """The audit entry, and word to the site's live screens."""
    detail = (
        f"{row.during.lower.isoformat()} {row.during.upper.isoformat()} chair {row.chair_id} nurse {row.nurse_id} {row.status}"
    )
    entry_record(
        actor=actor,
        action=action,
        subject_type="appointment",
        subject=row.pk,
        at=at,
        patient=row.patient_id,
        reason=reason,
        detail=detail,
    )
    notify_on_commit("site", row.site_id)


def _decide(attempt: Attempt, dose: DoseToBook, moving: Appointment | None) -> Decision[Booking]:
    """Standing and shape first; a place only for a visit whose length is known."""
    reasons = dose.standing + dose.shape.reasons + (tuple(change_reasons(moving.status, "moved")) if moving else ())
    if reasons:
        return Decision(None, reasons)
    site = attempt.chair.site
    day = attempt.start.astimezone(site.zone).date()
    return check_booking(read_book(site, DayWindow(day, day), dose.patient), dose.request(attempt.at, moving), attempt.place)


def _write(attempt: Attempt, dose: DoseToBook, booking: Booking, moving: Appointment | None) -> Appointment:
    row = moving or Appointment(
        organization_id=dose.row.organization_id,
        patient_id=dose.patient,
        planned_dose=dose.row,
        booked_at=attempt.at,
        booked_by=attempt.actor.id,
    )
    row.site_id, row.chair, row.nurse, row.during = (
        attempt.chair.site_id,
        attempt.chair,
        attempt.nurse,
        range_of(booking.during),
    )
    row.save()
    if moving:
        HandsOn.objects.filter(appointment=row).delete()
    parts = dose.shape.value.hands_on if dose.shape.value else ()
    HandsOn.objects.bulk_create(
        HandsOn(
            organization_id=row.organization_id,
            appointment=row,
            nurse=attempt.nurse,
            during=range_of(span),
            kind=part.kind.value,
        )
        for span, part in zip(booking.hands_on, parts, strict=True)
    )
    if dose.row.status != PlannedDose.Status.BOOKED:
        dose.row.status = PlannedDose.Status.BOOKED
        dose.row.save(update_fields=["status"])
    return row
