"""All usable resources of one patient -> the packet: which reader reads which type, and what each makes.

Types that are in no list here make no fact; they stay on record as received (docs/reference/import.md has the table).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from chairside.core.intake.referral import Irregular, Packet, Recorded
from chairside.exchange.fhir.reading import clinical, medicines, observations, orders, people
from chairside.exchange.fhir.reading.elements import Context
from chairside.exchange.fhir.text import Json

_ABOUT = ("subject", "patient", "beneficiary")
_STANDING = frozenset(("active", "unknown"))


def packet_of(resources: Iterable[Json], context: Context, irregular: Sequence[Irregular] = ()) -> Packet:
    """The packet of the resources. What points at another patient than the one who is here is nobody's fact (H-001)."""
    of: dict[str, list[Json]] = defaultdict(list)
    for resource in resources:
        of[resource["resourceType"]].append(resource)
    others = _set_aside(of, context)
    patient = of["Patient"][0] if len(of["Patient"]) == 1 else None
    signed = orders.signatures(of["Provenance"], context)
    requests = sorted(
        (item for item in of["ServiceRequest"] if orders.is_request(item)), key=lambda item: "basedOn" not in item
    )
    ordered = [item for item in of["MedicationRequest"] if orders.is_order(item)]
    drugs = orders.orders_for(requests, ordered, context)
    here = {id(item) for item in drugs}
    elsewhere = [item for item in of["MedicationRequest"] if id(item) not in here]
    conditions = tuple(clinical.condition(item, context) for item in of["Condition"])
    medications = tuple(medicines.medication(item, context) for item in (*of["MedicationStatement"], *elsewhere))
    coverages = [people.coverage(item, context) for item in of["Coverage"]]
    related = [people.contact(item, context) for item in of["RelatedPerson"]]
    facts = [clinical.condition_fact(found, context) for found in conditions]
    facts += _facts(of, context)
    if patient is not None and (died := people.death(patient, context)) is not None:
        facts.append(died)
    facts += [fact for found in medications for fact in medicines.medication_facts(found, context)]
    return Packet(
        person=people.person(patient, context) if patient is not None else None,
        contacts=(*filter(None, related), *(people.contacts_of(patient, context) if patient is not None else ())),
        clinicians=tuple(people.clinician(item, of["PractitionerRole"], context) for item in of["Practitioner"]),
        coverages=tuple(item for item in coverages if item.status in _STANDING),
        ended=tuple(item for item in coverages if item.status not in _STANDING),
        conditions=conditions,
        medications=medications,
        facts=tuple(facts),
        orders=tuple(orders.drug_order(item, signed, context) for item in drugs),
        request=orders.request(requests[0], signed, context) if requests else None,
        documents=(
            *(found for item in of["DocumentReference"] for found in clinical.documents(item, context)),
            *(found for item in of["DiagnosticReport"] for found in clinical.report_documents(item, context)),
        ),
        irregular=tuple(irregular),
        others=tuple(others),
    )


def _facts(of: dict[str, list[Json]], context: Context) -> Iterator[Recorded]:
    for item in of["AllergyIntolerance"]:
        yield clinical.allergy(item, context)
    for item in of["Observation"]:
        yield from observations.observation_facts(item, context)
    for item in of["Immunization"]:
        yield clinical.immunization(item, context)
    for item in of["DiagnosticReport"]:
        if clinical.is_imaging(item):
            yield clinical.imaging(item, context)
        elif (concluded := clinical.conclusion(item, context)) is not None:
            yield concluded
    for item in of["ImagingStudy"]:
        yield clinical.study(item, context)
    for item in of["MedicationAdministration"]:
        yield from medicines.medication_facts(medicines.given(item, context), context)
    for item in of["MedicationDispense"]:
        yield from medicines.medication_facts(medicines.dispensed(item, context), context)


def _set_aside(of: dict[str, list[Json]], context: Context) -> Iterator[str]:
    """Take out what is about somebody else than the one patient; the sources of what was taken out."""
    if len(of["Patient"]) != 1:
        return iter(())
    patient, found = of["Patient"][0], []
    for kind, items in of.items():
        strange = [item for item in items if not _about(item, patient, context)]
        if strange:
            found += [context.source(item) for item in strange]
            gone = {id(item) for item in strange}
            of[kind] = [item for item in items if id(item) not in gone]
    return iter(found)


def _about(resource: Json, patient: Json, context: Context) -> bool:
    """True unless the resource names a subject that is not the patient. One that names nobody came with the patient."""
    for name in _ABOUT:
        subject = resource.get(name)
        if isinstance(subject, dict) and isinstance(subject.get("reference"), str):
            return context.links.find(subject, resource) is patient
    return True
