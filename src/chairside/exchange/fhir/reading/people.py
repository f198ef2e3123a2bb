"""Patient, contacts, clinicians, coverage."""

from __future__ import annotations

from chairside.core.intake.meanings import is_assistance
from chairside.core.intake.referral import Clinician, Contact, Coverage, Identifier, Person
from chairside.exchange.fhir.reading.elements import (
    NPI,
    Context,
    code_in,
    day_of,
    human_name,
    spoken_name,
    telecom,
    text_of,
)
from chairside.exchange.fhir.text import Json

_PAYMENT_TYPOLOGY = "https://nahdo.org/sopt"
# First digits of the Source of Payment Typology -> line of business; the longest prefix counts. 1-3 are government programs.
_LINES = {
    "11": "medicare_advantage",
    "1": "medicare",
    "2": "medicaid",
    "311": "tricare",
    "32": "veterans",
    "5": "commercial",
    "6": "commercial",
    "8": "self_pay",
}


def person(patient: Json, context: Context) -> Person:
    """The patient. A partial birth date stays text: age and identity are then not known."""
    family, given = human_name(patient.get("name"))
    birth = patient.get("birthDate", "")
    address: Json = next(iter(patient.get("address", [])), {})
    town = ", ".join(part for part in (address.get("city"), address.get("state")) if part)
    lines = [*(line for line in address.get("line", []) if line), town]
    spoken: Json = next(
        (item for item in patient.get("communication", []) if item.get("preferred")),
        next(iter(patient.get("communication", [])), {}),
    )
    return Person(
        context.source(patient),
        family,
        given,
        birth,
        day_of(birth, context.zone),
        patient.get("gender", ""),
        tuple(Identifier(item.get("system", ""), item["value"]) for item in patient.get("identifier", []) if item.get("value")),
        telecom(patient, "phone"),
        telecom(patient, "email"),
        "\n".join(line for line in lines if line),
        address.get("postalCode", ""),
        next((code["code"] for code in spoken.get("language", {}).get("coding", []) if "code" in code), ""),
    )


def contact(related: Json, context: Context) -> Contact:
    """A RelatedPerson."""
    relationship = next((text_of(item) for item in related.get("relationship", [])), "")
    return Contact(context.source(related), spoken_name(related.get("name")), relationship, telecom(related, "phone"))


def clinician(practitioner: Json, roles: list[Json], context: Context) -> Clinician:
    """A Practitioner with the practice and telephone of the role that names it."""
    role = next((role for role in roles if context.links.find(role.get("practitioner"), role) is practitioner), {})
    practice = context.links.find(role.get("organization"), role) if role else None
    npi = next(
        (item["value"] for item in practitioner.get("identifier", []) if item.get("system") == NPI and "value" in item), ""
    )
    named = (practice or {}).get("name") or role.get("organization", {}).get("display", "")
    return Clinician(
        context.source(practitioner),
        spoken_name(practitioner.get("name")),
        npi,
        named,
        telecom(role, "phone"),
        telecom(role, "fax"),
    )


def coverage(resource: Json, context: Context) -> Coverage:
    """Insurance, or a manufacturer's copay card, which is assistance and not insurance."""
    payor: Json = next(iter(resource.get("payor", [])), {})
    payer = context.links.find(payor, resource) or {}
    kind = text_of(resource.get("type"))
    code = code_in(resource.get("type"), _PAYMENT_TYPOLOGY)
    line = next((_LINES[code[:size]] for size in (3, 2, 1) if code[:size] in _LINES), "other")
    assistance = not code and is_assistance(kind)
    period = resource.get("period", {})
    plan = next((item.get("name") or item.get("value", "") for item in resource.get("class", []) if _class(item) == "plan"), "")
    identifier: Json = next(iter(payer.get("identifier", [])), {})
    named = payer.get("name") if isinstance(payer.get("name"), str) else ""
    return Coverage(
        context.source(resource),
        named or payor.get("display", ""),
        identifier.get("value", "") if named else "",
        line,
        kind,
        plan,
        resource.get("subscriberId", ""),
        resource.get("order", 1),
        day_of(period.get("start"), context.zone),
        day_of(period.get("end"), context.zone),
        assistance,
        code[:1] in ("1", "2", "3") and bool(code),
    )


def _class(item: Json) -> str:
    return code_in(item.get("type"), "http://terminology.hl7.org/CodeSystem/coverage-class")
