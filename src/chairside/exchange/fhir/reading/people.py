"""Patient, contacts, clinicians, coverage."""

from __future__ import annotations

from chairside.core.intake.meanings import is_assistance
from chairside.core.intake.referral import Clinician, Contact, Coverage, Identifier, Person, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.reading.elements import (
    NPI,
    Context,
    code_in,
    codings,
    current,
    day_of,
    human_name,
    moment_of,
    spoken_name,
    telecom,
    text_of,
)
from chairside.exchange.fhir.text import Json

_INTERPRETER = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
_US_INTERPRETER = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-interpreter-needed"
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
    address: Json = next(iter(current(patient.get("address"))), {})
    town = ", ".join(part for part in (address.get("city"), address.get("state")) if part)
    lines = (
        [*(line for line in address.get("line", []) if line), town]
        if address.get("line") or town
        else [address.get("text", "")]
    )
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
        _interpreter(patient),
        patient.get("deceasedDateTime") or ("yes" if patient.get("deceasedBoolean") is True else ""),
    )


def death(patient: Json, context: Context) -> Recorded | None:
    """That the patient has died, as a fact: the day where one was sent, else the day of receipt; None when it was not said."""
    when = patient.get("deceasedDateTime", "")
    if not when and patient.get("deceasedBoolean") is not True:
        return None
    on = day_of(when, context.zone)
    note = "" if on else "sent without a whole date; the day is the day of receipt"
    fact = Fact(FactKind.ANSWER, "deceased", on or context.received, when or "yes", note=note)
    return Recorded(fact, context.source(patient), display="Deceased", at=moment_of(when))


def _interpreter(patient: Json) -> bool | None:
    """Whether an interpreter is needed, where the sender says so in one of the two extensions for it; None when not."""
    for extension in patient.get("extension", []):
        if extension.get("url") == _INTERPRETER and "valueBoolean" in extension:
            return bool(extension["valueBoolean"])
        if extension.get("url") == _US_INTERPRETER:
            return {"373066001": True, "373067005": False}.get(extension.get("valueCoding", {}).get("code", ""))
    return None


def contact(related: Json, context: Context) -> Contact | None:
    """A RelatedPerson; None for one who is no longer to be spoken with."""
    if related.get("active") is False:
        return None
    relationship = next((text_of(item) for item in related.get("relationship", [])), "")
    return Contact(context.source(related), spoken_name(related.get("name")), relationship, telecom(related, "phone"))


def contacts_of(patient: Json, context: Context) -> list[Contact]:
    """The contacts that stand in the Patient itself, each by its place there."""
    found = []
    for number, item in enumerate(patient.get("contact", []), 1):
        name = spoken_name([item["name"]]) if "name" in item else ""
        name = name or context.named(item.get("organization"), patient)
        relationship = ", ".join(text_of(kind) for kind in item.get("relationship", []))
        phone = telecom(item, "phone")
        if name or phone:
            found.append(Contact(f"{context.source(patient)}#contact{number}", name or "not named", relationship, phone))
    return found


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
        named
        or spoken_name(payer.get("name") if payer.get("resourceType") in ("Patient", "RelatedPerson") else None)
        or payor.get("display", "")
        or "not named",
        identifier.get("value", "") if named else "",
        line,
        kind,
        plan,
        resource.get("subscriberId") or _member(resource),
        resource.get("order", 1),
        day_of(period.get("start"), context.zone),
        day_of(period.get("end"), context.zone),
        assistance,
        code[:1] in ("1", "2", "3") and bool(code),
        resource.get("status", "unknown"),
    )


def _member(resource: Json) -> str:
    """The member's number among the identifiers, where there is no subscriber's."""
    numbers = [item for item in resource.get("identifier", []) if item.get("value")]
    own = [item for item in numbers if any(code == "MB" for _, code, _ in codings(item.get("type")))]
    return next((str(item["value"]) for item in (*own, *numbers)), "")


def _class(item: Json) -> str:
    return code_in(item.get("type"), "http://terminology.hl7.org/CodeSystem/coverage-class")
