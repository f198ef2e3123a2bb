"""A visit as if nobody else came: when it could start, and what it would cost at least. Whatever is not possible or not
cheaper alone is neither in any schedule of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chairside.core.scheduling.day.instance import DayInstance, Drug, Interval, Nurse, Visit
from chairside.core.scheduling.day.use import Amount, exact


@dataclass(frozen=True, slots=True)
class Alone:
    """The least figures of a visit, each by itself, over all its starts, the first and last of which are given.

    wait, off_wish, overtime    minutes
    cost    price of these three together
    soft_cost    price without the overtime
    """

    visit: Visit
    first: int
    last: int
    wait: int
    off_wish: int
    overtime: int
    cost: Amount
    soft_cost: Amount

    def surely_within(self, start: int, end: int) -> int:
        """Minutes for which the visit runs within [start, end), wherever it is: the overlap first grows and then shrinks as
        the visit moves, so that it is least at one of the ends."""
        length = self.visit.duration
        return max(0, min(min(at + length, end) - max(at, start) for at in (self.first, self.last)))


def alone(day: DayInstance, visit: Visit) -> Alone | None:
    """What the visit costs at least if it is served; none when it cannot be."""
    spans = list(_starts(day, visit))
    if not spans:
        return None
    starts = sorted(set(_bends(day, visit, spans)))
    price = day.weights
    waits = [at - visit.release if visit.linked else 0 for at in starts]
    off = [0 if visit.linked else max(0, visit.pref[0] - at, at - visit.pref[1]) for at in starts]
    late = [max(0, at + visit.duration - day.close) for at in starts]
    soft = [exact(price.wait) * one + exact(price.pref) * two for one, two in zip(waits, off, strict=True)]
    cost = [one + exact(price.overtime) * two for one, two in zip(soft, late, strict=True)]
    return Alone(visit, starts[0], starts[-1], min(waits), min(off), min(late), min(cost), min(soft))


def able(visit: Visit, nurse: Nurse) -> bool:
    """Whether the nurse could have this patient at all."""
    return visit.skill in nurse.skills and visit.acuity <= nurse.max_load


def _starts(day: DayInstance, visit: Visit) -> Iterator[Interval]:
    """First and last start with each nurse who could."""
    if not any(chair.type in visit.chair_types for chair in day.chairs):
        return
    fixed = [place.start for place in day.fixed if place.patient == visit.id]
    first = max(visit.release, day.open, *fixed)
    last = min(visit.latest_start, day.latest_end - visit.duration, *fixed)
    if visit.drug is not None:
        if not _can_be_mixed(day, visit.drug):
            return
        first = max(first, _ready(day, visit.drug) - visit.drug.need_offset)
        last = min(last, day.pharmacy.open[1] + visit.drug.stability - visit.drug.infusion_end_offset)
    for nurse in day.nurses:
        span = max(first, nurse.shift[0]), min(last, nurse.shift[1] - visit.duration)
        if able(visit, nurse) and span[0] <= span[1]:
            yield span


def _ready(day: DayInstance, drug: Drug) -> int:
    """The earliest minute at which the preparation can be finished."""
    return max(drug.release, day.pharmacy.open[0]) + drug.prep


def _can_be_mixed(day: DayInstance, drug: Drug) -> bool:
    keeps = drug.infusion_end_offset - drug.stability <= drug.need_offset
    hoods = day.pharmacy.hoods > 0 or drug.prep == 0
    return keeps and hoods and _ready(day, drug) <= day.pharmacy.open[1]


def _bends(day: DayInstance, visit: Visit, spans: list[Interval]) -> Iterator[int]:
    """The starts of which one is cheapest: every price is straight between these."""
    for first, last in spans:
        yield from (first, last)
        yield from (at for at in (*visit.pref, day.close - visit.duration) if first < at < last)
