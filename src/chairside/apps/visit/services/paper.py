"""Entering what the paper says after downtime (H-022): each line a reported fact at the paper's time, by the one gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from chairside.apps.visit.log import core_events
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.paper.kinds import KINDS
from chairside.apps.visit.paper.rows import Row
from chairside.apps.visit.paper.words import Around, Unread
from chairside.apps.visit.selectors import plan_of
from chairside.apps.visit.services.gate import event_append
from chairside.core.access import Actor
from chairside.core.visit.fold import fold
from chairside.core.visit.values import Mode


@dataclass(frozen=True, slots=True)
class Stored:
    """A line that is in the log now, and what its incident says where a guard was not met."""

    row: Row
    event: VisitEvent
    incidents: tuple[str, ...]

    @property
    def label(self) -> str:
        """The word of the paper for it."""
        return KINDS[self.row.kind].label


@dataclass(frozen=True)
class Entered:
    """What became of the lines: stored, or come back with their reasons and what was typed."""

    stored: list[Stored] = field(default_factory=list)
    returned: list[Row] = field(default_factory=list)

    @property
    def incidents(self) -> list[str]:
        return [incident for line in self.stored for incident in line.incidents]


def paper_enter(*, visit: Visit, rows: Iterable[Row], actor: Actor, at: datetime) -> Entered:
    """Store each line in the order of the paper's times. No guard refuses one; only what cannot be read comes back.

    A line that was sent before is the same event and is stored once.
    """
    entered, timed = Entered(), []
    for place, row in enumerate(rows):
        if row.blank:
            continue
        try:
            timed.append((row.moment(visit.site.zone), place, row))
        except Unread as problem:
            entered.returned.append(replace(row, problems=(str(problem),)))
    for moment, _, row in sorted(timed, key=lambda line: line[:2]):
        try:
            stored = _enter(visit, row, moment, actor, at)
        except Unread as problem:
            entered.returned.append(replace(row, problems=(str(problem),)))
            continue
        if isinstance(stored, Stored):
            entered.stored.append(stored)
        else:
            entered.returned.append(replace(row, problems=stored))
    return entered


def _enter(visit: Visit, row: Row, moment: datetime, actor: Actor, at: datetime) -> Stored | tuple[str, ...]:
    """One line, stored; or the reasons why the gate did not take it."""
    key = row.event_id()
    if row.kind not in KINDS:
        raise Unread("Choose what happened.")
    payload = KINDS[row.kind].read(row.text, _around(visit, key, row.drug, moment))
    decision = event_append(
        visit=visit, event_id=key, payload=payload, mode=Mode.REPORTED, claimed_at=moment, actor=actor, at=at
    )
    if decision.value is None or not decision.allowed:
        return tuple(reason.message for reason in decision.reasons)
    if decision.value.claimed_at != moment:
        return (f"This line was stored before with the time {decision.value.claimed_at.astimezone(visit.site.zone):%H:%M}. "
                "Correct that entry on the visit's page.",)  # fmt: skip
    return Stored(row, decision.value, tuple(decision.working))


def _around(visit: Visit, key: UUID, drug: str, moment: datetime) -> Around:
    """The visit as it stood before this line: for one that was sent before, as it stood then, so that it reads the same."""
    plan = plan_of(visit)
    rows = list(VisitEvent.objects.filter(visit=visit).order_by("sequence"))
    known = next((event for event in rows if event.pk == key), None)
    if known is not None:
        rows = [event for event in rows if event.sequence < known.sequence]
    state = fold([event for event in core_events(rows) if event.at <= moment], plan)
    chosen = plan.drug(drug) if drug else plan.drugs[0] if len(plan.drugs) == 1 else None
    return Around(plan, state, chosen, moment.astimezone(visit.site.zone))
