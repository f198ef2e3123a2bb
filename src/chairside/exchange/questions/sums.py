"""What a sum or a safety rule answers: its decision, and its value as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from chairside.core.kernel.decision import Decision
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.exchange.questions.envelope import number
from chairside.exchange.questions.reading import Fields


@dataclass(frozen=True, slots=True)
class Sum:
    """A decision with its value written out; the value is empty where none could be computed."""

    decision: Decision[Any]
    value: dict[str, Any]


def summed(decision: Decision[Any], **value: Any) -> Sum:
    """The value written out, when there is one: what was not computed is absent."""
    return Sum(decision, {key: part for key, part in value.items() if part is not None})


def above_zero(fields: Fields, key: str) -> Decimal:
    """A number that must be there and above zero."""
    return fields.needed(key, fields.number(key, least=None, above=0))


def measure(fields: Fields, key: str, code: str) -> Quantity:
    """A number that must be there and above zero, in the unit that its field's name states."""
    return quantity(above_zero(fields, key), code)


def rounded(value: Decimal, step: str) -> str:
    """A number as text, rounded half up to the step: the last thing that happens to it."""
    with localcontext() as context:
        context.prec = 60  # enough digits before the step for whatever a question can hold
        return number(value.quantize(Decimal(step), ROUND_HALF_UP))
