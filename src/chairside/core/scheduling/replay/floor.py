"""One day played as a center lives it.

Every visit keeps the chair and the nurse of the schedule, and nobody who comes is sent away. A visit begins as soon as

- its booked start has come, and the patient;
- the drug is ready, or will be when it is needed. Preparations run as planned;
- its chair is free, and nobody booked earlier on it, and there, still waits for it;
- the nurse may bear its load beside her running visits (a visit that alone is too much goes by itself);
- her hands are free, where its first task is at the start.

A nurse does what waits for her hands in the order in which it fell due; of what fell due together, first the tasks of running
visits, then what is booked earlier, then her break. A task that she comes to late moves what follows in that visit, its end
too. Her break falls due at its planned minute and is taken whole when her hands are next free, if need be after its window.
She stays until her last visit has ended, whatever her shift. Whether the others cover the floor during a break (rule 8) is a
rule for plans, and does not keep a center that runs late from going on.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Visit
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.day.use import exact
from chairside.core.scheduling.replay.drawing import Draw
from chairside.core.scheduling.replay.lengths import with_minutes

_TASK, _START, _BREAK = range(3)  # what a nurse does first of what fell due together


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit as it was. The patient waited for `wait` minutes beyond the booked start or, coming later, since then."""

    visit: Visit
    nurse: str
    booked: int
    begin: int
    end: int
    wait: int


@dataclass(frozen=True, slots=True)
class Played:
    """A day that is over: its visits in the order of their begin, when the breaks began, most visits at one minute."""

    stays: tuple[Stay, ...]
    breaks: Mapping[str, int]
    peak: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """Minutes before each task since the one before it ended, its length, and minutes after the last."""

    pauses: tuple[int, ...]
    lengths: tuple[int, ...]
    after: int


class Floor:
    """A day and its schedule, to be played again and again. `unplayable` finds nothing in them."""

    def __init__(self, day: DayInstance, schedule: Schedule) -> None:
        self.day, self.schedule = day, schedule
        self.places = sorted(schedule.assignments, key=lambda place: (place.start, place.patient))
        self.visits = [day.visit[place.patient] for place in self.places]
        self.chairs = [place.chair for place in self.places]
        self.nurses = [place.nurse for place in self.places]
        self.ready = [_ready(*each) for each in zip(self.visits, self.places, strict=True)]
        self.loads = [exact(visit.acuity) for visit in self.visits]
        self.limits = {nurse.id: exact(nurse.max_load) for nurse in day.nurses}
        self._shapes: list[dict[int, _Shape]] = [{} for _ in self.visits]

    def play(self, draw: Draw) -> Played:
        """The day as this draw has it."""
        return _Run(self, draw).played()

    def shape(self, number: int, minutes: int) -> _Shape:
        """The tasks of a visit that takes these minutes."""
        shapes = self._shapes[number]
        if minutes not in shapes:
            shapes[minutes] = _shape(with_minutes(self.visits[number], minutes))
        return shapes[minutes]


