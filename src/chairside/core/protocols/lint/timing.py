"""Dates of doses: offsets in order and as many as doses, windows that do not run into each other, phases that follow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import (
    Anchor,
    Cycles,
    Every,
    LateAction,
    Offsets,
    OnDemand,
    Phase,
    Regimen,
    Triggered,
)


def check(protocol: Protocol) -> Iterator[Finding]:
    for regimen in protocol.regimens:
        for phase in regimen.phases:
            place = f"regimens[{regimen.key}].phases[{phase.key}]"
            yield from _timing(phase, place)
            yield from _window(phase, place)
            yield from _late(phase, place)
            if phase.pump is not None and not 0 < phase.pump.least_hours <= phase.pump.hours:
                message = f"a pump over {phase.pump.hours} hours, never under {phase.pump.least_hours}"
                yield Finding(Code.INTERVAL, place, message)
        yield from _order(regimen)


def _timing(phase: Phase, place: str) -> Iterator[Finding]:
    match phase.timing:
        case Offsets() as offsets:
            yield from _offsets(offsets, phase, place)
        case Every() as every:
            shortest = every.shortest_days
            if every.days <= 0 or (shortest is not None and not 0 < shortest <= every.days):
                yield Finding(Code.INTERVAL, place, f"an interval of {every.days} days, shortest {shortest}")
        case Cycles() as cycles:
            yield from _cycles(cycles, phase, place)
        case OnDemand() as again:
            if again.least_minutes < 0 or (again.most_repeats is not None and again.most_repeats < 1):
                yield Finding(Code.INTERVAL, place, f"{again.most_repeats} repeats, {again.least_minutes} minutes apart")
        case Triggered(within_hours=hours):
            if hours < 1:
                yield Finding(Code.INTERVAL, place, f"within {hours} hours of an event")
    # What is due least soon after the dose before it must be allowed then.
    gaps = _gaps(phase)
    if phase.least_gap_days is not None and gaps and phase.least_gap_days > min(gaps):
        message = f"doses are due {min(gaps)} days apart, and never closer than {phase.least_gap_days}"
        yield Finding(Code.LEAST_GAP, place, message)


def _offsets(offsets: Offsets, phase: Phase, place: str) -> Iterator[Finding]:
    days = list(offsets.days)
    if days != sorted(set(days)) or any(day < 0 for day in days):
        yield Finding(Code.OFFSETS, place, f"days {days} are not in rising order")
    if phase.doses != len(days):
        yield Finding(Code.OFFSETS, place, f"{len(days)} days for {phase.doses} doses")
    if (offsets.anchor is Anchor.EVENT) is not bool(offsets.event):
        yield Finding(Code.ANCHOR_EVENT, place, "an event goes with the anchor `event`, and it needs one")


def _cycles(cycles: Cycles, phase: Phase, place: str) -> Iterator[Finding]:
    days = list(cycles.on_days)
    if days != sorted(set(days)) or not days or days[0] < 1:
        yield Finding(Code.OFFSETS, place, f"cycle days {days} are not in rising order from 1")
        return
    given = len(days) if cycles.any_days is None else cycles.any_days
    if not 1 <= given <= len(days):
        yield Finding(Code.OFFSETS, place, f"any {given} of {len(days)} days")
    if cycles.cycles is not None and phase.doses is not None and phase.doses != cycles.cycles * given:
        yield Finding(Code.OFFSETS, place, f"{cycles.cycles} cycles of {given} doses, and {phase.doses} doses")
    if cycles.length_days is not None and days[-1] > cycles.length_days:
        yield Finding(Code.INTERVAL, place, "a cycle day after the end of the cycle")
    if cycles.next_cycle == "fixed" and cycles.length_days is None and cycles.cycles != 1:
        yield Finding(Code.INTERVAL, place, "cycles that follow at once need their length")
    if cycles.earliest_days is not None and (cycles.next_cycle == "fixed" or cycles.earliest_days < days[-1]):
        yield Finding(Code.INTERVAL, place, f"the next cycle by judgement, never before day {cycles.earliest_days}")


def _gaps(phase: Phase) -> list[int]:
    """Days between the targets of neighbouring doses of the phase."""
    match phase.timing:
        case Offsets(days=days):
            return [later - sooner for sooner, later in pairwise(days)]
        case Every() as every:
            return [every.days if every.shortest_days is None else every.shortest_days]
        case Cycles() as cycles if cycles.any_days is None:
            over = (
                [cycles.length_days + cycles.on_days[0] - cycles.on_days[-1]] if cycles.length_days and cycles.on_days else []
            )
            return [*(later - sooner for sooner, later in pairwise(cycles.on_days)), *over]
    return []


def _window(phase: Phase, place: str) -> Iterator[Finding]:
    window = phase.window
    if window.early_days < 0 or window.late_days < 0:
        yield Finding(Code.WINDOW, place, "a window of negative days")
        return
    gaps: list[int] = []
    if isinstance(phase.timing, Offsets):
        gaps = _gaps(phase)
    elif isinstance(phase.timing, Every):
        gaps = [phase.timing.days]
    # A window on both sides of neighbouring doses must not meet; one that only reaches late may touch the next target.
    if gaps and window.early_days and window.early_days + window.late_days >= min(gaps):
        yield Finding(Code.WINDOW, place, f"windows of neighbouring doses meet ({min(gaps)} days apart)")
    for number in window.except_doses:
        if number < 1 or (phase.doses is not None and number > phase.doses):
            yield Finding(Code.WINDOW, place, f"there is no dose {number} of the phase")


def _late(phase: Phase, place: str) -> Iterator[Finding]:
    limits = [rule.more_than_days for rule in phase.late]
    if limits != sorted(set(limits)) or any(limit < 0 for limit in limits):
        yield Finding(Code.LATE_RULES, place, "late rules are not in rising order")
    for rule in phase.late:
        if (rule.action is LateAction.GIVE_PHASE) is not bool(rule.phase):
            yield Finding(Code.LATE_RULES, place, "a phase goes with `give_phase`, and it needs one")


def _order(regimen: Regimen) -> Iterator[Finding]:
    last: int | None = None  # the last day that a phase with fixed days takes
    for index, phase in enumerate(regimen.phases):
        place = f"regimens[{regimen.key}].phases[{phase.key}]"
        # An extra dose after an event stands beside the others: it may follow a phase without an end.
        after = [later for later in regimen.phases[index + 1 :] if not isinstance(later.timing, Triggered)]
        if phase.doses is None and after and isinstance(phase.timing, Every | Offsets):
            yield Finding(Code.PHASE_ORDER, place, "a phase without an end stands before another")
        first = _first_day(phase)
        if first is not None and last is not None and first <= last:
            yield Finding(Code.PHASE_ORDER, place, f"begins on day {first}, and the phase before it ends on day {last}")
        if isinstance(phase.timing, Offsets) and phase.timing.anchor is Anchor.FIRST_DOSE and phase.timing.days:
            last = phase.timing.days[-1]


def _first_day(phase: Phase) -> int | None:
    """The first day of a phase that is counted from the first dose of the course; None for any other."""
    match phase.timing:
        case Offsets(anchor=Anchor.FIRST_DOSE, days=days) if days:
            return days[0]
        case Every(first_day=first):
            return first
    return None
