"""A center's day as a question of this engine: which places there are for one more visit, earliest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from chairside.core.kernel.span import Span
from chairside.core.scheduling import day_book
from chairside.core.scheduling.check import against_start
from chairside.core.scheduling.day.instance import Assignment, Chair, DayInstance, Nurse, Pharmacy, Visit, Weights
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.booking.insertion import each_start
from chairside.engines.booking.standing import Standing

_MINUTE = timedelta(minutes=1)
_NOBODY = ""  # a chair that no visit may have, and a nurse who takes no visit and is enough for the floor
_SKILL = "infusion"
_EARLIEST = Weights(unscheduled=0, wait=1, pref=0, overtime=0, peak=0, balance=0)


def earliest(book: day_book.DayBook, request: day_book.VisitRequest, day: date) -> Iterator[day_book.Place]:
    """Of every start on the grid that has a chair and a nurse one place, earliest first: the least scarce chair, the nurse with
    the least hands-on work."""
    hours = book.clinic.hours(day)
    if hours is None or day not in book.days or day not in request.window:
        return
    asked = _Day(book, request, day, hours)
    for offer in each_start(Standing(asked.instance, asked.schedule), asked.visit):
        start = hours.start + offer.place.start * _MINUTE
        if next(against_start(book, request, start), None) is None:  # the patient's own appointments are no part of the masks
            yield day_book.Place(start, offer.place.chair, asked.shifts[int(offer.place.nurse)].nurse)


@dataclass(frozen=True)
class _Day:
    """Minutes from opening, seconds rounded away from what is free. A shift is a nurse; a booking that meets several shifts of
    its nurse is a visit in each."""

    book: day_book.DayBook
    request: day_book.VisitRequest
    day: date
    hours: Span

    @cached_property
    def shifts(self) -> tuple[day_book.Shift, ...]:
        return tuple(shift for nurse in self.book.nurses_on(self.day) for shift in self.book.shifts_of(nurse, self.day))

    @cached_property
    def instance(self) -> DayInstance:
        close, kinds = self._ceil(self.hours.end), {chair.id: chair.kind for chair in self.book.chairs if chair.in_use}
        others = {booking.chair for booking in self._bookings} - kinds.keys()
        nurses = [
            Nurse(str(row), (self._ceil(shift.during.start), self._floor(shift.during.end)), shift.patients_at_once, (_SKILL,))
            for row, shift in enumerate(self.shifts)
        ]
        return DayInstance(
            str(self.day),
            0,
            close,
            close,
            _EARLIEST,
            tuple(Chair(chair, kind) for chair, kind in (*kinds.items(), *((chair, _NOBODY) for chair in (*others, _NOBODY)))),
            (*nurses, Nurse(_NOBODY, (0, close), len(self._visits) + 1, ())),
            Pharmacy(0, (0, close)),
            tuple(visit for visit, _ in self._visits),
        )

    @cached_property
    def schedule(self) -> Schedule:
        return Schedule(str(self.day), tuple(place for _, place in self._visits), ())

    @cached_property
    def visit(self) -> Visit:
        """The wish, from the present on."""
        request, minutes = self.request, self.request.shape.length // _MINUTE
        kinds = request.chair_kinds or {chair.kind for chair in self.book.chairs}
        tasks = tuple((part.offset // _MINUTE, part.length // _MINUTE) for part in request.shape.hands_on)
        return _visit("asked", max(0, self._ceil(request.not_before)), minutes, tasks, tuple(kinds))

    @cached_property
    def _bookings(self) -> tuple[day_book.Booking, ...]:
        book = self.book
        found = {each.id: each for chair in book.chairs for each in book.on_chair(chair.id, self.hours)}
        found |= {each.id: each for shift in self.shifts for each in book.of_nurse(shift.nurse, shift.during)}
        return tuple(each for each in found.values() if each.id != self.request.moving)

    @cached_property
    def _visits(self) -> list[tuple[Visit, Assignment]]:
        return [pair for booking in self._bookings for pair in self._of(booking)]

    def _of(self, booking: day_book.Booking) -> Iterator[tuple[Visit, Assignment]]:
        start, end = self._floor(booking.during.start), self._ceil(booking.during.end)
        spans = [(self._floor(part.start), self._ceil(part.end)) for part in booking.hands_on]
        tasks = tuple((first - start, last - first) for first, last in spans)
        rows = [
            str(row)
            for row, shift in enumerate(self.shifts)
            if shift.nurse == booking.nurse and shift.during.overlaps(booking.during)
        ]
        for turn, row in enumerate(rows or [_NOBODY]):
            name = f"{booking.id} {turn}"
            yield _visit(name, start, end - start, tasks), Assignment(name, start, _NOBODY if turn else booking.chair, row)

    def _floor(self, moment: datetime) -> int:
        return (moment - self.hours.start) // _MINUTE

    def _ceil(self, moment: datetime) -> int:
        return -((self.hours.start - moment) // _MINUTE)


def _visit(name: str, release: int, minutes: int, tasks: tuple[tuple[int, int], ...], kinds: tuple[str, ...] = ()) -> Visit:
    """A visit of one load unit that waits from `release` on."""
    return Visit(name, release, 10**6, True, (0, 0), kinds, _SKILL, 1, minutes, tasks, None, 1)
