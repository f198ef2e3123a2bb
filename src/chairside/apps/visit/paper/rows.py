"""One line of the paper as it was typed in: nothing is dropped or mended, so that what cannot be read comes back as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from chairside.apps.visit.paper.words import Unread

BLANK = 12


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
        try:
            at = time.fromisoformat(self.clock.strip())
        except ValueError:
            raise Unread(
                "The time on the paper is missing." if not self.clock.strip() else f"“{self.clock}” is no time."
            ) from None
        return datetime.combine(on, at.replace(tzinfo=None), tzinfo=zone)


def blank_rows(day: date, count: int = BLANK) -> list[Row]:
    return [Row(str(uuid4()), day.isoformat()) for _ in range(count)]


def typed_rows(columns: Mapping[str, Sequence[str]]) -> list[Row]:
    """The lines of a posted table; a column that came short is blank there."""
    count = len(columns["key"])
    names = ("key", "day", "clock", "kind", "drug", "text")
    padded = [[*columns.get(name, ()), *[""] * count][:count] for name in names]
    return [Row(key, day, clock, kind, drug, text) for key, day, clock, kind, drug, text in zip(*padded, strict=True)]
