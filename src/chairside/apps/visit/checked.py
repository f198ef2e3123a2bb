"""The double checks of a visit for its record: who, when, whether they agree. What each wrote stays with the server while it
is blind (H-014): paper is read by anybody, so not even the reader's own open entry is on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from chairside.apps.visit.blind import as_seen_by
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import events as e
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.policy import TITLES
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Identifiers

NOBODY = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """One person's check. `entered` is empty while it is blind."""

    who: str
    at: datetime
    entered: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckRound:
    """Two checks and their comparison; `agrees` is None while the second is awaited or where no comparison was made."""

    drug: str
    agrees: bool | None
    differs: tuple[str, ...]
    people: tuple[Checked, ...]


def rounds(state: VisitState, plan: VisitPlan) -> tuple[CheckRound, ...]:
    """Every comparison in order, then the entries that were compared with nothing."""
    state = as_seen_by(state, NOBODY)
    entries = {event.id: event for event in state.log if event.kind == "check_entered"}
    found, used = [], set()
    for event in state.log:
        if not isinstance(event.payload, e.CheckCompared):
            continue
        names = [name for name in (event.payload.first, event.payload.second) if name in entries]
        used |= set(names)
        people = tuple(_checked(entries[name]) for name in names)
        differs = tuple(TITLES.get(name, name) for name in event.payload.differs)
        found.append(CheckRound(_title(plan, event.payload.drug), event.payload.agrees, differs, people))
    for name, event in entries.items():
        if name not in used:
            payload: Any = event.payload
            found.append(CheckRound(_title(plan, payload.drug), None, (), (_checked(event),)))
    return tuple(found)


def _title(plan: VisitPlan, key: str) -> str:
    drug = plan.drug(key)
    return drug.title if drug else key


def _checked(event: e.Event) -> Checked:
    payload = event.payload
    entered = tuple(_entered(payload)) if isinstance(payload, e.CheckEntered) else ()
    return Checked(event.actor.name, event.at, entered)


def _entered(payload: e.CheckEntered) -> Iterator[tuple[str, str]]:
    """What one verifier wrote, with the words in which two checks are compared."""
    for item in fields(payload):
        value = getattr(payload, item.name)
        if item.name in ("identifiers", *TITLES) and value not in (None, "", ()):
            yield TITLES.get(item.name, "patient"), _word(value)


def _word(value: Any) -> str:
    if isinstance(value, Quantity):
        return value.spelled()
    if isinstance(value, Identifiers):
        return f"{value.name}, {_day(value.born)}" if value.born else value.name
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{_day(local)}, {local:%H:%M}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _day(value: date) -> str:
    return f"{value:%b} {value.day}, {value.year}"
