"""Judging a packet, and judging a referral again once more is known: what is solved is solved by the rule, not by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.notify import topics_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.intake.models import Finding, MissingItem, Referral
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.intake.texts import fit
from chairside.core.access import Action, Actor
from chairside.core.intake import findings as core
from chairside.core.intake.completeness import Judgement, judge
from chairside.core.intake.referral import Packet
from chairside.core.kernel.decision import Decision

_WAITING = (Referral.Status.INCOMPLETE, Referral.Status.COMPLETE)


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What judging again changed: the codes that are solved and those that were found, what came and what is asked for."""

    solved: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.solved or self.found or self.came or self.missing)


def packet_judge(packet: Packet, day: date) -> Judgement:
    """What the rulebook says of a packet on a day, with the formulary and the payers' ages of results."""
    tables = FormularyTables()
    therapies = tables.therapies(packet)
    protocol = tables.protocol(therapies)
    return judge(packet, protocol, day, codes=tables, candidates=therapies, limits=tables.limits(packet))


def referral_rejudge(
    *, referral: Referral, before: Judgement, after: Judgement, why: str, actor: Actor, at: datetime
) -> Decision[Rejudged]:
    """Write what became different between two judgements of one day, one without and one with the news.

    why    what brought the news, for "solved by ...": the message and its sender

    Only what differs is touched: the passing of time solves nothing and finds nothing, and what a person settled stays settled
    unless the news say something else of it. A closed referral is left alone.
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        row = Referral.objects.select_for_update().get(id=referral.id)
        if row.status == Referral.Status.CLOSED:
            return Decision(Rejudged())
        solved, found = _findings(row, before, after, why, at)
        came, missing = _items(row, before, after, why, at)
        done = Rejudged(solved, found, came, missing)
        if not done.changed:
            return Decision(done)
        waiting = MissingItem.objects.filter(referral=row, closed_at=None).exists()
        status = Referral.Status.INCOMPLETE if waiting else Referral.Status.COMPLETE
        if row.status in _WAITING and row.status != status:
            row.status = status
            row.save(update_fields=["status"])
        entry_record(
            actor=actor,
            action="referral.rejudge",
            subject_type="referral",
            subject=row.id,
            patient=row.patient_id,
            at=at,
            detail=_told(done, why),
        )
        topics_on_commit(("patient", row.patient_id), ("site", row.site_id))
    return Decision(done)


def _findings(
    row: Referral, before: Judgement, after: Judgement, why: str, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    solved, new = list[str](), list[core.Finding]()
    for code in sorted({item.code for item in (*before.findings, *after.findings)}):
        old = {item.detail for item in before.findings if item.code == code}
        now = {item.detail: item for item in after.findings if item.code == code}
        if old == now.keys():
            continue
        rows = Finding.objects.filter(referral=row, code=code, solved_at=None)
        standing = set(rows.values_list("detail", flat=True))
        words = f"solved by {why}" if not now else f"replaced by what {why} says"
        if rows.exclude(detail__in=list(now)).update(solved_at=at, solved_by=words[:300]):
            solved.append(code)
        # Without an open row a person settled what was known before: only what is new is found.
        wanted = now.keys() - standing if standing else now.keys() - old
        new += [now[detail] for detail in sorted(wanted)]
    findings_write(row, new)
    kept = {item.code for item in after.findings}
    return tuple(code for code in solved if code not in kept), tuple(dict.fromkeys(item.code for item in new))


def _items(
    row: Referral, before: Judgement, after: Judgement, why: str, at: datetime
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gone = {item.code for item in before.findings} - {item.code for item in after.findings}
    old, now = ({fit(item.what, 300): item for item in part.missing} for part in (before, after))
    waiting = MissingItem.objects.filter(referral=row, closed_at=None)
    here = [item for item in waiting if (item.what in old and item.what not in now) or (item.solves and item.solves in gone)]
    MissingItem.objects.filter(id__in=[item.id for item in here]).update(closed_at=at, closed_by=f"solved by {why}"[:300])
    standing = set(waiting.values_list("what", flat=True))
    new = [item for what, item in now.items() if what not in old and what not in standing]
    MissingItem.objects.bulk_create(
        MissingItem(
            organization_id=row.organization_id, referral=row, what=fit(item.what, 300), solves=item.solves, opened_at=at
        )
        for item in new
    )
    return tuple(item.what for item in here), tuple(item.what for item in new)


def findings_write(referral: Referral, found: Iterable[core.Finding]) -> None:
    """Store findings of a referral, in the caller's transaction."""
    Finding.objects.bulk_create(
        Finding(
            organization_id=referral.organization_id,
            referral=referral,
            code=item.code,
            severity=item.severity.value,
            detail=item.detail,
            source=fit(item.source, 80),
        )
        for item in found
    )


def _told(done: Rejudged, why: str) -> str:
    parts = (("solved", done.solved), ("found", done.found), ("came", done.came), ("missing", done.missing))
    return "; ".join([why, *(f"{name}: {', '.join(what)}" for name, what in parts if what)])
