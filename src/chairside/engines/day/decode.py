"""From the search's numbers to a schedule: slots to minutes, and each chair class to chairs by name."""

from __future__ import annotations

import heapq

import numpy as np

from chairside.core.scheduling.day.instance import Assignment, DayInstance
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.engines.day.build import class_members
from chairside.engines.day.question import Numbers, Question, Standing


def decode(day: DayInstance, question: Question, best: Numbers, standing: Standing) -> Schedule:
    """The schedule that `best` holds, with what stood before it."""
    held = {each.patient for each in standing.visits}
    free = [visit for visit in day.patients if visit.id not in held]

    def minute(slot: int) -> int:
        return int(question.origin + slot * question.minutes)

    chairs = _chairs(day, question, best, standing, [visit.id for visit in free])
    assignments = list(standing.visits)
    for row, visit in enumerate(free):
        start, nurse, _, mix = (int(part) for part in best[:4, row])
        if start >= 0:
            mixed = minute(mix) if visit.drug is not None and question.drug[row, 0] > 0 else None
            if visit.drug is not None and mixed is None:  # a preparation of no length begins when it must be over
                mixed = visit.drug.mix_window(minute(start), day.pharmacy.open)[1]
            assignments.append(Assignment(visit.id, minute(start), chairs[visit.id], day.nurses[nurse].id, mixed))
    rests = [NurseBreak(nurse.id, minute(int(best[4, row]))) for row, nurse in enumerate(day.nurses) if best[4, row] >= 0]
    return Schedule(day.id, tuple(assignments), (*standing.breaks, *rests))


def _chairs(day: DayInstance, question: Question, best: Numbers, standing: Standing, names: list[str]) -> dict[str, str]:
    """Visits of a class to its chairs, in order of their start, each to the chair it had before where that is free."""
    found: dict[str, str] = {}
    for place, members in enumerate(class_members(day, standing)):
        until: dict[str, float] = {}
        for each in standing.visits:
            end = (each.start + day.visit[each.patient].duration - question.origin) / question.minutes
            until[each.chair] = max(end, until.get(each.chair, end))
        ends = [(until[chair], chair) for chair in members if chair in until]
        free = set(members) - until.keys()
        heapq.heapify(ends)
        rows = [row for row in range(len(names)) if best[0, row] >= 0 and best[2, row] == place]
        for row in sorted(rows, key=lambda row: (int(best[0, row]), row)):
            start = int(best[0, row])
            while ends and ends[0][0] <= start:
                free.add(heapq.heappop(ends)[1])
            old = standing.old.get(names[row])
            chair = old.chair if old is not None and old.chair in free else min(free)
            free.remove(chair)
            found[names[row]] = chair
            heapq.heappush(ends, (start + int(question.duration[row]), chair))
    return found


def encode(day: DayInstance, question: Question, schedule: Schedule, standing: Standing) -> Numbers:
    """A schedule as the numbers that a search starts from: the opposite of `decode`."""
    best = np.full((5, max(len(day.patients), len(day.nurses), 1)), -1, np.int64)
    held = {each.patient for each in standing.visits}
    rows = {visit.id: row for row, visit in enumerate(visit for visit in day.patients if visit.id not in held)}
    place_of = {chair: place for place, chairs in enumerate(class_members(day, standing)) for chair in chairs}
    row_of = {nurse.id: row for row, nurse in enumerate(day.nurses)}

    def slot(minute: int) -> int:
        return (minute - question.origin) // question.minutes

    for each in schedule.assignments:
        row = rows.get(each.patient)
        if row is not None and 0 <= slot(each.start) < question.slots:
            mix = slot(each.mix_start) if each.mix_start is not None and question.drug[row, 0] > 0 else -1
            best[:4, row] = slot(each.start), row_of[each.nurse], place_of[each.chair], mix
    given = {rest.nurse for rest in standing.breaks}
    for rest in schedule.breaks:
        if rest.nurse not in given and question.pause[row_of[rest.nurse], 0] > 0:
            best[4, row_of[rest.nurse]] = slot(rest.start)
    return best
