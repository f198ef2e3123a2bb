"""Target dates and windows of the doses of a course, the next dose, and whether a day will do for a dose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from chairside.core.kernel.decision import Decision, refused, review
from chairside.core.kernel.fact import DoseGiven, Fact
from chairside.core.plans.course import course_of, in_regimen
from chairside.core.plans.dates.day import dated_reasons, waiting_reasons
from chairside.core.plans.dates.events import days_of_events, handover
from chairside.core.plans.dates.targets import Basis, PlannedDose, Waiting, walk
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Every, Phase, Regimen
from chairside.core.protocols.truth import Known

__all__ = ["PlannedDose", "judge_date", "judge_interval", "next_dose", "planned"]

_MOST = 200  # doses of one plan; a course that goes on is planned by `until`


def planned(
    protocol: Protocol,
    *,
    regimen: str,
    start: date,
    history: Iterable[DoseGiven] = (),
    until: date | None = None,
    count: int | None = None,
    interval_days: int | None = None,
    course_start: date | None = None,
    facts: Iterable[Fact] = (),
) -> tuple[PlannedDose, ...]:
    """The doses of the course from the first one on: `count` of them, or targets up to `until` (a year when neither is given).

    start           day of the first dose, where it was not given yet
    interval_days   an ordered interval for phases without an end (judge it with `judge_interval`)
    facts           for the day of an outside event that a phase is counted from
    Doses whose date waits for a person (a next cycle by judgement, on demand, after an event) are not listed.
    """
    chosen = _regimen(protocol, regimen)
    given = tuple(history)
    basis = basis_of(protocol, chosen, start, given, interval_days, course_start, facts)
    ahead = until or basis.first + timedelta(days=365)
    doses: list[PlannedDose] = []
    for item in walk(basis):
        if isinstance(item, Waiting) or len(doses) >= (count or _MOST):
            break
        if count is None and item.target > ahead and item.given_on is None:
            break
        doses.append(item)
    return tuple(doses)


def next_dose(doses: Iterable[PlannedDose]) -> PlannedDose | None:
    """The first dose after the last one given; None when the course is complete."""
    found: PlannedDose | None = None
    for item in doses:
        if item.given_on is not None:
            found = None
        elif found is None:
            found = item
    return found


def judge_interval(phase: Phase, days: int) -> Decision[int]:
    """An ordered interval: the one that is stated, or one not shorter than the shortest that the layer allows."""
    if not isinstance(phase.timing, Every):
        return Decision(
            None, (refused("interval", "The days of this phase are fixed.", field="order.interval", source=phase.source),)
        )
    stated, shortest = phase.timing.days, phase.timing.shortest_days or phase.timing.days
    if days == stated or shortest <= days < stated:
        return Decision(days)
    limit = f"{shortest} to {stated} days" if shortest != stated else f"{stated} days"
    message = f"Every {days} days was ordered; {limit} is stated."
    reason = (refused if days < shortest else review)(
        "interval", message, field="order.interval", limit=limit, source=phase.source, override="prescriber"
    )
    return Decision(days, (reason,))


def judge_date(
    protocol: Protocol,
    *,
    regimen: str,
    dose_number: int,
    day: date,
    start: date,
    history: Iterable[DoseGiven] = (),
    interval_days: int | None = None,
    course_start: date | None = None,
    facts: Iterable[Fact] = (),
) -> Decision[PlannedDose]:
    """Whether a day will do for a dose: not closer to the dose before than the least gap, and inside the window.

    facts   for the day of an outside event that a phase is counted from
    """
    everything = in_regimen(history, protocol, regimen, dose_number)
    given = tuple(
        dose
        for dose in everything
        if dose.on < day or (dose.on == day and dose.protocol == protocol.id and dose.dose_number < dose_number)
    )
    course = course_of(given, protocol.id, dose_number, day, course_start)
    begin = course.doses[0].on if course.doses else start
    chosen = protocol.regimen(regimen)
    item = None
    if chosen is not None:
        basis = basis_of(protocol, chosen, start, given, interval_days, course_start or begin, facts)
        item = next((item for item in walk(basis) if item.number == dose_number), None)
    if chosen is None or item is None:
        message = f"The day of dose {dose_number} cannot be told from the protocol; a person sets it."
        return Decision(None, (review("interval", message, field="date", override="prescriber"),))
    came = handover(chosen, given, day) if dose_number == 1 else None
    if isinstance(item, Waiting):
        same_day = tuple(dose for dose in everything if dose.protocol == protocol.id and dose.on == day)
        return Decision(None, tuple(waiting_reasons(item, day, course, same_day)))
    phase = next(phase for phase in chosen.phases if phase.key == item.phase)
    return Decision(item, tuple(dated_reasons(phase, item, day, course, came)))


def basis_of(
    protocol: Protocol,
    regimen: Regimen,
    start: date,
    given: tuple[DoseGiven, ...],
    interval_days: int | None = None,
    course_start: date | None = None,
    facts: Iterable[Fact] = (),
) -> Basis:
    """What the targets of the present course follow from."""
    mine = [dose for dose in given if dose.protocol == protocol.id]
    day = max((dose.on for dose in mine), default=start)
    last = max(((dose.on, dose.dose_number) for dose in mine if not dose.extra), default=(day, 0))[1]
    course = course_of(mine, protocol.id, last + 1, max(day, start), course_start)
    first = course.numbered(1)
    events = days_of_events(regimen, Known(max(day, start), facts=tuple(facts), declared=protocol.facts)) if facts else {}
    return Basis(regimen, first.on if first else start, course, interval_days, events)


def _regimen(protocol: Protocol, key: str) -> Regimen:
    found = protocol.regimen(key)
    if found is None:
        raise KeyError(f"there is no regimen “{key}” in {protocol.id}")
    return found
