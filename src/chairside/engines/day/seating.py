"""Chairs by name: visits of one class of chairs to its chairs, and each to the chair that it had before where that can be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from chairside.core.scheduling.day.instance import DayInstance
from chairside.engines.day.build import class_members
from chairside.engines.day.question import NEVER, Numbers, Question, Standing

_Time = tuple[int, int]  # first slot, and the one after the last


@dataclass
class _Seat:
    """A chair: the slot from which it is free, and the rows and times of the visits to come that it is kept for."""

    name: str
    free: float = 0
    kept: dict[int, _Time] = field(default_factory=dict)

    def fits(self, start: int, end: int) -> bool:
        """Whether the chair is free, and kept for nobody, in this time."""
        return self.free <= start and not any(first < end and start < last for first, last in self.kept.values())

    def next(self) -> float:
        """The first slot that it is kept for."""
        return min((first for first, _ in self.kept.values()), default=NEVER)

    def give(self, start: int, end: int) -> None:
        """The chair is taken; those for whom it can be kept no longer find another when it is their turn."""
        self.free = end
        self.kept = {row: time for row, time in self.kept.items() if time[0] >= end}


def chairs_of(day: DayInstance, question: Question, best: Numbers, standing: Standing, names: list[str]) -> dict[str, str]:
    """The chair of each placed visit. No more visits of a class run at once than it has chairs, so in order of their start all
    find one; a visit that keeps start and nurse keeps its chair, unless another could then sit nowhere."""
    members = class_members(day, standing)
    place_of = {chair: place for place, chairs in enumerate(members) for chair in chairs}
    seats = {chair: _Seat(chair) for chair in place_of}
    for each in standing.visits:
        end = (each.start + day.visit[each.patient].duration - question.origin) / question.minutes
        seats[each.chair].free = max(end, seats[each.chair].free)
    rows = sorted((row for row in range(len(names)) if best[0, row] >= 0), key=lambda row: (int(best[0, row]), row))
    times = {row: (int(best[0, row]), int(best[0, row] + question.duration[row])) for row in rows}
    old = {row: seats[standing.old[names[row]].chair] for row in rows if names[row] in standing.old}
    stays = {row: place_of[old[row].name] for row in rows if row in old and _stays(day, question, best, standing, row, names)}
    classes = _classes(question, best, times, stays, [[seats[chair] for chair in chairs] for chairs in members])
    for row, place in stays.items():
        if classes[row] == place and old[row].fits(*times[row]):
            old[row].kept[row] = times[row]
    found = {}
    for row in rows:
        seat = old.get(row)
        if seat is None or row not in seat.kept:
            seat = _other(*times[row], seat, [seats[chair] for chair in members[classes[row]]])
        seat.give(*times[row])
        found[names[row]] = seat.name
    return found


def _stays(day: DayInstance, question: Question, best: Numbers, standing: Standing, row: int, names: list[str]) -> bool:
    """Whether start and nurse are as before."""
    before, start = standing.old[names[row]], question.origin + int(best[0, row]) * question.minutes
    return (before.start, before.nurse) == (start, day.nurses[int(best[1, row])].id)


def _other(start: int, end: int, old: _Seat | None, seats: list[_Seat]) -> _Seat:
    """A chair that nobody loses: the old one, or the one with the least time to spare; else the one that is lost latest."""
    if whole := [seat for seat in seats if seat.fits(start, end)]:
        return min(whole, key=lambda seat: (seat is not old, seat.next(), seat.name))
    return min((seat for seat in seats if seat.fits(start, start + 1)), key=lambda seat: (-seat.next(), seat.name))


def _classes(
    question: Question, best: Numbers, times: dict[int, _Time], stays: dict[int, int], seats: list[list[_Seat]]
) -> dict[int, int]:
    """The class of each visit: as it was found, or for those who stay the one from before, where that has a chair to spare."""
    spare = np.zeros((len(seats), question.slots), np.int64)
    for place, chairs in enumerate(seats):
        for seat in chairs:
            spare[place, math.ceil(seat.free) :] += 1
    found = {row: int(best[2, row]) for row in times}
    for row, time in times.items():
        spare[found[row], slice(*time)] -= 1
    for row, place in stays.items():
        span = slice(*times[row])
        if place != found[row] and place in question.classes[row] and spare[place, span].min() > 0:
            spare[found[row], span] += 1
            spare[place, span] -= 1
            found[row] = place
    return found
