"""Visits as they stand at a minute, kept in this process: a new entry is applied to what stood, and nothing is read twice.

A log only grows, so what was folded up to an entry stays true; a plan that was taken over anew begins again. What is kept is
reached only by a visit's row, which the caller read under the organization's own policy.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from chairside.apps.visit import plan_text
from chairside.apps.visit.log import core_event
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.visit.fold import apply, begin
from chairside.core.visit.outlook import Outlook, outlook
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

_MOST = 1000  # visits kept; 10 sites with 40 chairs each are 400
_lock = threading.Lock()
_kept: OrderedDict[UUID, Standing] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit's plan and state, and how it looks at a minute."""

    written: str  # the plan's text, to know when it is another one
    plan: VisitPlan
    state: VisitState
    at: datetime
    now: Outlook


def standing_of(visits: Iterable[Visit], at: datetime) -> dict[UUID, Standing]:
    """Each of these visits as it stands at `at`: one query for what was entered since the last look, none when nothing was."""
    rows = list(visits)
    before = {visit.pk: _before(visit) for visit in rows}
    states = {
        visit.pk: kept.state if (kept := before[visit.pk]) else begin(plan_text.from_text(visit.plan_text)) for visit in rows
    }
    behind = {visit.pk: states[visit.pk].sequence for visit in rows if states[visit.pk].sequence < visit.sequence}
    for event in _entered_since(behind):
        states[event.visit_id] = apply(states[event.visit_id], core_event(event))
    found = {visit.pk: _standing(visit, before[visit.pk], states[visit.pk], at) for visit in rows}
    with _lock:
        for key, standing in found.items():
            _kept[key] = standing
            _kept.move_to_end(key)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return found


def _before(visit: Visit) -> Standing | None:
    kept = _kept.get(visit.pk)
    if kept is None or kept.written != visit.plan_text or kept.state.sequence > visit.sequence:
        return None
    return kept


def _entered_since(sequences: dict[UUID, int]) -> Iterable[VisitEvent]:
    if not sequences:
        return ()
    wanted = Q(visit__in=[key for key, sequence in sequences.items() if not sequence])
    for key, sequence in sequences.items():
        if sequence:
            wanted |= Q(visit=key, sequence__gt=sequence)
    return VisitEvent.objects.filter(wanted).order_by("visit", "sequence").iterator()


def _standing(visit: Visit, before: Standing | None, state: VisitState, at: datetime) -> Standing:
    if before is not None and before.state is state and before.at == at:
        return before
    plan = before.plan if before else plan_text.from_text(visit.plan_text)
    return Standing(visit.plan_text, plan, state, at, outlook(state, plan, at))
