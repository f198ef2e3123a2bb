"""The people of a packet: found or made by what identifies them, never merged on a guess."""

from __future__ import annotations

import uuid
from datetime import datetime

from chairside.apps.intake.texts import fit
from chairside.apps.organizations import clock
from chairside.apps.people.duplicates import duplicates_look_for
from chairside.apps.people.models import Patient, PatientIdentifier, Practitioner
from chairside.apps.people.selectors import OWN_NUMBERS, kept_record
from chairside.core.access import Actor
from chairside.core.intake.referral import Packet, Person
from chairside.core.kernel.decision import Decision, refused, unknown


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
