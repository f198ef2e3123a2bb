"""Target dates and windows of the doses of a course, the next dose, and whether a day will do for a dose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.span import DayWindow, day_spelled
from chairside.core.plans.course import Course, course_of
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Anchor, Cycles, Every, LateAction, Offsets, Phase, Regimen
from chairside.core.protocols.schema.terms import Layer

_MOST = 200  # doses of one plan; a course that goes on is planned by `until`


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """A dose of the course: its number, phase and position in it, target day, window, and the day it was given on."""

    number: int
    phase: str
    position: int
    target: date
    window: DayWindow
    given_on: date | None = None


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
) -> tuple[PlannedDose, ...]:
    """The doses of the course from the first one on: `count` of them, or targets up to `until` (a year when neither is given).

    start           day of the first dose, where it was not given yet
    interval_days   an ordered interval for phases without an end (judge it with `judge_interval`)
    Doses whose date waits for a person (a next cycle by judgement, on demand, after an event) are not listed.
    """
    chosen = protocol.regimen(regimen)
    if chosen is None:
        raise KeyError(f"there is no regimen “{regimen}” in {protocol.id}")
    given = tuple(history)
    day = max((dose.on for dose in given if dose.protocol == protocol.id), default=start)
    course = course_of(given, protocol.id, _last_number(given, protocol.id, day) + 1, max(day, start), course_start)
    first = course.numbered(1)
    ahead = until or (start if first is None else first.on) + timedelta(days=365)
    doses: list[PlannedDose] = []
    for item in _targets(chosen, first.on if first else start, course, interval_days):
        if len(doses) >= min(count or _MOST, _MOST) or (count is None and item.target > ahead and item.given_on is None):
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
) -> Decision[PlannedDose]:
    """Whether a day will do for a dose: not closer to the dose before than the least gap, and inside the window."""
    given = tuple(dose for dose in history if dose.on < day)
    course = course_of(given, protocol.id, dose_number, day, course_start)
    begin = course.doses[0].on if course.doses else start
    doses = planned(
        protocol,
        regimen=regimen,
        start=start,
        history=given,
        count=dose_number,
        interval_days=interval_days,
        course_start=course_start or begin,
    )
    item = next((item for item in doses if item.number == dose_number), None)
    chosen = protocol.regimen(regimen)
    if item is None or chosen is None:
        message = f"The day of dose {dose_number} cannot be told from the protocol; a person sets it."
        return Decision(None, (review("interval", message, field="date", override="prescriber"),))
    phase = next(phase for phase in chosen.phases if phase.key == item.phase)
    reasons = [*_gap(phase, dose_number, day, course), *_window(phase, item, day)]
    return Decision(item, tuple(reasons))


def _last_number(given: tuple[DoseGiven, ...], protocol_id: str, day: date) -> int:
    return max(
        ((dose.on, dose.dose_number) for dose in given if dose.protocol == protocol_id and dose.on <= day), default=(day, 0)
    )[1]


def _targets(regimen: Regimen, first: date, course: Course, interval_days: int | None) -> Iterator[PlannedDose]:
    """Every dose in order. Each target follows from the one before (its day when given, else its target) or from the grid."""
    number = 0
    before: PlannedDose | None = None
    for phase in regimen.phases:
        grid = first
        for position, days in _days(phase, interval_days):
            number += 1
            grid = _anchor(phase, before, grid)
            target = _target(phase, position, days, grid, first, before)
            done = course.numbered(number)
            before = PlannedDose(
                number, phase.key, position, target, _window_of(phase, position, target), done.on if done else None
            )
            yield before


def _days(phase: Phase, interval_days: int | None) -> Iterator[tuple[int, int]]:
    """Position (from 1) and days of each dose: from the anchor, or from the dose before. Nothing where a person sets it."""
    most = phase.doses or _MOST
    match phase.timing:
        case Offsets(days=days):
            yield from ((position, day) for position, day in enumerate(days[:most], start=1))
        case Every() as every:
            step = interval_days or every.days
            for position in range(1, most + 1):
                on_grid = every.anchor is Anchor.CALENDAR and every.first_day is not None
                yield position, (every.first_day or 0) + (position - 1) * step if on_grid else step
        case Cycles(next_cycle="fixed", length_days=length) as cycles if length is not None and cycles.any_days is None:
            for position in range(1, most + 1):
                cycle, place = divmod(position - 1, len(cycles.on_days))
                if cycles.cycles is not None and cycle >= cycles.cycles:
                    return
                yield position, cycle * length + cycles.on_days[place] - 1


def _target(phase: Phase, position: int, days: int, grid: date, first: date, before: PlannedDose | None) -> date:
    timing = phase.timing
    if not isinstance(timing, Every):
        return grid + timedelta(days=days)
    if timing.anchor is Anchor.CALENDAR and timing.first_day is not None:
        return grid + timedelta(days=days)
    if position == 1 and timing.first_day is not None and not _was_late(before):
        return first + timedelta(days=timing.first_day)
    if before is None:
        return first
    return (before.given_on or before.target) + timedelta(days=days)


def _was_late(before: PlannedDose | None) -> bool:
    """True when the dose before was given after its window: the next one then counts from it."""
    return before is not None and before.given_on is not None and before.given_on > before.window.last


def _anchor(phase: Phase, before: PlannedDose | None, grid: date) -> date:
    """A late dose may move the whole grid, where a late rule of the protocol says so."""
    if before is None or before.given_on is None or before.phase != phase.key:
        return grid
    late = (before.given_on - before.target).days
    rule = next((rule for rule in reversed(phase.late) if late > rule.more_than_days), None)
    if rule is not None and rule.action is LateAction.COUNT_FROM_GIVEN:
        return grid + timedelta(days=late)
    return grid


def _window_of(phase: Phase, position: int, target: date) -> DayWindow:
    if position in phase.window.except_doses:
        return DayWindow(target, target)
    return DayWindow(target - timedelta(days=phase.window.early_days), target + timedelta(days=phase.window.late_days))


def _gap(phase: Phase, dose_number: int, day: date, course: Course) -> Iterator[Reason]:
    if phase.least_gap_days is None or (dose_number == 1 and not course.earlier):
        return
    last = course.earlier[-1] if dose_number == 1 else course.latest
    if last is None:
        message = f"The dose before dose {dose_number} is not on record; at least {phase.least_gap_days} days must lie between."
        yield unknown("missing_fact", message, field="history", limit=f"{phase.least_gap_days} days", source=phase.source)
    elif (day - last.on).days < phase.least_gap_days:
        days = (day - last.on).days
        message = f"Only {days} days after the dose of {day_spelled(last.on)}; at least {phase.least_gap_days} are needed."
        yield refused("too_early", message, field="date", limit=f"{phase.least_gap_days} days", source=phase.source)


def _window(phase: Phase, item: PlannedDose, day: date) -> Iterator[Reason]:
    """Outside the window. A label's window refuses until a prescriber decides; a practice window asks for review."""
    if day in item.window or item.number == 1:
        return
    early = day < item.window.first
    judge = refused if phase.window.layer is Layer.LABEL and early else review
    by = (item.window.first - day).days if early else (day - item.window.last).days
    message = (
        f"{by} {'day' if by == 1 else 'days'} {'before' if early else 'after'} the window of dose {item.number} "
        f"({day_spelled(item.window.first)} to {day_spelled(item.window.last)}, target {day_spelled(item.target)})."
    )
    limit = f"{item.window.first.isoformat()} to {item.window.last.isoformat()}"
    yield judge(
        "too_early" if early else "too_late",
        message,
        field="date",
        limit=limit,
        source=phase.window.source,
        override="prescriber",
    )
