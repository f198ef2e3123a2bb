"""Observations -> facts: key, exact value, unit, day in the site's zone, status, reporting range."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from chairside.core.intake.codes import FactKey
from chairside.core.intake.meanings import RESULTS
from chairside.core.intake.referral import Recorded
from chairside.core.intake.results import Result, as_asked
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
    result, said = as_asked(Result(value, unit, written, *_range(holder)), key)
    notes.extend(said)
    sent: str = resource["status"]
    status = _STATUS.get(sent, sent)
    absent = text_of(holder.get("dataAbsentReason"))
    if absent:
        notes.append(f"no value: {absent}")
    fact = Fact(key.kind, key.code, day, result.value, result.unit, status, "; ".join(notes), result.lower, result.upper)
    return Recorded(fact, context.source(resource), result.exact, text_of(holder.get("code")), moment_of(taken))


def _key(holder: Json, resource: Json, context: Context) -> FactKey:
    for system, code, _ in codings(holder.get("code")):
        known = context.codes.fact_key(system, code)
        if known is not None:
            return known
    named = [code for category in resource.get("category", []) for _, code, _ in codings(category)]
    kind = next((_KINDS[code] for code in named if code in _KINDS), FactKind.TEST)
    return context.codes.fact_named(text_of(holder.get("code"))) or FactKey(kind, plain_key(holder.get("code")))


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
        word = next((RESULTS[code] for system, code, _ in codings(concept) if system == SNOMED and code in RESULTS), "")
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
