"""Conditions, allergies, vaccines, imaging and other reports: what each says as a fact."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from chairside.core.intake.meanings import NO_KNOWN_ALLERGIES, NO_KNOWN_ALLERGY, says_no_known_allergy
from chairside.core.intake.referral import Condition, Document, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.reading.elements import (
    ICD10,
    SNOMED,
    Context,
    code_in,
    coded_of,
    codings,
    day_of,
    moment_of,
    notes_of,
    plain_key,
    taken_at,
    text_of,
)
from chairside.exchange.fhir.text import Json

_NOT_SO = frozenset(("refuted", "entered-in-error"))
_SURE = frozenset(("confirmed", ""))
# SNOMED CT: nothing of one sort is known. It is an answer, and neither an allergy nor the word that there is none at all.
_NONE_OF_A_SORT = frozenset(("428607008", "429625007", "428197003", "1003774007"))
_REFUSED = frozenset(("PATOBJ", "591000119102"))  # HL7 v3: patient objection; SNOMED CT: vaccine declined by patient
_STUDIES = {"registered": "planned"}
_UNDATED = "sent without a whole date; the day is the day of receipt"


def condition(resource: Json, context: Context) -> Condition:
    """A diagnosis. An onset given as a year or month stays text."""
    status = next((code for _, code, _ in codings(resource.get("clinicalStatus"))), "")
    doubt = next((code for _, code, _ in codings(resource.get("verificationStatus"))), "")
    if doubt in _NOT_SO:
        status = doubt
    elif not status and any(name.startswith("abatement") for name in resource):
        status = "resolved"
    onset = resource.get("onsetDateTime") or resource.get("onsetPeriod", {}).get("start") or resource.get("onsetString") or ""
    return Condition(
        context.source(resource),
        code_in(resource.get("code"), ICD10),
        text_of(resource.get("code")),
        status,
        day_of(resource.get("recordedDate"), context.zone),
        onset,
        coded_of(resource.get("code")),
        "" if doubt in _SURE or doubt in _NOT_SO else doubt,
        plain_key(resource.get("code")),
    )


def condition_fact(found: Condition, context: Context) -> Recorded:
    """The diagnosis as a fact: by its ICD-10-CM code, which rules read, else by the sender's own code or words."""
    onset = day_of(found.onset_text, context.zone)
    notes = [f"onset {found.onset_text}" if found.onset_text else "", f"verification: {found.doubt}" if found.doubt else ""]
    if found.recorded is None and onset is None:
        notes.append(_UNDATED)
    fact = Fact(
        FactKind.CONDITION,
        (found.code or found.key)[:80],
        found.recorded or onset or context.received,
        found.text or None,
        status=found.status or "unknown",
        note="; ".join(note for note in notes if note),
    )
    return Recorded(fact, found.source, display=found.text, coded=found.coded)


def allergy(resource: Json, context: Context) -> Recorded:
    """An allergy by substance; "no known allergy" is a recorded fact of its own and no allergy."""
    reactions = resource.get("reaction", [])
    substances = (resource.get("code"), *(item.get("substance") for item in reactions))
    concept = next((concept for concept in substances if text_of(concept)), None)
    status = next((code for _, code, _ in codings(resource.get("clinicalStatus"))), "") or "active"
    doubt = next((code for _, code, _ in codings(resource.get("verificationStatus"))), "")
    if doubt in _NOT_SO:
        status = doubt
    source, text, coded = context.source(resource), text_of(concept), coded_of(concept)
    on = day_of(resource.get("recordedDate") or resource.get("onsetDateTime"), context.zone)
    day = on or context.received
    codes = [code for system, code, _ in codings(concept) if system == SNOMED]
    if any(code in NO_KNOWN_ALLERGIES for code in codes) or says_no_known_allergy(text):
        return Recorded(Fact(FactKind.ALLERGY, NO_KNOWN_ALLERGY, day, "yes", status=status), source, display=text, coded=coded)
    sort = next((code for code in codes if code in _NONE_OF_A_SORT), "")
    if sort:
        answer = Fact(FactKind.ANSWER, f"snomed:{sort}", day, "yes", status="final" if status == "active" else status)
        return Recorded(answer, source, display=text, coded=coded)
    signs = [text_of(sign) for reaction in reactions for sign in reaction.get("manifestation", [])]
    severe = [reaction["severity"] for reaction in reactions if reaction.get("severity")]
    criticality = resource.get("criticality", "")
    notes = [
        f"criticality {criticality}" if criticality else "",
        f"severity {', '.join(dict.fromkeys(severe))}" if severe else "",
    ]
    notes += [f"verification: {doubt}" if doubt not in _SURE and doubt not in _NOT_SO else "", *notes_of(resource)]
    named = text.strip().lower()[:80] or "not named"
    value = ", ".join(sign for sign in signs if sign) or None
    fact = Fact(FactKind.ALLERGY, named, day, value, status=status, note="; ".join(note for note in notes if note))
    return Recorded(fact, source, display=text, coded=coded)


