"""Sums about a body: surface, ideal and adjusted weight, creatinine clearance."""

from __future__ import annotations

from chairside.core.kernel.decision import Decision
from chairside.core.kernel.kidney import creatinine_clearance
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.amounts.body import Formula, adjusted, ideal, surface
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.sums import Sum, measure, rounded, summed

_SEXES = ("female", "male", "other", "unknown")


def bsa_mosteller(inputs: Fields) -> Sum:
    return _surface(inputs, Formula.MOSTELLER)


def bsa_dubois(inputs: Fields) -> Sum:
    return _surface(inputs, Formula.DU_BOIS)


def bsa_haycock(inputs: Fields) -> Sum:
    return _surface(inputs, Formula.HAYCOCK)


def ideal_adjusted_weight(inputs: Fields) -> Sum:
    sex = inputs.word("sex", _SEXES) or ""
    height, actual = measure(inputs, "height_cm", "cm"), measure(inputs, "weight_kg", "kg")
    lean = ideal(height, sex)
    if lean.value is None:
        return summed(lean)
    between = adjusted(lean.value, actual)
    return summed(lean, ibw_kg=rounded(lean.value.amount, "0.1"), adjbw_kg=rounded(between.amount, "0.1"))


def cockcroft_gault(inputs: Fields) -> Sum:
    floor = inputs.number("scr_floor_mg_dl", least=None, above=0)
    decided = creatinine_clearance(
        age_years=inputs.whole("age_y", least=0, most=150),
        weight=measure(inputs, "weight_kg", "kg"),
        creatinine=measure(inputs, "scr_mg_dl", "mg/dL"),
        sex=inputs.word("sex", _SEXES) or "",
        floor=None if floor is None else quantity(floor, "mg/dL"),
    )
    value = None if decided.value is None else rounded(decided.value.amount, "0.1")
    return summed(decided, crcl_ml_min=value)


def _surface(inputs: Fields, formula: Formula) -> Sum:
    area = surface(measure(inputs, "height_cm", "cm"), measure(inputs, "weight_kg", "kg"), formula).amount
    return summed(Decision(area), bsa_m2=rounded(area, "0.01"), bsa_unrounded=rounded(area, "0.000001"))
