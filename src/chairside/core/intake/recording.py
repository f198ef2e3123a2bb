"""A fact that a person types: is it one that can be recorded? The same question for the page, the wire and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from chairside.core.intake.bounds import NUMBERS
from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.vocabulary import name_of, unit_of
from chairside.core.protocols.words import recordable

_LARGEST = Decimal(10) ** 12
_DIGITS = 40  # what the record keeps of a number, digit for digit
_MAY_LIE_AHEAD = frozenset({"planned"})
_WITHOUT_VALUE = frozenset(
    {FactKind.ALLERGY, FactKind.CONDITION, FactKind.MEDICATION, FactKind.IMAGING, FactKind.VACCINE, FactKind.RISK}
)


def judge(fact: Fact, *, today: date, rails: Mapping[str, Guardrail]) -> Decision[Fact]:
    """Allowed, or every reason why not. `rails`: limits of believable vital signs by code (H-002). Never changes the fact."""
    reasons = [*_about_the_day(fact, today), *_about_the_value(fact)]
    if not reasons:
        reasons.extend(_about_the_sort(fact))
    if not reasons and isinstance(fact.value, Decimal) and (rail := _rail(fact, rails)) is not None:
        reasons.extend(rail.judge(_measured(fact.value, fact.unit), f"fact.{fact.code}").reasons)
    if not reasons and fact.lower is not None and fact.upper is not None and fact.lower > fact.upper:
        reasons.append(refused("out_of_range", "The laboratory's lower limit is above its upper limit.", field="fact.lower"))
    return Decision(fact, tuple(reasons))


def implausible(fact: Fact, rails: Mapping[str, Guardrail]) -> str:
    """Why a value that came in cannot be right, "" when it can. It is kept as it was received and decides nothing (H-002).

    A laboratory may report in a unit that this record cannot convert: what is decided on it is then unknown, not refused.
    """
    rail = _rail(fact, rails)
    if rail is None or not isinstance(fact.value, Decimal):
        return ""
    try:
        measured = _measured(fact.value, fact.unit)
        measured.to(rail.absolute[0].unit)
    except (UnitError, ArithmeticError):
        return f"{rail.name} in “{fact.unit}” cannot be read." if fact.kind is FactKind.VITAL else ""
    return next((reason.message for reason in rail.judge(measured, fact.code).reasons if reason.outcome.word == "refused"), "")


def _rail(fact: Fact, rails: Mapping[str, Guardrail]) -> Guardrail | None:
    if fact.kind is FactKind.VITAL and fact.code in rails:
        return rails[fact.code]
    return NUMBERS.get(f"{fact.kind.value}.{fact.code}")


def _measured(value: Decimal, code: str) -> Quantity:
    if code == "[degF]":
        return quantity((value - 32) * 5 / 9, "Cel")
    return Quantity(value, unit(code))


def _about_the_sort(fact: Fact) -> list[Reason]:
    """A number in a unit that can be converted exactly, or one of the words that say something, as the fact asks."""
    key = f"{fact.kind.value}.{fact.code}"
    wanted, words, name = unit_of(key), recordable(key), name_of(key)
    if isinstance(fact.value, Decimal):
        if words:
            return [_not_a_word(name, words)]
        if wanted and not (unit(fact.unit).comparable(unit(wanted)) or (wanted == "Cel" and fact.unit == "[degF]")):
            message = f"{name} is measured in {unit(wanted).spelled()}, not {unit(fact.unit).spelled() or 'a bare number'}."
            return [refused("out_of_range", message, field="fact.unit", limit=wanted)]
    elif isinstance(fact.value, str) and fact.value:
        if wanted and fact.kind in (FactKind.LAB, FactKind.VITAL):
            message = f"{name} is a number in {unit(wanted).spelled()}, not a word."
            return [refused("out_of_range", message, field="fact.value", limit=wanted)]
        if words and fact.value.casefold() not in {word.casefold() for word in words}:
            return [_not_a_word(name, words)]
    return []


def _not_a_word(name: str, words: tuple[str, ...]) -> Reason:
    told = ", ".join(word.replace("_", " ") for word in words)
    return refused("out_of_range", f"{name} is one of: {told}.", field="fact.value", limit=", ".join(words))


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
    if any(number is not None and not _fits(number) for number in (fact.value, fact.lower, fact.upper)):
        return [refused("out_of_range", "A number of that size cannot be right. Check the digits.", field="fact.value")]
    if fact.value < 0:
        return [
            refused("out_of_range", "A result below zero cannot be right. Check the number.", field="fact.value", limit="0")
        ]
    if fact.kind is FactKind.VACCINE and not fact.unit:
        return []  # its number in the series is a count
    try:
        unit(fact.unit)
    except UnitError as problem:
        return [refused("out_of_range", f"{problem}. Write the unit that the laboratory reports.", field="fact.unit")]
    return []


def _fits(number: Decimal) -> bool:
    return number.is_finite() and abs(number) < _LARGEST and len(format(number, "f")) <= _DIGITS
