"""Whether a schedule is clear enough to be played. That it breaks rules does not matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.day.usable import Problem


def unplayable(day: DayInstance, schedule: Schedule) -> Iterator[Problem]:
    """What leaves a day unclear, whatever rules it breaks: somebody or something unknown, twice there or not there."""
    times = Counter(place.patient for place in schedule.assignments)
    for number, place in enumerate(schedule.assignments):
        field = f"assignments[{number}]"
        for what, known in (("patient", day.visit), ("chair", day.chair), ("nurse", day.nurse)):
            if getattr(place, what) not in known:
                yield f"{field}.{what}", f"there is no {what} “{getattr(place, what)}” in the instance"
        if times[place.patient] > 1:
            yield f"{field}.patient", f"“{place.patient}” is listed {times[place.patient]} times"
        if place.patient in day.visit and day.visit[place.patient].drug and place.mix_start is None:
            yield f"{field}.mix_start", f"“{place.patient}” has a drug, and nobody says when it is prepared"
    rests = Counter(rest.nurse for rest in schedule.breaks)
    for nurse in day.nurses:
        if nurse.rest and rests[nurse.id] != 1:
            yield "breaks", f"nurse {nurse.id} has one break in the instance and {rests[nurse.id]} in the schedule"
