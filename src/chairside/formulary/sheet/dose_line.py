"""The doses of a therapy on a line: on which day each is planned, and what must be known before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, repeat

from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import Table
from chairside.core.protocols.schema.regimen import Cycles, Every, Offsets, Phase, Regimen, Triggered
from chairside.core.protocols.schema.requirement import Requirement
from chairside.core.protocols.schema.terms import Occasion

_SHOWN = 6  # doses that are always on the line
_LONGEST = 14  # columns at most


@dataclass(frozen=True, slots=True)
class Days:
    """A regimen and the day of each dose on the line, counted from the first dose as day 0; None where nothing fixes it."""

    regimen: str
    days: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """A requirement and whether it is asked for before each dose on the line, and before the first dose of a repeat course."""

    name: str
    layer: str
    source: str
    asked: tuple[bool, ...]
    again: bool


@dataclass(frozen=True, slots=True)
class DoseLine:
    """`doses` are the numbers on the line, also with gaps between them; what holds for the last holds for all later ones."""

    doses: tuple[int, ...]
    regimens: tuple[Days, ...]
    needs: tuple[Need, ...]


def dose_line(protocol: Protocol, on: date) -> DoseLine:
    """The line of a therapy with the requirements that stand on a day. Of a therapy without regimens (a plan) it is empty."""
    standing = [need for need in protocol.requirements if _stands(need, on)]
    named = {number for need in standing for number in need.doses}
    last = max((_counted(regimen) for regimen in protocol.regimens), default=0)
    wanted = sorted(set(range(1, min(_SHOWN, last) + 1)) | {number for number in named if number <= last})
    doses = tuple(wanted[:_LONGEST])
    regimens = tuple(
        Days(regimen.names.en, _at(regimen, doses)) for regimen in protocol.regimens if not regimen.named_only and doses
    )
    needs = tuple(
        Need(need.names.en, need.layer.value, need.source, tuple(_asked(need, number) for number in doses), _again(need))
        for need in standing
    )
    return DoseLine(doses, regimens, needs)


def planned_days(regimen: Regimen) -> Iterator[int | None]:
    """The day of dose 1, 2, 3 … of a regimen as planned, without end or up to its last dose; None from where none is fixed.

    An extra dose after an event is not on the plan.
    """
    day: int | None = None
    for phase in regimen.phases:
        if isinstance(phase.timing, Triggered):
            continue
        days = _phase_days(phase, day) if _fixed(phase) else repeat(None)
        for day in islice(days, phase.doses) if phase.doses is not None else days:
            yield day


def _fixed(phase: Phase) -> bool:
    """Whether the days are the same for every patient: a table may give each its own."""
    rule = phase.dose
    return not isinstance(rule, Table) or len({cell.every_days for cell in rule.cells}) <= 1


def _phase_days(phase: Phase, before: int | None) -> Iterator[int | None]:
    timing = phase.timing
    if isinstance(timing, Offsets):
        yield from timing.days
    elif isinstance(timing, Every):
        first = timing.first_day if timing.first_day is not None else 0 if before is None else before + timing.days
        yield from (first + timing.days * number for number in _numbers())
    elif isinstance(timing, Cycles):
        yield from _cycles(timing, 0 if before is None else before + 1)
    else:
        yield 0 if before is None else None
        yield from repeat(None)


def _cycles(timing: Cycles, begin: int) -> Iterator[int | None]:
    on = timing.on_days[: timing.any_days] if timing.any_days is not None else timing.on_days
    for number in _numbers() if timing.cycles is None else range(timing.cycles):
        if number and (timing.next_cycle != "fixed" or timing.length_days is None):
            yield from repeat(None)
        yield from (begin + (timing.length_days or 0) * number + day - 1 for day in on)


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _at(regimen: Regimen, doses: tuple[int, ...]) -> tuple[int | None, ...]:
    days = list(islice(chain(planned_days(regimen), repeat(None)), doses[-1]))
    return tuple(days[number - 1] for number in doses)


def _counted(regimen: Regimen) -> int:
    """How many doses the regimen has, as far as the line goes."""
    return sum(1 for _ in islice(planned_days(regimen), 100))


def _stands(need: Requirement, on: date) -> bool:
    return (need.valid_from is None or need.valid_from <= on) and (need.valid_until is None or on <= need.valid_until)


def _asked(need: Requirement, number: int) -> bool:
    if need.when in (Occasion.EVERY_DOSE, Occasion.EVERY_VISIT):
        return True
    return number in need.doses if need.when is Occasion.DOSES else number == 1 and need.when is not Occasion.REPEAT_COURSE


def _again(need: Requirement) -> bool:
    return need.when in (Occasion.REPEAT_COURSE, Occasion.COURSE, Occasion.EVERY_DOSE, Occasion.EVERY_VISIT)
