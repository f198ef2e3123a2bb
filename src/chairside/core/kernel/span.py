"""Time: calendar days and elapsed minutes are different things, and a month is not 30 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class DayWindow:
    """Calendar days, both ends included, in the zone of the site."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Span:
    """Elapsed time from `start` up to, not including, `end`. Both are aware; equal ends are an empty span."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span needs times with a zone")
        if self.end < self.start:
            raise ValueError("a span cannot end before it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


class Dated(Protocol):
    """What holds from a day on, up to a day, or both; both days included, None leaves that end open."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_until(self) -> date | None: ...


def in_force(item: Dated, day: date) -> bool:
    """Whether it holds on that day."""
    return (item.valid_from is None or item.valid_from <= day) and (item.valid_until is None or day <= item.valid_until)


def age_on(born: date, day: date) -> int:
    """Completed years of age on a day. Someone born on 29 February comes of age on 1 March."""
    if day < born:
        raise ValueError("the day lies before the birth date")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months_old(born: date, day: date) -> int:
    """Completed calendar months of age."""
    return (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)


def months_later(day: date, months: int) -> date:
    """The same day so many calendar months later; the last day of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError("there is no such month")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_spelled(day: date) -> str:
    """Nov 20, 2026: the month as a word, because 11/12 means two days."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"
