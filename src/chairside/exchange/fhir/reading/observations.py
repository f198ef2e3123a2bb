"""Observations -> facts: key, exact value, unit, day in the site's zone, status, reporting range."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from chairside.core.intake.codes import FactKey
from chairside.core.intake.meanings import RESULTS
from chairside.core.intake.referral import Recorded
from chairside.core.intake.results import Result, as_asked, contradicts
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.reading.elements import (
    SNOMED,
    UCUM,
    Context,
    coded_of,
    codings,
    day_of,
    exact,
    moment_of,
    notes_of,
    plain_key,
    spelled,
    taken_at,
    text_of,
)
from chairside.exchange.fhir.text import Json

_KINDS = {"vital-signs": FactKind.VITAL, "laboratory": FactKind.LAB}
_STATUS = {"amended": "corrected", "registered": "planned"}
# What an observation without a value says by its interpretation alone (HL7 v3 ObservationInterpretation).
_INTERPRETED = {"POS": "positive", "NEG": "negative", "DET": "detected", "ND": "not_detected", "IND": "indeterminate"}
_STATED = ("final", "amended", "corrected")


def observation_facts(resource: Json, context: Context) -> Iterator[Recorded]:
    """The facts of one Observation: its value, and one for each component (a blood pressure has two).

    A panel that only points at its members makes none of its own. Two components of one code stay two facts.
    """
    components = resource.get("component", [])
    if _valued(resource) or not (components or "hasMember" in resource):
        yield _fact(resource, resource, context)
    seen: set[tuple[FactKind, str]] = set()
    for number, component in enumerate(components, 1):
        made = _fact(component, resource, context)
        key = made.fact.kind, made.fact.code
        yield replace(made, source=f"{made.source}#{number}") if key in seen else made
        seen.add(key)


def _valued(holder: Json) -> bool:
    return any(name.startswith("value") for name in holder)


def _fact(holder: Json, resource: Json, context: Context) -> Recorded:
    concept = holder.get("code")
    key = _key(concept, resource, context)
    notes = list(notes_of(resource))
    taken = taken_at(resource)
    day = day_of(taken, context.zone)
    if day is None:
        issued = resource.get("issued", "")
        day = day_of(issued, context.zone) or context.received
        instead = "the day is the day on which it was issued" if issued else "the day is the day of receipt"
        notes.append(f"sent with the date {taken!r}; {instead}" if taken else f"sent without a date; {instead}")
    value, unit, written = _value(holder)
    clash = contradicts(holder["valueQuantity"].get("unit", ""), unit) if isinstance(value, Decimal) and unit else ""
    sent: str = resource.get("status", "unknown")
    status = _STATUS.get(sent, sent)
    if value is None:
        value, told = _without_value(holder, sent)
        notes.extend(told)
        if value is None and sent in _STATED:
            status = "no_value"
    result, said = as_asked(Result(value, unit, written, *_range(holder)), key)
    notes.extend(said)
    if clash:
        notes.append(clash)
    fact = Fact(key.kind, key.code, day, result.value, result.unit, status, "; ".join(notes), result.lower, result.upper)
    return Recorded(fact, context.source(resource), result.exact, text_of(concept), moment_of(taken), coded_of(concept), clash)


def _key(concept: Json | None, resource: Json, context: Context) -> FactKey:
    for system, code, _ in codings(concept):
        known = context.codes.fact_key(system, code)
        if known is not None:
            return known
    named = context.codes.fact_named(text_of(concept))
    if named is not None:
        return named
    categories = [code for category in resource.get("category", []) for _, code, _ in codings(category)]
    kind = next((_KINDS[code] for code in categories if code in _KINDS), FactKind.TEST)
    return FactKey(kind, plain_key(concept))


def _without_value(holder: Json, sent: str) -> tuple[str | None, list[str]]:
    """What an observation says that has no value: a word by its interpretation, or why there is none."""
    told = [item for item in holder.get("interpretation", []) if isinstance(item, dict)]
    if "dataAbsentReason" in holder:
        return None, [f"no value: {text_of(holder['dataAbsentReason']) or 'no reason given'}"]
    word = next((_INTERPRETED[code] for item in told for _, code, _ in codings(item) if code in _INTERPRETED), None)
    if word is not None:
        return word, ["told by its interpretation, without a value"]
    told_as = ", ".join(text_of(item) for item in told)
    return None, [f"no value sent; interpretation {told_as}" if told_as else "no value sent"]


def _value(holder: Json) -> tuple[Decimal | str | None, str, str]:
    """(value, unit, digits as written). A quantity with a comparator (`< 0.5`) stays a word: it is not that number."""
    quantity: Any = holder.get("valueQuantity")
    if quantity:
        if "value" not in quantity or "comparator" in quantity:
            return spelled(quantity) or None, "", ""
        written = str(getattr(quantity["value"], "text", quantity["value"]))
        number = exact(quantity["value"])
        return (spelled(quantity), "", "") if number is None else (number, _unit(quantity), written)
    concept = holder.get("valueCodeableConcept")
    if concept:
        word = next((RESULTS[code] for system, code, _ in codings(concept) if system == SNOMED and code in RESULTS), "")
        return word or text_of(concept).lower() or None, "", ""
    if "valueInteger" in holder:
        return exact(holder["valueInteger"]), "", str(holder["valueInteger"])
    if "valueBoolean" in holder:
        return "yes" if holder["valueBoolean"] else "no", "", ""
    return holder.get("valueString") or holder.get("valueDateTime") or holder.get("valueTime") or _compound(holder), "", ""


def _unit(quantity: Json) -> str:
    """The UCUM code, else the unit in words; "" when neither was sent."""
    code: str = quantity.get("code", "")
    return code if code and quantity.get("system", UCUM) == UCUM else quantity.get("unit", "") or code


def _compound(holder: Json) -> str | None:
    """A range, a ratio, a period or a series in words: none of them is one number."""
    if "valueRange" in holder:
        low, high = (spelled(holder["valueRange"].get(end)) for end in ("low", "high"))
        return f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else None
    if "valueRatio" in holder:
        above, below = (spelled(holder["valueRatio"].get(end)) for end in ("numerator", "denominator"))
        return f"{above}:{below}" if above and below else above or None
    if "valuePeriod" in holder:
        start, end = (holder["valuePeriod"].get(name, "") for name in ("start", "end"))
        return f"{start or 'not known'} to {end or 'not ended'}" if start or end else None
    if "valueSampledData" in holder:
        data = holder["valueSampledData"].get("data", "")
        return f"a series of {len(data.split()):,} readings" if data else "a series of readings"
    return None


def _range(holder: Json) -> tuple[Decimal | None, Decimal | None]:
    """The one reference range, where it is in the unit of the value."""
    ranges = holder.get("referenceRange")
    if not ranges or len(ranges) != 1:
        return None, None
    quantity = holder.get("valueQuantity", {})
    own = quantity.get("code") or quantity.get("unit")
    ends = []
    for name in ("low", "high"):
        end = ranges[0].get(name, {})
        unit = end.get("code") or end.get("unit")
        ends.append(
            exact(end["value"]) if "value" in end and (not unit or not own or unit in (own, quantity.get("unit"))) else None
        )
    return ends[0], ends[1]
