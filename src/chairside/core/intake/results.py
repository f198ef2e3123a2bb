"""A result as it was sent -> as protocols ask for it: in the unit of its key, or as a word. What was sent stays in the note."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from chairside.core.intake import units
from chairside.core.intake.codes import FactKey


@dataclass(frozen=True, slots=True)
class Result:
    """A value with its unit ("" for words), the digits as written, and the laboratory's reporting range in the same unit."""

    value: Decimal | str | None
    unit: str = ""
    exact: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None


def as_asked(result: Result, key: FactKey) -> tuple[Result, tuple[str, ...]]:
    """The result in the unit and the words of the key, and what the note must say: exactly, or as it was sent.

    A spelling that can mean one unit only (`lbs`, `mmHg`) is read as that unit; any other unit stays as it was sent.
    """
    notes = []
    if isinstance(result.value, Decimal) and result.unit and result.unit != key.unit:
        sent, result = result, _in_unit(result, key)
        if sent.unit != result.unit:
            notes.append(f"received as {sent.exact or f'{sent.value:f}'} {sent.unit}")
    said = _word(result, key)
    if said:
        notes.append(f"received as {result.exact or result.value} {result.unit}".strip() + _limit(result, key))
        result = replace(result, value=said, unit="", lower=None, upper=None)
    return result, tuple(notes)


def contradicts(words: str, code: str) -> str:
    """Why a unit in words and its code cannot both be right (`kg` beside `[lb_av]`), "" when they can, or say nothing."""
    if not words or words == code:
        return ""
    one, other = units.as_ucum(words), units.as_ucum(code)
    bare = code == "1" or one.startswith("{") or other.startswith("{")  # a scale in words beside a bare number
    if bare or not one or not other or one == other or units.converted(Decimal(1), one, other) == 1:
        return ""
    return f"The unit was sent as “{words}” and coded as “{code}”: only one of them can be right."


def _in_unit(result: Result, key: FactKey) -> Result:
    """The value and its range in the unit of the key; in UCUM where the key has none or measures something else."""
    assert isinstance(result.value, Decimal)
    code = units.as_ucum(result.unit)
    if not code:
        return result
    fact = f"{key.kind.value}.{key.code}"
    number = units.converted(result.value, code, key.unit, fact) if key.unit and code != key.unit else None
    if number is None:
        return replace(result, unit=code)
    ends = [None if end is None else units.converted(end, code, key.unit, fact) for end in (result.lower, result.upper)]
    return Result(number, key.unit, f"{number:f}", *ends)


def _limit(result: Result, key: FactKey) -> str:
    """The limit that decided the word, for the note."""
    if key.below_lower and result.lower is not None:
        return f", lower limit {result.lower:f}"
    return f", limit {result.upper:f}" if result.upper is not None else ""


def _word(result: Result, key: FactKey) -> str:
    """The word for a result that protocols ask for as a word; "" when it is one already, or when nothing says which."""
    if isinstance(result.value, Decimal):
        if result.lower is not None and key.below_lower and key.from_lower:
            return key.below_lower if result.value < result.lower else key.from_lower
        return "" if result.upper is None else key.below_limit if result.value < result.upper else key.from_limit
    said = (result.value or "").casefold()
    return next((word for begins, word in key.words if said.startswith(begins)), "")
