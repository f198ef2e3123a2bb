"""A referral comes in: patient, prescriber, facts with their source, the referral itself, what it lacks and what was found.

The one gate: a bundle, a message and a form all end here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.intake.models import Referral
from chairside.apps.intake.services.around import contacts_receive, documents_receive, patient_update
from chairside.apps.intake.services.facts import facts_receive, packet_doubted
from chairside.apps.intake.services.judging import packet_judge
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.intake.services.people import clinicians_receive, patient_receive
from chairside.apps.intake.services.same_order import order_known
from chairside.apps.intake.services.writing import Written, referral_take_over, referral_write
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.core.access import Action, Actor
from chairside.core.intake.completeness import INCOMPLETE, Judgement, Missing
from chairside.core.intake.doubts import Doubted
from chairside.core.intake.referral import Packet, Recorded
from chairside.core.kernel.decision import Decision


@dataclass(frozen=True, slots=True)
class ReferralReceived:
    """What came of a packet. `referral` is None when the packet held a patient's record and no request to infuse."""

    patient: Patient
    referral: Referral | None
    judgement: Judgement | None
    new_facts: int
    repeated: bool = False
    doubts: Doubted | None = None


def referral_receive(
    *,
    site: Site,
    packet: Packet,
    source: str,
    actor: Actor,
    at: datetime,
    as_of: date | None = None,
    digest: str = "",
    undated: frozenset[str] = frozenset(),
    beside: tuple[Recorded, ...] = (),
) -> Decision[ReferralReceived]:
    """Receive one packet at a site. The same packet again changes nothing and gives the judgement that was made.

    source   names the received request, once an organization
    as_of    the day to judge on; the site's day of receipt when not given
    undated  sources of facts that came without a day
    beside   facts on record that are judged with it: a message brings an order alone, not the whole packet
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
        facts = facts_receive(patient=patient, packet=packet, actor=actor, at=at, undated=undated)
        contacts_receive(patient=patient, contacts=packet.contacts, actor=actor, at=at)
        documents_receive(patient=patient, documents=packet.documents, actor=actor, at=at)
        if packet.request is None:  # a record with medicines in it is not yet a request to infuse here
            return Decision(ReferralReceived(patient, None, None, facts, doubts=doubts))
        judgement = with_doubts(packet_judge(replace(packet, facts=(*packet.facts, *beside)), day), doubts)
        known = Referral.objects.filter(organization_id=actor.organization, source=source).first()
        if known is not None:
            return Decision(ReferralReceived(patient, known, judgement, facts, repeated=True))
        prescriber = next((item.prescriber for item in packet.orders if item.prescriber), packet.request.prescriber)
        tables = FormularyTables()
        brand = tables.brand(packet, tables.protocol(tables.therapies(packet)))
        written = Written(packet, source, clinicians.get(prescriber), brand, judgement, day, at)
        sent = order_known(patient, [number for order in packet.orders for number in order.identifiers])
        if sent is not None:  # a message brought this order before; the resources say more of it, and who signed it
            referral_take_over(referral=sent, written=written, actor=actor)
            return Decision(ReferralReceived(patient, sent, judgement, facts, repeated=True, doubts=doubts))
        referral = referral_write(site, patient, written)
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
        return Decision(ReferralReceived(patient, referral, judgement, facts, doubts=doubts))


def with_doubts(judgement: Judgement, doubts: Doubted) -> Judgement:
    """The judgement with what is to be asked about values that nobody may take at their word."""
    if not doubts.findings:
        return judgement
    asked = tuple(Missing(item, doubts.findings[0].code) for item in doubts.missing)
    missing, findings = (*judgement.missing, *asked), (*judgement.findings, *doubts.findings)
    return replace(judgement, status=INCOMPLETE, missing=missing, findings=findings)
