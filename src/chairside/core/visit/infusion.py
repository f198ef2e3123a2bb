"""One running drug: its segments, the volume given, the time at a rate. The clock runs only while the drug runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit.plan import DrugPlan
from chairside.core.visit.state import Infusion, RateChange

_HOUR = Decimal(3_600_000_000)  # microseconds
NONE_GIVEN = quantity("0", "mL")


@dataclass(frozen=True, slots=True)
class Segment:
    """The drug ran at one rate from `start` to `end`."""

    start: datetime
    end: datetime
    rate: Quantity


def segments(region: Infusion, at: datetime) -> tuple[Segment, ...]:
    """The running segments up to `at`, in clinical time. Entries of zero length are left out."""
    found = []
    changes = [change for change in region.timeline if change.at < at]
    for change, following in zip(changes, [*(later.at for later in changes[1:]), at], strict=False):
        if change.rate is not None and following > change.at:
            found.append(Segment(change.at, following, change.rate.to("mL/h")))
    return tuple(found)


def volume_by_clock(region: Infusion, at: datetime, since: datetime | None = None) -> Quantity:
    """What the recorded rates add up to, in mL: charted volume, which is not the given volume (H-027)."""
    total = Decimal(0)
    for part in segments(region, at):
        start = max(part.start, since) if since else part.start
        if part.end > start:
            total += part.rate.amount * _microseconds(part.end - start)
    return quantity(total / _HOUR, "mL")


def volume_given(region: Infusion, at: datetime) -> Quantity:
    """The volume given by `at`: the newest pump reading before it, and the clock from there on."""
    reading = next((item for item in reversed(region.pump) if item.at <= at), None)
    if reading is None:
        return volume_by_clock(region, at)
    return reading.volume.to("mL") + volume_by_clock(region, at, since=reading.at)


def running_time(region: Infusion, at: datetime) -> timedelta:
    """Elapsed time in which the drug really ran, by a pump or by hand: pauses are not part of it (TIME-4)."""
    changes = [change for change in region.timeline if change.at < at]
    ends = [*(later.at for later in changes[1:]), at]
    ran = [end - change.at for change, end in zip(changes, ends, strict=False) if change.rate is not None or change.by_hand]
    return sum(ran, timedelta())


def hanging(region: Infusion, at: datetime) -> int:
    """Which of several bags hangs: the first until it is changed."""
    return next((item.entry.bag for item in reversed(region.bags) if item.entry.bag is not None and item.at <= at), 1)


def amount_given(drug: DrugPlan, region: Infusion, at: datetime) -> Quantity | None:
    """How much of the drug was given by then, in the unit of the dose. None where no volume says it.

    Of several bags each volume counts by the strength of the bag that hung.
    """
    end = region.stopped
    if not drug.volume_stated:
        given = end.pump_volume if end else None
        if given is not None and given.unit.comparable(drug.dose.unit):
            return given.to(drug.dose.unit)
        return drug.dose if end is not None and end.reason == "complete" else None
    if not drug.bags:
        return (drug.concentration * volume_given(region, at).to("mL")).to(drug.dose.unit)
    changes = [item for item in region.bags if item.entry.bag is not None and item.at <= at]
    marks = [NONE_GIVEN, *(volume_given(region, item.at) for item in changes), volume_given(region, at)]
    numbers = [1, *(item.entry.bag for item in changes)]
    total = Quantity(Decimal(0), drug.dose.unit)
    for number, before, after in zip(numbers, marks, marks[1:], strict=False):
        bag = next((item for item in drug.bags if item.number == number), None)
        if bag is not None:
            total = total + (bag.dose / bag.volume * (after - before).to("mL")).to(drug.dose.unit)
    return total


def time_at_rate(region: Infusion, at: datetime) -> timedelta:
    """Running time at the present rate. A pause does not reset it; another rate, a restart after a reaction or another
    bag of a ladder that names its bags does."""
    held = timedelta()
    end = at
    numbered = {item.event for item in region.bags if item.entry.bag is not None}
    for change in reversed([change for change in region.timeline if change.at <= at]):
        if change.rate is None:
            end = change.at
            continue
        if region.rate is None or not change.rate.same(region.rate):
            break
        held += end - change.at
        end = change.at
        if change.hold_minutes is not None or change.event in numbered:
            break
    return held


def rate_since(region: Infusion) -> RateChange | None:
    """The change that set the present rate."""
    return region.timeline[-1] if region.running else None


def finish(region: Infusion, volume: Quantity, steps: list[tuple[Quantity, timedelta | None]], at: datetime) -> datetime | None:
    """When the bag will be empty if it runs through `steps` (rate, time left at it) from now. None when it is not running."""
    if not region.running:
        return None
    left = (volume.to("mL") - volume_given(region, at)).amount
    moment = at
    for rate, stay in steps:
        if left <= 0:
            return moment
        needed = timedelta(microseconds=int(left / rate.to("mL/h").amount * _HOUR))
        if stay is None or needed <= stay:
            return moment + needed
        left -= rate.to("mL/h").amount * _microseconds(stay) / _HOUR
        moment += stay
    return None


def _microseconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1))
