"""What the events of a day that has begun make of it. The search for a repair is no part of this; `repair_rules` judges one and
`repair_changes` tells what it changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chairside.core.scheduling.day.events import Event, course
from chairside.core.scheduling.day.facts import Facts
from chairside.core.scheduling.day.instance import Assignment, DayInstance
from chairside.core.scheduling.day.repair_rules import repair_violations
from chairside.core.scheduling.day.schedule import Schedule


class ScheduleProblem(ValueError):
    """The schedule of a day that has begun cannot be used: the field, and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.field, self.sentence = field, sentence


def after_event(day: DayInstance, schedule: Schedule, now: int, events: Sequence[Event]) -> Facts:
    """The day as it is at `now`, after the events in their order. The schedule need not be feasible.

    Raises ScheduleProblem when the schedule makes no sense on this day, EventProblem when an event does not.
    """
    places = _places(day, schedule)
    rests = {rest.nurse: rest.start for rest in schedule.breaks if rest.nurse in day.nurse and day.nurse[rest.nurse].rest}
    there = course(day, places, rests, now)
    for number, event in enumerate(events):
        there.take(number, event)
    left = replace(
        day,
        patients=tuple(there.visits[visit.id] for visit in day.patients if visit.id in there.visits),
        nurses=tuple(there.nurses[nurse.id] for nurse in day.nurses),
        chairs=tuple(chair for chair in day.chairs if chair.id in there.chairs),
        fixed=(),
    )
    kept = {patient: place for patient, place in places.items() if patient in left.visit}
    facts = Facts(
        now=now,
        day=left,
        before=schedule,
        visits={patient: place for patient, place in kept.items() if place.start < now},
        preparations={
            patient: place.mix_start
            for patient, place in kept.items()
            if left.visit[patient].drug and place.mix_start is not None and place.mix_start < now
        },
        breaks={nurse: start for nurse, start in rests.items() if start < now},
        handover=tuple(there.handover),
        reseat=tuple(there.reseat),
        late=frozenset(there.late & left.visit.keys()),
    )
    fixed = tuple(place for place in day.fixed if place.patient in left.visit and _can_stay(facts, place))
    return replace(facts, day=replace(left, fixed=fixed))


def _places(day: DayInstance, schedule: Schedule) -> dict[str, Assignment]:
    found: dict[str, Assignment] = {}
    for number, place in enumerate(schedule.assignments):
        where = f"assignments[{number}]"
        for name, known in (("patient", day.visit), ("chair", day.chair), ("nurse", day.nurse)):
            if getattr(place, name) not in known:
                raise ScheduleProblem(f"{where}.{name}", f"there is no {name} “{getattr(place, name)}” in the instance")
        if place.patient in found:
            raise ScheduleProblem(f"{where}.patient", f"{place.patient} is listed twice")
        if day.visit[place.patient].drug and place.mix_start is None:
            raise ScheduleProblem(f"{where}.mix_start", f"is missing, and {place.patient} has a drug")
        found[place.patient] = place
    nurses = [rest.nurse for rest in schedule.breaks]
    for number, nurse in enumerate(nurses):
        if nurse in day.nurse and day.nurse[nurse].rest and nurse in nurses[:number]:
            raise ScheduleProblem(f"breaks[{number}].nurse", f"{nurse} has two breaks")
    return found


def _can_stay(facts: Facts, fixed: Assignment) -> bool:
    """Whether a fixed visit that has not begun can still be where it is fixed, as far as the facts alone go."""
    if fixed.patient in facts.visits:
        return facts.visits[fixed.patient] == replace(fixed, mix_start=facts.visits[fixed.patient].mix_start)
    mix = None
    if facts.day.visit[fixed.patient].drug:
        first, last = facts.mix_window(fixed.patient, fixed.start)
        if first > last:
            return False
        mix = last
    alone = replace(facts.before, assignments=(*facts.visits.values(), replace(fixed, mix_start=mix)), breaks=())
    return not any(found.rule in (2, 3, 4, 5, 6, 8) for found in repair_violations(facts, alone))
