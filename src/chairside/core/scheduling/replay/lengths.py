"""A visit of other minutes than it was planned with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from chairside.core.scheduling.day.instance import DayInstance, Drug, Interval, Visit


def least_minutes(visit: Visit) -> int:
    """The fewest minutes that still hold the visit's hands-on work, its tasks one after the other."""
    tasks = sorted(visit.tasks)
    if not tasks:
        return 1
    after = visit.duration - sum(tasks[-1]) if len(tasks) > 1 else 0
    return tasks[0][0] + visit.hands_on + after


def with_minutes(visit: Visit, minutes: int, step: int = 1) -> Visit:
    """The visit as it is when it takes other minutes in the chair.

    The first task stays where it is from the start. The last of several, which belongs to the end, and the end of the infusion
    keep their distance from the end. The pauses between the tasks in between grow or shrink in one ratio, each task to begin
    on a multiple of `step` (which divides all times of the visit). Tasks last as long as ever. What the visit grows by beyond
    what the prepared drug keeps is no infusion; an infusion that shrinks ends no sooner than the drug is needed.
    ValueError when the minutes do not hold the hands-on work.
    """
    if minutes < least_minutes(visit):
        raise ValueError(f"{visit.id}: {minutes} minutes do not hold its hands-on work, {least_minutes(visit)} do")
    more = minutes - visit.duration
    drug = visit.drug and _drug(visit.drug, more)
    return replace(visit, duration=minutes, tasks=_tasks(sorted(visit.tasks), more, step), drug=drug)


def day_with_minutes(day: DayInstance, minutes: Mapping[str, int], step: int = 1) -> DayInstance:
    """The day with other minutes for the visits of these ids, each as `with_minutes` has it."""
    changed = (with_minutes(visit, minutes.get(visit.id, visit.duration), step) for visit in day.patients)
    return replace(day, patients=tuple(changed))


def _tasks(tasks: list[Interval], more: int, step: int) -> tuple[Interval, ...]:
    if len(tasks) < 2:
        return tuple(tasks)
    first, *between, last = tasks
    work = sum(length for _, length in between)
    pauses = last[0] - sum(first) - work
    found, done = [first], 0
    for offset, length in between:
        paused = offset - sum(first) - done
        found.append((sum(first) + done + (paused * (pauses + more) // pauses // step * step if pauses else 0), length))
        done += length
    return (*found, (last[0] + more, last[1]))


def _drug(drug: Drug, more: int) -> Drug:
    end, needed = drug.infusion_end_offset, drug.need_offset
    shifted = min(end + more, max(end, needed + drug.stability)) if more > 0 else max(end + more, min(end, needed))
    return replace(drug, infusion_end_offset=shifted)
