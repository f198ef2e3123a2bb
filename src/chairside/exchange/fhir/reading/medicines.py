"""Medicines that a patient takes, took, was given or was dispensed, each as a fact."""

from __future__ import annotations

import re

from chairside.core.intake.referral import Medication, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.fhir.reading.elements import Context, coded_of, codings, day_of, period_of, text_of
from chairside.exchange.fhir.text import Json

_NOT_SAID = frozenset(("unknown", "not-taken", "entered-in-error", "dispensed", "cancelled", "declined"))
_ACTIVE = frozenset(("active", "intended", "on-hold", "draft"))
_STRENGTH = re.compile(r"\s+[\d.,]+\s*(?:[a-zA-Z%/]|$).*$")
_GIVEN = {"in-progress": "active", "not-done": "not-taken", "on-hold": "active"}
# A dispense says that the medicine was handed out, and not whether it is taken.
_HANDED_OUT = {"cancelled": "cancelled", "stopped": "stopped", "declined": "declined", "entered-in-error": "entered-in-error"}


def named(resource: Json, context: Context) -> Json:
    """The CodeableConcept of the drug, inline or of the Medication that is pointed at; its display where that is not here."""
    concept: Json | None = resource.get("medicationCodeableConcept")
    if concept is None:
        reference = resource.get("medicationReference") or {}
        found = context.links.find(reference, resource) or {}
        ingredients = [item.get("itemCodeableConcept") for item in found.get("ingredient", [])]
        concept = found.get("code") or next((item for item in ingredients if item), None)
        concept = concept or {"text": reference.get("display", "")}
    return concept


def medication(resource: Json, context: Context) -> Medication:
    """A MedicationStatement, or a MedicationRequest that is not an order for here."""
    period = resource.get("effectivePeriod") or resource.get("dispenseRequest", {}).get("validityPeriod", {})
    began = period.get("start") or resource.get("effectiveDateTime") or resource.get("authoredOn")
    began = began or resource.get("dateAsserted")
    status: str = resource.get("status", "unknown")
    return _medication(resource, context, status, began, period.get("end"), status in _ACTIVE)


def given(resource: Json, context: Context) -> Medication:
    """A MedicationAdministration: given elsewhere, on that day."""
    period = resource.get("effectivePeriod") or {}
    began = resource.get("effectiveDateTime") or period_of(period)
    sent: str = resource.get("status", "unknown")
    status = _GIVEN.get(sent, sent)
    return _medication(resource, context, status, began, period.get("end"), status == "active")


def dispensed(resource: Json, context: Context) -> Medication:
    """A MedicationDispense: handed out on that day."""
    sent: str = resource.get("status", "unknown")
    handed = resource.get("whenHandedOver") or resource.get("whenPrepared")
    return _medication(resource, context, _HANDED_OUT.get(sent, "dispensed"), handed, None, False)


def _medication(
    resource: Json, context: Context, status: str, began: str | None, ended: str | None, active: bool
) -> Medication:
    concept = named(resource, context)
    reason = resource.get("statusReason") or resource.get("statusReasonCodeableConcept")
    first = reason[0] if isinstance(reason, list) and reason else reason
    return Medication(
        context.source(resource),
        generic_name(concept) or "not named",
        text_of(concept),
        active,
        text_of(first) if isinstance(first, dict) else "",
        day_of(began, context.zone),
        day_of(ended, context.zone),
        status,
        coded_of(concept),
    )


def medication_facts(found: Medication, context: Context) -> list[Recorded]:
    """The treatment as a fact and, where it was stopped for intolerance, the reaction as another."""
    on = found.started or found.ended or context.received
    undated = "" if found.started or found.ended else "sent without a whole date; the day is the day of receipt"
    taken = Fact(
        FactKind.MEDICATION,
        found.name[:80],
        on,
        found.text or None,
        status=_taking(found),
        note="; ".join(part for part in (found.reason, undated) if part),
    )
    facts = [Recorded(taken, found.source, display=found.text, coded=found.coded)]
    if found.not_tolerated and found.status != "entered-in-error":
        what = found.reason.partition(":")[2].strip() or found.reason
        reaction = Fact(FactKind.REACTION, found.name[:80], found.ended or on, what, status="final", note=found.text)
        facts.append(Recorded(reaction, found.source, display=found.text, coded=found.coded))
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
