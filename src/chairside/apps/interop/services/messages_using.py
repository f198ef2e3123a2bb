"""What a message that can be read does: for each patient in it, by what it asks for. All of it is done, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chairside.apps.intake.services import ReferralReceived
from chairside.apps.intake.services.demographics import patient_amend
from chairside.apps.intake.services.receiving import referral_receive
from chairside.apps.interop.models import ReceivedMessage
from chairside.apps.interop.services.coverages import coverages_receive
from chairside.apps.interop.services.messages_orders import Lines, lines_of
from chairside.apps.interop.services.messages_people import (
    Unusable,
    only_named,
    person_found,
    person_held_to,
    priors_found,
    priors_merge,
)
from chairside.apps.interop.services.rejudging import Snapshot, has_referrals, record_of, referrals_judge
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.access import Actor
from chairside.core.intake.referral import Packet, Person, Recorded
from chairside.core.kernel.decision import Decision
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.hl7v2.acknowledge import Outcome
from chairside.exchange.hl7v2.message import Header, Kind, Message, Part
from chairside.exchange.hl7v2.problem import Problem

__all__ = ["MessageArrival", "Unusable", "Used", "message_use"]


@dataclass(frozen=True, slots=True)
class MessageArrival:
    """What everything of one message shares."""

    header: Header
    site: Site
    actor: Actor
    at: datetime
    as_of: date | None = None

    @property
    def why(self) -> str:
        """The message as a person names it: `message SM28R010001 of SMEHR, STILLMARSH`."""
        sender = ", ".join(part[:60] for part in (self.header.application, self.header.facility) if part)
        return f"message {self.header.control_id[:60]} of {sender}"

    @property
    def day(self) -> date:
        return self.as_of or self.at.astimezone(self.site.zone).date()


@dataclass(frozen=True, slots=True)
class Used:
    """What came of using a message. `patient` is None when it was about nobody known, or about several."""

    problem: str = ""
    outcome: Outcome = Outcome.ACCEPTED
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    patient: Patient | None = None
    referral: ReferralReceived | None = None


def message_use(message: Message, arrival: MessageArrival) -> Used:
    """Use every part, in the caller's transaction under the receiving lock. Raises Unusable, and then nothing may stay."""
    done = [_part(part, message.kind, arrival) for part in message.parts]
    people = {item.patient.pk: item.patient for item in done if item.patient}
    return Used(
        problems=message.problems,
        notes=tuple(note for item in done for note in item.notes),
        patient=next(iter(people.values())) if len(people) == 1 else None,
        referral=next((item.referral for item in done if item.referral), None),
    )


def _part(part: Part, kind: Kind, arrival: MessageArrival) -> Used:
    person = part.packet.person
    assert person is not None  # a message without PID is refused when it is read
    known = person_found(person, arrival.actor)
    if known is not None:
        person_held_to(known, person)
    before = record_of(known) if known and (kind is Kind.ORDER or has_referrals(known)) else None
    if kind is Kind.MERGE:
        done = _merged(part, person, known, arrival)
    elif kind is Kind.ORDER:
        done = _ordered(part, person, known, before, arrival)
    else:
        done = _told(part, kind, person, known, arrival)
    if before is not None and done.patient is not None:
        done = replace(done, notes=(*done.notes, *_judged(before, done, arrival)))
    return done


def _told(part: Part, kind: Kind, person: Person, known: Patient | None, arrival: MessageArrival) -> Used:
    """A registration, an update or results."""
    if known is None and kind is not Kind.REGISTER:
        what = "Results are" if kind is Kind.RESULT else "An update is"
        raise Unusable(
            f"Nobody here is known by {_numbers(person)}. {what} only taken for a patient who is known: "
            "have the patient registered or referred, then read this message again."
        )
    notes: tuple[str, ...] = ()
    received = _receive(part, _plain(part.packet), person if kind is Kind.REGISTER else only_named(person), arrival)
    if kind is Kind.UPDATE:
        notes = _amend(part, person, received.patient, arrival)
    return Used(patient=received.patient, notes=notes, referral=received)


