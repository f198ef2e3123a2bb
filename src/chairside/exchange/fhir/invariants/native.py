"""FHIR's own invariants as plain Python: those that matter on every resource that comes in, bulk included.

Each row: the type or backbone element, HL7's key, a test that is True when the invariant is broken, and what a person reads.
The keys here are not asked of FHIRPath again. ref-1 and dom-2 to dom-5 stand with the references and the contained resources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from chairside.exchange.fhir.invariants.compare import after, less_than_zero, more_than
from chairside.exchange.fhir.text import Json

Broken: TypeAlias = Callable[[Json], bool]
_TERMS = "http://terminology.hl7.org/CodeSystem/"


def has(value: Json, name: str) -> bool:
    """Is the element there, be it by its extension only? `name[x]` asks for any of a choice."""
    if name.endswith("[x]"):
        stem = name[:-3]
        return any(key.lstrip("_").startswith(stem) for key in value)
    return name in value or f"_{name}" in value


def _none(*names: str) -> Broken:
    return lambda value: not any(has(value, name) for name in names)


def _both(first: str, second: str) -> Broken:
    return lambda value: has(value, first) and has(value, second)


def _without(first: str, second: str) -> Broken:
    """`first` is there and `second` is not."""
    return lambda value: has(value, first) and not has(value, second)


def _codings(value: Any) -> Iterator[tuple[Any, Any]]:
    concept = value if isinstance(value, dict) else {}
    listed = concept.get("coding")
    for coding in listed if isinstance(listed, list) else ():
        if isinstance(coding, dict):
            yield coding.get("system"), coding.get("code")


def _coded(value: Json, name: str, system: str, *codes: str) -> bool:
    return any(found == _TERMS + system and code in codes for found, code in _codings(value.get(name)))


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _extension(value: Json) -> bool:
    has_value = False
    for name in value:
        if name[:5] == "value" or name[:6] == "_value":
            has_value = True
            break
    return has_value == ("extension" in value)


def _same_code_twice(value: Json) -> bool:
    """obs-7: the observation has a value, and a component repeats the observation's code."""
    if "component" not in value or not has(value, "value[x]"):
        return False
    own = {pair for pair in _codings(value.get("code")) if _hashable(pair)}
    parts = (pair for part in _objects(value["component"]) for pair in _codings(part.get("code")) if _hashable(pair))
    return bool(own) and any(pair in own for pair in parts)


def _hashable(pair: tuple[Any, Any]) -> bool:
    return all(part is None or isinstance(part, str) for part in pair)


def _ratio(value: Json) -> bool:
    if ("numerator" in value) != ("denominator" in value):
        return True
    return "numerator" not in value and "extension" not in value


def _offset(value: Json) -> bool:
    meals = value.get("when")
    return has(value, "offset") and (not meals or any(code in ("C", "CM", "CD", "CV") for code in _texts(meals)))


