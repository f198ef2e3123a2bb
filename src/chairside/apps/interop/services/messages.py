"""An HL7 v2 message comes in: kept first, then used as a whole or refused, and answered. A repeat gets the same answer.

A message is known by who sends it and its control id. A refused one is a dead letter: it stays, with the reason, until somebody
has mended what stands in its way and has it read again.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, transaction

from chairside.apps.audit.notify import topics_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.intake.services import ReferralReceived
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.intake.texts import storable
from chairside.apps.interop.models import ReceivedDocument, ReceivedMessage
from chairside.apps.interop.services.documents import document_bytes, document_keep
from chairside.apps.interop.services.messages_using import MessageArrival, Unusable, Used, message_use
from chairside.apps.interop.texts import bounded
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, refused
from chairside.exchange.hl7v2.acknowledge import Outcome, answers, outcome_of
from chairside.exchange.hl7v2.message import Header, Message, Refused
from chairside.exchange.hl7v2.problem import Problem, told, whole
from chairside.exchange.hl7v2.read import read
from chairside.exchange.hl7v2.splitting import split
from chairside.formulary.messages import MessageTables

log = structlog.get_logger()
_KEY = 200  # characters of sender and control id
_DEFECT = "It is kept, and could not be used because of an error here. Read it again when that is mended."
_UNSTORABLE = "It is kept, and something in it cannot be stored. Ask the sender to check it."


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """What came of a message.

    row        the message as it is known here; None where not even its header can be read
    answer     the acknowledgement, its segments ended by CR; "" where the sender wants none
    problem    why it was refused, in sentences; "" when it was accepted
    repeated   True when it was known, so that nothing was done
    referral   a referral that came of it
    """

    row: ReceivedMessage | None
    answer: str
    problem: str = ""
    repeated: bool = False
    referral: ReferralReceived | None = None


def message_receive(
    *,
    data: bytes,
    name: str,
    site: Site,
    actor: Actor,
    at: datetime,
    as_of: date | None = None,
    document: ReceivedDocument | None = None,
) -> Decision[MessageReceived]:
    """Take in one message, in one transaction. A refusal of the message is a value too: the answer says it.

    data      the bytes of the message, without framing
    name      the file or connection, as a person finds it again
    as_of     the day on which referrals are judged; the site's day of receipt when not given
    document  where the bytes are kept already
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    found = _read(data, site, at, as_of)
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        document = document or _document(data, name, actor, at)
        if found.header is None:
            sentence = told(found.problems)
            answer = _answer(None, Used(problem=sentence, outcome=Outcome.REJECTED), at)
            return Decision(MessageReceived(None, answer, sentence))
        key, clash = _key(found.header, data, actor)
        known = _known(key, actor)
        if known is not None:
            return Decision(MessageReceived(known, known.answer, known.problem, repeated=True))
        used = _use(found, clash, MessageArrival(found.header, site, actor, at, as_of))
        row = ReceivedMessage(
            organization_id=UUID(actor.organization),
            sender=key[0],
            control_id=key[1],
            type=found.header.type[:20],
            document=document,
            sent_at=found.header.sent_at,
            received_at=at,
        )
        _settle(row, found.header, used, at)
        row.save()
        _tell(row, used, "message.receive", actor, at)
    return Decision(MessageReceived(row, row.answer, row.problem, referral=used.referral))


