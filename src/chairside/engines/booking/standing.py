"""A day's schedule as bit masks: what is still free, minute by minute. Built once, asked for every request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Nurse, Visit
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.booking.masks import Amount, Levels, amount, at_least, levels, span

LONGEST = 100_000  # minutes; a mask has a bit for each
STEP = 5  # minutes between the starts to consider, when all times are multiples of it


class TooLong(ValueError):
    """The day has more minutes than the masks are made for."""


@dataclass(frozen=True, slots=True)
class Hands:
    """A nurse: `free` are the minutes without a task or a break, `spare` the load that she may still have."""

    nurse: Nurse
    free: int
    spare: Levels
    hands_on: int


@dataclass(frozen=True, slots=True)
class Prices:
    """The day's prices, as they are written."""

    wait: Amount
    pref: Amount
    overtime: Amount
    peak: Amount
    balance: Amount


class Standing:
    """A feasible schedule of a day, as it stands. Minutes in masks are counted from `origin`, a multiple of 5.

    chairs    with their free minutes, the least scarce type first
    nurses    the one with the least hands-on work first
    cover    the load that may still be added, over all nurses on shift and not on a break
    hoods    the minutes with a free hood
    peak    the minutes at which as many visits run as ever
    """

    def __init__(self, day: DayInstance, schedule: Schedule) -> None:
        """Raises TooLong."""
        begins = (day.open, day.pharmacy.open[0], *(nurse.shift[0] for nurse in day.nurses))
        ends = (day.latest_end, day.pharmacy.open[1], *(nurse.shift[1] for nurse in day.nurses))
        self.day = day
        self.origin = min(begins) // STEP * STEP
        self.width = max(ends) - self.origin + 1
        if self.width > LONGEST:
            raise TooLong(f"the day is {self.width - 1} minutes long, and may be {LONGEST - 1}")
        self.all = span(0, self.width, self.width)
        self.fives = sum(1 << minute for minute in range(0, self.width, STEP))
        self.on_fives = all(time % STEP == 0 for time in chain(times_of_day(day), times_of_schedule(day, schedule)))
        weights = day.weights
        self.prices = Prices(*map(amount, (weights.wait, weights.pref, weights.overtime, weights.peak, weights.balance)))
        listed = [(place, day.visit[place.patient]) for place in schedule.assignments]
        self._lay_chairs(listed)
        self._lay_nurses(listed, {rest.nurse: rest.start for rest in schedule.breaks})
        self.hoods = at_least(levels(self._mixing(listed), self.width), 1)
        running = levels(chain.from_iterable(self._steps(at.start, of.duration, 1) for at, of in listed), self.width)
        self.peak = max(running)[1]

    def minutes(self, start: int, end: int) -> int:
        """The minutes of the day from `start` until before `end`, as a mask."""
        return span(start - self.origin, end - self.origin, self.width)

    def _steps(self, start: int, length: int, size: Amount) -> Iterator[tuple[int, Amount]]:
        yield start - self.origin, size
        yield start + length - self.origin, -size

    def _lay_chairs(self, listed: list[tuple[Assignment, Visit]]) -> None:
        free = {chair.id: self.all for chair in self.day.chairs}
        for place, visit in listed:
            free[place.chair] &= ~self.minutes(place.start, place.start + visit.duration)
        many = Counter(chair.type for chair in self.day.chairs)
        self.chairs = [(chair, free[chair.id]) for chair in sorted(self.day.chairs, key=lambda chair: -many[chair.type])]

    def _lay_nurses(self, listed: list[tuple[Assignment, Visit]], rests: dict[str, int]) -> None:
        of_nurse: dict[str, list[tuple[Assignment, Visit]]] = {nurse.id: [] for nurse in self.day.nurses}
        for place, visit in listed:
            of_nurse[place.nurse].append((place, visit))
        cover: list[tuple[int, Amount]] = []
        found = []
        for nurse in self.day.nurses:
            load, free = amount(nurse.max_load), self.all
            taken = [step for at, of in of_nurse[nurse.id] for step in self._steps(at.start, of.duration, -amount(of.acuity))]
            for place, visit in of_nurse[nurse.id]:
                for offset, length in visit.tasks:
                    free &= ~self.minutes(place.start + offset, place.start + offset + length)
            begin, end = nurse.shift
            cover += (*self._steps(begin, end - begin, load), *taken)
            if nurse.rest:
                start, stop = rests[nurse.id], rests[nurse.id] + nurse.rest.dur
                free &= ~self.minutes(start, stop)
                if (there := min(stop, end) - max(start, begin)) > 0:
                    cover += self._steps(max(start, begin), there, -load)
            spare = levels([(0, load), *taken], self.width)
            found.append(Hands(nurse, free, spare, sum(visit.hands_on for _, visit in of_nurse[nurse.id])))
        self.cover = levels(cover, self.width)
        self.nurses = sorted(found, key=lambda hands: hands.hands_on)
        self.most_hands_on = max((hands.hands_on for hands in found), default=0)

    def _mixing(self, listed: list[tuple[Assignment, Visit]]) -> Iterator[tuple[int, Amount]]:
        yield 0, self.day.pharmacy.hoods
        for place, visit in listed:
            if visit.drug and place.mix_start is not None:
                yield from self._steps(place.mix_start, visit.drug.prep, -1)


def times_of_visit(visit: Visit) -> Iterator[int]:
    """Every time and length of one visit."""
    yield from (visit.release, visit.latest_start, visit.duration, *visit.pref)
    yield from chain.from_iterable(visit.tasks)
    if drug := visit.drug:
        yield from (drug.prep, drug.release, drug.need_offset, drug.infusion_end_offset, drug.stability)


def times_of_day(day: DayInstance) -> Iterator[int]:
    """Every time and length of the day."""
    yield from (day.open, day.close, day.latest_end, *day.pharmacy.open)
    for nurse in day.nurses:
        yield from nurse.shift
        if nurse.rest:
            yield from (nurse.rest.dur, *nurse.rest.window)
    for visit in day.patients:
        yield from times_of_visit(visit)
    yield from (place.start for place in day.fixed)


def times_of_schedule(day: DayInstance, schedule: Schedule) -> Iterator[int]:
    """Every time of the schedule that means something."""
    for place in schedule.assignments:
        yield place.start
        if day.visit[place.patient].drug and place.mix_start is not None:
            yield place.mix_start
    resting = {nurse.id for nurse in day.nurses if nurse.rest}
    yield from (rest.start for rest in schedule.breaks if rest.nurse in resting)
