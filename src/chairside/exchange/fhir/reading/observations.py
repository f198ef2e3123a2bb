"""Observations -> facts: key, exact value, unit, day in the site's zone, status, reporting range."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from chairside.core.intake.codes import FactKey
from chairside.core.intake.referral import Amount, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.reading.clinical import plain_key
from chairside.exchange.fhir.reading.elements import (
    SNOMED,
    Context,
    amount_of,
    codings,
    day_of,
    exact,
    moment_of,
    notes_of,
    text_of,
)
from chairside.exchange.fhir.text import Json

# SNOMED CT results -> the words that protocols use.
_WORDS = {
    "260385009": "negative",
    "10828004": "positive",
    "260373001": "detected",
    "260415000": "not_detected",
    "419984006": "inconclusive",
    "82334004": "indeterminate",
}
_KINDS = {"vital-signs": FactKind.VITAL, "laboratory": FactKind.LAB}
_STATUS = {"amended": "corrected", "registered": "planned"}


def observation_facts(resource: Json, context: Context) -> Iterator[Recorded]:
    """The facts of one Observation: its value, and one for each component (a blood pressure has two)."""
    if any(name.startswith("value") for name in resource) or "component" not in resource:
        yield _fact(resource, resource, context)
    for component in resource.get("component", []):
        yield _fact(component, resource, context)


def _fact(holder: Json, resource: Json, context: Context) -> Recorded:
    key = _key(holder, resource, context)
    taken = (
        resource.get("effectiveDateTime")
        or resource.get("effectiveInstant")
        or resource.get("effectivePeriod", {}).get("start")
    )
    notes = list(notes_of(resource))
    day = day_of(taken, context.zone)
    if day is None:
        day = context.received
        notes.append(
            f"sent with the date {taken!r}; the day is the day of receipt"
            if taken
            else "sent without a date; the day is the day of receipt"
        )
    value, unit, written = _value(holder)
    lower, upper = _range(holder)
    if isinstance(value, Decimal) and key.unit and unit != key.unit:
        converted = _converted(Amount(value, unit), key.unit)
        if converted is not None:
            notes.append(f"received as {written} {unit}")
            value, unit, written = converted, key.unit, f"{converted:f}"
            lower = upper = None  # the range was in the sender's unit
    said = _word(value, upper, key)
    if said:
        notes.append(f"received as {written or value} {unit}".strip() + (f", limit {upper:f}" if upper is not None else ""))
        value, unit, lower, upper = said, "", None, None
    sent: str = resource["status"]
    status = _STATUS.get(sent, sent)
    absent = text_of(holder.get("dataAbsentReason"))
    if absent:
        notes.append(f"no value: {absent}")
    fact = Fact(key.kind, key.code, day, value, unit, status, "; ".join(notes), lower, upper)
    return Recorded(fact, context.source(resource), written, text_of(holder.get("code")), moment_of(taken))


def _key(holder: Json, resource: Json, context: Context) -> FactKey:
    for system, code, _ in codings(holder.get("code")):
        known = context.codes.fact_key(system, code)
        if known is not None:
            return known
    named = [code for category in resource.get("category", []) for _, code, _ in codings(category)]
    kind = next((_KINDS[code] for code in named if code in _KINDS), FactKind.TEST)
    return context.codes.fact_named(text_of(holder.get("code"))) or FactKey(kind, plain_key(holder.get("code")))


def _word(value: Decimal | str | None, upper: Decimal | None, key: FactKey) -> str:
    """The word for a result that protocols ask for as a word; "" when it is one already, or when nothing says which."""
    if isinstance(value, Decimal):
        return "" if upper is None else key.below_limit if value < upper else key.from_limit
    said = (value or "").casefold()
    return next((word for begins, word in key.words if said.startswith(begins)), "")


def _value(holder: Json) -> tuple[Decimal | str | None, str, str]:
    """(value, unit, digits as written). A quantity with a comparator (`< 0.5`) stays a word: it is not that number."""
    quantity: Any = holder.get("valueQuantity")
    if quantity:
        amount = amount_of(quantity)
        if amount is not None:
            return amount.number, amount.unit, str(getattr(quantity["value"], "text", quantity["value"]))
        number = getattr(quantity.get("value"), "text", quantity.get("value", ""))
        return (
            f"{quantity.get('comparator', '')}{number} {quantity.get('code') or quantity.get('unit', '')}".strip() or None,
            "",
            "",
        )
    concept = holder.get("valueCodeableConcept")
    if concept:
        word = next((_WORDS[code] for system, code, _ in codings(concept) if system == SNOMED and code in _WORDS), "")
        return word or text_of(concept).lower() or None, "", ""
    if "valueInteger" in holder:
        return Decimal(holder["valueInteger"]), "1", str(holder["valueInteger"])
    if "valueBoolean" in holder:
        return "yes" if holder["valueBoolean"] else "no", "", ""
    return holder.get("valueString") or holder.get("valueDateTime") or holder.get("valueTime"), "", ""


def _range(holder: Json) -> tuple[Decimal | None, Decimal | None]:
    ranges = holder.get("referenceRange", [])
    if len(ranges) != 1:
        return None, None
    low, high = ranges[0].get("low", {}).get("value"), ranges[0].get("high", {}).get("value")
    return (None if low is None else exact(low)), (None if high is None else exact(high))


def _converted(amount: Amount, unit: str) -> Decimal | None:
    """The number in the unit of the key, exact; None when the units do not measure the same thing."""
    known = amount.quantity()
    target = Amount(Decimal(1), unit).quantity()
    if known is None or target is None or not known.unit.comparable(target.unit):
        return None
    return known.to(unit).amount
