"""Files of HL7 v2 messages in an import: each message in a transaction of its own, and what came of it in the report."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import structlog
from django.db import DatabaseError

from chairside.apps.interop.models import ReceivedDocument
from chairside.apps.interop.services.messages import MessageReceived, message_receive
from chairside.apps.interop.services.report import Report
from chairside.apps.interop.texts import bounded
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.core.access import Actor
from chairside.exchange.hl7v2.problem import told
from chairside.exchange.hl7v2.splitting import Raw, split

log = structlog.get_logger()


def messages_take(
    *,
    data: bytes,
    document: ReceivedDocument,
    site: Site,
    actor: Actor,
    as_of: date | None,
    report: Report,
    tell: Callable[[int], None],
) -> None:
    """Take in every message of a file that is kept, in the order in which they stand.

    In the report an accepted message counts as imported, one that was accepted before as unchanged, and a dead letter as in
    quarantine, with its problem under its control id.

    tell    is called after each message with the bytes that are done
    """
    found = split(data)
    if not found.messages:
        report.unusable(document.name, told(found.problems).rstrip("."))
        return
    for problem in found.problems:
        report.trouble(document.name, "", problem.sentence)
    alone = len(found.messages) == 1
    for number, raw in enumerate(found.messages, start=1):
        name = document.name if alone else bounded(f"{document.name}, message {number}", 300)
        try:
            done = message_receive(
                data=raw.data,
                name=name,
                site=site,
                actor=actor,
                at=clock.now(),
                as_of=as_of,
                document=document if alone else None,
            )
        except DatabaseError:
            raise
        except Exception:
            log.exception("import.message_not_used", file=document.name, number=number)
            report.quarantined += 1
            sentence = "It is kept, and could not be used because of an error here. Import it again when that is mended."
            report.trouble(document.name, f"message {number}", sentence)
        else:
            if done.value is not None:
                _note(report, document.name, number, done.value)
        tell(_end(raw))


def _end(raw: Raw) -> int:
    return raw.start + len(raw.data)


def _note(report: Report, file: str, number: int, done: MessageReceived) -> None:
    named = f"{done.row.type} {done.row.control_id}" if done.row else f"message {number}"
    report.answered(file, named, done.answer)
    if done.problem:
        report.quarantined += 1
        report.trouble(file, named, done.problem, code="processing", resource=done.row.type if done.row else "")
    elif done.repeated:
        report.unchanged += 1
    else:
        report.imported += 1
    report.received(file, done.referral if done.referral and done.referral.referral else None, None)
