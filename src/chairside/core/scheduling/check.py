"""THE rule of booking: is this place possible for this visit? Every refusal says what stands in the way, in words.

Booking, the explanation on the page and every search ask these functions, so that nobody is ever offered what would be
refused, or refused what was offered. A rule yields what stands in the way with its words still to be made (`Told`): a search,
which asks of thousands of places only whether anything does, never pays for a sentence. The database repeats the overlap
rules as constraints, for a path that skips this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from itertools import chain

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.span import Span
from chairside.core.scheduling.day_book import Booking, DayBook, Place, Shift, VisitRequest

# Something that stands in the way; called, it says so. What a loop found is bound by `partial`, which a lambda would not.
Told = Callable[[], Reason]


def check_booking(book: DayBook, request: VisitRequest, place: Place) -> Decision[Booking]:
    """The booking that would be made, with every reason against it. Its id is empty: it is not made yet."""
    found = chain(
        against_start(book, request, place.start),
        against_chair(book, request, place.start, place.chair),
        against_nurse(book, request, place.start, place.nurse),
    )
    booking = Booking("", place.chair, place.nurse, request.patient, request.span(place.start), request.hands_on(place.start))
    return Decision(booking, tuple(told() for told in found))


def against_start(book: DayBook, request: VisitRequest, start: datetime) -> Iterator[Told]:
    """What speaks against this time, whatever the chair and the nurse."""
    clinic, span = book.clinic, request.span(start)
    day = clinic.day_of(start)
    if day not in book.days:
        raise ValueError(f"{day} was not read into the book; nothing may be said about it")
    if span.start < request.not_before:
        yield lambda: refused(
            "not_available", f"{clinic.spell(start)} has passed.", field="start", limit=clinic.spell(request.not_before)
        )
    yield from against_day(request, day)
    hours = clinic.hours(day)
    if hours is None:
        yield lambda: refused(
            "not_available", f"The site is closed on {spell_day(day)}.", field="start", source="opening hours"
        )
    elif span.start < hours.start or span.end > hours.end:
        limit = f"{clinic.clock(hours.start)} to {clinic.clock(hours.end)}"
        yield lambda: refused(
            "not_available",
            f"The visit would run from {_from_to(book, span)}; the site is open from {limit}.",
            field="start",
            limit=limit,
            source="opening hours",
        )
    for other in _others(book.of_patient(request.patient, span), request):
        yield partial(_taken, book, "The patient already has an appointment", other.during, "patient")


def against_day(request: VisitRequest, day: date) -> Iterator[Told]:
    """Whether the dose may be given on that calendar day."""
    window = request.window
    if day < window.first:
        yield lambda: refused(
            "too_early",
            f"The dose may not be given on {spell_day(day)}: its window opens on {spell_day(window.first)}.",
            field="start",
            limit=window.first.isoformat(),
            source="dose window",
        )
    if day > window.last:
        yield lambda: refused(
            "too_late",
            f"{spell_day(day)} is past the dose's window, which ends on {spell_day(window.last)}. "
            "The prescriber decides how the plan goes on.",
            field="start",
            limit=window.last.isoformat(),
            source="dose window",
        )


def against_chair(book: DayBook, request: VisitRequest, start: datetime, chair_id: str) -> Iterator[Told]:
    """What speaks against this chair at this time."""
    chair = book.chair_by_id.get(chair_id)
    if chair is None or not chair.in_use:
        yield lambda: refused(
            "not_available", f"{chair.name if chair else 'That chair'} is not in use at this site.", field="chair"
        )
        return
    if request.chair_kinds and chair.kind not in request.chair_kinds:
        wanted = " or ".join(sorted(request.chair_kinds))
        yield lambda: refused(
            "not_available",
            f"{chair.name} is of the kind “{chair.kind}”; this visit needs: {wanted}.",
            field="chair",
            limit=wanted,
        )
    for other in _others(book.on_chair(chair_id, request.span(start)), request):
        yield partial(_taken, book, f"{chair.name} is taken", other.during, "chair")


def against_nurse(book: DayBook, request: VisitRequest, start: datetime, nurse: str) -> Iterator[Told]:
    """What speaks against this nurse at this time: her shift, her hands, the number of her patients."""
    span = request.span(start)
    shift = shift_holding(book, nurse, span)
    name = book.nurse_names.get(nurse, "That nurse")
    if shift is None:
        yield lambda: _not_on_shift(book, name, nurse, span)
        return
    others = _others(book.of_nurse(nurse, span), request)
    wanted = request.hands_on(start)
    for other in others:
        for hands in other.hands_on:
            if any(hands.overlaps(part) for part in wanted):
                yield partial(_taken, book, f"{name} is hands-on with another patient", hands, "nurse")
    crowded = _crowded(others, span, shift.patients_at_once)
    if crowded is not None:
        yield lambda: refused(
            "slot_taken",
            f"{name} already has {shift.patients_at_once} patients at {book.clinic.clock(crowded)}, which is the most at once.",
            field="nurse",
            limit=f"{shift.patients_at_once} patients at once",
            source="shift",
        )


def shift_holding(book: DayBook, nurse: str, span: Span) -> Shift | None:
    """The shift that holds the whole visit: one nurse keeps a visit from start to end."""
    shifts = book.shifts_of(nurse, book.clinic.day_of(span.start))
    return next((shift for shift in shifts if shift.during.start <= span.start and span.end <= shift.during.end), None)


def spell_day(day: date) -> str:
    return f"{day:%a %b} {day.day}"


def _taken(book: DayBook, what: str, during: Span, field: str) -> Reason:
    when = _from_to(book, during)
    return refused("slot_taken", f"{what} from {when}.", field=field, limit=when)


def _not_on_shift(book: DayBook, name: str, nurse: str, span: Span) -> Reason:
    shifts = book.shifts_of(nurse, book.clinic.day_of(span.start))
    here = " and ".join(_from_to(book, shift.during) for shift in shifts)
    day = spell_day(book.clinic.day_of(span.start))
    where = f"is here from {here}" if here else f"has no shift on {day}"
    return refused(
        "not_available",
        f"{name} {where}; the visit runs from {_from_to(book, span)}.",
        field="nurse",
        limit=here,
        source="shift",
    )


def _others(found: tuple[Booking, ...], request: VisitRequest) -> tuple[Booking, ...]:
    """Bookings in the way, without the one that is given up for the new place."""
    return tuple(booking for booking in found if booking.id != request.moving) if request.moving else found


def _crowded(others: tuple[Booking, ...], span: Span, most: int) -> datetime | None:
    """The first moment of the visit at which the nurse already has as many patients as she may have."""
    if len(others) < most:
        return None
    moments = sorted({max(other.during.start, span.start) for other in others})
    return next((at for at in moments if sum(other.during.start <= at < other.during.end for other in others) >= most), None)


def _from_to(book: DayBook, span: Span) -> str:
    return f"{book.clinic.clock(span.start)} to {book.clinic.clock(span.end)}"
