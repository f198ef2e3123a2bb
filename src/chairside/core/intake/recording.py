"""A fact that a person types: is it one that can be recorded? The same question for the page, the wire and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit

_MAY_LIE_AHEAD = frozenset({"planned"})
_WITHOUT_VALUE = frozenset(
    {FactKind.ALLERGY, FactKind.CONDITION, FactKind.MEDICATION, FactKind.IMAGING, FactKind.VACCINE, FactKind.RISK}
)


def judge(fact: Fact, *, today: date, rails: Mapping[str, Guardrail]) -> Decision[Fact]:
    """Allowed, or every reason why not. `rails`: limits of believable vital signs by code (H-002). Never changes the fact."""
    reasons = [*_about_the_day(fact, today), *_about_the_value(fact)]
    if not reasons and isinstance(fact.value, Decimal) and fact.kind is FactKind.VITAL and fact.code in rails:
        reasons.extend(rails[fact.code].judge(Quantity(fact.value, unit(fact.unit)), f"fact.{fact.code}").reasons)
    if not reasons and fact.lower is not None and fact.upper is not None and fact.lower > fact.upper:
        reasons.append(refused("out_of_range", "The laboratory's lower limit is above its upper limit.", field="fact.lower"))
    return Decision(fact, tuple(reasons))


def _about_the_day(fact: Fact, today: date) -> list[Reason]:
    if fact.on > today and fact.status not in _MAY_LIE_AHEAD:
        message = f"{fact.on.isoformat()} lies ahead. Give the day on which it was taken or said, or mark it as planned."
        return [refused("out_of_range", message, field="fact.on", limit=today.isoformat())]
    return []


def _about_the_value(fact: Fact) -> list[Reason]:
    if fact.value is None or fact.value == "":
        if fact.kind in _WITHOUT_VALUE:
            return []
        return [refused("missing_fact", "Give the result: a number with its unit, or a word.", field="fact.value")]
    if not isinstance(fact.value, Decimal):
        return []
    if fact.value < 0:
        return [
            refused("out_of_range", "A result below zero cannot be right. Check the number.", field="fact.value", limit="0")
        ]
    try:
        unit(fact.unit)
    except UnitError as problem:
        return [refused("out_of_range", f"{problem}. Write the unit that the laboratory reports.", field="fact.unit")]
    return []
