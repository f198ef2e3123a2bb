"""Conditions, allergies, vaccines, imaging reports, medications, documents."""

from __future__ import annotations

import re
from decimal import Decimal

from chairside.core.intake.meanings import NO_KNOWN_ALLERGIES, NO_KNOWN_ALLERGY
from chairside.core.intake.referral import Condition, Document, Medication, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.reading.elements import (
    ICD10,
    SNOMED,
    Context,
    code_in,
    codings,
    day_of,
    moment_of,
    notes_of,
    text_of,
)
from chairside.exchange.fhir.text import Json

_NOT_SAID = frozenset(("unknown", "not-taken", "entered-in-error"))
_ACTIVE = frozenset(("active", "intended", "on-hold", "draft"))
_STRENGTH = re.compile(r"\s+[\d.,]+\s*(?:[a-zA-Z%/]|$).*$")
_NOT_SO = frozenset(("refuted", "entered-in-error"))
_SHORT = {"http://loinc.org": "loinc", SNOMED: "snomed", "http://hl7.org/fhir/sid/cvx": "cvx"}


def condition(resource: Json, context: Context) -> Condition:
    """A diagnosis. An onset given as a year or month stays text."""
    status = next((code for _, code, _ in codings(resource.get("clinicalStatus"))), "")
    doubt = next((code for _, code, _ in codings(resource.get("verificationStatus"))), "")
    if doubt in _NOT_SO:
        status = doubt
    recorded = day_of(resource.get("recordedDate"), context.zone)
    return Condition(
        context.source(resource),
        code_in(resource.get("code"), ICD10),
        text_of(resource.get("code")),
        status,
        recorded,
        resource.get("onsetDateTime", ""),
    )


def condition_fact(found: Condition, context: Context) -> Recorded | None:
    """The diagnosis as a fact; none without an ICD-10-CM code, which is the key."""
    if not found.code:
        return None
    on = found.recorded or context.received
    return Recorded(
        Fact(
            FactKind.CONDITION,
            found.code,
            on,
            found.text or None,
            status=found.status or "unknown",
            note=f"onset {found.onset_text}" if found.onset_text else "",
        ),
        found.source,
        display=found.text,
    )


def allergy(resource: Json, context: Context) -> Recorded:
    """An allergy by substance; "no known allergy" is a recorded fact of its own and no allergy."""
    concept = resource.get("code")
    status = next((code for _, code, _ in codings(resource.get("clinicalStatus"))), "") or "active"
    doubt = next((code for _, code, _ in codings(resource.get("verificationStatus"))), "")
    on = day_of(resource.get("recordedDate"), context.zone) or context.received
    source, text = context.source(resource), text_of(concept)
    if any(system == SNOMED and code in NO_KNOWN_ALLERGIES for system, code, _ in codings(concept)):
        return Recorded(Fact(FactKind.ALLERGY, NO_KNOWN_ALLERGY, on, "yes", status=status), source, display=text)
    if doubt in _NOT_SO:
        status = doubt
    signs = [text_of(sign) for reaction in resource.get("reaction", []) for sign in reaction.get("manifestation", [])]
    criticality = resource.get("criticality", "")
    note = "; ".join([*([f"criticality {criticality}"] if criticality else []), *notes_of(resource)])
    fact = Fact(FactKind.ALLERGY, text.strip().lower()[:80], on, ", ".join(signs) or None, status=status, note=note)
    return Recorded(fact, source, display=text)


def immunization(resource: Json, context: Context) -> Recorded:
    """A vaccine given or refused; the value is its number in the series, where one was sent."""
    given = resource.get("occurrenceDateTime")
    series = next((item.get("doseNumberPositiveInt") for item in resource.get("protocolApplied", [])), None)
    sent: str = resource["status"]
    status = {"completed": "given", "not-done": "refused"}.get(sent, sent)
    fact = Fact(
        *_key(FactKind.VACCINE, resource.get("vaccineCode"), context),
        day_of(given, context.zone) or context.received,
        Decimal(series) if series else None,
        status=status,
        note=_undated(given, context),
    )
    return Recorded(fact, context.source(resource), str(series or ""), text_of(resource.get("vaccineCode")), moment_of(given))