def message_retry(
    *, message: ReceivedMessage, actor: Actor, at: datetime, site: Site | None = None
) -> Decision[MessageReceived]:
    """Read a dead letter again. It is accepted or refused anew; the number of attempts grows by one.

    site    where it is read; that of the import that brought it, or the organization's first, when not given
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        receiving_lock(actor.organization)
        row = ReceivedMessage.objects.select_for_update(of=("self",)).select_related("document__run__site").get(id=message.id)
        if row.status == ReceivedMessage.Status.ACCEPTED:
            return Decision(None, (refused("wrong_state", "This message was accepted already.", field="message"),))
        where = site or (row.document.run.site if row.document.run else Site.objects.order_by("kind", "name").first())
        if where is None:
            return Decision(None, (refused("not_available", "There is no site at which it could be read.", field="site"),))
        data = message_bytes(row.document)
        found = _read(data, where, row.received_at, None)
        assert found.header is not None  # else it would not be known
        clash = _clash(row.document, found.header, actor)
        used = _use(found, clash, MessageArrival(found.header, where, actor, at))
        row.attempts += 1
        _settle(row, found.header, used, at)
        row.save()
        _tell(row, used, "message.retry", actor, at)
    return Decision(MessageReceived(row, row.answer, row.problem, referral=used.referral))


def message_bytes(document: ReceivedDocument) -> bytes:
    """The message of a document that holds one, without the line end or framing after it."""
    data = b"".join(document_bytes(document))
    found = split(data).messages
    return found[0].data if len(found) == 1 else data


def _read(data: bytes, site: Site, at: datetime, as_of: date | None) -> Message | Refused:
    day = as_of or at.astimezone(site.zone).date()
    return read(data, codes=FormularyTables(), tables=MessageTables(), zone=site.zone, on=day)


def _document(data: bytes, name: str, actor: Actor, at: datetime) -> ReceivedDocument:
    return document_keep(
        stream=io.BytesIO(data),
        digest=hashlib.sha256(data).hexdigest(),
        size=len(data),
        name=bounded(storable(name), 300),
        kind=ReceivedDocument.Kind.MESSAGE,
        organization=UUID(actor.organization),
        at=at,
    )


def _key(header: Header, data: bytes, actor: Actor) -> tuple[tuple[str, str], str]:
    """What the message is known by, and what is wrong where that name is taken by another one."""
    key = _named(header)
    mark = hashlib.sha256(data).hexdigest()
    if not header.control_id:
        return (key[0], f"without control id, {mark}"), ""
    known = _known(key, actor)
    if known is None or message_bytes(known.document) == data:
        return key, ""
    return (key[0], bounded(f"{key[1]}, other content {mark}", _KEY)), _taken(known)


def _clash(document: ReceivedDocument, header: Header, actor: Actor) -> str:
    """What stands in the way of a dead letter whose name is another message's."""
    known = _known(_named(header), actor)
    return "" if known is None or known.document_id == document.pk else _taken(known)


def _named(header: Header) -> tuple[str, str]:
    return bounded(storable(header.sender), _KEY), bounded(storable(header.control_id), _KEY)


def _known(key: tuple[str, str], actor: Actor) -> ReceivedMessage | None:
    rows = ReceivedMessage.objects.filter(organization_id=actor.organization, sender=key[0], control_id=key[1])
    return rows.select_related("document", "patient").first()


def _taken(known: ReceivedMessage) -> str:
    return (
        f"The control id {known.control_id} was used before, for a message with other content (received "
        f"{known.received_at:%Y-%m-%d %H:%M} UTC). Nothing of this one was used. Send it again under a control id of its own."
    )


def _use(found: Message | Refused, clash: str, arrival: MessageArrival) -> Used:
    """Use the message, or say why not. What was begun is taken back: all of a message is used, or nothing."""
    if clash:
        return Used(clash, Outcome.WRONG, (whole(clash),))
    if isinstance(found, Refused):
        return Used(told(found.problems), outcome_of(found), found.problems)
    try:
        with transaction.atomic():
            return message_use(found, arrival)
    except Unusable as problem:
        return _refused([str(item) for item in problem.args], found.problems)
    except (DataError, IntegrityError):
        log.exception("message.not_storable", control_id=arrival.header.control_id[:60])
        return _refused([_UNSTORABLE], found.problems)


def _refused(sentences: Sequence[str], problems: tuple[Problem, ...]) -> Used:
    return Used("\n".join(sentences), Outcome.WRONG, (*(whole(item) for item in sentences), *problems))


def _settle(row: ReceivedMessage, header: Header, used: Used, at: datetime) -> None:
    row.status = ReceivedMessage.Status.REFUSED if used.problem else ReceivedMessage.Status.ACCEPTED
    row.problem, row.patient = storable(used.problem), used.patient
    row.answer = _answer(header, used, at)


def _answer(header: Header | None, used: Used, at: datetime) -> str:
    text = used.problem or "; ".join(used.notes) or "Accepted"
    number = f"CS{uuid.uuid4().hex[:18].upper()}"  # MSH-10 holds 20 characters in the older versions
    return storable("".join(answers(header, used.outcome, text, at, number, used.problems)))


def _tell(row: ReceivedMessage, used: Used, action: str, actor: Actor, at: datetime) -> None:
    """One audit row with the digest of the bytes; whoever has the patient or the messages open hears of it."""
    said = row.problem or "; ".join(used.notes) or "accepted"
    entry_record(
        actor=actor,
        action=action,
        subject_type="message",
        subject=row.id,
        patient=row.patient_id,
        at=at,
        digest=row.document.digest,
        detail=f"{row.type} {row.control_id} of {row.sender}: {row.status}; {said}",
    )
    topics_on_commit(("message", row.id), *([("patient", row.patient_id)] if row.patient_id else []))
