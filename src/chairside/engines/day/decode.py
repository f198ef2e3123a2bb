"""From the search's numbers to a schedule: slots to minutes, and each chair class to chairs by name."""

from __future__ import annotations

import numpy as np

from chairside.core.scheduling.day.instance import Assignment, DayInstance
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.engines.day.build import class_members
from chairside.engines.day.question import Numbers, Question, Standing
from chairside.engines.day.seating import chairs_of


def decode(day: DayInstance, question: Question, best: Numbers, standing: Standing) -> Schedule:
    """The schedule that `best` holds, with what stood before it."""
    held = {each.patient for each in standing.visits}
    free = [visit for visit in day.patients if visit.id not in held]

    def minute(slot: int) -> int:
        return int(question.origin + slot * question.minutes)

    chairs = chairs_of(day, question, best, standing, [visit.id for visit in free])
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
            may, place = question.classes[row], place_of[each.chair]
            if may[0] >= 0:  # a chair that is down is for nobody
                best[:4, row] = slot(each.start), row_of[each.nurse], place if place in may else may[0], mix
    given = {rest.nurse for rest in standing.breaks}
    for rest in schedule.breaks:
        if rest.nurse not in given and question.pause[row_of[rest.nurse], 0] > 0:
            best[4, row_of[rest.nurse]] = slot(rest.start)
    return best
