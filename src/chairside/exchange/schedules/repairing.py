"""A repair question and its answer, as files and back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chairside.core.scheduling.day.events import ChairDown, DrugLate, Event, EventProblem, Late, NoShow, NurseOut, Reaction
from chairside.core.scheduling.day.facts import Facts
from chairside.core.scheduling.day.instance import Assignment
from chairside.core.scheduling.day.repair_changes import Changes, RepairWeights
from chairside.core.scheduling.day.repairing import ScheduleProblem, after_event
from chairside.core.scheduling.day.sizes import MOST, too_large, unsearchable
from chairside.exchange.schedules.day import day_of, schedule_of
from chairside.exchange.schedules.text import FileProblem, expect_kind, made, part, refuse_first

_EVENTS: dict[str, type[Event]] = {
    "late": Late,
    "noshow": NoShow,
    "reaction": Reaction,
    "nurse_out": NurseOut,
    "drug_late": DrugLate,
    "chair_down": ChairDown,
}
_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class RepairQuestion:
    """A day as it is after its events, how long to search, and what changes cost."""

    facts: Facts
    seconds: float
    weights: RepairWeights


def repair_of(values: Any) -> RepairQuestion:
    """A repair question. Raises FileProblem when it cannot be used."""
    expect_kind(values, "repair")
    day, schedule = day_of(part(values, "instance"), "instance"), schedule_of(part(values, "schedule"), "schedule")
    now, seconds = made(int, part(values, "now"), "now"), made(float, values.get("seconds", 1.0), "seconds")
    if not 0 <= seconds <= _SECONDS:
        raise FileProblem("seconds", f"{seconds} must be between 0 and {_SECONDS}")
    weights = made(RepairWeights, part(values, "repair_weights"), "repair_weights")
    for name, price in asdict(weights).items():
        if not 0 <= price <= MOST:
            raise FileProblem(f"repair_weights.{name}", f"{price} must be a number from 0 to {MOST}")
    refuse_first(unsearchable(day), "instance")
    refuse_first((*too_large(schedule, "schedule"), *too_large(now, "now")))
    given = part(values, "event")
    listed = given if isinstance(given, list) else [given]
    fields = [f"event[{number}]" if isinstance(given, list) else "event" for number in range(len(listed))]
    events = [_event(each, field) for each, field in zip(listed, fields, strict=True)]
    try:
        return RepairQuestion(after_event(day, schedule, now, events), seconds, weights)
    except EventProblem as problem:
        raise FileProblem(f"{fields[problem.number]}.{problem.field}", problem.sentence) from None
    except ScheduleProblem as problem:
        raise FileProblem(f"schedule.{problem.field}", problem.sentence) from None


def changes_values(found: Changes) -> dict[str, Any]:
    """The changes as the answer holds them."""
    return {
        "moved": [
            {
                "patient": each.after.patient,
                "from": _place(each.before),
                "to": _place(each.after),
                "minutes": each.minutes,
            }
            for each in found.moved
        ],
        "lost": list(found.lost),
        "remixed": list(found.remixed),
    }


def _event(values: Any, field: str) -> Event:
    kind = part(values, "type", field)
    if not isinstance(kind, str) or kind not in _EVENTS:
        raise FileProblem(f"{field}.type", f"must be one of {', '.join(_EVENTS)}, and is “{kind}”")
    event = made(_EVENTS[kind], values, field)
    refuse_first(too_large(event), field)
    return event


def _place(place: Assignment) -> dict[str, Any]:
    return {"start": place.start, "chair": place.chair, "nurse": place.nurse}
