"""What a repair changes, and what those changes cost beside the objective."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.scheduling.day.facts import Facts
from chairside.core.scheduling.day.instance import Assignment
from chairside.core.scheduling.day.schedule import Schedule


@dataclass(frozen=True, slots=True)
class RepairWeights:
    """Prices, in minutes-equivalents, of a minute that a visit moves, of another nurse for it, and of a preparation made
    again."""

    moved_minute: float
    nurse_change: float
    remix: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A visit with another start, chair or nurse than it had."""

    before: Assignment
    after: Assignment

    @property
    def minutes(self) -> int:
        return abs(self.after.start - self.before.start)


@dataclass(frozen=True, slots=True)
class Changes:
    """Of the visits that have not begun: those moved, by their new start; those that had a place and have none, by their old
    start; those whose begun preparation is made again, by their new start."""

    moved: tuple[Moved, ...]
    lost: tuple[str, ...]
    remixed: tuple[str, ...]


def changes(facts: Facts, schedule: Schedule) -> Changes:
    """What the schedule changes of the one that was booked. A patient who left the day is not lost."""
    new = {place.patient: place for place in schedule.assignments}
    old = {place.patient: place for place in facts.before.assignments}
    open_ = [place for name, place in old.items() if name in facts.day.visit and name not in facts.visits]
    both = sorted(
        (new[place.patient] for place in open_ if place.patient in new), key=lambda place: (place.start, place.patient)
    )
    pairs = [Moved(old[place.patient], place) for place in both]
    lost = sorted((place.start, place.patient) for place in open_ if place.patient not in new)
    return Changes(
        tuple(pair for pair in pairs if _where(pair.before) != _where(pair.after)),
        tuple(patient for _, patient in lost),
        tuple(place.patient for place in both if facts.preparations.get(place.patient, place.mix_start) != place.mix_start),
    )


def disruption(facts: Facts, found: Changes, price: RepairWeights) -> float:
    """The price of the changes. What becomes of a late patient's own visit is not counted."""
    moved = [each for each in found.moved if each.after.patient not in facts.late]
    return (
        price.moved_minute * sum(each.minutes for each in moved)
        + price.nurse_change * sum(each.before.nurse != each.after.nurse for each in moved)
        + price.remix * sum(patient not in facts.late for patient in found.remixed)
    )


def _where(place: Assignment) -> tuple[int, str, str]:
    return place.start, place.chair, place.nurse