def immunization(resource: Json, context: Context) -> Recorded:
    """A vaccine given, not given or refused; the value is its number in the series, where one was sent."""
    given = resource.get("occurrenceDateTime")
    protocols = resource.get("protocolApplied", [])
    series = next((item["doseNumberPositiveInt"] for item in protocols if "doseNumberPositiveInt" in item), None)
    sent: str = resource.get("status", "unknown")
    reason = resource.get("statusReason")
    refused = any(code in _REFUSED for _, code, _ in codings(reason))
    status = {"completed": "given", "not-done": "refused" if refused else "not-done"}.get(sent, sent)
    notes = [
        "" if day_of(given, context.zone) else _UNDATED,
        resource.get("occurrenceString", ""),
        text_of(reason),
        *(f"dose {item['doseNumberString']}" for item in protocols if item.get("doseNumberString")),
    ]
    concept = resource.get("vaccineCode")
    fact = Fact(
        *_key(FactKind.VACCINE, concept, context),
        day_of(given, context.zone) or context.received,
        Decimal(series) if series else None,
        status=status,
        note="; ".join(note for note in notes if note),
    )
    return Recorded(
        fact, context.source(resource), str(series or ""), text_of(concept), moment_of(given), coded=coded_of(concept)
    )


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
    return _reported(FactKind.IMAGING, resource, context, None, resource.get("conclusion", ""))


def conclusion(resource: Json, context: Context) -> Recorded | None:
    """What any other report concludes, as a test; None for one that only gathers results, which are facts themselves."""
    coded = ", ".join(text_of(item) for item in resource.get("conclusionCode", []))
    said = resource.get("conclusion", "") or coded
    return _reported(FactKind.TEST, resource, context, said, "") if said else None


def _reported(kind: FactKind, resource: Json, context: Context, value: str | None, note: str) -> Recorded:
    taken, concept = taken_at(resource) or resource.get("issued", ""), resource.get("code")
    sent: str = resource.get("status", "unknown")
    status = {"registered": "planned", "amended": "corrected"}.get(sent, sent)
    key, day = _key(kind, concept, context), day_of(taken, context.zone)
    told = "; ".join(part for part in (note, "" if day else _UNDATED) if part)
    fact = Fact(*key, day or context.received, value, status=status, note=told)
    return Recorded(fact, context.source(resource), display=text_of(concept), at=moment_of(taken), coded=coded_of(concept))


def study(resource: Json, context: Context) -> Recorded:
    """An imaging study: that pictures were taken. What they show is in the report, so it is `available` and not final."""
    concepts = [*resource.get("procedureCode", []), *(item.get("bodySite") for item in resource.get("series", [])[:1])]
    modality = next(iter(resource.get("modality", [])), None) or next(
        (item.get("modality") for item in resource.get("series", [])), None
    )
    shown = ", ".join(part for part in ((modality or {}).get("display", ""), _body_site(resource)) if part)
    concept = next((item for item in concepts[: len(resource.get("procedureCode", []))] if text_of(item)), None)
    named = concept or {"coding": [modality] if modality else [], "text": shown or "Imaging study"}
    began = resource.get("started", "")
    sent: str = resource.get("status", "unknown")
    day = day_of(began, context.zone)
    notes = [resource.get("description", ""), shown if concept else "", "" if day else _UNDATED, *notes_of(resource)]
    key = _key(FactKind.IMAGING, named, context)
    fact = Fact(
        *key, day or context.received, None, status=_STUDIES.get(sent, sent), note="; ".join(note for note in notes if note)
    )
    return Recorded(fact, context.source(resource), display=text_of(named), at=moment_of(began), coded=coded_of(named))


def _body_site(resource: Json) -> str:
    sites = [item.get("bodySite", {}).get("display", "") for item in resource.get("series", [])]
    return ", ".join(dict.fromkeys(site for site in sites if site))


def documents(resource: Json, context: Context) -> list[Document]:
    """Every content of a DocumentReference: what it is. The bytes stay in the received resource. None that was an error."""
    if resource.get("status") == "entered-in-error":
        return []
    kind, source = text_of(resource.get("type")), context.source(resource)
    day = day_of(resource.get("date") or _care(resource), context.zone)
    superseded = " (superseded)" if resource.get("status") == "superseded" else ""
    found = []
    for number, item in enumerate(resource.get("content", []), 1):
        attachment: Json = item.get("attachment", {})
        title = attachment.get("title") or resource.get("description") or kind or "Document"
        made = Document(source, title + superseded, kind, day, attachment.get("contentType", ""))
        found.append(made if number == 1 else replace(made, source=f"{source}#{number}"))
    return found


def _care(resource: Json) -> str:
    """The begin of the care that a document is about."""
    start: str = resource.get("context", {}).get("period", {}).get("start", "")
    return start


def report_documents(resource: Json, context: Context) -> list[Document]:
    """The forms in which a report was presented (a PDF of a laboratory, say)."""
    if resource.get("status") in ("entered-in-error", "cancelled"):
        return []
    kind, source = text_of(resource.get("code")), context.source(resource)
    day = day_of(taken_at(resource) or resource.get("issued"), context.zone)
    return [
        Document(
            source if number == 1 else f"{source}#{number}",
            item.get("title") or kind or "Report",
            kind,
            day or day_of(item.get("creation"), context.zone),
            item.get("contentType", ""),
        )
        for number, item in enumerate(resource.get("presentedForm", []), 1)
    ]


def _key(kind: FactKind, concept: Json | None, context: Context) -> tuple[FactKind, str]:
    for system, code, _ in codings(concept):
        known = context.codes.fact_key(system, code)
        if known is not None:
            return known.kind, known.code
    return kind, plain_key(concept)
