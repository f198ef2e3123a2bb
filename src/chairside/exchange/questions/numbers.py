"""Exact decimals from text or JSON numbers, and what a value that is none of them is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from chairside.exchange.questions.text import InputProblem, shown

_LARGEST = Decimal(10) ** 12
_SMALLEST = Decimal(10) ** -12
_DIGITS = 40
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def exact(value: object, field: str) -> Decimal:
    """An exact, finite decimal from text or a JSON number. Raises InputProblem saying how to write it."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InputProblem(field, f"is {kind_of(value)}; a number is expected, as text")
    if isinstance(value, str):
        said = value.strip()
        if not said:
            raise InputProblem(field, "is empty; write the number or leave the field out")
        if not _NUMBER.fullmatch(said):
            raise InputProblem(field, f"{shown(value)} is not a number{_better(said)}")
        number = Decimal(said)
    else:
        number = Decimal(value)
    if not number.is_finite():
        raise InputProblem(field, f"{shown(value)} is not a number")
    if (number and not _SMALLEST <= abs(number) < _LARGEST) or max(len(number.as_tuple().digits), -_exponent(number)) > _DIGITS:
        raise InputProblem(field, f"{shown(value)} has a size that cannot be right; check the digits")
    return number


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _better(said: str) -> str:
    """How to write a number that was written another way, where that is plain."""
    if re.fullmatch(r"-?\d+,\d{3}", said):
        return "; write no thousands separators, and the decimal point as a dot"
    mended = said.replace(",", ".") if said.count(",") == 1 and "." not in said else said
    mended = f"0{mended}" if mended.startswith(".") else mended.removesuffix(".")
    return f"; write {mended}" if mended != said and _NUMBER.fullmatch(mended) else ""


def kind_of(value: object) -> str:
    """What a value is, as a sentence says it."""
    match value:
        case bool():
            return "true or false"
        case Mapping():
            return "an object"
        case list():
            return "a list"
        case str():
            return f"the text {shown(value)}"
        case int() | Decimal():
            return f"the number {shown(value)}"
        case None:
            return "null"
    return f"a {type(value).__name__}"
