"""What a verifier enters, and what the system computes for itself from order, dosing weight of record, ladder and bag."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit.events import CheckEntered, PreparationRecorded
from chairside.core.visit.identity import compare as compare_identity
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.policy import OF_THE_BAG, TITLES, CheckStage, Moment

ENTRY_OF = {"patient": "identifiers"}  # where an entry has another name than what it is
_SQUARE_METRE = quantity("1", "m2")
_AT_A_RATE = frozenset({"rate", "pump_rate", "pump_volume"})
_EXACT = ("weight", "dose", "volume", "rate", "pump_rate", "pump_volume")


def asked(plan: VisitPlan, drug: DrugPlan, stage: CheckStage) -> tuple[str, ...]:
    """What a stage asks of this drug, in the order of the form."""
    left_out = set() if by_surface(drug) else {"bsa"}
    if drug.manner not in (Manner.INFUSION, Manner.PUMP) or not drug.ladder:
        left_out |= _AT_A_RATE
    if drug.bags or not drug.volume_stated:
        left_out.add("concentration")  # each bag has its own; or the preparation is still to say it
    if not drug.volume_stated:
        left_out.add("volume")
    if len(drug.ladder) != 1:
        left_out.add("minutes")  # of a ladder the steps say the time, one after the other
    if stage.moment is Moment.BEFORE_PREPARATION:
        left_out |= OF_THE_BAG if drug.volume_stated else OF_THE_BAG | {"volume", "concentration", "minutes"}
    return tuple(name for name in TITLES if name in stage.asks and name not in left_out)


def by_surface(drug: DrugPlan) -> bool:
    """Whether the dose is so much a square metre."""
    return drug.dose_per is not None and (drug.dose_per * _SQUARE_METRE).unit.comparable(drug.dose.unit)


def wrong_fields(
    plan: VisitPlan, drug: DrugPlan, bag: PreparationRecorded | None, entered: CheckEntered, names: Collection[str]
) -> tuple[str, ...]:
    """Where one entry differs from what the system computes. Only `names` are judged; what is not entered is wrong."""
    return tuple(name for name in names if not _right(name, plan, drug, bag, entered))


def _right(name: str, plan: VisitPlan, drug: DrugPlan, bag: PreparationRecorded | None, entered: CheckEntered) -> bool:
    value = getattr(entered, ENTRY_OF.get(name, name))
    if value is None:
        return False
    near = plan.policy.computed_percent
    volume = bag.volume if bag else drug.volume
    match name:
        case "patient":
            return compare_identity(plan.subject, value).allowed
        case "product":
            return value in drug.products and all(draw.product == value for draw in (bag.draws if bag else ()))
        case "lots":
            return bag is not None and sorted(value) == sorted({draw.lot for draw in bag.draws})
        case "weight":
            return plan.dosing_weight is None or _same(value, plan.dosing_weight)
        case "bsa":
            return plan.surface is not None and _within(value, plan.surface, near)
        case "dose":
            return _same(value, drug.dose) and _follows(plan, drug, entered)
        case "route":
            return bool(value.casefold() == drug.route.casefold())
        case "pump_volume" if drug.bags:
            return _same(value, drug.bags[0].volume)
        case "volume" | "pump_volume":
            return _same(value, volume)
        case "concentration":
            return _within(value, drug.dose / volume, near)
        case "rate" | "pump_rate":
            return _same(value, drug.ladder[0].rate)
        case "minutes":
            return _within(value, quantity(total_minutes(drug.ladder, volume), "min"), near)
        case _:
            return bag is not None and bool(value == bag.use_by)


def _follows(plan: VisitPlan, drug: DrugPlan, entered: CheckEntered) -> bool:
    """The dose follows from the entered weight or body surface, within the rounding that policy allows.

    Where it does not follow from the record either (a dose held at its maximum), there is no such sum to do.
    """
    size, of_record = (entered.bsa, plan.surface) if by_surface(drug) else (entered.weight, plan.dosing_weight)
    if drug.dose_per is None or size is None or entered.dose is None:
        return True
    rounding = plan.policy.rounding_percent
    if of_record is not None and not _within(drug.dose, drug.dose_per * of_record, rounding):
        return True
    return _within(entered.dose, drug.dose_per * size, rounding)


def differing(first: CheckEntered, second: CheckEntered, names: Collection[str]) -> tuple[str, ...]:
    """Where two entries differ from each other. What each computes may differ by rounding; it is held against the system's."""
    found = [name for name in ("product", "route", "use_by") if getattr(first, name) != getattr(second, name)]
    for name in _EXACT:
        one, other = getattr(first, name), getattr(second, name)
        if one is not None and other is not None and not _same(one, other):
            found.append(name)
    if sorted(first.lots or ()) != sorted(second.lots or ()):
        found.append("lots")
    return tuple(name for name in found if name in names)


def _same(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit) and one.same(other)


def _within(value: Quantity, truth: Quantity, percent: Decimal) -> bool:
    if not value.unit.comparable(truth.unit):
        return False
    return abs(value.to(truth.unit).amount - truth.amount) * 100 <= percent * abs(truth.amount)