def is_imaging(report: Json) -> bool:
    """A report of imaging: it links imaging studies, or its category says radiology."""
    named = [text_of(category).lower() for category in report.get("category", [])]
    return (
        "imagingStudy" in report
        or any(code in ("RAD", "LP29684-5") for category in report.get("category", []) for _, code, _ in codings(category))
        or "radiology" in named
    )


def imaging(resource: Json, context: Context) -> Recorded:
    """A diagnostic report of imaging: final or planned, its conclusion as the note."""
    taken = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start")
    sent: str = resource["status"]
    status = {"registered": "planned", "amended": "corrected"}.get(sent, sent)
    fact = Fact(
        *_key(FactKind.IMAGING, resource.get("code"), context),
        day_of(taken, context.zone) or context.received,
        None,
        status=status,
        note=resource.get("conclusion", ""),
    )
    return Recorded(fact, context.source(resource), display=text_of(resource.get("code")), at=moment_of(taken))


def medication(resource: Json, context: Context) -> Medication:
    """A MedicationStatement, or a MedicationRequest that reports treatment elsewhere."""
    concept = resource.get("medicationCodeableConcept")
    if concept is None:
        named = context.links.find(resource.get("medicationReference"), resource)
        concept = (named or {}).get("code") or {"text": resource.get("medicationReference", {}).get("display", "")}
    reason = resource.get("statusReason")
    first = reason[0] if isinstance(reason, list) and reason else reason
    period = resource.get("effectivePeriod") or resource.get("dispenseRequest", {}).get("validityPeriod", {})
    began = period.get("start") or resource.get("effectiveDateTime") or resource.get("authoredOn")
    return Medication(
        context.source(resource),
        generic_name(concept),
        text_of(concept),
        resource["status"] in _ACTIVE,
        text_of(first) if isinstance(first, dict) else "",
        day_of(began, context.zone),
        day_of(period.get("end"), context.zone),
        resource["status"],
    )


def medication_facts(found: Medication, context: Context) -> list[Recorded]:
    """The treatment as a fact and, where it was stopped for intolerance, the reaction as another."""
    on = found.started or found.ended or context.received
    taken = Fact(
        FactKind.MEDICATION,
        found.name[:80],
        on,
        found.text or None,
        status=_taking(found),
        note=found.reason,
    )
    facts = [Recorded(taken, found.source, display=found.text)]
    if found.not_tolerated:
        what = found.reason.partition(":")[2].strip() or found.reason
        reaction = Fact(FactKind.REACTION, found.name[:80], found.ended or on, what, status="final", note=found.text)
        facts.append(Recorded(reaction, found.source, display=found.text))
    return facts


def _taking(found: Medication) -> str:
    """Active, taken before, or what the sender called it where that does not say which: nobody guesses that it is over."""
    if found.active:
        return "active"
    return found.status if found.status in _NOT_SAID else "taken"


def generic_name(concept: Json | None) -> str:
    """The generic name: the display of a drug code, else the text up to its first strength, in lower case."""
    display = next((display for _, _, display in codings(concept) if display), "")
    return (display or _STRENGTH.sub("", text_of(concept))).strip().lower()


def document(resource: Json, context: Context) -> Document:
    """A document: what it is; its content stays in the received resource."""
    attachment: Json = next((item.get("attachment", {}) for item in resource.get("content", [])), {})
    return Document(
        context.source(resource),
        attachment.get("title") or text_of(resource.get("type")),
        text_of(resource.get("type")),
        day_of(resource.get("date"), context.zone),
        attachment.get("contentType", ""),
    )


def _key(kind: FactKind, concept: Json | None, context: Context) -> tuple[FactKind, str]:
    for system, code, _ in codings(concept):
        known = context.codes.fact_key(system, code)
        if known is not None:
            return known.kind, known.code
    return kind, plain_key(concept)


def plain_key(concept: Json | None) -> str:
    """The key of something that no protocol uses: its code with the code system named, else its text."""
    for system, code, _ in codings(concept):
        return f"{_SHORT.get(system, system)}:{code}"[:80]
    return f"text:{text_of(concept)}"[:80]


def _undated(text: str | None, context: Context) -> str:
    return "" if day_of(text, context.zone) else "sent without a whole date; the day is the day of receipt"
