"""What a site has and what is booked: hours, chairs, shifts, bookings. All times are aware; the site's zone decides the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from chairside.core.kernel.span import DayWindow, Span
from chairside.core.scheduling.visit_shape import VisitShape


@dataclass(frozen=True, slots=True)
class Clinic:
    """A site's zone and opening hours. `closed` are days on which it does not open; `open_weekdays` counts Monday as 0."""

    zone: ZoneInfo
    opens: time
    closes: time
    open_weekdays: frozenset[int] = frozenset(range(7))
    closed: frozenset[date] = frozenset()

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def hours(self, day: date) -> Span | None:
        """From opening to closing in UTC, so that adding minutes is elapsed time also on the days when the clocks change."""
        if day in self.closed or day.weekday() not in self.open_weekdays:
            return None
        at = (datetime.combine(day, clock, self.zone).astimezone(UTC) for clock in (self.opens, self.closes))
        return Span(*at)

    def clock(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%H:%M")

    def spell(self, moment: datetime) -> str:
        """Tue Dec 1, 09:30: as a person at the site reads it."""
        local = moment.astimezone(self.zone)
        return f"{local:%a %b} {local.day}, {local:%H:%M}"


@dataclass(frozen=True, slots=True)
class Chair:
    id: str
    name: str
    kind: str
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class Shift:
    """A nurse's presence, and how many patients she may have at once."""

    nurse: str
    name: str
    during: Span
    patients_at_once: int


@dataclass(frozen=True, slots=True)
class Booking:
    """An appointment that holds its chair, its nurse's hands and its patient."""

    id: str
    chair: str
    nurse: str
    patient: str
    during: Span
    hands_on: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when: what a person asks for and a search proposes."""

    start: datetime
    chair: str
    nurse: str


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """A visit that wants a place.

    window       the days on which the dose may be given
    chair_kinds  kinds of chair that will do; empty means any
    not_before   the present: nothing is booked into the past
    moving       the appointment that is given up for the new place, if any
    """

    patient: str
    shape: VisitShape
    window: DayWindow
    target: date
    not_before: datetime
    chair_kinds: frozenset[str] = frozenset()
    moving: str = ""

    def span(self, start: datetime) -> Span:
        begin = start.astimezone(UTC)
        return Span(begin, begin + self.shape.length)

    def hands_on(self, start: datetime) -> tuple[Span, ...]:
        begin = start.astimezone(UTC)
        return tuple(Span(begin + part.offset, begin + part.offset + part.length) for part in self.shape.hands_on)


@dataclass(frozen=True)
class DayBook:
    """Everything that a place is checked against. `days` are the days that were read: outside them nothing is known."""

    clinic: Clinic
    days: DayWindow
    chairs: tuple[Chair, ...]
    shifts: tuple[Shift, ...]
    bookings: tuple[Booking, ...] = ()

    @cached_property
    def chair_by_id(self) -> Mapping[str, Chair]:
        return {chair.id: chair for chair in self.chairs}

    @cached_property
    def nurse_names(self) -> Mapping[str, str]:
        return {shift.nurse: shift.name for shift in self.shifts}

    def on_chair(self, chair: str, span: Span) -> tuple[Booking, ...]:
        return self._found(self._by_chair, chair, span)

    def of_nurse(self, nurse: str, span: Span) -> tuple[Booking, ...]:
        return self._found(self._by_nurse, nurse, span)

    def of_patient(self, patient: str, span: Span) -> tuple[Booking, ...]:
        return self._found(self._by_patient, patient, span)

    def shifts_of(self, nurse: str, day: date) -> tuple[Shift, ...]:
        return self._shifts.get((nurse, day), ())

    def nurses_on(self, day: date) -> tuple[str, ...]:
        return tuple(dict.fromkeys(shift.nurse for shift in self.shifts if day in self._touched(shift.during)))

    def _touched(self, span: Span) -> Iterable[date]:
        """Calendar days that a span touches."""
        day, last = self.clinic.day_of(span.start), self.clinic.day_of(span.end)
        while day <= last:
            yield day
            day += timedelta(days=1)

    def _found(self, index: Mapping[tuple[str, date], tuple[Booking, ...]], key: str, span: Span) -> tuple[Booking, ...]:
        days = {self.clinic.day_of(span.start), self.clinic.day_of(span.end)}
        found = {booking.id: booking for day in days for booking in index.get((key, day), ()) if booking.during.overlaps(span)}
        return tuple(found.values())

    @cached_property
    def _by_chair(self) -> Mapping[tuple[str, date], tuple[Booking, ...]]:
        return self._index("chair")

    @cached_property
    def _by_nurse(self) -> Mapping[tuple[str, date], tuple[Booking, ...]]:
        return self._index("nurse")

    @cached_property
    def _by_patient(self) -> Mapping[tuple[str, date], tuple[Booking, ...]]:
        return self._index("patient")

    def _index(self, attribute: str) -> Mapping[tuple[str, date], tuple[Booking, ...]]:
        index: dict[tuple[str, date], list[Booking]] = defaultdict(list)
        for booking in self.bookings:
            for day in self._touched(booking.during):
                index[getattr(booking, attribute), day].append(booking)
        return {key: tuple(found) for key, found in index.items()}

    @cached_property
    def _shifts(self) -> Mapping[tuple[str, date], tuple[Shift, ...]]:
        index: dict[tuple[str, date], list[Shift]] = defaultdict(list)
        for shift in self.shifts:
            for day in self._touched(shift.during):
                index[shift.nurse, day].append(shift)
        return {key: tuple(found) for key, found in index.items()}
