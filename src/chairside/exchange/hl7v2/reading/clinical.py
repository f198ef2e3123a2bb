"""DG1 -> diagnoses, AL1 -> allergies."""

from __future__ import annotations

from chairside.core.intake.meanings import NO_KNOWN_ALLERGIES, NO_KNOWN_ALLERGY, says_no_known_allergy
from chairside.core.intake.referral import Condition, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.hl7v2.reading.context import (
    ICD10,
    SNOMED,
    UNDATED,
    Context,
    code_of,
    coded_of,
    plain_key,
    source_of,
    text_of,
)
from chairside.exchange.hl7v2.segments import Segment


def condition(dg1: Segment, whose: str, context: Context) -> Condition:
    """A diagnosis with its ICD-10-CM code; a code of another system is no ICD-10-CM code, it is the sender's own."""
    found = context.coded(dg1.value(3))
    code = code_of(found, ICD10)
    text = text_of(found) or dg1.whole(4)
    if not text:
        context.wrong(dg1, 3, "101", "DG1-3 does not say what the diagnosis is.")
    key = plain_key(found) if found else f"text:{text}"[:80]
    source = source_of("DG1", whose, code or key)
    recorded = context.day(dg1, 5, source) or context.day(dg1, 19, source)
    status = "entered-in-error" if dg1.text(21) == "D" else "active"
    return Condition(source, code, text, status, recorded, coded=coded_of(found), key=key)


def condition_fact(found: Condition, context: Context) -> Recorded:
    """The diagnosis as a fact: by its ICD-10-CM code, which rules read, else by the sender's own code or words."""
    if found.recorded is None:
        context.undated.add(found.source)
    fact = Fact(
        FactKind.CONDITION,
        (found.code or found.key)[:80],
        found.recorded or context.received,
        found.text or None,
        status=found.status,
        note="" if found.recorded else UNDATED,
    )
    return Recorded(fact, found.source, display=found.text, coded=found.coded)


def allergy(al1: Segment, whose: str, context: Context) -> Recorded | None:
    """An allergy by substance; "no known allergy" is a recorded fact of its own and no allergy. None when it names nothing."""
    found = context.coded(al1.value(3))
    text = text_of(found)
    if not text:
        context.wrong(al1, 3, "101", "AL1-3 does not say to what the patient is allergic. Ask the sender.")
        return None
    known = code_of(found, SNOMED) in NO_KNOWN_ALLERGIES or says_no_known_allergy(text)
    key = NO_KNOWN_ALLERGY if known else text.lower()[:80]
    source = source_of("AL1", whose, key)
    on = context.day(al1, 6, source)
    if on is None:
        context.undated.add(source)
    severity = text_of(context.coded(al1.value(4)))
    signs = ", ".join(item.whole.strip() for item in al1.values(5))
    notes = [f"severity {severity.lower()}" if severity else "", "" if on else UNDATED]
    note = "; ".join(part for part in notes if part)
    value = "yes" if known else signs or None
    fact = Fact(FactKind.ALLERGY, key, on or context.received, value, status="active", note=note)
    return Recorded(fact, source, display=text, coded=coded_of(found))
