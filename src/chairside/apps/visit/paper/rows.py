"""One line of the paper as it was typed in: nothing is dropped or mended, so that what cannot be read comes back as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from chairside.apps.visit.paper.words import Unread

BLANK = 12
_CLOCK = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Row:
    """A line. `key` is made with the page, so that a line that is sent twice is one event."""

    key: str
    day: str = ""
    clock: str = ""
    kind: str = ""
    drug: str = ""
    text: str = ""
    problems: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Nothing was typed: the day stands there beforehand."""
        return not (self.clock.strip() or self.kind.strip() or self.text.strip())

    def event_id(self) -> UUID:
        try:
            return UUID(self.key)
        except ValueError:
            raise Unread("This line has lost its number. Load the page and enter it again.") from None

    def moment(self, zone: ZoneInfo) -> datetime:
        """When the paper says that it happened, at the site."""
        try:
            on = date.fromisoformat(self.day.strip())
        except ValueError:
            raise Unread(f"“{self.day}” is not a day. Write it as 2026-11-23.") from None
        found = _CLOCK.fullmatch(self.clock.strip())
        if found is None:
            missing = not self.clock.strip()
            raise Unread("The time on the paper is missing." if missing else f"“{self.clock}” is no time. Write 09:45 or 0945.")
        return datetime.combine(on, time(int(found[1]), int(found[2])), tzinfo=zone)


def blank_rows(day: date, count: int = BLANK) -> list[Row]:
    return [Row(str(uuid4()), day.isoformat()) for _ in range(count)]


def typed_rows(columns: Mapping[str, Sequence[str]]) -> list[Row]:
    """The lines of a posted table; a column that came short is blank there."""
    count = len(columns["key"])
    names = ("key", "day", "clock", "kind", "drug", "text")
    padded = [[*columns.get(name, ()), *[""] * count][:count] for name in names]
    return [Row(key, day, clock, kind, drug, text) for key, day, clock, kind, drug, text in zip(*padded, strict=True)]


def days_to_choose(first: date, today: date) -> list[date]:
    """The days that a line may be of: from the day before the visit to today, a week at most."""
    last = min(max(today, first), first + timedelta(days=7))
    return [first + timedelta(days=n) for n in range(-1, (last - first).days + 1)]
