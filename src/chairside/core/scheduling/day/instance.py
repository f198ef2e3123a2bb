"""The day's question: what is wished for, and what there is to serve it with. Times are integer minutes from the origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Weights:
    """Prices in minutes-equivalents: of a visit left out, of a minute of waiting, off the wish and of overtime, of a chair
    at the peak, and of a hands-on minute of the busiest nurse."""

    unscheduled: float
    wait: float
    pref: float
    overtime: float
    peak: float
    balance: float


@dataclass(frozen=True, slots=True)
class Chair:
    id: str
    type: str


@dataclass(frozen=True, slots=True)
class Break:
    """Minutes of rest, to begin and to end within the window."""

    dur: int
    window: Interval

    @property
    def last_start(self) -> int:
        return self.window[1] - self.dur


@dataclass(frozen=True, slots=True)
class Nurse:
    """`max_load`: the acuity units that she may have at once."""

    id: str
    shift: Interval
    max_load: float
    skills: tuple[str, ...]
    rest: Break | None = None


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """`hoods`: preparations at once, within the hours `open`."""

    hoods: int
    open: Interval


@dataclass(frozen=True, slots=True)
class Drug:
    """The preparation lasts `prep` minutes, begins no earlier than `release` and is finished by start + `need_offset`; the
    infusion ends at start + `infusion_end_offset`, no more than `stability` minutes after the preparation was finished."""

    prep: int
    release: int
    need_offset: int
    infusion_end_offset: int
    stability: int

    def mix_window(self, start: int, hours: Interval) -> Interval:
        """First and last begin of the preparation of a visit that starts at `start`; empty when the first is after the last."""
        first = max(self.release, hours[0], start + self.infusion_end_offset - self.stability - self.prep)
        return first, min(start + self.need_offset, hours[1]) - self.prep


@dataclass(frozen=True, slots=True)
class Visit:
    """A wish for one visit.

    linked   the patient is on site from `release` and waits; else comes from home, and wishes a start within `pref`
    acuity   units on the nurse for the whole chair time of `duration` minutes
    tasks    hands-on work of the nurse: offset from the start, and length
    sd, reaction_p    standard deviation of the duration and probability of a reaction; only a simulation reads them
    """

    id: str
    release: int
    latest_start: int
    linked: bool
    pref: Interval
    chair_types: tuple[str, ...]
    skill: str
    acuity: float
    duration: int
    tasks: tuple[Interval, ...]
    drug: Drug | None
    weight: float
    therapy: str = ""
    first: bool = False
    sd: float = 0
    reaction_p: float = 0

    @property
    def hands_on(self) -> int:
        return sum(length for _, length in self.tasks)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Where and when a visit is. `mix_start` is the begin of its preparation, none without a drug."""

    patient: str
    start: int
    chair: str
    nurse: str
    mix_start: int | None = None


@dataclass(frozen=True)
class DayInstance:
    """`fixed` are assignments that stay as they are; the begin of their preparation is free."""

    id: str
    open: int
    close: int
    latest_end: int
    weights: Weights
    chairs: tuple[Chair, ...]
    nurses: tuple[Nurse, ...]
    pharmacy: Pharmacy
    patients: tuple[Visit, ...]
    fixed: tuple[Assignment, ...] = ()

    @cached_property
    def visit(self) -> Mapping[str, Visit]:
        return {visit.id: visit for visit in self.patients}

    @cached_property
    def chair(self) -> Mapping[str, Chair]:
        return {chair.id: chair for chair in self.chairs}

    @cached_property
    def nurse(self) -> Mapping[str, Nurse]:
        return {nurse.id: nurse for nurse in self.nurses}
