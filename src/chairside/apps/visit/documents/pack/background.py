"""What is on record about a patient, for paper: allergies, contacts, last results, access, how earlier doses went."""

from __future__ import annotations

from typing import Any

from chairside.apps.people.models import Contact, Fact, Patient
from chairside.apps.people.selectors import records_of
from chairside.apps.people.templatetags.staff import fact_name, fact_value
from chairside.apps.visit.allergies import allergies_of
from chairside.apps.visit.log import core_event
from chairside.apps.visit.models import DoseGivenRecord, VisitEvent
from chairside.core.visit import events as e
from chairside.web.paper.words import day, short_day

_RESULTS, _ACCESS, _DOSES = 24, 6, 6


def background(patient: Patient) -> dict[str, Any]:
    """Each part says so where nothing is on record: an empty place on paper would read as “none”."""
    allergies = allergies_of(patient)
    return {
        "allergies": None if allergies is None else [" ".join(filter(None, (a["text"], a["note"]))) for a in allergies],
        "identity": _identity(patient),
        "contacts": [
            [row.name, row.relationship or "–", row.phone or "no number on record"]
            for row in Contact.objects.filter(patient__in=records_of(patient)).order_by("recorded_at", "pk")
        ],
        "results": _results(patient),
        "weights": _weights(patient),
        "access": _access(patient),
        "doses": _doses(patient),
    }


def _identity(patient: Patient) -> list[list[str]]:
    interpreter = {True: "interpreter needed", False: "no interpreter needed", None: ""}[patient.interpreter]
    language = ", ".join(part for part in (patient.language, interpreter) if part)
    return [
        ["Name", patient.name],
        ["Birth date", short_day(patient.birth_date) if patient.birth_date else patient.birth_text or "not recorded"],
        ["Record number", patient.mrn],
        ["Sex on record", patient.get_sex_display() or "not recorded"],
        ["Phone", patient.phone or "not recorded"],
        ["Address", patient.address or "not recorded"],
        ["Language", language or "not recorded"],
    ]


def _standing(patient: Patient, *kinds: str) -> list[Fact]:
    """The newest fact of each kind and code."""
    rows = Fact.objects.filter(patient__in=records_of(patient), kind__in=kinds, corrected_by=None)
    rows = rows.exclude(status__in=("entered_in_error", "entered-in-error", "cancelled"))
    return list(rows.order_by("kind", "code", "-on", "-recorded_at", "-pk").distinct("kind", "code"))


def _results(patient: Patient) -> list[list[str]]:
    newest = sorted(_standing(patient, "lab", "screening", "test"), key=lambda row: row.on, reverse=True)
    return [
        [fact_name(row), fact_value(row), day(row.on), "" if row.status == "final" else row.status] for row in newest[:_RESULTS]
    ]


def _weights(patient: Patient) -> list[list[str]]:
    found = [row for row in _standing(patient, "vital") if row.code in ("weight_kg", "height_cm")]
    return [[fact_name(row), fact_value(row), day(row.on)] for row in found]


def _access(patient: Patient) -> list[list[str]]:
    """The last attempts at an access, here. A corrected entry is left out."""
    rows = VisitEvent.objects.filter(visit__patient__in=records_of(patient), kind__in=("access_placed", "corrected"))
    events = [core_event(row) for row in rows.order_by("-claimed_at")]
    wrong = {event.payload.event for event in events if isinstance(event.payload, e.Corrected)}
    return [
        [
            day(event.at),
            " ".join(filter(None, (event.payload.side, event.payload.site))),
            " ".join(filter(None, (event.payload.device, event.payload.gauge))),
            "in" if event.payload.placed else "not placed",
            str(event.payload.attempts),
        ]
        for event in events
        if isinstance(event.payload, e.AccessPlaced) and event.id not in wrong
    ][:_ACCESS]


def _doses(patient: Patient) -> list[list[str]]:
    rows = DoseGivenRecord.objects.filter(patient__in=records_of(patient)).order_by("-on", "-dose_number", "pk")
    found = []
    for row in rows[:_DOSES]:
        grade = f", grade {row.reaction_grade}" if row.reaction_grade else ""
        reaction = f"{row.reaction_term or 'reaction'}{grade}" if row.reaction_grade or row.reaction_term else "none on record"
        found.append([short_day(row.on), f"{row.protocol.replace('_', ' ')}, dose {row.dose_number}", reaction])
    return found
