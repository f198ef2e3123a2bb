"""A result as it was sent -> as protocols ask for it: in the unit of its key, or as a word. What was sent stays in the note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from chairside.core.intake.codes import FactKey
from chairside.core.intake.referral import Amount


@dataclass(frozen=True, slots=True)
class Result:
    """A value with its unit ("" for words), the digits as written, and the laboratory's reporting range in the same unit."""

    value: Decimal | str | None
    unit: str = ""
    exact: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None


def as_asked(result: Result, key: FactKey) -> tuple[Result, tuple[str, ...]]:
    """The result in the unit and the words of the key, and what the note must say: exactly, or as it was sent."""
    notes = []
    if isinstance(result.value, Decimal) and key.unit and result.unit != key.unit:
        number = converted(Amount(result.value, result.unit), key.unit)
        if number is not None:
            notes.append(f"received as {result.exact} {result.unit}")
            result = Result(number, key.unit, f"{number:f}")  # the range was in the sender's unit
    said = _word(result, key)
    if said:
        limit = f", limit {result.upper:f}" if result.upper is not None else ""
        notes.append(f"received as {result.exact or result.value} {result.unit}".strip() + limit)
        result = replace(result, value=said, unit="", lower=None, upper=None)
    return result, tuple(notes)


def converted(amount: Amount, unit: str) -> Decimal | None:
    """The number in the unit of the key, exact; None when the units do not measure the same thing."""
    known = amount.quantity()
    target = Amount(Decimal(1), unit).quantity()
    if known is None or target is None or not known.unit.comparable(target.unit):
        return None
    return known.to(unit).amount


def _word(result: Result, key: FactKey) -> str:
    """The word for a result that protocols ask for as a word; "" when it is one already, or when nothing says which."""
    if isinstance(result.value, Decimal):
        return "" if result.upper is None else key.below_limit if result.value < result.upper else key.from_limit
    said = (result.value or "").casefold()
    return next((word for begins, word in key.words if said.startswith(begins)), "")
