"""Days that come from outside the course: an event on record (a transplant), and the last dose of the therapy before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from chairside.core.kernel.fact import DoseGiven
from chairside.core.protocols.schema.dose import FromProduct
from chairside.core.protocols.schema.regimen import Anchor, Offsets, Phase, Regimen
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.truth import Known

_NOT = frozenset(("no", "none", "unknown"))


@dataclass(frozen=True, slots=True)
class Handover:
    """The first day on which this therapy may begin after another one, and who says so."""

    earliest: date
    last: DoseGiven
    after_days: int
    layer: Layer
    source: str


def day_of(event: str, known: Known) -> date | None:
    """The day of an event: the date that its fact states, else the day it holds for. None when it is not on record."""
    newest = known.latest(event)
    fact = newest.fact
    if fact is None or newest.doubt is not None:
        return None
    if isinstance(fact.value, str):
        try:
            return date.fromisoformat(fact.value.strip())
        except ValueError:
            if fact.value.strip().casefold() in _NOT:
                return None
    return fact.on


def days_of_events(regimen: Regimen, known: Known) -> dict[str, date]:
    """The days of the events that phases of the regimen are counted from, as far as they are on record."""
    names = {phase.timing.event for phase in regimen.phases if isinstance(phase.timing, Offsets)} - {""}
    found = {name: day_of(name, known) for name in names}
    return {name: day for name, day in found.items() if day is not None}


def anchor_event(phase: Phase) -> str:
    """The fact of the event that the phase is counted from; "" where it is not counted from one."""
    return phase.timing.event if isinstance(phase.timing, Offsets) and phase.timing.anchor is Anchor.EVENT else ""


def handover(regimen: Regimen, history: Iterable[DoseGiven], day: date) -> Handover | None:
    """Coming from another therapy: from when this one may begin. The newest of the doses that count decides."""
    given = [dose for dose in history if dose.on <= day]
    rows = [(item.from_protocols, item.after_days, item.layer, item.source) for item in regimen.switches]
    for phase in regimen.phases[:1]:
        if isinstance(phase.dose, FromProduct):
            rows.append((phase.dose.protocols, phase.dose.start_after_days, regimen.layer, phase.source))
    found = []
    for protocols, after, layer, source in rows:
        last = max((dose for dose in given if dose.protocol in protocols), key=lambda dose: dose.on, default=None)
        if last is not None:
            found.append(Handover(last.on + timedelta(days=after), last, after, layer, source))
    return max(found, key=lambda item: item.last.on, default=None)
