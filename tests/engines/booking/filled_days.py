"""Small days with a feasible schedule and one more request, for property tests."""

from random import Random
from typing import Any

from hypothesis import strategies as st

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Visit
from chairside.core.scheduling.day.rules import feasible
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.exchange.schedules.day import day_of, visit_of
from tests.core.scheduling.day import small_days

LAST = 32  # no minute of a small day, before it is stretched, is after it


@st.composite
def booked(draw) -> tuple[DayInstance, Schedule, Visit, int]:
    """A day, its schedule, a request and the minutes between the starts to consider."""
    values, random = draw(small_days.days()), Random(draw(st.integers(0, 2**32)))
    if random.random() < 0.9:
        _crowd(values, random)
    stretch, share = draw(st.sampled_from((1, 5))), draw(st.sampled_from((1, 0.1)))
    _change(values, stretch, share)
    for nurse in values["nurses"]:
        rest = nurse["break"]
        if rest and rest["window"][1] - rest["window"][0] < rest["dur"]:
            nurse["break"] = None
    *others, asked = values["patients"] or [None]
    if asked is None:
        return draw(booked())
    day, request = day_of({**values, "patients": others}), visit_of(asked)
    return day, _filled(day, random, stretch), request, stretch


def _filled(day: DayInstance, random: Random, step: int) -> Schedule:
    """Break by break, then visit by visit, where chance and the judge let it be."""
    rests = tuple(
        NurseBreak(nurse.id, random.randrange(nurse.rest.window[0], nurse.rest.last_start + 1, step))
        for nurse in day.nurses
        if nurse.rest
    )
    schedule = Schedule(day.id, (), rests)
    for visit in day.patients if day.chairs and day.nurses else ():
        for _ in range(20):
            start = (
                random.randrange(max(visit.release, day.open), visit.latest_start + 1, step)
                if visit.latest_start >= day.open
                else 0
            )
            mix = random.randrange(0, LAST * step, step) if visit.drug else None
            place = Assignment(visit.id, start, random.choice(day.chairs).id, random.choice(day.nurses).id, mix)
            more = Schedule(day.id, (*schedule.assignments, place), rests)
            if feasible(day, more):
                schedule = more
                break
    return schedule


def _crowd(values: dict[str, Any], random: Random) -> None:
    """One more chair and nurse for certain, a longer day, and each visit a few times."""
    values["chairs"].append({"id": "C", "type": "recliner"})
    rest = random.choice((None, {"dur": 4, "window": [8, 20]}))
    nurse = {"id": "N", "shift": [0, 30], "max_load": random.randint(2, 4), "skills": ["general", "chemo"], "break": rest}
    values["nurses"].append(nurse)
    values.update(close=random.randint(16, 24), latest_end=random.randint(24, 30))
    values["pharmacy"].update(hoods=random.randint(1, 2), open=[0, random.randint(15, 28)])
    values["patients"] = [
        {**visit, "id": f"{visit['id']}-{time}", "release": max(0, visit["release"] - time)}
        for time in range(3)
        for visit in values["patients"]
    ]


def _change(values: dict[str, Any], stretch: int, share: float) -> None:
    """Times so many times as long, amounts and prices that share of what they were."""
    for name in ("open", "close", "latest_end"):
        values[name] *= stretch
    values["weights"] = {name: price * share for name, price in values["weights"].items()}
    values["pharmacy"]["open"] = _times(values["pharmacy"]["open"], stretch)
    for nurse in values["nurses"]:
        nurse["shift"] = _times(nurse["shift"], stretch)
        nurse["max_load"] = round(nurse["max_load"] * share, 1)
        if rest := nurse["break"]:
            nurse["break"] = {"dur": rest["dur"] * stretch, "window": _times(rest["window"], stretch)}
    for visit in values["patients"]:
        for name in ("release", "latest_start", "duration"):
            visit[name] *= stretch
        visit["pref"] = _times(visit["pref"], stretch)
        visit["tasks"] = [_times(task, stretch) for task in visit["tasks"]]
        visit["acuity"] = round(visit["acuity"] * share, 1)
        if visit["drug"]:
            visit["drug"] = {name: time * stretch for name, time in visit["drug"].items()}


def _times(times: list[int], stretch: int) -> list[int]:
    return [time * stretch for time in times]
