"""FHIR's own invariants as plain Python: those that matter on every resource that comes in, bulk included.

Each row: the type or backbone element, HL7's key, a test that is True when the invariant is broken, and what a person reads.
The keys here are not asked of FHIRPath again. ref-1 and dom-2 to dom-5 stand with the references and the contained resources.
"""

from __future__ import annotations

from chairside.exchange.fhir.invariants.broken import (
    Broken,
    behalf_of_no_practitioner,
    both_of,
    coded_with,
    entered_in_error,
    extension_broken,
    has,
    none_of,
    of_use_home,
    offset_broken,
    parameter_broken,
    ratio_broken,
    same_code_twice,
    without_its,
)
from chairside.exchange.fhir.invariants.compare import after, less_than_zero, more_than

_QTY = (
    "qty-3",
    lambda value: "code" in value and "system" not in value and "_system" not in value,
    "a unit code needs its system",
)
_ROWS: dict[str, tuple[tuple[str, Broken, str], ...]] = {
    "Extension": (("ext-1", extension_broken, "an extension has either a value or extensions of its own"),),
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration"), (_QTY,)),
    "Period": (("per-1", lambda value: after(value.get("start"), value.get("end")), "it ends before it starts"),),
    "Range": (("rng-2", lambda value: more_than(value.get("low"), value.get("high")), "it is lower at its high end"),),
    "Ratio": (("rat-1", ratio_broken, "a ratio has both a numerator and a denominator, or neither and an extension"),),
    "ContactPoint": (("cpt-2", without_its("value", "system"), "a value needs its system (phone, email, fax…)"),),
    "Attachment": (("att-1", without_its("data", "contentType"), "data needs its content type"),),
    "Timing.repeat": (
        ("tim-1", without_its("duration", "durationUnit"), "a duration needs its unit"),
        ("tim-2", without_its("period", "periodUnit"), "a period needs its unit"),
        ("tim-4", lambda value: less_than_zero(value.get("duration")), "a duration cannot be less than zero"),
        ("tim-5", lambda value: less_than_zero(value.get("period")), "a period cannot be less than zero"),
        ("tim-6", without_its("periodMax", "period"), "periodMax needs a period"),
        ("tim-7", without_its("durationMax", "duration"), "durationMax needs a duration"),
        ("tim-8", without_its("countMax", "count"), "countMax needs a count"),
        ("tim-9", offset_broken, "an offset needs a “when” that is an event with a length (not C, CM, CD, CV)"),
        ("tim-10", both_of("timeOfDay", "when"), "timeOfDay and when exclude each other"),
    ),
    "AllergyIntolerance": (
        (
            "ait-1",
            lambda value: (
                "clinicalStatus" not in value
                and not coded_with(value, "verificationStatus", "allergyintolerance-verification", "entered-in-error")
            ),
            "clinicalStatus is needed unless the verification status is entered-in-error",
        ),
        (
            "ait-2",
            entered_in_error("allergyintolerance-verification"),
            "clinicalStatus must be absent when the verification status is entered-in-error",
        ),
    ),
    "Condition": (
        (
            "con-4",
            lambda value: (
                has(value, "abatement[x]")
                and not coded_with(value, "clinicalStatus", "condition-clinical", "resolved", "remission", "inactive")
            ),
            "a condition that has abated is resolved, in remission or inactive",
        ),
        ("con-5", entered_in_error("condition-ver-status"), "clinicalStatus must be absent when it was entered in error"),
    ),
    "Condition.stage": (("con-1", none_of("summary", "assessment"), "a stage has a summary or an assessment"),),
    "Condition.evidence": (("con-2", none_of("code", "detail"), "evidence has a code or a detail"),),
    "Observation": (
        ("obs-6", both_of("dataAbsentReason", "value[x]"), "dataAbsentReason stands only where there is no value"),
        ("obs-7", same_code_twice, "its own code is repeated by a component, so it cannot have a value itself"),
    ),
    "Observation.referenceRange": (("obs-3", none_of("low", "high", "text"), "a reference range has a low, a high or a text"),),
    "Patient.contact": (
        (
            "pat-1",
            none_of("name", "telecom", "address", "organization"),
            "it has a name, a telecom, an address or an organization",
        ),
    ),
    "Organization": (
        ("org-1", none_of("identifier", "name"), "an organization has at least a name or an identifier"),
        ("org-2", lambda value: of_use_home(value, "address"), "an organization's address is never of use “home”"),
        ("org-3", lambda value: of_use_home(value, "telecom"), "an organization's telecom is never of use “home”"),
    ),
    "MedicationAdministration.dosage": (("mad-1", none_of("dose", "rate[x]"), "a dosage has a dose or a rate"),),
    "MedicationDispense": (
        (
            "mdd-1",
            lambda value: after(value.get("whenPrepared"), value.get("whenHandedOver")),
            "it was handed over before it was prepared",
        ),
    ),
    "Immunization.education": (("imm-1", none_of("documentType", "reference"), "it has a document type or a reference"),),
    "ServiceRequest": (("prr-1", without_its("orderDetail", "code"), "orderDetail needs a code"),),
    "CarePlan.activity": (("cpl-3", both_of("detail", "reference"), "an activity has a reference or a detail, not both"),),
    "CareTeam.participant": (("ctm-1", behalf_of_no_practitioner, "onBehalfOf stands only with a Practitioner as member"),),
    "Goal.target": (("gol-1", without_its("detail[x]", "measure"), "a target's detail needs its measure"),),
    # fhirpathpy knows R4's boolean only by its small letter, and would fault every `exists`.
    "Questionnaire.item.enableWhen": (
        (
            "que-7",
            lambda value: value.get("operator") == "exists" and not has(value, "answerBoolean"),
            "whether an answer exists is asked with true or false",
        ),
    ),
    "QuestionnaireResponse.item": (("qrs-1", both_of("answer", "item"), "items stand below it or below its answer, not both"),),
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
    "Appointment.participant": (("app-1", none_of("type", "actor"), "a participant has a type or an actor"),),
    "Task": (
        (
            "inv-1",
            lambda value: after(value.get("authoredOn"), value.get("lastModified")),
            "it was last modified before it was authored",
        ),
    ),
    "Parameters.parameter": (("inv-1", parameter_broken, "a parameter has exactly one of a value, a resource or parts"),),
    "Consent": (("ppc-1", none_of("policy", "policyRule"), "a consent has a policy or a policy rule"),),
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
