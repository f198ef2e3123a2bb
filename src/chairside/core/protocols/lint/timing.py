"""Dates: offsets in order and as many as doses, windows that do not run into each other, late rules in order."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.protocols.lint.finding import Finding
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Cycles, Every, Offsets, Phase, Triggered


def check(protocol: Protocol) -> Iterator[Finding]:
    for indication in protocol.indications:
        ages = indication.ages
        if ages.below_years is not None and (ages.from_years or 0) >= ages.below_years:
            yield Finding("age_range", f"indications[{indication.key}].ages", "the ages run backwards")
    for regimen in protocol.regimens:
        for index, phase in enumerate(regimen.phases):
            place = f"regimens[{regimen.key}].phases[{phase.key}]"
            yield from _timing(phase, place)
            yield from _window(phase, place)
            # An extra dose after an event is not counted with the others: it may follow a phase without an end.
            after = [later for later in regimen.phases[index + 1 :] if not isinstance(later.timing, Triggered)]
            if phase.doses is None and after and isinstance(phase.timing, Every | Offsets):
                yield Finding("phase_order", place, "a phase without an end stands before another")


def _timing(phase: Phase, place: str) -> Iterator[Finding]:
    match phase.timing:
        case Offsets(days=days):
            if list(days) != sorted(set(days)) or any(day < 0 for day in days):
                yield Finding("offsets", place, f"days {list(days)} are not in rising order")
            if phase.doses != len(days):
                yield Finding("offsets", place, f"{len(days)} days for {phase.doses} doses")
        case Every(days=every, shortest_days=shortest):
            if every <= 0 or (shortest is not None and not 0 < shortest <= every):
                yield Finding("interval", place, f"an interval of {every} days, shortest {shortest}")
        case Cycles() as cycles:
            if list(cycles.on_days) != sorted(set(cycles.on_days)) or not cycles.on_days or cycles.on_days[0] < 1:
                yield Finding("offsets", place, f"cycle days {list(cycles.on_days)} are not in rising order from 1")
            if cycles.length_days is not None and cycles.on_days[-1] > cycles.length_days:
                yield Finding("interval", place, "a cycle day after the end of the cycle")


def _window(phase: Phase, place: str) -> Iterator[Finding]:
    window = phase.window
    if window.early_days < 0 or window.late_days < 0:
        yield Finding("window", place, "a window of negative days")
        return
    gaps: list[int] = []
    if isinstance(phase.timing, Offsets):
        gaps = [later - sooner for sooner, later in zip(phase.timing.days, phase.timing.days[1:], strict=False)]
    elif isinstance(phase.timing, Every):
        gaps = [phase.timing.days]
    # A window on both sides of neighbouring doses must not meet; one that only reaches late may touch the next target.
    if gaps and window.early_days and window.early_days + window.late_days >= min(gaps):
        yield Finding("window", place, f"windows of neighbouring doses meet ({min(gaps)} days apart)")
    limits = [rule.more_than_days for rule in phase.late]
    if limits != sorted(set(limits)):
        yield Finding("late_rules", place, "late rules are not in rising order")
