"""How the values of a protocol read in a sentence: keys, days, conditions, ages, infusions, stretches of a scale."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.condition import Change, Condition, Limit, Op, Test
from chairside.core.protocols.schema.dose import Step
from chairside.core.protocols.schema.terms import Ages, Infusions, Route
from chairside.core.protocols.vocabulary import name_of

_CODED = {"condition": "diagnosis", "medication": "medicine", "allergy": "allergy to", "reaction": "reaction", "risk": "risk"}
_ROUTES = {
    Route.IV: "IV",
    Route.IV_PUSH: "IV push",
    Route.IV_PUMP: "IV by a pump worn home",
    Route.SC: "SC",
    Route.IM: "IM",
    Route.PO: "by mouth",
    Route.VENESECTION: "venesection",
}
_ABBREVIATIONS = frozenset(("auc", "im", "iv", "ivig", "mri", "rems", "sc"))
_OPS = {Op.LT: "<", Op.LE: "≤", Op.GT: ">", Op.GE: "≥"}
_TIMES = {Limit.UPPER: " × upper limit", Limit.LOWER: " × lower limit", Limit.NONE: ""}
_CHANGES = {
    Change.NONE: "{fact}",
    Change.RISE: "rise of {fact}",
    Change.FALL: "fall of {fact}",
    Change.RISE_PERCENT: "rise of {fact} in percent",
    Change.FALL_PERCENT: "fall of {fact} in percent",
}


def listed(words: Sequence[object], last: str = "and") -> str:
    """“0, 14 and 42”."""
    told = [str(word) for word in words]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {last} {told[-1]}" if told else ""


def amount(value: Quantity | None) -> str:
    return value.spelled() if value is not None else ""


def days(count: int) -> str:
    return counted(count, "day")


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count:,} {noun}s"


def key(text: str) -> str:
    """A key of the protocol as words, its abbreviations in capitals."""
    return " ".join(word.upper() if word in _ABBREVIATIONS else word for word in text.split("_"))


def route(way: Route) -> str:
    return _ROUTES[way]


def keys(texts: Sequence[str], last: str = "and") -> str:
    return listed([key(text) for text in texts], last)


def started(text: str) -> str:
    return text[:1].upper() + text[1:]


def only(when: Condition | None, protocol: Protocol | None = None) -> str:
    return f", only when {condition(when, protocol)}" if when is not None else ""


def for_regimens(regimens: Sequence[str]) -> str:
    """“, only in the regimens maintenance and rescue”; nothing for an item that is for all."""
    return f", only in the regimen{'s' if len(regimens) > 1 else ''} {keys(regimens)}" if regimens else ""


def for_infusions(value: Infusions) -> str:
    return "" if value == Infusions() else f" ({infusions(value)})"


def valid(since: date | None, until: date | None) -> str:
    """“, from 2025-10-01, until 2026-09-30”, both days included."""
    begin = f", from {since.isoformat()}" if since is not None else ""
    return f"{begin}, until {until.isoformat()}" if until is not None else begin


def stretch(code: str, step: Step, name: str) -> str:
    """“hemoglobin below 10 g/dL”, with the edges exactly as stated."""
    spelled = unit_text(code).strip()
    if step.low is not None and step.low == step.high and step.low_included and step.high_included:
        return f"{name} of exactly {plain(step.low)} {spelled}".rstrip()
    low = f"{'from' if step.low_included else 'above'} {plain(step.low)}" if step.low is not None else ""
    high = f"{'up to and with' if step.high_included else 'below'} {plain(step.high)}" if step.high is not None else ""
    between = " ".join(part for part in (low, high) if part)
    return f"{name} {between} {spelled}".strip() if between else f"any {name}"


def condition(stated: Condition, protocol: Protocol | None = None) -> str:
    """A typed condition as a person reads it; with a protocol, its facts by the names that it declares."""
    every = " and ".join(test(item, protocol) for item in stated.all)
    some = " or ".join(test(item, protocol) for item in stated.any)
    return f"{every} and ({some})" if every and some else every or some


def test(stated: Test, protocol: Protocol | None) -> str:
    """One comparison as a person reads it."""
    fact = _CHANGES[stated.change].format(fact=fact_name(stated.fact, protocol))
    within = f" within {stated.within_days} days" if stated.within_days is not None else ""
    if stated.over_days is not None:
        within = f" over {stated.over_days} days{within}"
    elif stated.change is not Change.NONE:
        within = f" from the result before{within}"
    if stated.op is Op.PRESENT:
        return f"{fact} on record{within}"
    if stated.op is Op.ABSENT:
        return f"no {fact} on record{within}"
    if stated.op in (Op.IN, Op.NOT_IN):
        return f"{fact} {'is' if stated.op is Op.IN else 'is not'} {keys(stated.words, 'or')}{within}"
    value = plain(stated.value) if stated.value is not None else "?"
    return f"{fact} {_OPS[stated.op]} {value}{_TIMES[stated.times]}{unit_text(stated.unit)}{within}"


def fact_name(fact: str, protocol: Protocol | None = None) -> str:
    """What the fact is called; of what other systems code, with the kind before it (“diagnosis I50”).

    A fact that the protocol names in words of its own stands in quotation marks, because such a name can be a whole sentence.
    """
    kind, _, code = fact.partition(".")
    if kind in _CODED:
        return f"{_CODED[kind]} {key(code)}"
    named = name_of(fact, protocol)
    return f"“{named}”" if kind == "answer" and named != name_of(fact) else named


def unit_text(code: str) -> str:
    """The unit as it follows a number; a percent sign stands close to it, and what is only counted has none."""
    if code.startswith("{"):
        return ""
    try:
        spelled = unit(code).spelled() if code and code != "1" else ""
    except UnitError:
        spelled = code
    return spelled if spelled == "%" else f" {spelled}" if spelled else ""


def infusions(value: Infusions) -> str:
    last = "on" if value.last is None else f"to {value.last}"
    text = "every infusion" if value.first == 1 and value.last is None else f"infusion {value.first} {last}"
    if value.last == value.first:
        text = f"infusion {value.first}"
    if value.after_tolerated:
        text += f", after {value.after_tolerated} tolerated"
    return f"{text}, after a reaction" if value.after_reaction else text


def ages(value: Ages) -> str:
    """“from 6 to below 18 years”; months where they are stated."""
    begin = counted(value.from_months, "month") if value.from_months is not None else ""
    if value.from_years is not None:
        years = counted(value.from_years, "year")
        begin = f"{years} and {begin}" if begin else years
    end = f"below {value.below_years} years" if value.below_years is not None else ""
    if begin and end:
        return f"from {begin} to {end}" if "month" in begin else f"from {value.from_years} to {end}"
    return f"from {begin}" if begin else end or "any age"
