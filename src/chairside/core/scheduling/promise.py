"""What a patient was told about the start of a visit, and what may move without asking them.

A promise is a day and the first and last start that keep it. Chair and nurse are not promised: they may change while the start
keeps the promise. When the exact time was told, the promise is that minute and nothing moves without asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.span import Span
from chairside.core.scheduling.check import spell_day
from chairside.core.scheduling.day_book import Clinic
from chairside.core.scheduling.openings import GRID

NOON = time(12)


@dataclass(frozen=True, slots=True)
class Promise:
    """The first and the last start that keep it, both included, aware, on one day of the site; `told` is how it was said."""

    first: datetime
    last: datetime
    told: str

    def __post_init__(self) -> None:
        if self.first.tzinfo is None or self.last.tzinfo is None:
            raise ValueError("a promise needs times with a zone")
        if self.last < self.first:
            raise ValueError("the last start of a promise is not before the first")

    def __contains__(self, start: datetime) -> bool:
        return self.first <= start <= self.last


def half_day(clinic: Clinic, start: datetime) -> Decision[Promise]:
    """The morning or the afternoon in which the booked start lies, within opening hours. Noon is afternoon."""
    hours = _hours_holding(clinic, start)
    if isinstance(hours, Reason):
        return Decision(None, (hours,))
    day = clinic.day_of(start)
    noon = datetime.combine(day, NOON, clinic.zone).astimezone(UTC)
    morning = start < noon
    first, end = (hours.start, min(noon, hours.end)) if morning else (max(noon, hours.start), hours.end)
    half = "in the morning" if morning else "in the afternoon"
    told = f"{spell_day(day)} {half}, {clinic.clock(first)} to {clinic.clock(end)}"
    return Decision(Promise(first, max(end - GRID, start.astimezone(UTC)), told))


def around(clinic: Clinic, start: datetime, either_way: timedelta) -> Decision[Promise]:
    """From so much before to so much after the booked start, as far as the site is open; no time either way promises the
    minute itself. ValueError when the time is negative."""
    if either_way < timedelta():
        raise ValueError("a promise reaches forward and back from the start, not less than 0 min")
    hours = _hours_holding(clinic, start)
    if isinstance(hours, Reason):
        return Decision(None, (hours,))
    booked = start.astimezone(UTC)
    first, last = max(booked - either_way, hours.start), min(booked + either_way, hours.end)
    working = [f"{either_way // timedelta(minutes=1)} min either way of {clinic.clock(booked)}"]
    if last - first < 2 * either_way:
        working.append(f"only while the site is open: {clinic.clock(hours.start)} to {clinic.clock(hours.end)}")
    between = f"between {clinic.clock(first)} and {clinic.clock(last)}" if first < last else f"at {clinic.clock(booked)}"
    told = f"{spell_day(clinic.day_of(booked))} {between}"
    return Decision(Promise(first, last, told), working=tuple(working))


def free_to_move(promise: Promise, not_before: datetime) -> tuple[datetime, datetime] | None:
    """First and last start to which the visit may move without asking, none when they have passed."""
    first = max(promise.first, not_before.astimezone(UTC))
    return (first, promise.last) if first <= promise.last else None


def keeps(clinic: Clinic, promise: Promise, start: datetime, *, not_before: datetime) -> Decision[datetime]:
    """Whether a visit may move to a new start without asking the patient.

    A start before or after what was told is refused: when the patient was asked and agrees, what they are told then is a new
    promise. So is a start that has passed.

    not_before   the present
    """
    reasons = []
    if start < not_before:
        message = f"{clinic.spell(start)} has passed."
        reasons.append(refused("not_available", message, field="start", limit=clinic.spell(not_before)))
    if start not in promise:
        reasons.append(_broken(clinic, promise, start))
    return Decision(start, tuple(reasons), (f"told: {promise.told}",))


def _broken(clinic: Clinic, promise: Promise, start: datetime) -> Reason:
    early = start < promise.first
    off = _spelled(promise.first - start if early else start - promise.last)
    where = f"{clinic.spell(start)} is {off} {'before the first' if early else 'after the last'} start that keeps it"
    day = clinic.day_of(start)
    if day != clinic.day_of(promise.first):
        where = f"{clinic.spell(start)} is on another day"
    return refused(
        "too_early" if early else "too_late",
        f"The patient was told {promise.told}. {where}. Ask the patient before the visit moves there.",
        field="start",
        limit=promise.told,
        source="promise",
    )


def _spelled(length: timedelta) -> str:
    minutes = -(-length // timedelta(minutes=1))
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def _hours_holding(clinic: Clinic, start: datetime) -> Span | Reason:
    """The opening hours that a booked start lies in, or why nothing can be promised."""
    hours = clinic.hours(clinic.day_of(start))
    if hours is not None and hours.start <= start < hours.end:
        return hours
    limit = f"{clinic.clock(hours.start)} to {clinic.clock(hours.end)}" if hours else "closed"
    message = f"No start can be promised for {clinic.spell(start)}: the site is "
    message += f"open from {limit}." if hours else "closed on that day."
    return refused("not_available", message, field="start", limit=limit, source="opening hours")
