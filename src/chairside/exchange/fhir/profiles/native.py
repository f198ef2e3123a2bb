"""US Core's own invariants as plain Python, so that judging by claimed profiles keeps the pace of an import.

By HL7's key and the type that it stands on: a test that is True when the invariant is broken. HL7's expressions are in the data
file beside it, and a test holds both against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from chairside.exchange.fhir.invariants.broken import has

Broken: TypeAlias = Callable[[Any], bool]
_UCUM = "http://unitsofmeasure.org"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_REPORTED = frozenset(("partial", "preliminary", "final", "amended", "corrected", "appended"))
_ORDERS = frozenset(("order", "original-order", "reflex-order", "filler-order", "instance-order"))


def _not_like(pattern: str) -> Broken:
    match = re.compile(pattern).fullmatch
    return lambda value: not isinstance(value.get("value"), str) or not match(value["value"])


def npi_check_digit_is_wrong(number: Any) -> bool:
    """The Luhn check of a National Provider Identifier; True also for what has not ten digits."""
    if not isinstance(number, str) or len(number) != 10 or not (number.isascii() and number.isdigit()):
        return True
    doubled = sum(digit * 2 if digit < 5 else digit * 2 - 9 for digit in map(int, number[::2]))
    return (doubled + sum(map(int, number[1::2])) + 24) % 10 != 0


def _needs_when(status: str, among: frozenset[str], name: str) -> Broken:
    return lambda value: value.get(status) in among and not has(value, name)


def _no_value(value: Any) -> bool:
    parts = "component" in value or "hasMember" in value
    return not parts and "dataAbsentReason" not in value and not has(value, "value[x]")


def _no_part_value(value: Any) -> bool:
    return "dataAbsentReason" not in value and not has(value, "value[x]")


def _no_name(value: Any) -> bool:
    extensions = value.get("extension")
    absent = any(isinstance(item, dict) and item.get("url") == _ABSENT for item in extensions or ())
    return (has(value, "family") or has(value, "given")) == absent


def _other_units(value: Any) -> bool:
    quantity = value.get("valueQuantity")
    return isinstance(quantity, dict) and quantity.get("system", _UCUM) != _UCUM


def _no_member_number(value: Any) -> bool:
    identifiers = value.get("identifier")
    codings = (
        (coding.get("system"), coding.get("code"))
        for item in (identifiers if isinstance(identifiers, list) else ())
        for coding in item.get("type", {}).get("coding", ())
    )
    member = ("http://terminology.hl7.org/CodeSystem/v2-0203", "MB")
    return not has(value, "subscriberId") and member not in codings


def _coarse(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 10


def _never(value: Any) -> bool:
    return False


def _none(*names: str) -> Broken:
    return lambda value: not any(has(value, name) for name in names)


_NATIVE: dict[tuple[str, str], Broken] = {
    ("us-core-1", "dateTime"): _coarse,
    ("vs-1", "dateTime"): _coarse,
    # A Period, which these profiles allow, has no answer in HL7's expressions about dates.
    ("us-core-1", "Period"): _never,
    ("vs-1", "Period"): _never,
    ("us-core-1", "instant"): _never,
    ("us-core-1", "Timing"): _never,
    ("us-core-2", "Observation"): _no_value,
    ("vs-2", "Observation"): _no_value,
    ("vs-3", "Observation.component"): _no_part_value,
    ("us-core-3", "Observation"): _other_units,
    ("us-core-6", "Attachment"): _none("url", "data"),
    ("us-core-6", "HumanName"): _no_name,
    ("us-core-7", "Procedure"): _needs_when("status", frozenset(("completed", "in-progress")), "performed[x]"),
    ("us-core-8", "DiagnosticReport"): _needs_when("status", _REPORTED, "effective[x]"),
    ("us-core-9", "DiagnosticReport"): _needs_when("status", _REPORTED, "issued"),
    ("us-core-10", "DiagnosticReport"): _needs_when("status", _REPORTED, "effective[x]"),
    ("us-core-13", "PractitionerRole"): _none("practitioner", "organization", "healthcareService", "location"),
    ("us-core-14", "RelatedPerson"): _none("name", "relationship"),
    ("us-core-15", "Coverage"): _no_member_number,
    ("us-core-16", "Identifier"): _not_like("[0-9]{10}"),
    ("us-core-17", "Identifier"): lambda value: npi_check_digit_is_wrong(value.get("value")),
    ("us-core-18", "Identifier"): _not_like("[0-9]{2}D[0-9]{7}"),
    ("us-core-19", "Identifier"): _not_like("[0-9]{5}"),
    ("us-core-20", "MedicationDispense"): _needs_when("status", frozenset(("completed",)), "whenHandedOver"),
    ("us-core-21", "MedicationRequest"): _needs_when("intent", _ORDERS, "requester"),
}


def native(key: str, kind: str) -> Broken | None:
    """The test of an invariant on a type; None when FHIRPath must be asked."""
    # On a value, us-core-3 speaks of the value's own `value`, which is never a Quantity: it always holds.
    return _never if key == "us-core-3" and kind != "Observation" else _NATIVE.get((key, kind))
