"""A referral comes in: patient, prescriber, facts with their source, the referral itself, what it lacks and what was found.

The one gate: a bundle, a message and a form all end here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.models import Finding, MissingItem, Referral, ReferredOrder
from chairside.apps.intake.services.around import contacts_receive, documents_receive, patient_update
from chairside.apps.intake.services.facts import facts_receive, packet_doubted
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.intake.services.people import clinicians_receive, patient_receive
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.intake.texts import fit
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.core.access import Action, Actor
from chairside.core.intake.completeness import INCOMPLETE, Judgement, Missing, judge
from chairside.core.intake.referral import DrugOrder, Packet
from chairside.core.kernel.decision import Decision


@dataclass(frozen=True, slots=True)
class ReferralReceived:
    """What came of a packet. `referral` is None when the packet held a patient's record and no request to infuse."""

    patient: Patient
    referral: Referral | None
    judgement: Judgement | None
    new_facts: int
    repeated: bool = False


def referral_receive(
    *, site: Site, packet: Packet, source: str, actor: Actor, at: datetime, as_of: date | None = None, digest: str = ""
) -> Decision[ReferralReceived]:
    """Receive one packet at a site. The same packet again changes nothing and gives the judgement that was made.

    source   names the received request, once an organization
    as_of    the day to judge on; the site's day of receipt when not given
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    day = as_of or at.astimezone(site.zone).date()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        identified = patient_receive(packet=packet, source=source, actor=actor, at=at)
        if identified.value is None:
            return identified.without_value()
        patient = identified.value
        clinicians = clinicians_receive(packet=packet, actor=actor)
        if packet.person is not None:
            patient_update(patient=patient, person=packet.person, actor=actor, at=at)
        packet, doubts = packet_doubted(packet, patient)
        facts = facts_receive(patient=patient, packet=packet, actor=actor, at=at)
        contacts_receive(patient=patient, contacts=packet.contacts, actor=actor, at=at)
        documents_receive(patient=patient, documents=packet.documents, actor=actor, at=at)
        if packet.request is None:  # a record with medicines in it is not yet a request to infuse here
            return Decision(ReferralReceived(patient, None, None, facts))
        tables = FormularyTables()
        therapies = tables.therapies(packet)
        protocol = tables.protocol(therapies)
        judgement = judge(packet, protocol, day, codes=tables, candidates=therapies, limits=tables.limits(packet))
        if doubts.findings:
            asked = tuple(Missing(item, doubts.findings[0].code) for item in doubts.missing)
            missing, findings = (*judgement.missing, *asked), (*judgement.findings, *doubts.findings)
            judgement = replace(judgement, status=INCOMPLETE, missing=missing, findings=findings)
        known = Referral.objects.filter(organization_id=actor.organization, source=source).first()
        if known is not None:
            return Decision(ReferralReceived(patient, known, judgement, facts, repeated=True))
        prescriber = next((item.prescriber for item in packet.orders if item.prescriber), packet.request.prescriber)
        brand = tables.brand(packet, protocol)
        referral = _referral_write(site, patient, clinicians.get(prescriber), packet, source, brand, judgement, day, at)
        entry_record(
            actor=actor,
            action="referral.receive",
            subject_type="referral",
            subject=referral.id,
            patient=patient.id,
            at=at,
            detail=f"{judgement.status}; {len(judgement.missing)} missing, {len(judgement.findings)} found; {facts} facts",
            digest=digest,
        )
        return Decision(ReferralReceived(patient, referral, judgement, facts))


def _referral_write(
    site: Site,
    patient: Patient,
    practitioner_id: UUID | None,
    packet: Packet,
    source: str,
    brand: str,
    judgement: Judgement,
    day: date,
    at: datetime,
) -> Referral:
    order = packet.orders[0] if packet.orders else None
    request = packet.request
    diagnoses = (order.diagnoses if order else ()) or (request.diagnoses if request else ())
    text = ", ".join(item.text for item in packet.orders) or (request.text if request else "")
    referral = Referral.objects.create(
        organization_id=site.organization_id,
        patient=patient,
        site=site,
        practitioner_id=practitioner_id,
        source=source,
        received_at=at,
        judged_on=day,
        protocol=judgement.therapy,
        therapy_text=fit(text, 300),
        brand=fit(brand, 80),
        diagnosis=next(iter(diagnoses), "")[:10],
        setting=request.setting if request else "",
        priority=request.priority if request else "routine",
        wanted_on=request.wanted if request else None,
        status=Referral.Status.INCOMPLETE if judgement.status == INCOMPLETE else Referral.Status.COMPLETE,
        not_judged="\n".join(judgement.not_judged),
    )
    Finding.objects.bulk_create(
        Finding(
            organization_id=site.organization_id,
            referral=referral,
            code=found.code,
            severity=found.severity.value,
            detail=found.detail,
            source=fit(found.source, 80),
        )
        for found in judgement.findings
    )
    MissingItem.objects.bulk_create(
        MissingItem(
            organization_id=site.organization_id, referral=referral, what=fit(item.what, 300), solves=item.solves, opened_at=at
        )
        for item in judgement.missing
    )
    ReferredOrder.objects.bulk_create(_sent_order(item, referral) for item in packet.orders)
    return referral


def _sent_order(order: DrugOrder, referral: Referral) -> ReferredOrder:
    ordered = next((item.ordered for item in order.dosages if item.ordered), None)
    calculated = next((item.calculated for item in order.dosages if item.calculated), None)
    lines = [text for dosage in order.dosages for text in (dosage.text, *dosage.extra) if text]
    return ReferredOrder(
        organization_id=referral.organization_id,
        referral=referral,
        source=order.source,
        text=order.text,
        brand=fit(order.brand, 80),
        route=order.route,
        indication=next(iter(order.diagnoses), "")[:10],
        dose_amount=ordered.number if ordered else None,
        dose_unit=fit(ordered.unit, 20) if ordered else "",
        calculated_amount=calculated.number if calculated else None,
        calculated_unit=fit(calculated.unit, 20) if calculated else "",
        instructions="\n".join([*lines, *order.notes]),
        starts_on=order.starts,
        ends_on=order.ends,
        status=order.status,
        signed_at=order.signed_at,
        signed_by=fit(order.signed_by, 200),
    )
