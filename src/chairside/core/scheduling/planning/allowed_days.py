"""The days on which one dose may be planned, from its window, the dose before, authorization, clearance and the patient's days.

What a day is tested for is told once for all days that fail it, so that a call list says why a dose has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.span import DayWindow, day_spelled

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Interval:
    """The dose before was given on `last`; this one comes `least` to `most` days later, by that source."""

    last: date
    least: int
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """A result that clearance rests on. It holds for `valid` days; a new one is back `turnaround` days after it is taken.

    name    what it is called, as in "hepatitis B screening"
    latest    the day of the newest acceptable result that is back, none when there is none
    source    who says how long it holds
    """

    name: str
    valid: int
    turnaround: int
    latest: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of a dose and its patient.

    authorizations    the days approved; none given when none is needed, empty when one is needed and there is none
    weekdays    those on which the patient can come, Monday is 0
    """

    window: DayWindow
    interval: Interval | None
    authorizations: tuple[DayWindow, ...] | None
    renewals: tuple[Renewal, ...]
    weekdays: frozenset[int]


def allowed_days(wish: Wish, horizon: DayWindow, closed: Collection[date]) -> Decision[tuple[int, ...]]:
    """The days of the horizon, numbered from 0, on which the dose may be planned; refused with every reason when there is none.

    horizon    the days planned for; nothing is taken or given before the first of them
    closed    days without service
    """
    days = [day for day in _days(horizon) if day in wish.window]
    if not days:
        window = f"{day_spelled(wish.window.first)} to {day_spelled(wish.window.last)}"
        planned = f"{day_spelled(horizon.first)} to {day_spelled(horizon.last)}"
        message = f"The window of the dose, {window}, has no day in {planned}."
        return Decision((), (refused("out_of_range", message, field="window", limit=window),))
    against = [list(_against(wish, horizon.first, closed, day)) for day in days]
    found = tuple((day - horizon.first).days for day, obstacles in zip(days, against, strict=True) if not obstacles)
    if found:
        return Decision(found)
    return Decision((), tuple(_told(Counter(chain.from_iterable(against)), len(days))))


class _Obstacle(NamedTuple):
    """What speaks against a day, in the same words for every day."""

    code: str
    words: str
    field: str
    limit: str = ""
    source: str = ""


def _days(window: DayWindow) -> list[date]:
    return [window.first + timedelta(days=nth) for nth in range((window.last - window.first).days + 1)]


def _against(wish: Wish, today: date, closed: Collection[date], day: date) -> Iterator[_Obstacle]:
    if day in closed:
        yield _Obstacle("not_available", "the center is closed", field="closed")
    if day.weekday() not in wish.weekdays:
        names = ", ".join(_WEEKDAYS[weekday] for weekday in sorted(wish.weekdays))
        limit = f"comes on {names}" if names else "no weekday is named"
        yield _Obstacle("not_available", "the patient cannot come", field="weekdays", limit=limit)
    if wish.interval is not None:
        yield from _too_near(wish.interval, day)
    if wish.authorizations is not None and not any(day in approved for approved in wish.authorizations):
        days = "; ".join(f"{day_spelled(each.first)} to {day_spelled(each.last)}" for each in wish.authorizations) or "none"
        yield _Obstacle("not_available", "no authorization covers it", field="authorization", limit=f"approved days: {days}")
    for need in wish.renewals:
        if not _stands(need, day) and not any(taken.weekday() in wish.weekdays for taken in _to_take(need, today, day)):
            standing = "none is on record" if need.latest is None else f"the last is of {day_spelled(need.latest)}"
            message = f"no {need.name} can be back and still hold ({standing})"
            limit = f"holds {need.valid} days, back after {need.turnaround}"
            yield _Obstacle("stale_fact", message, field="clearance", limit=limit, source=need.source)


def _too_near(interval: Interval, day: date) -> Iterator[_Obstacle]:
    gap = (day - interval.last).days
    if interval.least <= gap <= interval.most:
        return
    code, much = ("too_early", "soon") if gap < interval.least else ("too_late", "long")
    words = f"it is too {much} after the dose of {day_spelled(interval.last)}"
    limit = f"{interval.least} to {interval.most} days"
    yield _Obstacle(code, words, field="interval", limit=limit, source=interval.source)


def _stands(need: Renewal, day: date) -> bool:
    """Whether the result on record still holds on that day."""
    return need.latest is not None and need.latest <= day <= need.latest + timedelta(days=need.valid)


def _to_take(need: Renewal, today: date, day: date) -> list[date]:
    """The days on which a new result could be taken, to be back by that day and still hold on it."""
    first = max(today, day - timedelta(days=need.valid))
    return _days(DayWindow(first, day - timedelta(days=need.turnaround)))


def _told(obstacles: Counter[_Obstacle], days: int) -> Iterator[Reason]:
    """Each obstacle once, with how many days of the window it takes away; what takes most comes first."""
    for found, times in obstacles.most_common():
        of = f"On {'every day' if times == days else f'{times} of {days} days'} of the window"
        message = f"{of} {found.words}{f': {found.limit}' if found.limit else ''}."
        yield refused(found.code, message, field=found.field, limit=found.limit, source=found.source)
