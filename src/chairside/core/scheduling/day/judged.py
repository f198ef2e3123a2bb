"""A schedule as the judge sees it, and the judge's words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Visit
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.day.use import Amount, Excess, Use

BREAK = "the break"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule by its number, in words for a scheduler; whom and what it concerns and from which minute, if anything."""

    rule: int
    message: str
    patient: str = ""
    chair: str = ""
    nurse: str = ""
    at: int | None = None


def whole(time: object) -> int | None:
    """A whole minute; none when something else was written."""
    return time if isinstance(time, int) and not isinstance(time, bool) else None


@dataclass(frozen=True, slots=True)
class Listed:
    """A visit of a known patient as the schedule has it. `start` is none when it is no whole minute."""

    visit: Visit
    place: Assignment
    start: int | None

    def span(self, amount: Amount = 1) -> Iterator[Use]:
        """The time that the visit runs; nothing when nobody knows when."""
        if self.start is not None:
            yield Use(self.start, self.start + self.visit.duration, self.visit.id, amount)

    def tasks(self) -> Iterator[Use]:
        """The nurse's hands-on work in it."""
        for visit in self.span():
            for offset, length in self.visit.tasks:
                yield Use(visit.start + offset, visit.start + offset + length, visit.name)

    def violation(self, rule: int, message: str, at: int | None = None) -> Violation:
        """At the visit's start, when not said otherwise."""
        place = self.place
        return Violation(rule, message, place.patient, place.chair, place.nurse, self.start if at is None else at)


@dataclass(frozen=True)
class Case:
    """A schedule to be judged."""

    day: DayInstance
    schedule: Schedule

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        visit = self.day.visit
        known = (place for place in self.schedule.assignments if place.patient in visit)
        return tuple(Listed(visit[place.patient], place, whole(place.start)) for place in known)

    @cached_property
    def breaks(self) -> dict[str, list[Use]]:
        """Of each nurse who has a break, the times written for it, in whole minutes."""
        found: dict[str, list[Use]] = defaultdict(list)
        for written in self.schedule.breaks:
            nurse, start = self.day.nurse.get(written.nurse), whole(written.start)
            if nurse and nurse.rest and start is not None:
                found[nurse.id].append(Use(start, start + nurse.rest.dur, BREAK))
        return found

    @cached_property
    def of_chair(self) -> dict[str, list[Listed]]:
        """The visits by the chair that they name."""
        return _grouped((each.place.chair, each) for each in self.listed)

    @cached_property
    def of_nurse(self) -> dict[str, list[Listed]]:
        """The visits by the nurse whom they name."""
        return _grouped((each.place.nurse, each) for each in self.listed)


def _grouped(named: Iterable[tuple[str, Listed]]) -> dict[str, list[Listed]]:
    found: dict[str, list[Listed]] = defaultdict(list)
    for name, each in named:
        found[name].append(each)
    return found


def when(time: Use | Excess) -> str:
    """From which minute to which."""
    return f"from minute {time.start} to {time.end}"


def said(amount: Amount) -> str:
    """An amount without a needless point."""
    return f"{float(amount):g}"


def names(found: Excess) -> str:
    """The first few by name."""
    return _listing(found.names[:5], len(found.names) - 5)


def _listing(names: Iterable[str], more: int) -> str:
    words = [*dict.fromkeys(names), *([f"{more} more"] if more > 0 else ())]
    return " and ".join((*([", ".join(words[:-1])] if words[1:] else ()), words[-1]))


def last_visit(found: Excess) -> str:
    """The patient who came last, which a break is not."""
    return next((name for name in reversed(found.names) if name != BREAK), "")