def _merged(part: Part, person: Person, known: Patient | None, arrival: MessageArrival) -> Used:
    assert part.merge is not None  # a merge without MRG is refused when it is read
    priors = priors_found(part.merge.prior, arrival.actor)
    if known is None and not any(priors.values()):
        numbers = " nor ".join((_numbers(person), *(number.value for number in priors)))
        raise Unusable(f"Neither {numbers} is known here: there is nobody to merge. Read it again when one of them is.")
    befores = {row.pk: record_of(row) for row in priors.values() if row is not None and has_referrals(row)}
    received = _receive(part, _plain(part.packet), only_named(person) if known else person, arrival)
    patient = received.patient
    notes = _amend(part, person, patient, arrival) if known else ()
    notes += priors_merge(priors, patient, arrival.why, arrival.actor, arrival.at)
    done = Used(patient=patient, notes=notes, referral=received)
    for pk, before in befores.items():  # the referrals of the record that was merged away are this person's now
        if known is None or pk != known.pk:
            notes += _judged(before, done, arrival, only=pk)
    return replace(done, notes=notes)


def _ordered(part: Part, person: Person, known: Patient | None, before: Snapshot | None, arrival: MessageArrival) -> Used:
    lines: Lines = lines_of(part.orders, known, arrival.actor.organization)
    if known is None and not lines.new:
        raise Unusable(f"The message takes back an order of {_numbers(person)}, and nobody here is known by that number.")
    if lines.strange:
        raise Unusable(*(f"No order with the number {item.identifiers[0].value} is known here." for item in lines.strange))
    packet = replace(
        part.packet,
        orders=tuple(item.drug for item in lines.new if item.drug),
        request=next((item.request for item in lines.new if item.request), None),
    )
    received = _receive(part, packet, person, arrival, beside=before.facts if before else ())
    notes = lines.settle(arrival.why, arrival.actor, arrival.at)
    return Used(patient=received.patient, notes=notes, referral=received)


def _plain(packet: Packet) -> Packet:
    """The packet as a patient's record, with nothing asked for."""
    return replace(packet, orders=(), request=None)


def _receive(
    part: Part, packet: Packet, person: Person, arrival: MessageArrival, beside: Sequence[Recorded] = ()
) -> ReferralReceived:
    died = _death(part.packet.person, arrival)
    undated = part.undated | ({died.source} if died else set())
    packet = replace(packet, person=person, facts=(*packet.facts, *([died] if died else [])))
    source = packet.request.source if packet.request else person.source
    told = {"actor": arrival.actor, "at": arrival.at, "as_of": arrival.as_of, "undated": undated, "beside": tuple(beside)}
    received = _must(referral_receive(site=arrival.site, packet=packet, source=source, **told))  # type: ignore[arg-type]
    coverages_receive(patient=received.patient, coverages=packet.coverages, today=arrival.day)
    return received


def _death(person: Person | None, arrival: MessageArrival) -> Recorded | None:
    """That the sender says the patient has died, as the fact that resources make of it."""
    if person is None or not person.died:
        return None
    note = "the day is the day of receipt; the value is what was sent"
    fact = Fact(FactKind.ANSWER, "deceased", arrival.day, person.died, note=note)
    return Recorded(fact, person.source, display="Deceased")


def _amend(part: Part, person: Person, patient: Patient, arrival: MessageArrival) -> tuple[str, ...]:
    """Replace and clear what the message says, unless a newer one of the same kind has been here."""
    newer = ReceivedMessage.objects.filter(
        patient__in=records_of(patient),
        status=ReceivedMessage.Status.ACCEPTED,
        type__startswith="ADT^",
        sent_at__gt=arrival.header.sent_at or arrival.at,
    ).exists()
    if newer:
        return ("a newer message about this patient has been here: name, address and the like were left as they are",)
    changes = part.changes
    done = patient_amend(
        patient=patient,
        person=person,
        replaced=changes.replaced,
        cleared=changes.cleared,
        why=arrival.why,
        actor=arrival.actor,
        at=arrival.at,
    )
    if done.value is None:
        raise Unusable(*(reason.message for reason in done.reasons))
    return (f"changed: {', '.join(name.replace('_', ' ') for name in done.value)}",) if done.value else ()


def _judged(before: Snapshot, done: Used, arrival: MessageArrival, only: UUID | None = None) -> tuple[str, ...]:
    """Judge the patient's referrals again where the message brought news."""
    assert done.patient is not None
    received = done.referral
    own = received.referral if received and not received.repeated else None
    return referrals_judge(
        patient=done.patient,
        before=before,
        doubts=received.doubts if received else None,
        apart_from=own,
        only=only,
        why=arrival.why,
        actor=arrival.actor,
        at=arrival.at,
        day=arrival.day,
    )


def _numbers(person: Person) -> str:
    return ", ".join(number.value for number in person.identifiers)


def _must(decision: Decision[ReferralReceived]) -> ReferralReceived:
    if decision.value is None:
        raise Unusable(*(reason.message for reason in decision.reasons))
    return decision.value
