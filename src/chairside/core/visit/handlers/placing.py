"""What handlers share: the region of a drug, its timeline in clinical time, a pump reading that can be, a device's entry."""

from __future__ import annotations

from bisect import insort
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.state import Infusion, PumpReading, RateChange, VisitState

Changes = dict[str, Any]
_VOLUME = quantity("0", "mL").unit
_OVERFILL = Decimal("1.25")


class _Timed(Protocol):
    @property
    def at(self) -> datetime: ...

    @property
    def sequence(self) -> int: ...


_Placed = TypeVar("_Placed", bound=_Timed)


def changed(state: VisitState, drug: str, **changes: Any) -> Changes:
    return {"infusions": state.infusions | {drug: replace(state.infusions.get(drug, Infusion(drug)), **changes)}}


def run_at(state: VisitState, event: e.Event, drug: str, payload: Any, hold: int | None = None) -> Changes:
    region = state.infusions.get(drug, Infusion(drug))
    change = RateChange(event.at, event.sequence, payload.rate, event.kind, event.id, hold)
    return changed(state, drug, **ran(region, change))


def ran(region: Infusion, change: RateChange) -> Changes:
    """The drug runs from then. What ran after its end, as was reported, is not over: it is stopped again."""
    timeline = place(region.timeline, change)
    return {"timeline": timeline} | ({"stopped": None, "stopped_at": None} if _ran_on(timeline) else {})


def ended(region: Infusion, event: e.Event, stopped: e.Stopped) -> Infusion:
    """The drug is over, if this is its last end in clinical time and nothing of it ran afterwards."""
    last = next((change for change in reversed(region.timeline) if _ends(change)), None)
    if last is None or last.event != event.id:
        return region
    if _ran_on(region.timeline):
        return replace(region, stopped=None, stopped_at=None)
    return replace(region, stopped=stopped, stopped_at=event.at)


def _ends(change: RateChange) -> bool:
    return change.rate is None and not change.by_hand and change.cause != "paused"


def _ran_on(timeline: tuple[RateChange, ...]) -> bool:
    """Whether anything ran after the last end."""
    for change in reversed(timeline):
        if change.rate is not None or change.by_hand:
            return True
        if _ends(change):
            return False
    return False


def halt(region: Infusion, event: e.Event, reading: Any) -> Infusion:
    change = RateChange(event.at, event.sequence, None, event.kind, event.id)
    pump = region.pump
    if reading is not None and can_be(region, reading, event):
        pump = place(pump, PumpReading(event.at, event.sequence, reading, event.id))
    return replace(region, timeline=place(region.timeline, change), pump=pump)


def can_be(region: Infusion, reading: Quantity, event: e.Event) -> bool:
    """A pump shows a volume that never falls and that its bag can hold. Another one stays in the record, not in the sums."""
    if not reading.unit.comparable(_VOLUME) or reading.amount < 0:
        return False
    bag = region.prepared.volume if region.prepared else None
    if bag is not None and bag.unit.comparable(_VOLUME) and bag * _OVERFILL < reading:
        return False
    return not any(earlier.at <= event.at and reading < earlier.volume for earlier in region.pump)


def place(entries: tuple[_Placed, ...], entry: _Placed) -> tuple[_Placed, ...]:
    """Put an entry at its clinical time; equal times keep the accepted order."""
    if not entries or (entries[-1].at, entries[-1].sequence) <= (entry.at, entry.sequence):
        return (*entries, entry)
    placed = list(entries)
    insort(placed, entry, key=lambda item: (item.at, item.sequence))
    return tuple(placed)


def rate_at(region: Infusion, at: datetime) -> Quantity | None:
    """The rate last run at or before a moment: what a pause at that moment stopped."""
    rates = [change.rate for change in region.timeline if change.at <= at and change.rate is not None]
    return rates[-1] if rates else None


def device_entry(state: VisitState, event: e.Event) -> frozenset[str]:
    return state.unclaimed | {event.id} if event.device and not event.actor.roles - {"device"} else state.unclaimed
