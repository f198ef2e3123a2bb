"""What a dose says beside its amount: a part given first, the pump, and what the whole course comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.plans.amounts.amount import amount as computed_by
from chairside.core.plans.amounts.asking import Amount, Question
from chairside.core.plans.dates.phases import count_of, numbered
from chairside.core.plans.limits.ceilings import Ceiling, capped
from chairside.core.plans.limits.finishing import Treated
from chairside.core.plans.supply.taken import Supply
from chairside.core.protocols.schema.dose import Table
from chairside.core.protocols.schema.regimen import OnDemand, Part, Phase
from chairside.core.protocols.schema.terms import Infusions

_MOST_DOSES = 60  # of a course that is added up; a longer one is not one order


@dataclass(frozen=True, slots=True)
class PumpRun:
    """The dose over so many hours; the rate where the volume in the pump is known."""

    hours: int
    least_hours: int
    rate: Quantity | None = None


@dataclass(frozen=True, slots=True)
class CourseTotal:
    """What all doses of the course come to, and their volume as sold where the concentration is stated."""

    amount: Quantity
    volume: Quantity | None = None


def parts_first(treated: Treated, final: Quantity) -> tuple[tuple[Part, ...], Quantity | None]:
    """The parts given before the rest, for this infusion, and the rest. No rest where the parts are not in the dose's unit."""
    number = _infusion_number(treated)
    parts = tuple(part for part in treated.place.phase.parts if _for_infusion(part.infusions, number, treated))
    try:
        rest = final
        for part in parts:
            rest = rest - part.amount
    except UnitError:
        return parts, None
    return parts, rest if parts else None


def pump_run(phase: Phase, supply: Supply) -> PumpRun | None:
    """How the pump runs: its hours, and mL an hour of what is in it."""
    if phase.pump is None:
        return None
    volume = supply.final or supply.draw
    hours = Quantity(Decimal(phase.pump.hours), unit("h"))
    rate = (volume / hours).to("mL/h") if volume is not None else None
    return PumpRun(phase.pump.hours, phase.pump.least_hours, rate)


def course_total(
    treated: Treated, made: Amount, final: Quantity, limits: tuple[Ceiling, ...], ask: Question, concentration: Quantity | None
) -> CourseTotal | None:
    """The whole course where it has a fixed number of doses that depend on nothing still to be found out.

    The doses of the present phase count with the amount decided here, those of other phases with the computed one.
    """
    total = made.course_total
    if total is None:
        total = _summed(treated, final, limits, ask)
    if total is None:
        return None
    try:
        volume = (total / concentration).to("mL") if concentration is not None else None
    except UnitError:
        volume = None
    return CourseTotal(total, volume)


def _summed(treated: Treated, final: Quantity, limits: tuple[Ceiling, ...], ask: Question) -> Quantity | None:
    phases = numbered(treated.regimen)
    counts = [count_of(phase) for phase in phases]
    if None in counts or sum(count or 0 for count in counts) > _MOST_DOSES or treated.place.phase not in phases:
        return None
    if any(phase.when is not None or isinstance(phase.timing, OnDemand) for phase in phases):
        return None
    total = final - final
    for phase, count in zip(phases, counts, strict=True):
        for position in range(1, (count or 0) + 1):
            one = _one(phase, position, treated, final, limits, ask)
            if one is None:
                return None
            total = total + one
            if not isinstance(phase.dose, Table):
                total = total + one * ((count or 1) - 1)
                break
    return total


def _one(
    phase: Phase, position: int, treated: Treated, final: Quantity, limits: tuple[Ceiling, ...], ask: Question
) -> Quantity | None:
    """One dose of the course; nothing where the table ends before it, None where it cannot be told."""
    if phase is treated.place.phase and (position == treated.place.position or not isinstance(phase.dose, Table)):
        return final
    found = computed_by(phase.dose, replace(ask, position=position))
    if found.value is None:
        ended = any(reason.code == "course_complete" for reason in found.reasons)
        return final - final if ended else None
    return capped(found.value.quantity, limits)


def _infusion_number(treated: Treated) -> int:
    """Counts infusions ever given to this patient; a brand switch restarts it where the product says so."""
    product = treated.protocol.product(treated.brand) if treated.brand else None
    restarts = product is not None and product.restarts_infusion_number
    given = [dose for dose in treated.known.history if not restarts or dose.brand.casefold() == treated.brand.casefold()]
    return len(given) + 1


def _for_infusion(infusions: Infusions, number: int, treated: Treated) -> bool:
    """True when the part is for this infusion. Only tolerated infusions before it may do away with a part."""
    if number < infusions.first or (infusions.last is not None and number > infusions.last):
        return False
    history = sorted(treated.known.history, key=lambda dose: (dose.on, dose.dose_number))
    if infusions.after_tolerated:
        last = history[-infusions.after_tolerated :]
        if len(last) < infusions.after_tolerated or not all(dose.tolerated for dose in last):
            return False
    return not infusions.after_reaction or any(not dose.tolerated for dose in history)
