"""What comes in is asked of the patient's open referrals again: the rule says what it solves and what it raises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chairside.apps.intake.models import Referral
from chairside.apps.intake.services.judging import packet_judge, referral_rejudge
from chairside.apps.intake.services.receiving import with_doubts
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.interop.models import ReceivedMessage
from chairside.apps.interop.services.documents import document_bytes
from chairside.apps.interop.services.messages_orders import keys_of
from chairside.apps.interop.services.standing import of_patient
from chairside.apps.people.models import Fact, Patient
from chairside.apps.people.selectors import core_facts, records_of
from chairside.core.access import Actor
from chairside.core.intake.doubts import Doubted
from chairside.core.intake.referral import Packet, Person, Recorded
from chairside.core.kernel.fact import FactKind
from chairside.exchange.fhir.read import packet as packet_of
from chairside.exchange.hl7v2.message import Message
from chairside.exchange.hl7v2.read import read
from chairside.exchange.hl7v2.splitting import split
from chairside.formulary.messages import MessageTables

_MOST = 20  # referrals and messages that are looked at for one patient: the newest


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is on record of a person at one moment, as the rulebook reads a packet."""

    person: Person
    facts: tuple[Recorded, ...]


def record_of(patient: Patient) -> Snapshot:
    """The person and the facts that stand, of every record of the person."""
    row = Patient.objects.get(pk=patient.merged_into_id or patient.pk)
    person = Person(
        "",
        row.family,
        row.given,
        row.birth_text or (row.birth_date.isoformat() if row.birth_date else ""),
        row.birth_date,
        row.sex,
        phone=row.phone,
        email=row.email,
    )
    rows = list(Fact.objects.filter(patient__in=records_of(row), corrected_by=None).order_by("on", "recorded_at", "id"))
    facts = (
        Recorded(fact, row.source, row.exact, row.display, row.at, row.coded)
        for fact, row in zip(core_facts(rows), rows, strict=True)
    )
    return Snapshot(person, tuple(facts))


def has_referrals(patient: Patient) -> bool:
    """Whether there is anything to judge again."""
    return Referral.objects.filter(patient__in=records_of(patient)).exclude(status=Referral.Status.CLOSED).exists()


def referrals_judge(
    *,
    patient: Patient,
    before: Snapshot,
    doubts: Doubted | None,
    apart_from: Referral | None,
    only: UUID | None,
    why: str,
    actor: Actor,
    at: datetime,
    day: date,
) -> tuple[str, ...]:
    """Judge the referrals that are not closed, on what was on record before and on what is now; write what differs.

    before       the record before the news
    doubts       values of the news that nobody may take at their word
    apart_from   a referral that the news themselves made
    only         the id of the record whose referrals are meant; all of the person's when None
    """
    after = record_of(patient)
    if after == before:
        return ()
    rows = Referral.objects.filter(patient__in=records_of(patient)).exclude(status=Referral.Status.CLOSED)
    if only is not None:
        rows = rows.filter(patient=only)
    notes = []
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from.pk)
    for referral in rows.select_related("site", "patient").order_by("-received_at")[:_MOST]:
        sent = _packet(referral)
        if sent is None:
            continue
        then, now = (packet_judge(_on_record(sent, record), day) for record in (before, after))
        now = with_doubts(now, doubts) if doubts else now
        done = referral_rejudge(referral=referral, before=then, after=now, why=why, actor=actor, at=at)
        if done.value is not None and done.value.changed:
            solved, found = (
                ", ".join(item.replace("_", " ") for item in part) for part in (done.value.solved, done.value.found)
            )
            notes += [f"solved: {solved}"] if solved else []
            notes += [f"found: {found}"] if found else []
    return tuple(dict.fromkeys(notes))


def _on_record(sent: Packet, record: Snapshot) -> Packet:
    """The packet of a referral with the person and the facts as they are on record."""
    person = replace(
        record.person,
        source=sent.person.source if sent.person else "",
        died=next((str(item.fact.value) for item in record.facts if _is_death(item)), sent.person.died if sent.person else ""),
    )
    return replace(sent, person=person, facts=record.facts)


def _is_death(item: Recorded) -> bool:
    fact = item.fact
    return fact.kind is FactKind.ANSWER and fact.code == "deceased" and bool(fact.value) and fact.status != "entered-in-error"


def _packet(referral: Referral) -> Packet | None:
    """What was sent with a referral, read again from what is kept; None when that is not here."""
    return next(_of_resources(referral) if referral.source.startswith("fhir:") else _of_messages(referral), None)


def _of_resources(referral: Referral) -> Iterator[Packet]:
    """Of several requests to infuse the one that the referral is; without it there is no packet."""
    for key in keys_of(referral.patient):
        items = of_patient(str(referral.organization_id), key)
        mine = [item for item in items if item.entry.type != "ServiceRequest" or item.source == referral.source]
        if any(item.source == referral.source for item in mine):
            yield packet_of(mine, codes=FormularyTables(), zone=referral.site.zone, on=referral.judged_on)


def _of_messages(referral: Referral) -> Iterator[Packet]:
    rows = ReceivedMessage.objects.filter(patient__in=records_of(referral.patient), type__in=("OMP^O09", "ORM^O01"))
    for row in rows.select_related("document").order_by("-received_at")[:_MOST]:
        for raw in split(b"".join(document_bytes(row.document))).messages:
            told = {"codes": FormularyTables(), "tables": MessageTables(), "zone": referral.site.zone, "on": referral.judged_on}
            found = read(raw.data, **told)  # type: ignore[arg-type]
            parts = found.parts if isinstance(found, Message) else ()
            for part in parts:
                mine = [item.drug for item in part.orders if item.drug]
                if any(item.request and item.request.source == referral.source for item in part.orders):
                    yield replace(part.packet, orders=tuple(mine))
