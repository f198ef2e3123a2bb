"""Who is asked first when an opening is freed. It ranks and explains; it books nobody and reserves nothing.

Whoever the checker refuses at that place is not asked. Of the others, in this order: whose dose is overdue; whose window closes
first; who has waited for more days; whose target day is nearer; the order of their ids, so that there is never a tie.
Nothing is decided about clearance or coverage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, pairwise

from chairside.core.kernel.decision import Reason
from chairside.core.kernel.span import Span
from chairside.core.scheduling.check import against_chair, against_nurse, against_start, check_booking, spell_day
from chairside.core.scheduling.day_book import DayBook, Place, VisitRequest
from chairside.core.scheduling.openings import GRID


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit whose patient would come sooner or at all, and the moment since which the wish stands."""

    id: str
    request: VisitRequest
    since: datetime


@dataclass(frozen=True, slots=True)
class Freed:
    """A chair and a nurse that became free, and the time within which a visit may begin."""

    during: Span
    chair: str
    nurse: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish that the place fits: the earliest start, how it stands, and why it is asked before the next one."""

    wish: Wish
    place: Place
    stands: tuple[str, ...]
    before_next: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """A wish that the place does not fit, with what stands in the way at the first start."""

    wish: Wish
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Who is asked, first one first, and who is not; the latter in the same order."""

    asked: tuple[Asked, ...]
    not_asked: tuple[NotAsked, ...]


def rank(book: DayBook, freed: Freed, wishes: Iterable[Wish], today: date) -> Ranking:
    """The order in which to ask. `book` no longer holds what was given up. ValueError when an id stands twice, a wish
    stands since a day to come, no time is free, or the freed time is on a day that was not read."""
    found = tuple(wishes)
    if freed.during.start == freed.during.end:
        raise ValueError("no time is free in the opening")
    later = [wish.id for wish in found if _waited(book, wish, today) < 0]
    if later:
        raise ValueError(f"the wish “{later[0]}” stands since a day to come")
    twice = [name for name, times in Counter(wish.id for wish in found).items() if times > 1]
    if twice:
        raise ValueError(f"the wish “{twice[0]}” stands more than once on the waitlist")
    day = book.clinic.day_of(freed.during.start)
    ordered = sorted(found, key=lambda wish: _key(book, wish, day, today))
    places = [(wish, _place(book, freed, wish)) for wish in ordered]
    fitting = [(wish, place) for wish, place in places if isinstance(place, Place)]
    ahead = [_ahead(book, one, other, day, today) for (one, _), (other, _) in pairwise(fitting)] + [""]
    asked = (
        Asked(wish, place, tuple(_stands(book, wish, day, today)), why)
        for (wish, place), why in zip(fitting, ahead, strict=False)
    )
    return Ranking(tuple(asked), tuple(NotAsked(wish, place) for wish, place in places if not isinstance(place, Place)))


def _place(book: DayBook, freed: Freed, wish: Wish) -> Place | tuple[Reason, ...]:
    """The earliest start on the grid that the checker allows, or its reasons against the first one."""
    request, start = wish.request, freed.during.start
    while start < freed.during.end:
        against = chain(
            against_start(book, request, start),
            against_chair(book, request, start, freed.chair),
            against_nurse(book, request, start, freed.nurse),
        )
        if next(against, None) is None:
            return Place(start, freed.chair, freed.nurse)
        start += GRID
    return check_booking(book, request, Place(freed.during.start, freed.chair, freed.nurse)).reasons


def _overdue(wish: Wish, today: date) -> bool:
    return wish.request.target < today


def _waited(book: DayBook, wish: Wish, today: date) -> int:
    return (today - book.clinic.day_of(wish.since)).days


def _distance(wish: Wish, day: date) -> int:
    return abs((day - wish.request.target).days)


def _key(book: DayBook, wish: Wish, day: date, today: date) -> tuple[bool, date, int, int, str]:
    """Less is asked sooner. Its parts are those of `_CRITERIA`, then the id."""
    return (
        not _overdue(wish, today),
        wish.request.window.last,
        -_waited(book, wish, today),
        _distance(wish, day),
        wish.id,
    )


Words = Callable[[DayBook, Wish, Wish, date, date], str]
_CRITERIA: tuple[Words, ...] = (
    lambda book, one, other, day, today: "its dose is overdue, the next one's is not",
    lambda book, one, other, day, today: (
        f"its window closes on {spell_day(one.request.window.last)}, the next one's on {spell_day(other.request.window.last)}"
    ),
    lambda book, one, other, day, today: (
        f"it stands for {_days(_waited(book, one, today))}, the next one for {_days(_waited(book, other, today))}"
    ),
    lambda book, one, other, day, today: (
        f"the opening is {_days(_distance(one, day))} from its target day, {_days(_distance(other, day))} from the next one's"
    ),
    lambda book, one, other, day, today: "nothing tells it from the next one; the order of their ids decides",
)


def _ahead(book: DayBook, one: Wish, other: Wish, day: date, today: date) -> str:
    """The first criterion that tells two neighbours apart, in words."""
    pairs = zip(_key(book, one, day, today), _key(book, other, day, today), _CRITERIA, strict=True)
    return next(words(book, one, other, day, today) for mine, theirs, words in pairs if mine != theirs)


def _stands(book: DayBook, wish: Wish, day: date, today: date) -> Iterator[str]:
    """How a wish stands by each criterion, in words."""
    request = wish.request
    late = (today - request.target).days
    yield f"overdue by {_days(late)}: due on {spell_day(request.target)}" if late > 0 else f"due on {spell_day(request.target)}"
    yield f"window closes on {spell_day(request.window.last)}"
    yield f"stands for {_days(_waited(book, wish, today))}"
    yield f"opening {_days(_distance(wish, day))} from the target day"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
