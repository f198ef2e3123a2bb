"""Sums about an amount: each asks the rule that decides doses, made from the inputs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.amounts import amount as amounts
from chairside.core.plans.amounts.body import Formula
from chairside.core.plans.amounts.pump_order import read
from chairside.core.plans.course import Course
from chairside.core.plans.limits.reduction_table import Reduction, reduced_by
from chairside.core.plans.limits.rounding import Rounding, to_vials
from chairside.core.plans.supply.vials import choose
from chairside.core.protocols.schema.dose import Calvert, Deficit, DoseRule, Step, WantedRise, WeightChoice
from chairside.core.protocols.stretch import holds
from chairside.core.protocols.truth import Known
from chairside.exchange.questions.envelope import number
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.sums import Sum, above_zero, measure, rounded, summed

_DAY = date(2000, 1, 1)  # the rules look at days; a sum has none, so that facts and question share this one
_ANY_LEVEL = Decimal(10) ** 6
_GANZONI = quantity("2.4", "mg/kg")  # iron for each g/dL: what Ganzoni's formula states (1970; recalled)


def weight_dose_and_vials(inputs: Fields) -> Sum:
    dose = (measure(inputs, "mg_per_kg", "mg/kg") * measure(inputs, "weight_kg", "kg")).to("mg")
    return summed(Decision(dose), dose_mg=number(dose.amount), **_vials(dose, inputs))


def least_waste_vials(inputs: Fields) -> Sum:
    inputs.word("tie_break", ("fewest vials",))
    dose = measure(inputs, "dose_mg", "mg")
    return summed(Decision(dose), **_vials(dose, inputs))


def dose_round_to_vial(inputs: Fields) -> Sum:
    dose, step = measure(inputs, "dose_mg", "mg"), measure(inputs, "vial_step_mg", "mg")
    percent = above_zero(inputs, "limit_percent")
    with _countable(inputs):
        made = to_vials(dose, (step,), Rounding.PERCENT, percent, ())
    nearest = dose.rounded(step.amount)
    change = (nearest.amount - dose.amount) * 100 / dose.amount
    return summed(
        Decision(made.amount, working=made.working),
        rounded_mg=number(nearest.amount),
        change_percent=rounded(change, "0.01"),
        accepted=made.amount == nearest,
    )


def weight_tier(inputs: Fields) -> Sum:
    tiers = [_tier(fields) for fields in inputs.parts("tiers")]
    weights = inputs.numbers("weights_kg")
    found: list[str | None] = []
    reasons: list[Reason] = []
    for weight in weights:
        doses = [dose for step, dose in tiers if holds(step, weight)]
        found.append(number(doses[0]) if len(doses) == 1 else None)
        if len(doses) != 1:
            message = f"{number(weight)} kg lies in {len(doses)} tiers; each weight must lie in one."
            reasons.append(refused("out_of_range", message, field="tiers", limit=number(weight)))
    return summed(Decision(tuple(found), tuple(reasons)), dose_mg=found)


def calvert(inputs: Fields) -> Sum:
    gfr, cap = measure(inputs, "gfr_ml_min", "mL/min"), inputs.number("gfr_cap", least=None, above=0)
    level = measure(inputs, "auc", "mg.min/mL")
    capped = quantity(_ANY_LEVEL if cap is None else cap, "mL/min")
    rule = Calvert("lab.crcl", capped, quantity("0.000001", "mg.min/mL"), quantity(_ANY_LEVEL, "mg.min/mL"))
    made = _amount(rule, level=level, facts=(_lab("crcl", gfr),))
    return summed(made, dose_mg=_whole(made), cap_applied=capped < gfr)


def ganzoni(inputs: Fields) -> Sum:
    stores = inputs.number("stores_mg")
    rule = Deficit(
        "lab.hemoglobin",
        "g/dL",
        target=above_zero(inputs, "target_hb_g_dl"),
        per_kg_point=_GANZONI,
        stores=None if stores is None else quantity(stores, "mg"),
        weight=WeightChoice.RECORD,
    )
    level = _lab("hemoglobin", measure(inputs, "actual_hb_g_dl", "g/dL"))
    made = _amount(rule, weight=measure(inputs, "weight_kg", "kg"), facts=(level,))
    return summed(made, iron_deficit_mg=None if made.value is None else number(made.value.quantity.to("mg").amount))


def factor_units(inputs: Fields) -> Sum:
    inputs.text("factor")
    most = quantity(_ANY_LEVEL, "[iU]/dL")
    factor = above_zero(inputs, "iu_per_kg_per_percent")
    rule = WantedRise(factor, quantity("0.000001", "[iU]/dL"), most, weight=WeightChoice.RECORD)
    level = measure(inputs, "rise_percent", "[iU]/dL")
    made = _amount(rule, level=level, weight=measure(inputs, "weight_kg", "kg"))
    return summed(made, units_iu=None if made.value is None else number(made.value.quantity.amount))


def percent_semantics(inputs: Fields) -> Sum:
    """A table of reductions: the percentage taken off is named so, never left to be read as the percentage given."""
    full = (measure(inputs, "base_mg_m2", "mg/m2") * measure(inputs, "bsa_m2", "m2")).to("mg")
    rows = [_row(fields) for fields in inputs.parts("table")]
    made = reduced_by(rows, full, measure(inputs, "bilirubin_mg_dl", "mg/dL"), "bilirubin_mg_dl")
    dose = None if made.value is None else number(made.value.amount)
    return summed(made, full_mg=number(full.amount), dose_mg=dose)


def ambulatory_pump(inputs: Fields) -> Sum:
    made = read(measure(inputs, "mg_m2_per_day", "mg/m2"), measure(inputs, "bsa_m2", "m2"), above_zero(inputs, "hours"))
    concentration = inputs.number("concentration_mg_ml", least=None, above=0)
    found = made.value
    assert found is not None
    return summed(
        made,
        mg_per_day=rounded(found.a_day.amount, "1"),
        total_mg=rounded(found.by_days.amount, "1"),
        total_mg_by_hours=rounded(found.by_hours.amount, "0.1"),
        conflict=found.conflict,
        total_ml=None if concentration is None else number((found.by_days.amount / concentration).normalize()),
    )


def _amount(
    rule: DoseRule, *, level: Quantity | None = None, weight: Quantity | None = None, facts: tuple[Fact, ...] = ()
) -> Decision[amounts.Amount]:
    known = Known(_DAY, Patient(weight=weight), facts)
    ask = amounts.Question(known, Course(), 1, weight, None, Formula.MOSTELLER, level)
    return amounts.amount(rule, ask)


def _lab(code: str, value: Quantity) -> Fact:
    return Fact(FactKind.LAB, code, _DAY, value.amount, value.unit.code)


def _whole(made: Decision[amounts.Amount]) -> str | None:
    return None if made.value is None else rounded(made.value.quantity.to("mg").amount, "1")


def _strengths(inputs: Fields) -> list[Quantity]:
    sizes = inputs.numbers("vial_mg")
    if not sizes or any(size <= 0 for size in sizes):
        raise inputs.problem("vial_mg", "lists no vial above zero")
    return [quantity(size, "mg") for size in sizes]


def _vials(dose: Quantity, inputs: Fields) -> dict[str, Any]:
    strengths = _strengths(inputs)
    with _countable(inputs):
        choice = choose(dose, strengths)
    return {
        "vials": {number(strength.amount): count for strength, count in choice.counts},
        "drawn_from_mg": number(choice.drawn.amount),
        "waste_mg": number(choice.waste.amount),
    }


@contextmanager
def _countable(inputs: Fields) -> Iterator[None]:
    """A dose of so many vials that none could count them is a slipped digit, told as such."""
    try:
        yield
    except ValueError as problem:
        raise inputs.problem("dose_mg" if "dose_mg" in inputs.raw else "mg_per_kg", str(problem)) from None


def _tier(fields: Fields) -> tuple[Step, Decimal]:
    included = fields.flag("inclusive")
    below, above = fields.number("below_kg"), fields.number("above_kg")
    low, high = fields.number("from_kg"), fields.number("to_kg")
    dose = above_zero(fields, "dose_mg")
    fields.close()
    if above is not None:
        return Step(low=above, low_included=False), dose
    return Step(low, below if below is not None else high, high_included=bool(included) and below is None), dose


def _row(fields: Fields) -> Reduction:
    """A row of reductions; without a percentage it says not to give."""
    low, high, above = fields.number("from"), fields.number("to"), fields.number("above")
    off = fields.number("reduce_by_percent")
    if off is None:
        fields.needed("action", fields.word("action", ("do not give",)))
    elif off > 100:
        raise fields.problem("reduce_by_percent", "is more than 100; it is the percentage that is taken off")
    fields.close()
    if above is not None:
        return Reduction(Step(low=above, low_included=False), off)
    return Reduction(Step(low, high, high_included=True), off)
