"""Sums about a rate: drops a minute, and mL/h from whatever a label writes."""

from __future__ import annotations

from chairside.core.kernel.decision import Decision, unknown
from chairside.core.kernel.quantity import quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.visit.run.gravity import drops
from chairside.core.visit.run.rates import in_ml_per_hour
from chairside.exchange.questions.envelope import in_unit, number
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.sums import Sum, above_zero, measure, summed


def gravity_drops(inputs: Fields) -> Sum:
    decided = drops(measure(inputs, "volume_ml", "mL"), above_zero(inputs, "minutes"), above_zero(inputs, "drop_factor_gtt_ml"))
    found = decided.value
    if found is None:
        return summed(decided)
    return summed(decided, gtt_min_exact=number(found.exact), gtt_min=str(found.whole), ml_h=in_unit(found.rate, "mL/h"))


def rate_ml_h(inputs: Fields) -> Sum:
    rate = inputs.measured(above_zero(inputs, "rate"), "rate_unit")
    strength = measure(inputs, "concentration_mg_ml", "mg/mL")
    weight = inputs.number("weight_kg", least=None, above=0)
    by = None if weight is None else quantity(weight, "kg")
    one = quantity(1, "mL")
    try:
        found = in_ml_per_hour(rate, dose=(strength * one).to("mg"), volume=one, weight=by)
    except UnitError as problem:
        raise inputs.problem("rate_unit", str(problem)) from None
    if found is None:
        reason = unknown("missing_fact", f"A rate in {rate.unit} needs the weight.", field="weight_kg")
        return summed(Decision(None, (reason,)))
    return summed(Decision(found), ml_h=in_unit(found, "mL/h"), mg_h=in_unit(found * strength, "mg/h"))
