"""Where each visit of a day could be, alone, on the grid that all its times share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from chairside.core.scheduling.day.alone import able
from chairside.core.scheduling.day.instance import DayInstance, Nurse, Visit
from chairside.core.scheduling.day.use import exact

Classes = frozenset[int]


@dataclass(frozen=True, slots=True)
class Places:
    """Starts of one visit, in minutes, each with a nurse of one of these classes."""

    visit: Visit
    starts: tuple[int, ...]
    classes: Classes


def nurse_classes(day: DayInstance) -> list[list[Nurse]]:
    """Nurses who differ in nothing but the name stand together."""
    found: dict[object, list[Nurse]] = defaultdict(list)
    for nurse in day.nurses:
        found[nurse.shift, nurse.max_load, frozenset(nurse.skills), nurse.rest].append(nurse)
    return list(found.values())


def step(day: DayInstance) -> int:
    """The greatest number of minutes that divides every time: some best schedule has only multiples of it."""
    return gcd(*_times(day))


def price_step(day: DayInstance) -> Fraction:
    """A best schedule costs a multiple of this; 0 when everything is free."""
    prices, minutes = day.weights, step(day)
    parts = [Fraction(exact(price)) * minutes for price in (prices.wait, prices.pref, prices.overtime, prices.balance)]
    parts += [Fraction(exact(prices.unscheduled)) * exact(visit.weight) for visit in day.patients]
    parts.append(Fraction(exact(prices.peak)))
    found = Fraction(0)
    for part in parts:
        over = found.denominator * part.denominator
        found = Fraction(gcd(int(found * over), int(part * over)), over)
    return found


def dearest(day: DayInstance) -> float:
    """No single cost is more than this."""
    prices = day.weights
    minutes = max((abs(time) for visit in day.patients for time in (visit.release, *visit.pref)), default=0) + abs(
        day.latest_end
    )
    left_out = max((prices.unscheduled * visit.weight for visit in day.patients), default=0)
    return max(1, left_out, (prices.wait + prices.pref + prices.overtime) * 2 * minutes, prices.peak, prices.balance * minutes)


def places(day: DayInstance, visit: Visit, classes: Sequence[Sequence[Nurse]]) -> list[Places]:
    """The starts of the visit, those with the same classes together; none when it cannot be served."""
    fixed = [place for place in day.fixed if place.patient == visit.id]
    by_start: dict[int, set[int]] = defaultdict(set)
    if not any(chair.type in visit.chair_types for chair in day.chairs) or _without_hood(day, visit):
        return []
    for number, nurses in enumerate(classes):
        if not able(visit, nurses[0]) or any(place.nurse not in {nurse.id for nurse in nurses} for place in fixed):
            continue
        first = max(visit.release, day.open, nurses[0].shift[0])
        last = min(visit.latest_start, min(day.latest_end, nurses[0].shift[1]) - visit.duration)
        for start in range(first, last + 1, step(day)):
            if all(place.start == start for place in fixed) and _can_be_mixed(day, visit, start):
                by_start[start].add(number)
    together: dict[Classes, list[int]] = defaultdict(list)
    for start in sorted(by_start):
        together[frozenset(by_start[start])].append(start)
    return [Places(visit, tuple(starts), who) for who, starts in together.items()]


def _without_hood(day: DayInstance, visit: Visit) -> bool:
    return visit.drug is not None and visit.drug.prep > 0 and not day.pharmacy.hoods


def _can_be_mixed(day: DayInstance, visit: Visit, start: int) -> bool:
    if visit.drug is None:
        return True
    first, last = visit.drug.mix_window(start, day.pharmacy.open)
    return first <= last


def _times(day: DayInstance) -> Iterator[int]:
    yield from (day.open, day.close, day.latest_end, *day.pharmacy.open, *(place.start for place in day.fixed))
    for nurse in day.nurses:
        yield from nurse.shift
        if nurse.rest:
            yield from (nurse.rest.dur, *nurse.rest.window)
    for visit in day.patients:
        yield from (visit.release, visit.latest_start, visit.duration, *visit.pref)
        yield from (minutes for task in visit.tasks for minutes in task)
        if drug := visit.drug:
            yield from (drug.prep, drug.release, drug.need_offset, drug.infusion_end_offset, drug.stability)
