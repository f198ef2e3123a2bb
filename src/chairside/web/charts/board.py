"""Where a visit stands on the board: five-minute columns from the first hour, as class names for board-columns.css."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTES = 5
PER_HOUR = 60 // MINUTES
MOST_HOURS = 16


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a visit: check-in, preparation, infusion, observation."""

    minutes: int
    tone: str
    word: str

    @property
    def span(self) -> int:
        return min(max(round(self.minutes / MINUTES), 1), PER_HOUR * MOST_HOURS)


@dataclass(frozen=True, slots=True)
class Slot:
    """A visit (or a blocked time) on a chair. `who` is as short as the screen asks: a wall shows less than a desk."""

    start: datetime
    end: datetime
    who: str
    word: str
    tone: str = "plain"
    icon: str = ""
    detail: str = ""
    url: str = ""
    late: bool = False
    blocked: bool = False
    phases: tuple[Phase, ...] = ()
    detail_icon: str = ""  # the shape and the tone of what is due, where it is due or late
    detail_tone: str = ""
    place: str = ""  # filled in by Board.placed

    @property
    def short(self) -> bool:
        """Too narrow for its words at desk size: the name and the shape stay, the words are left to the page behind it."""
        return self.end - self.start < timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Hour:
    label: str
    column: int
    end: int


@dataclass(frozen=True, slots=True)
class Lane:
    """One chair and what stands on it; while a drug runs there, where its STOP goes and whose it is."""

    name: str
    slots: tuple[Slot, ...] = ()
    note: str = ""
    stop: str = ""
    stop_who: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The day of a site between two full hours of its own zone."""

    first: datetime
    last: datetime
    lanes: tuple[Lane, ...]
    now: datetime
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if not 8 <= self.length <= MOST_HOURS:
            raise ValueError(f"a board shows 8 to {MOST_HOURS} hours, not {self.length}")

    @property
    def length(self) -> int:
        return round((self.last - self.first) / timedelta(hours=1))

    @property
    def hours(self) -> list[Hour]:
        begins = [self.first + timedelta(hours=hour) for hour in range(self.length)]
        return [
            Hour(f"{begin.astimezone(self.zone):%H:%M}", index * PER_HOUR, (index + 1) * PER_HOUR)
            for index, begin in enumerate(begins)
        ]

    def column(self, at: datetime) -> int:
        """The column in which a moment lies; moments outside the day stand at its edge."""
        minutes = (at - self.first) // timedelta(minutes=MINUTES)
        return min(max(minutes, 0), self.length * PER_HOUR)

    @property
    def now_column(self) -> int | None:
        return self.column(self.now) if self.first <= self.now < self.last else None

    @property
    def rows(self) -> list[Lane]:
        """The lanes, their slots placed and in order of time."""
        return [self.placed(lane) for lane in self.lanes]

    def placed(self, lane: Lane) -> Lane:
        """One lane alone, ready to be drawn: for a fragment that is fetched again."""
        ordered = sorted(lane.slots, key=lambda slot: slot.start)
        return replace(lane, slots=tuple(replace(slot, place=self._place(slot)) for slot in ordered))

    def _place(self, slot: Slot) -> str:
        """Class names: `from-12 to-37`. At least one column wide, so that nothing on a chair is ever invisible."""
        begin = min(self.column(slot.start), self.length * PER_HOUR - 1)
        return f"from-{begin} to-{max(self.column(slot.end), begin + 1)}"


def columns_css() -> str:
    """The text of board-columns.css."""
    most = PER_HOUR * MOST_HOURS
    rules = ["/* Written by chairside.web.charts.board.columns_css; a test compares. Five minutes a column. */"]
    rules += [f".from-{n} {{ grid-column-start: {n + 1}; }}" for n in range(most)]
    rules += [f".to-{n} {{ grid-column-end: {n + 1}; }}" for n in range(1, most + 1)]
    rules += [f".span-{n} {{ flex: {n} 1 0; }}" for n in range(1, most + 1)]
    return "\n".join(rules) + "\n"