class _Run:
    """The day while it runs. Visits are numbers, in the order in which they are booked."""

    def __init__(self, floor: Floor, draw: Draw) -> None:
        self.floor = floor
        self.agenda: list[tuple[int, int, Callable[[int, Any], None], int | str]] = []
        self.written = 0  # entries of the agenda
        self.waiting: dict[str, list[tuple[int, int, int]]] = {nurse: [] for nurse in floor.limits}
        self.load = dict.fromkeys(floor.limits, exact(0))
        self.busy: set[str] = set()  # nurses with something in hand
        self.touched: list[str] = []  # nurses who may now have something to do
        self.there: dict[str, list[int]] = defaultdict(list)  # who waits, by chair
        self.taken: set[str] = set()  # chairs
        self.running = self.peak = 0
        self.come: dict[int, int] = {}
        self.shapes: dict[int, _Shape] = {}
        self.tasks: dict[int, int] = {}  # done of each visit that has begun
        self.begun: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        self.breaks: dict[str, int] = {}
        for number, place in enumerate(floor.places):
            if place.patient not in draw.absent:
                self.shapes[number] = floor.shape(number, draw.minutes[place.patient])
                self.come[number] = come = place.start + draw.late.get(place.patient, 0)
                self._at(max(come, floor.ready[number]), self._ready_to_begin, number)
        for rest in floor.schedule.breaks:
            if rest.nurse in self.load and floor.day.nurse[rest.nurse].rest:
                self._at(rest.start, self._break_due, rest.nurse)

    def played(self) -> Played:
        while self.agenda:
            now = self.agenda[0][0]
            while self.agenda and self.agenda[0][0] == now:
                _, _, happens, what = heappop(self.agenda)
                happens(now, what)
            for nurse in self.touched:
                if self.waiting[nurse]:
                    self._go_on(nurse, now)
            self.touched.clear()
        return Played(tuple(map(self._stay, self.begun)), self.breaks, self.peak)

    def _stay(self, number: int) -> Stay:
        place, begin = self.floor.places[number], self.begun[number]
        wait = begin - self.come[number]
        return Stay(self.floor.visits[number], place.nurse, place.start, begin, self.ended[number], wait)

    def _at(self, minute: int, happens: Callable[[int, Any], None], what: int | str) -> None:
        self.written += 1
        heappush(self.agenda, (minute, self.written, happens, what))

    def _ready_to_begin(self, now: int, number: int) -> None:
        insort(self.there[self.floor.chairs[number]], number)
        self._wait(self.floor.nurses[number], (now, _START, number))

    def _task_due(self, now: int, number: int) -> None:
        self._wait(self.floor.nurses[number], (now, _TASK, number))

    def _break_due(self, now: int, nurse: str) -> None:
        self._wait(nurse, (now, _BREAK, 0))

    def _wait(self, nurse: str, entry: tuple[int, int, int]) -> None:
        insort(self.waiting[nurse], entry)
        self.touched.append(nurse)

    def _task_done(self, now: int, number: int) -> None:
        self._free(now, self.floor.nurses[number])
        self.tasks[number] += 1
        self._go_along(now, number)

    def _free(self, now: int, nurse: str) -> None:
        self.busy.discard(nurse)
        self.touched.append(nurse)

    def _end(self, now: int, number: int) -> None:
        nurse, chair = self.floor.nurses[number], self.floor.chairs[number]
        self.ended[number] = now
        self.taken.discard(chair)
        self.load[nurse] -= self.floor.loads[number]
        self.running -= 1
        self.touched += (nurse, *(self.floor.nurses[first] for first in self.there[chair][:1]))

    def _go_on(self, nurse: str, now: int) -> None:
        """What the nurse can begin now, in its order."""
        waiting = self.waiting[nurse]
        for entry in waiting.copy():
            _, kind, number = entry
            if kind == _START:
                if not self._may_begin(nurse, number):
                    continue
                self._begin(nurse, number, now)
            elif nurse in self.busy:
                continue
            elif kind == _TASK:
                self._work(nurse, number, now)
            else:
                self._rest(nurse, now)
            waiting.remove(entry)

    def _may_begin(self, nurse: str, number: int) -> bool:
        chair, load = self.floor.chairs[number], self.load[nurse]
        if chair in self.taken or self.there[chair][0] != number:
            return False
        if load and load + self.floor.loads[number] > self.floor.limits[nurse]:
            return False
        return not (self.shapes[number].pauses[:1] == (0,) and nurse in self.busy)

    def _begin(self, nurse: str, number: int, now: int) -> None:
        chair = self.floor.chairs[number]
        self.begun[number], self.tasks[number] = now, 0
        self.taken.add(chair)
        self.there[chair].remove(number)
        self.load[nurse] += self.floor.loads[number]
        self.running += 1
        self.peak = max(self.peak, self.running)
        if self.shapes[number].pauses[:1] == (0,):
            self._work(nurse, number, now)
        else:
            self._go_along(now, number)

    def _go_along(self, now: int, number: int) -> None:
        """To the visit's next task, or to its end."""
        shape, done = self.shapes[number], self.tasks[number]
        if done < len(shape.pauses):
            self._at(now + shape.pauses[done], self._task_due, number)
        else:
            self._at(now + shape.after, self._end, number)

    def _work(self, nurse: str, number: int, now: int) -> None:
        self.busy.add(nurse)
        self._at(now + self.shapes[number].lengths[self.tasks[number]], self._task_done, number)

    def _rest(self, nurse: str, now: int) -> None:
        rest = self.floor.day.nurse[nurse].rest
        assert rest is not None
        self.busy.add(nurse)
        self.breaks[nurse] = now
        self._at(now + rest.dur, self._free, nurse)


def _shape(visit: Visit) -> _Shape:
    pauses, lengths, done = [], [], 0
    for offset, length in sorted(visit.tasks):
        pauses.append(offset - done)
        lengths.append(length)
        done = offset + length
    return _Shape(tuple(pauses), tuple(lengths), visit.duration - done)


def _ready(visit: Visit, place: Assignment) -> int:
    """From when the drug is there in time for a visit."""
    if visit.drug is None or place.mix_start is None:
        return place.start
    return place.mix_start + visit.drug.prep - visit.drug.need_offset
