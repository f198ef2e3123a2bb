"""Where a visit could go. A search proposes places day by day; the checker has the last word on each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chairside.core.kernel.span import DayWindow
from chairside.core.scheduling.check import check_booking
from chairside.core.scheduling.day_book import DayBook, Place, VisitRequest

GRID = timedelta(minutes=5)  # when all times are multiples of 5 minutes, some best place is on this grid
APART = timedelta(minutes=30)  # offers closer together than this are one offer to a person


@dataclass(frozen=True, slots=True)
class Opening:
    """A place that the checker allowed, and how many days it lies from the dose's target day."""

    place: Place
    until: datetime
    days_off: int


# A search yields places of one day, best first. Whatever it yields is still checked.
Search = Callable[[DayBook, VisitRequest, date], Iterator[Place]]


def openings(
    book: DayBook,
    request: VisitRequest,
    days: Iterable[date],
    search: Search,
    *,
    most: int = 5,
    each_day: int = 3,
) -> tuple[Opening, ...]:
    """Up to `most` openings, in the order of `days` and then of the search, `each_day` a day, half an hour apart."""
    found: list[Opening] = []
    for day in days:
        for place in _apart(search(book, request, day), each_day):
            checked = check_booking(book, request, place)
            if checked.allowed and checked.value is not None:
                found.append(Opening(place, checked.value.during.end, (day - request.target).days))
            if len(found) == most:
                return tuple(found)
    return tuple(found)


def next_openings(book: DayBook, request: VisitRequest, after: datetime, search: Search, most: int = 3) -> tuple[Opening, ...]:
    """The first openings from a moment on, within the dose's window and the days that were read."""
    first = max(book.clinic.day_of(after), request.window.first, book.days.first)
    last = min(request.window.last, book.days.last)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return openings(book, replace(request, not_before=max(request.not_before, after)), days, search, most=most)


def spell_openings(book: DayBook, found: Iterable[Opening]) -> str:
    """Openings in one sentence, for whoever was refused a place."""
    places = (one.place for one in found)
    told = [
        f"{book.clinic.spell(place.start)} on {book.chair_by_id[place.chair].name} with {book.nurse_names[place.nurse]}"
        for place in places
    ]
    return f"Next openings: {'; '.join(told)}." if told else "There is no other opening in the dose's window."


def nearest_days(window: DayWindow, target: date) -> tuple[date, ...]:
    """The days of a window, the target first, then by distance; of two equally far the earlier."""
    days = (window.first + timedelta(days=n) for n in range((window.last - window.first).days + 1))
    return tuple(sorted(days, key=lambda day: (abs((day - target).days), day)))


def _apart(places: Iterator[Place], most: int) -> Iterator[Place]:
    """The first places, none closer than half an hour to one before."""
    taken: list[datetime] = []
    for place in places:
        if len(taken) == most:
            return
        if all(abs(place.start - other) >= APART for other in taken):
            taken.append(place.start)
            yield place
