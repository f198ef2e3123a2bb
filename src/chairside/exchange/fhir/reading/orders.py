"""Drug orders, the request to infuse, and the signatures on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chairside.core.intake.meanings import MINUTES, ROUTES, brand_in
from chairside.core.intake.referral import Dosage, DrugOrder, Identifier, Request
from chairside.exchange.fhir.reading.elements import (
    ICD10,
    SNOMED,
    Context,
    amount_of,
    code_in,
    codings,
    day_of,
    exact,
    moment_of,
    notes_of,
    text_of,
)
from chairside.exchange.fhir.text import Json

# v3 RoleCode of where -> the setting's word.
_SETTINGS = {"OF": "suite", "AMB": "suite", "HOSP": "hospital", "PTRES": "home"}
_GONE = frozenset(("cancelled", "entered-in-error", "stopped", "completed", "revoked"))


def is_order(resource: Json) -> bool:
    """An order to be carried out here; not a report of treatment elsewhere, not a plan, not one that has ended."""
    return (
        resource.get("reportedBoolean") is not True
        and resource.get("intent") not in ("plan", "proposal", "option")
        and (resource["status"] not in _GONE)
    )


def drug_order(resource: Json, signatures: dict[int, tuple[datetime | None, str]], context: Context) -> DrugOrder:
    """One MedicationRequest as an order."""
    concept = resource.get("medicationCodeableConcept")
    if concept is None:
        concept = (context.links.find(resource.get("medicationReference"), resource) or {}).get("code", {})
    text = text_of(concept)
    validity = resource.get("dispenseRequest", {}).get("validityPeriod", {})
    signed_at, signed_by = signatures.get(id(resource), (None, ""))
    return DrugOrder(
        context.source(resource),
        text,
        tuple((system, code) for system, code, _ in codings(concept)),
        brand_in(text),
        resource["status"],
        day_of(resource.get("authoredOn"), context.zone),
        context.target(resource.get("requester"), resource),
        tuple(_dosage(line) for line in resource.get("dosageInstruction", [])),
        tuple(_diagnoses(resource, context)),
        day_of(validity.get("start"), context.zone),
        day_of(validity.get("end"), context.zone),
        resource.get("groupIdentifier", {}).get("value", ""),
        signed_at,
        signed_by,
        notes_of(resource),
        tuple(
            Identifier(item.get("system", ""), item["value"]) for item in resource.get("identifier", []) if item.get("value")
        ),
    )


def request(resource: Json, signatures: dict[int, tuple[datetime | None, str]], context: Context) -> Request:
    """The ServiceRequest as the request to infuse."""
    places = [code for place in resource.get("locationCode", []) for _, code, _ in codings(place)]
    wanted = resource.get("occurrencePeriod", {}).get("start") or resource.get("occurrenceDateTime")
    signed_at, signed_by = signatures.get(id(resource), (None, ""))
    return Request(
        context.source(resource),
        resource["status"],
        resource.get("priority", "routine"),
        text_of(resource.get("code")),
        day_of(resource.get("authoredOn"), context.zone),
        day_of(wanted, context.zone),
        next((_SETTINGS[code] for code in places if code in _SETTINGS), ""),
        context.target(resource.get("requester"), resource),
        tuple(_diagnoses(resource, context)),
        signed_at,
        signed_by,
    )


def signatures(provenances: Iterable[Json], context: Context) -> dict[int, tuple[datetime | None, str]]:
    """Who signed what and when, by the identity of the resource that a Provenance with a signature points at."""
    found: dict[int, tuple[datetime | None, str]] = {}
    for provenance in provenances:
        for signature in provenance.get("signature", []):
            for reference in provenance.get("target", []):
                target = context.links.find(reference, provenance)
                if target is not None:
                    who = signature.get("who", {})
                    found[id(target)] = (moment_of(signature.get("when")), who.get("display") or who.get("reference", ""))
    return found


def _dosage(line: Json) -> Dosage:
    ordered = calculated = rate = None
    for item in line.get("doseAndRate", []):
        kind = next((code for _, code, _ in codings(item.get("type"))), "ordered")
        amount = amount_of(item.get("doseQuantity"))
        rate = amount_of(item.get("rateQuantity")) or rate
        if kind == "calculated":
            calculated = amount or calculated
        else:
            ordered = amount or ordered
    repeat = line.get("timing", {}).get("repeat", {})
    per = MINUTES.get(repeat.get("durationUnit", ""))
    minutes = exact(repeat["duration"]) * per if "duration" in repeat and per is not None else None
    return Dosage(
        line.get("text", ""),
        ordered,
        calculated,
        rate,
        minutes,
        repeat.get("count"),
        ROUTES.get(code_in(line.get("route"), SNOMED), ""),
        tuple(text_of(extra) for extra in line.get("additionalInstruction", [])),
    )


def _diagnoses(resource: Json, context: Context) -> Iterable[str]:
    """ICD-10-CM codes that the order gives as its reason, in order."""
    for concept in resource.get("reasonCode", []):
        if code := code_in(concept, ICD10):
            yield code
    for reference in resource.get("reasonReference", []):
        reason = context.links.find(reference, resource)
        if reason is not None and (code := code_in(reason.get("code"), ICD10)):
            yield code
