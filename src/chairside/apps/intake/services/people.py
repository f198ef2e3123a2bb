"""The people and facts of a packet: found or made by what identifies them, never merged on a guess."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from chairside.apps.intake.texts import fit
from chairside.apps.organizations import clock
from chairside.apps.people.duplicates import duplicates_look_for
from chairside.apps.people.models import Fact, Patient, PatientIdentifier, Practitioner
from chairside.apps.people.selectors import OWN_NUMBERS, kept_record, records_of
from chairside.core.access import Actor
from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.recording import implausible
from chairside.core.intake.referral import Packet, Person, Recorded
from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.visit.vitals import GUARDRAILS

IMPLAUSIBLE = "implausible"
_NOT_MEANT = frozenset({"entered_in_error", "entered-in-error", "cancelled", IMPLAUSIBLE})
_VERSION = re.compile(r" v(\d+)$")  # how the source of a corrected fact ends
_WIDEST = Decimal(10) ** 15  # what the numeric column holds before the point; the exact text has no limit


def patient_receive(*, packet: Packet, source: str, actor: Actor, at: datetime | None = None) -> Decision[Patient]:
    """The patient of a packet: known by an identifier, else new. Refused when an identifier is known under another birth date.

    H-001: a number alone does not make two records one person. The number of a merged record finds the record that is kept.
    A new patient who looks like one that is known goes on the list to review, and nothing is merged.
    """
    person = packet.person
    if person is None:
        return Decision(
            None,
            (
                unknown(
                    "missing_fact",
                    "The packet does not say who the patient is. Ask the sender for the patient's name, birth date and number.",
                    field="patient",
                ),
            ),
        )
    wanted = [(fit(item.system, 300), fit(item.value, 200)) for item in person.identifiers] or [(OWN_NUMBERS, fit(source, 200))]
    rows = PatientIdentifier.objects.filter(
        organization_id=actor.organization, value__in=[value for _, value in wanted]
    ).select_related("patient__merged_into")
    found = {(row.system, row.value): row.patient for row in rows if (row.system, row.value) in wanted}
    persons = {kept_record(record).id for record in found.values()}
    if len(persons) > 1:
        return Decision(
            None,
            (
                refused(
                    "wrong_person",
                    "The identifiers of this patient belong to different people here. Someone must "
                    "decide who it is before the referral can be used.",
                    field="patient.identifier",
                ),
            ),
        )
    if persons:
        patient = Patient.objects.select_for_update().get(id=persons.pop())
        # A record that was merged under another birth date is still asked for under its own.
        known = {record.birth_date for record in (patient, *found.values())} - {None}
        if known and person.born and person.born not in known:
            return Decision(
                patient,
                (
                    refused(
                        "wrong_person",
                        f"The number {patient.mrn} is known here with another date of birth. Check which of the two is right.",
                        field="patient.birth_date",
                    ),
                ),
            ).without_value()
    else:
        patient = _patient_make(person, wanted, actor)
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(organization_id=patient.organization_id, patient=patient, system=system, value=value)
        for system, value in dict.fromkeys(wanted)
        if (system, value) not in found
    )
    if not found:
        duplicates_look_for(patient=patient, at=at or clock.now())
    return Decision(patient)


def _patient_make(person: Person, wanted: list[tuple[str, str]], actor: Actor) -> Patient:
    number = fit(wanted[0][1], 60)
    if wanted[0][0] == OWN_NUMBERS or Patient.objects.filter(organization_id=actor.organization, mrn=number).exists():
        number = f"R-{uuid.uuid4().hex[:10].upper()}"
    return Patient.objects.create(
        organization_id=actor.organization,
        mrn=number,
        family=fit(person.family, 300),
        given=fit(person.given, 300),
        birth_date=person.born,
        birth_text="" if person.born else fit(person.birth_text, 10),
        sex=person.sex,
        language=fit(person.language, 12),
        interpreter=person.interpreter,
        phone=fit(person.phone, 40),
        address=person.address,
        postal_code=fit(person.postal_code, 12),
        email=fit(person.email, 254),
    )


def clinicians_receive(*, packet: Packet, actor: Actor) -> dict[str, uuid.UUID]:
    """The outside clinicians of a packet, by source. One with an NPI is one row; without, one by name and practice."""
    ids: dict[str, uuid.UUID] = {}
    for item in packet.clinicians:
        values = {
            "name": fit(item.name, 200),
            "practice": fit(item.practice, 200),
            "phone": fit(item.phone, 40),
            "fax": fit(item.fax, 40),
        }
        if item.npi and len(item.npi) <= 10:
            row, _ = Practitioner.objects.get_or_create(organization_id=actor.organization, npi=item.npi, defaults=values)
        else:
            row, _ = Practitioner.objects.get_or_create(
                organization_id=actor.organization, npi="", name=values["name"], practice=values["practice"], defaults=values
            )
        ids[item.source] = row.id
    return ids


def packet_doubted(packet: Packet) -> tuple[Packet, tuple[Finding, ...]]:
    """The packet with each value that cannot be right marked as `implausible`, kept as it came, and what to ask about it."""
    facts, findings = [], []
    for item in packet.facts:
        why = implausible(item.fact, GUARDRAILS) if item.fact.status not in _NOT_MEANT else ""
        if why:
            note = f"Received as “{item.fact.status}”. {why}\n{item.fact.note}".strip()
            item = replace(item, fact=replace(item.fact, status=IMPLAUSIBLE, note=note))
            if item.fact.code == "weight_kg":
                findings.append(Finding("weight_implausible", Severity.HOLD, f"{why} It is not used for any dose"))
        facts.append(item)
    return replace(packet, facts=tuple(facts)), tuple(dict.fromkeys(findings))


def facts_receive(*, patient: Patient, packet: Packet, actor: Actor, at: datetime) -> int:
    """Store the facts that are not yet stored; how many were new. A changed one corrects the one before."""
    rows = Fact.objects.filter(patient__in=records_of(patient), corrected_by=None, source__startswith="fhir:")
    standing = {(_VERSION.sub("", row.source), row.kind, row.code): row for row in rows}
    new = list(_new_facts(packet.facts, standing, patient, at))
    Fact.objects.bulk_create(new, batch_size=500)
    return len(new)


def _new_facts(
    items: Iterable[Recorded], standing: dict[tuple[str, str, str], Fact], patient: Patient, at: datetime
) -> Iterable[Fact]:
    taken: set[tuple[str, str, str]] = set()
    for item in items:
        key = (item.source, item.fact.kind.value, item.fact.code)
        row = _fact_row(item, patient, at)
        before = standing.get(key)
        if key in taken or (before is not None and _same(before, row)):
            continue
        taken.add(key)
        if before is not None:
            row.corrects = before
            row.patient_id = before.patient_id  # of merged records, the one that it stands under: undoing parts them rightly
            row.source = f"{item.source} v{_version_of(before) + 1}"
        yield row


def _version_of(row: Fact) -> int:
    found = _VERSION.search(row.source)
    return int(found[1]) if found else 1


def _same(one: Fact, other: Fact) -> bool:
    names = ("exact", "word", "unit", "on", "at", "status", "note")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _fact_row(item: Recorded, patient: Patient, at: datetime) -> Fact:
    fact = item.fact
    number = fact.value if isinstance(fact.value, Decimal) else None
    exact = item.exact if number is not None else ""
    word = fact.value if isinstance(fact.value, str) else ""
    if len(exact) > 40:  # no column cuts digits: so long a number is kept as words
        number, exact, word = None, "", exact
    note = fact.note if len(word) <= 200 else f"{word}\n{fact.note}".strip()
    return Fact(
        organization_id=patient.organization_id,
        patient=patient,
        kind=fact.kind.value,
        code=fact.code,
        amount=number if number is not None and abs(number) < _WIDEST else None,
        exact=exact,
        word=fit(word, 200),
        unit=fit(fact.unit, 40),
        on=fact.on,
        at=item.at,
        status=fit(fact.status, 20),
        note=note,
        lower=fact.lower,
        upper=fact.upper,
        before_dose=fact.before_dose,
        display=fit(item.display, 300),
        source=item.source,
        recorded_at=at,
    )
