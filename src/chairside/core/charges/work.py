"""The documented work of a day, as charges read it: runs with start and stop, pushes, injections, procedures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.span import Span


@dataclass(frozen=True, slots=True)
class Work:
    """One documented service.

    id        what evidence cites: an event's id, or the number of the row
    kind      infusion, push, injection, hydration, evaluation, or a kind of the table's procedures and included work
    family    complex, therapeutic, hydration or fluid: decided before, by protocol and payer
    drugs     what was given; several when mixed in one bag (BAG-1)
    runs      running time only, pauses left out (TIME-4); an infusion without a stop has an empty run
    minutes   documented minutes of a push without a stop
    """

    id: str
    kind: str
    family: str = ""
    drugs: tuple[str, ...] = ()
    runs: tuple[Span, ...] = ()
    minutes: Decimal | None = None
    bag: str = ""
    site: str = ""
    site_reason: str = ""
    primary: bool = False
    purpose: str = ""
    level: str = ""
    encounter: str = ""
    sites: int = 1
    separate: bool = False  # an evaluation that was significant and separate
    evidence: tuple[str, ...] = ()

    @property
    def start(self) -> datetime | None:
        return min((run.start for run in self.runs), default=None)

    @property
    def running(self) -> int:
        """Whole running minutes; a minute that is not complete does not count."""
        return whole_minutes(sum((run.length for run in self.runs), timedelta()))

    @property
    def stopped(self) -> bool:
        return any(run.length for run in self.runs)


@dataclass(frozen=True, slots=True)
class Day:
    """What is charged together: the date of service, the setting, the payer's key, the work, the diagnoses."""

    on: date | None
    setting: str  # physician_office, hospital_outpatient, home …
    payer: str
    work: tuple[Work, ...]
    diagnoses: tuple[str, ...] = ()

    @property
    def facility(self) -> bool:
        return self.setting.startswith("hospital")


def whole_minutes(length: timedelta) -> int:
    return length // timedelta(minutes=1)


def overlap(one: tuple[Span, ...], other: tuple[Span, ...]) -> timedelta:
    """The time in which both run."""
    total = timedelta()
    for first in one:
        for second in other:
            total += max(min(first.end, second.end) - max(first.start, second.start), timedelta())
    return total


def without(runs: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...]:
    """The parts of `runs` in which nothing of `taken` runs."""
    left = list(runs)
    for gap in taken:
        pieces: list[Span] = []
        for run in left:
            if not run.overlaps(gap):
                pieces.append(run)
                continue
            if run.start < gap.start:
                pieces.append(Span(run.start, gap.start))
            if gap.end < run.end:
                pieces.append(Span(gap.end, run.end))
        left = pieces
    return tuple(left)
