"""Booking a planned dose on a chair with a nurse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError

from chairside.apps.audit.services import key_find
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import User
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.scheduling.reading import dose_to_book, open_days, read_book
from chairside.apps.scheduling.services.answer import BookingDecision, refusal, with_openings
from chairside.apps.scheduling.services.carry_out import Attempt, carry_out, in_transaction, sqlstate
from chairside.apps.scheduling.warnings import booking_warnings
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import refused
from chairside.core.scheduling.openings import nearest_days, openings
from chairside.engines.booking.center_day import earliest

_BOOK = "appointment.book"
_TRIES = 3


def appointment_book(
    *, planned_dose: PlannedDose, chair: Chair, nurse: User, start: datetime, key: str, actor: Actor, at: datetime
) -> BookingDecision:
    """Book a dose. A repeated key is the same booking; who comes second is told what was taken and the next openings."""
    request = f"{planned_dose.pk} {chair.pk} {nurse.pk} {start.astimezone(UTC).isoformat()}"
    return _book(Attempt(planned_dose.pk, chair, nurse, start, key, request, actor, at))


def book_first_opening(*, planned_dose: PlannedDose, site: Site, key: str, actor: Actor, at: datetime) -> BookingDecision:
    """One click: the opening nearest to the target day, earliest first. When somebody takes it meanwhile, the next one."""
    may = actor.may(Action.APPOINTMENT_BOOK)
    if not may.allowed:
        return refusal(may.reasons)
    request = f"{planned_dose.pk} first opening at {site.pk}"
    done = key_find(actor=actor, key=key, action=_BOOK, request=request)
    if done is not None:
        return BookingDecision(Appointment.objects.get(pk=done.subject))
    dose = dose_to_book(planned_dose.pk)
    if dose.standing or dose.shape.value is None:
        return refusal(dose.standing + dose.shape.reasons)
    days = open_days(dose.row, at.astimezone(site.zone).date())
    book = read_book(site, days, dose.patient) if days else None
    found = (
        openings(book, dose.request(at), nearest_days(days, dose.row.target_on), earliest, most=_TRIES) if book and days else ()
    )
    answer = refusal(
        (
            refused(
                "not_available",
                "There is no opening for this dose in its window. Ask the prescriber about another day, "
                "or the charge nurse about another shift.",
                field="start",
                source="dose window",
            ),
        )
    )
    for opening in found:
        chair, nurse = Chair.objects.get(pk=UUID(opening.place.chair)), User.objects.get(pk=UUID(opening.place.nurse))
        answer = _book(Attempt(planned_dose.pk, chair, nurse, opening.place.start, key, request, actor, at))
        if answer.allowed:
            break
    return answer


def _book(attempt: Attempt) -> BookingDecision:
    may = attempt.actor.may(Action.APPOINTMENT_BOOK)
    if not may.allowed:
        return refusal(may.reasons)
    return settled(attempt, _BOOK)


def settled(attempt: Attempt, action: str, moving: Appointment | None = None) -> BookingDecision:
    """Carry an attempt out, and tell who lost what is still free. Openings and warnings are read after every lock is gone."""
    try:
        answer, dose = in_transaction(lambda: carry_out(attempt, action, moving))
    except IntegrityError as problem:
        if sqlstate(problem) != "23P01":
            raise
        dose = dose_to_book(attempt.dose, moving)
        answer = refusal((refused("slot_taken", "Somebody else took this place at the same moment.", field="start"),))
    if answer.allowed:
        today, day = (moment.astimezone(attempt.chair.site.zone).date() for moment in (attempt.at, attempt.start))
        return replace(answer, warnings=booking_warnings(dose.row, day, today))
    return with_openings(answer, attempt.chair.site, dose, attempt.place, attempt.at, moving)