def _texts(value: Any) -> Sequence[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _home(value: Json, name: str) -> bool:
    return any(item.get("use") == "home" for item in _objects(value.get(name)))


def _parameter(value: Json) -> bool:
    given = [has(value, "value[x]"), "resource" in value, "part" in value]
    return sum(given) != 1


def _behalf(value: Json) -> bool:
    """ctm-1, as far as the text of the reference tells what the member is."""
    member = value.get("member")
    pointer = member.get("reference") if isinstance(member, dict) else None
    parts = pointer.split("/") if isinstance(pointer, str) else []
    known = parts[-2] if len(parts) > 1 else ""
    return has(value, "onBehalfOf") and known in ("CareTeam", "Organization", "Patient", "PractitionerRole", "RelatedPerson")


def _entered_in_error(system: str) -> Broken:
    return lambda value: "clinicalStatus" in value and _coded(value, "verificationStatus", system, "entered-in-error")


_QTY = (
    "qty-3",
    lambda value: "code" in value and "system" not in value and "_system" not in value,
    "a unit code needs its system",
)
_ROWS: dict[str, tuple[tuple[str, Broken, str], ...]] = {
    "Extension": (("ext-1", _extension, "an extension has either a value or extensions of its own"),),
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration"), (_QTY,)),
    "Period": (("per-1", lambda value: after(value.get("start"), value.get("end")), "it ends before it starts"),),
    "Range": (("rng-2", lambda value: more_than(value.get("low"), value.get("high")), "it is lower at its high end"),),
    "Ratio": (("rat-1", _ratio, "a ratio has both a numerator and a denominator, or neither and an extension"),),
    "ContactPoint": (("cpt-2", _without("value", "system"), "a value needs its system (phone, email, fax…)"),),
    "Attachment": (("att-1", _without("data", "contentType"), "data needs its content type"),),
    "Timing.repeat": (
        ("tim-1", _without("duration", "durationUnit"), "a duration needs its unit"),
        ("tim-2", _without("period", "periodUnit"), "a period needs its unit"),
        ("tim-4", lambda value: less_than_zero(value.get("duration")), "a duration cannot be less than zero"),
        ("tim-5", lambda value: less_than_zero(value.get("period")), "a period cannot be less than zero"),
        ("tim-6", _without("periodMax", "period"), "periodMax needs a period"),
        ("tim-7", _without("durationMax", "duration"), "durationMax needs a duration"),
        ("tim-8", _without("countMax", "count"), "countMax needs a count"),
        ("tim-9", _offset, "an offset needs a “when” that is an event with a length (not C, CM, CD, CV)"),
        ("tim-10", _both("timeOfDay", "when"), "timeOfDay and when exclude each other"),
    ),
    "AllergyIntolerance": (
        (
            "ait-1",
            lambda value: (
                "clinicalStatus" not in value
                and not _coded(value, "verificationStatus", "allergyintolerance-verification", "entered-in-error")
            ),
            "clinicalStatus is needed unless the verification status is entered-in-error",
        ),
        (
            "ait-2",
            _entered_in_error("allergyintolerance-verification"),
            "clinicalStatus must be absent when the verification status is entered-in-error",
        ),
    ),
    "Condition": (
        (
            "con-4",
            lambda value: (
                has(value, "abatement[x]")
                and not _coded(value, "clinicalStatus", "condition-clinical", "resolved", "remission", "inactive")
            ),
            "a condition that has abated is resolved, in remission or inactive",
        ),
        ("con-5", _entered_in_error("condition-ver-status"), "clinicalStatus must be absent when it was entered in error"),
    ),
    "Condition.stage": (("con-1", _none("summary", "assessment"), "a stage has a summary or an assessment"),),
    "Condition.evidence": (("con-2", _none("code", "detail"), "evidence has a code or a detail"),),
    "Observation": (
        ("obs-6", _both("dataAbsentReason", "value[x]"), "dataAbsentReason stands only where there is no value"),
        ("obs-7", _same_code_twice, "its own code is repeated by a component, so it cannot have a value itself"),
    ),
    "Observation.referenceRange": (("obs-3", _none("low", "high", "text"), "a reference range has a low, a high or a text"),),
    "Patient.contact": (
        (
            "pat-1",
            _none("name", "telecom", "address", "organization"),
            "it has a name, a telecom, an address or an organization",
        ),
    ),
    "Organization": (
        ("org-1", _none("identifier", "name"), "an organization has at least a name or an identifier"),
        ("org-2", lambda value: _home(value, "address"), "an organization's address is never of use “home”"),
        ("org-3", lambda value: _home(value, "telecom"), "an organization's telecom is never of use “home”"),
    ),
    "MedicationAdministration.dosage": (("mad-1", _none("dose", "rate[x]"), "a dosage has a dose or a rate"),),
    "MedicationDispense": (
        (
            "mdd-1",
            lambda value: after(value.get("whenPrepared"), value.get("whenHandedOver")),
            "it was handed over before it was prepared",
        ),
    ),
    "Immunization.education": (("imm-1", _none("documentType", "reference"), "education has a document type or a reference"),),
    "ServiceRequest": (("prr-1", _without("orderDetail", "code"), "orderDetail needs a code"),),
    "CarePlan.activity": (("cpl-3", _both("detail", "reference"), "an activity has a reference or a detail, not both"),),
    "CareTeam.participant": (("ctm-1", _behalf, "onBehalfOf stands only where the member is a Practitioner"),),
    "Goal.target": (("gol-1", _without("detail[x]", "measure"), "a target's detail needs its measure"),),
    "QuestionnaireResponse.item": (("qrs-1", _both("answer", "item"), "items stand below it or below its answer, not both"),),
    "Appointment": (
        ("app-2", lambda value: has(value, "start") != has(value, "end"), "start and end are given both or neither"),
        (
            "app-3",
            lambda value: (
                not (has(value, "start") and has(value, "end"))
                and value.get("status") not in ("proposed", "cancelled", "waitlist")
            ),
            "only a proposed, waitlisted or cancelled appointment can be without start and end",
        ),
        (
            "app-4",
            lambda value: "cancelationReason" in value and value.get("status") not in ("noshow", "cancelled"),
            "a cancelation reason stands only with a cancelled or no-show appointment",
        ),
    ),
    "Appointment.participant": (("app-1", _none("type", "actor"), "a participant has a type or an actor"),),
    "Task": (
        (
            "inv-1",
            lambda value: after(value.get("authoredOn"), value.get("lastModified")),
            "it was last modified before it was authored",
        ),
    ),
    "Parameters.parameter": (("inv-1", _parameter, "a parameter has exactly one of a value, a resource or parts"),),
    "Consent": (("ppc-1", _none("policy", "policyRule"), "a consent has a policy or a policy rule"),),
}
# Judged by the walk itself, on every type: contained resources, local references and the narrative.
_WALKED = frozenset(("ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "ref-1", "txt-1", "txt-2"))


def rows(shape: str) -> tuple[tuple[str, Broken, str], ...]:
    """The native invariants of a type: key, test, sentence."""
    return _ROWS.get(shape, ())


def rules(shape: str) -> list[tuple[Broken, str]]:
    """The native invariants of a type as the walk needs them: the test, and the sentence with its key."""
    return [(broken, f"{sentence} ({key})") for key, broken, sentence in rows(shape)]


def is_native(shape: str, key: str) -> bool:
    """Is this invariant of this type judged here, so that FHIRPath need not be asked?"""
    return key in _WALKED or (shape, key) in NATIVE


NATIVE = frozenset((shape, key) for shape, listed in _ROWS.items() for key, _, _ in listed)
