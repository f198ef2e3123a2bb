"""DG1 -> diagnoses, AL1 -> allergies."""

from __future__ import annotations

from chairside.core.intake.meanings import NO_KNOWN_ALLERGIES, NO_KNOWN_ALLERGY
from chairside.core.intake.referral import Condition, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.hl7v2.reading.context import ICD10, SNOMED, Context, code_of, source_of, text_of
from chairside.exchange.hl7v2.segments import Segment


def condition(dg1: Segment, whose: str, context: Context) -> Condition:
    """A diagnosis with its ICD-10-CM code; a code of another system is no ICD-10-CM code and stays text."""
    found = context.coded(dg1.value(3))
    code = code_of(found, ICD10)
    text = text_of(found) or dg1.text(4)
    source = source_of("DG1", whose, code or text)
    recorded = context.day(dg1, 5, source) or context.day(dg1, 19, source)
    status = "entered-in-error" if dg1.text(21) == "D" else "active"
    return Condition(source, code, text, status, recorded)


def condition_fact(found: Condition, context: Context) -> Recorded | None:
    """The diagnosis as a fact; none without an ICD-10-CM code, which is the key."""
    if not found.code:
        return None
    if found.recorded is None:
        context.undated.add(found.source)
    on = found.recorded or context.received
    fact = Fact(FactKind.CONDITION, found.code, on, found.text or None, status=found.status)
    return Recorded(fact, found.source, display=found.text)


def allergy(al1: Segment, whose: str, context: Context) -> Recorded | None:
    """An allergy by substance; "no known allergy" is a recorded fact of its own and no allergy. None when it names nothing."""
    found = context.coded(al1.value(3))
    text = text_of(found)
    if not text:
        context.wrong(al1, 3, "101", "AL1-3 does not say to what the patient is allergic. Ask the sender.")
        return None
    none_known = any(
        (item.system == SNOMED and item.code in NO_KNOWN_ALLERGIES)
        or any(context.tables.word("allergy", item.name, said) == NO_KNOWN_ALLERGY for said in (item.code, item.text.lower()))
        for item in found
    )
    key = NO_KNOWN_ALLERGY if none_known else text.lower()[:80]
    source = source_of("AL1", whose, key)
    on = context.day(al1, 6, source)
    if on is None:
        context.undated.add(source)
    if none_known:
        return Recorded(Fact(FactKind.ALLERGY, key, on or context.received, "yes", status="active"), source, display=text)
    severity = text_of(context.coded(al1.value(4)))
    signs = ", ".join(item.whole.strip() for item in al1.values(5))
    note = f"severity {severity.lower()}" if severity else ""
    fact = Fact(FactKind.ALLERGY, key, on or context.received, signs or None, status="active", note=note)
    return Recorded(fact, source, display=text)
