"""A day that has begun, mended: what has begun stands, and the rest moves as little as it pays."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from chairside.core.scheduling.day.facts import Facts
from chairside.core.scheduling.day.instance import Assignment, Chair, DayInstance, Interval
from chairside.core.scheduling.day.repair_changes import RepairWeights
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.engines.day.question import Standing
from chairside.engines.day.search import Effort, NoSchedule, search

_DOWN = ""  # the type of a chair for nobody
_HEAT = 20.0  # few minutes are bought and sold: the booked day is near the best


@dataclass(frozen=True)
class Repaired:
    """The mended day, and the milliseconds after which a first valid one was there."""

    schedule: Schedule
    first_ms: float


def repair(facts: Facts, weights: RepairWeights, effort: Effort) -> Repaired:
    """The best day that is found in time. Raises NoSchedule."""
    begun = time.perf_counter()
    standing, day = _standing(facts, weights), _with_chairs_down(facts)
    first: list[float] = []

    def told(price: float) -> None:
        if not first:
            first.append((time.perf_counter() - begun) * 1000)

    while True:
        left = None if effort.seconds is None else max(effort.seconds - (time.perf_counter() - begun), 0.0)
        try:
            found = search(day, replace(effort, seconds=left, heat=effort.heat or _HEAT), standing, facts.before, told)
            return Repaired(found, first[0] if first else (time.perf_counter() - begun) * 1000)
        except NoSchedule as problem:  # visits that have begun leave the floor uncovered already: that is a fact
            start = _break_beside(facts, problem.nurse)
            if start is None or any(rest.nurse == problem.nurse for rest in standing.breaks):
                raise
            standing = replace(standing, breaks=(*standing.breaks, NurseBreak(problem.nurse, start)))


def _break_beside(facts: Facts, nurse: str) -> int | None:
    """A begin of her break that is free of the hands-on work of what has begun, the booked one before others."""
    rest = facts.day.nurse[nurse].rest if nurse in facts.day.nurse else None
    if rest is None:
        return None
    booked = [each.start for each in facts.before.breaks if each.nurse == nurse]
    first = max(facts.now, rest.window[0])
    tried: list[int] = [*booked, *range(first, rest.last_start + 1)]
    for start in tried:
        if first <= start <= rest.last_start and facts.hands_free(nurse, start, start + rest.dur):
            return start
    return None


def _with_chairs_down(facts: Facts) -> DayInstance:
    """The day with the chairs that are down, which what has begun still names and nobody else may have."""
    down = {place.chair: None for place in facts.before.assignments if place.chair not in facts.day.chair}
    return replace(facts.day, chairs=(*facts.day.chairs, *(Chair(chair, _DOWN) for chair in down)))


def _standing(facts: Facts, weights: RepairWeights) -> Standing:
    breaks = {**facts.breaks, **facts.pinned}
    kept = {patient: start for patient, start in facts.preparations.items() if patient not in facts.visits}
    mixing = [_mixing(facts, patient, start) for patient, start in facts.preparations.items()]
    visits = []
    for place in facts.visits.values():
        if place.patient not in facts.preparations and facts.day.visit[place.patient].drug is not None:
            place = replace(place, mix_start=_mixed(facts, place, mixing))
            mixing.append(_mixing(facts, place.patient, place.mix_start or 0))
        visits.append(place)
    return Standing(
        visits=tuple(visits),
        breaks=tuple(NurseBreak(nurse, start) for nurse, start in breaks.items()),
        mixing=tuple(mixing),
        now=facts.now,
        moved=weights.moved_minute,
        changed=weights.nurse_change,
        remix=weights.remix,
        old={place.patient: place for place in facts.before.assignments if place.patient in facts.day.visit},
        unpriced=facts.late,
        kept=kept,
    )


def _mixing(facts: Facts, patient: str, start: int) -> Interval:
    drug = facts.day.visit[patient].drug
    return start, start + (drug.prep if drug is not None else 0)


def _mixed(facts: Facts, place: Assignment, mixing: list[Interval]) -> int:
    """When a begun visit's drug is made that is not begun: as planned, else at the first minute that finds a hood."""
    drug = facts.day.visit[place.patient].drug
    first, last = facts.mix_window(place.patient, place.start)
    planned: list[int] = [place.mix_start] if place.mix_start is not None and first <= place.mix_start <= last else []
    length = drug.prep if drug is not None else 0
    tried: list[int] = [*planned, *range(first, last + 1)]
    for start in tried:
        span = range(start, start + length)
        if all(sum(a <= minute < b for a, b in mixing) < facts.day.pharmacy.hoods for minute in span):
            return start
    return first
