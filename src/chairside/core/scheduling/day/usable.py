"""Whether a day's question makes sense at all. What is only hard to serve is usable: then visits are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from chairside.core.scheduling.day.instance import DayInstance, Interval, Nurse, Visit
from chairside.core.scheduling.day.sizes import too_large

Problem = tuple[str, str]  # the field, and a sentence without it


def problems(day: DayInstance) -> Iterator[Problem]:
    """What makes the question unusable: ids that are empty or stand twice, lengths and intervals that cannot be, names of
    nothing. Each with its field."""
    yield from too_large(day)
    yield from _ids("chairs", (chair.id for chair in day.chairs))
    yield from _ids("nurses", (nurse.id for nurse in day.nurses))
    yield from _ids("patients", (visit.id for visit in day.patients))
    if not day.open <= day.close <= day.latest_end:
        yield "latest_end", "open, close and latest_end must come in this order"
    for name in ("unscheduled", "wait", "pref", "overtime", "peak", "balance"):
        yield from _at_least_0(f"weights.{name}", getattr(day.weights, name))
    yield from _at_least_0("pharmacy.hoods", day.pharmacy.hoods)
    yield from _ordered("pharmacy.open", day.pharmacy.open)
    for place, nurse in enumerate(day.nurses):
        yield from _of_nurse(f"nurses[{place}]", nurse)
    for place, visit in enumerate(day.patients):
        yield from of_visit(f"patients[{place}]", visit)
    for place, fixed in enumerate(day.fixed):
        for field, known in (("patient", day.visit), ("chair", day.chair), ("nurse", day.nurse)):
            if getattr(fixed, field) not in known:
                yield f"fixed[{place}].{field}", f"there is no {field} “{getattr(fixed, field)}” in the instance"


def of_visit(field: str, visit: Visit) -> Iterator[Problem]:
    """What makes one visit unusable."""
    if not visit.id:
        yield f"{field}.id", "must not be empty"
    if visit.duration <= 0:
        yield f"{field}.duration", "must be more than 0"
    yield from _at_least_0(f"{field}.acuity", visit.acuity)
    yield from _at_least_0(f"{field}.weight", visit.weight)
    yield from _ordered(f"{field}.pref", visit.pref)
    end = 0
    for place, (offset, length) in enumerate(sorted(visit.tasks)):
        if length <= 0 or offset < end:
            yield f"{field}.tasks[{place}]", "tasks last some time, begin within the visit and do not overlap"
        end = offset + length
    if end > visit.duration:
        yield f"{field}.tasks", f"tasks end at {end}, after the visit's {visit.duration} minutes"
    if visit.drug is not None:
        for name in ("prep", "stability"):
            yield from _at_least_0(f"{field}.drug.{name}", getattr(visit.drug, name))


def _of_nurse(field: str, nurse: Nurse) -> Iterator[Problem]:
    yield from _ordered(f"{field}.shift", nurse.shift)
    yield from _at_least_0(f"{field}.max_load", nurse.max_load)
    if nurse.rest is not None:
        yield from _ordered(f"{field}.break.window", nurse.rest.window)
        if nurse.rest.dur <= 0:
            yield f"{field}.break.dur", "must be more than 0"


def _ids(field: str, ids: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(ids).items():
        if not name:
            yield field, "an id is empty"
        elif times > 1:
            yield field, f"the id “{name}” stands {times} times"


def _at_least_0(field: str, value: float) -> Iterator[Problem]:
    if not 0 <= value < float("inf"):
        yield field, f"{value} must be a number of 0 or more"


def _ordered(field: str, interval: Interval) -> Iterator[Problem]:
    if interval[0] > interval[1]:
        yield field, f"{interval[0]} is after {interval[1]}"
