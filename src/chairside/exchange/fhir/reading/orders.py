"""Drug orders, the request to infuse, and the signatures on them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chairside.core.intake.meanings import MINUTES, ROUTES, brand_in
from chairside.core.intake.referral import Dosage, DrugOrder, Identifier, Request
from chairside.exchange.fhir.reading.elements import (
    ICD10,
    LOINC,
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
from chairside.exchange.fhir.reading.medicines import named
from chairside.exchange.fhir.text import Json

# v3 RoleCode of where -> the setting's word.
_SETTINGS = {"OF": "suite", "AMB": "suite", "HOSP": "hospital", "PTRES": "home"}
# SNOMED CT and US Core categories of requests that are for somebody else.
_OTHER_SORTS = frozenset(
    (
        "108252007",
        "363679005",
        "409063005",
        "409073007",
        "387713003",
        "386053000",
        "sdoh",
        "functional-status",
        "disability-status",
    )
)
_SERVICE_TYPE = "https://codesystem.x12.org/005010/1365"  # X12 type of service: consultation and such
_GONE = frozenset(("cancelled", "entered-in-error", "stopped", "completed", "revoked"))


def is_order(resource: Json) -> bool:
    """An order to be carried out here; not a report of treatment elsewhere, not a plan, not one that has ended."""
    return (
        resource.get("reportedBoolean") is not True
        and resource.get("intent") not in ("plan", "proposal", "option")
        and resource.get("doNotPerform") is not True
        and resource.get("status", "unknown") not in _GONE
    )


def is_request(resource: Json) -> bool:
    """A ServiceRequest that can be one to infuse: an order that is not of another sort (a laboratory test, a consultation).

    One that does not say what it is stays a request, for a person to look at: a referral must not be lost.
    """
    codes = [code for category in resource.get("category", []) for _, code, _ in codings(category)]
    asked = [(system, code) for system, code, _ in codings(resource.get("code"))]
    return (
        is_order(resource)
        and not any(code in _OTHER_SORTS for code in codes)
        and not any(system in (LOINC, _SERVICE_TYPE) for system, _ in asked)
    )


def orders_for(requests: list[Json], drugs: list[Json], context: Context) -> list[Json]:
    """The drug orders that a request to infuse is about: those linked with it and their group; all where nothing is linked.

    Without a request there are none: what a record lists as active is then medicine that the patient takes.
    """
    if not requests:
        return []
    asked, linked = {id(item) for item in requests}, set()
    for holder, others in ((requests, {id(item) for item in drugs}), (drugs, asked)):
        for item in holder:
            for reference in item.get("basedOn", []):
                target = context.links.find(reference, item)
                if target is not None and id(target) in others:
                    linked.add(id(target) if holder is requests else id(item))
    if not linked:
        return drugs
    groups = {_group(item) for item in drugs if id(item) in linked} - {""}
    return [item for item in drugs if id(item) in linked or _group(item) in groups]


def _group(resource: Json) -> str:
    value: str = resource.get("groupIdentifier", {}).get("value", "")
    return value


def drug_order(resource: Json, signatures: dict[int, tuple[datetime | None, str]], context: Context) -> DrugOrder:
    """One MedicationRequest as an order."""
    concept = named(resource, context)
    text = text_of(concept)
    validity = resource.get("dispenseRequest", {}).get("validityPeriod", {})
    signed_at, signed_by = signatures.get(id(resource), (None, ""))
    return DrugOrder(
        context.source(resource),
        text,
        tuple((system, code) for system, code, _ in codings(concept)),
        brand_in(text),
        resource.get("status", "unknown"),
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
        resource.get("status", "unknown"),
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
    lasts = exact(repeat["duration"]) if "duration" in repeat else None
    minutes = lasts * per if lasts is not None and per is not None else None
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
