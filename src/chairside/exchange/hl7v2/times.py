"""Times as HL7 v2 writes them: `20261106100500-0600`, down to a year alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_SHAPE = re.compile(
    r"(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?(?:([+-])(\d{2})(\d{2}))?"
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time as it was sent.

    text     as the record writes a day: `1961-07-22`, or the part of it that was sent (`1961-07`)
    written  the calendar day as the sender wrote it, None for a year or a month
    at       the moment; None for a day, and for a time without a zone, which is never guessed
    timed    True when it says the time of day
    """

    text: str
    written: date | None
    at: datetime | None
    timed: bool

    @property
    def zoneless(self) -> bool:
        """A time of day without its zone."""
        return self.timed and self.at is None

    def day(self, zone: ZoneInfo) -> date | None:
        """The calendar day in the site's zone; of a time without a zone the day as the sender wrote it."""
        return self.at.astimezone(zone).date() if self.at else self.written


def read_time(text: str) -> Time | None:
    """The time, or None when it is no time of the calendar."""
    found = _SHAPE.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        return None
    year, month, day, hour, minute, second, part = found.group(1, 2, 3, 4, 5, 6, 7)
    shown = "-".join(item for item in (year, month, day) if item)
    try:
        first = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((part or "0").ljust(6, "0")),
            _zone(found),
        )
        if first.tzinfo is not None:
            first.astimezone(timezone(timedelta(hours=14))), first.astimezone(timezone(timedelta(hours=-14)))
    except (ValueError, OverflowError):
        return None
    zoned = bool(hour) and first.tzinfo is not None
    return Time(shown, first.date() if day else None, first if zoned else None, bool(hour))


def _zone(found: re.Match[str]) -> timezone | None:
    sign, hours, minutes = found.group(8, 9, 10)
    if not sign:
        return None
    if int(hours) > 14 or int(minutes) > 59:
        raise ValueError("no place on earth has that zone")
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-away if sign == "-" else away)


def written(at: datetime) -> str:
    """A moment as HL7 v2 writes it, with its zone."""
    return at.strftime("%Y%m%d%H%M%S%z")
