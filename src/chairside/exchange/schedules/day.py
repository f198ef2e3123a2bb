"""A day instance and its schedule, as files and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import SkipValidation

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Visit
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.core.scheduling.day.usable import of_visit, problems
from chairside.exchange.schedules.text import made, refuse_first


@dataclass(frozen=True, slots=True)
class _WrittenAssignment(Assignment):
    start: Annotated[int, SkipValidation]
    mix_start: Annotated[int | None, SkipValidation] = None


@dataclass(frozen=True, slots=True)
class _WrittenBreak(NurseBreak):
    start: Annotated[int, SkipValidation]


@dataclass(frozen=True, slots=True)
class _Written(Schedule):
    assignments: tuple[_WrittenAssignment, ...]
    breaks: tuple[_WrittenBreak, ...]


def day_of(values: Any, where: str = "") -> DayInstance:
    """A day instance. Raises FileProblem when it cannot be used."""
    day = made(DayInstance, _renamed(values), where, {"rest": "break"})
    refuse_first(problems(day), where)
    return day


def visit_of(values: Any, where: str = "") -> Visit:
    """One visit that asks for a place. Raises FileProblem."""
    visit = made(Visit, values, where)
    refuse_first(of_visit(where, visit))
    return visit


def schedule_of(values: Any, where: str = "") -> Schedule:
    """A schedule, with whatever it names: what is wrong with that is the checker's to say. Raises FileProblem."""
    return made(Schedule, values, where)


def written_schedule_of(values: Any, where: str = "") -> Schedule:
    """A schedule to be judged: its times are whatever was written, for a time that is no whole minute breaks a rule.
    Raises FileProblem."""
    return made(_Written, values, where)


def schedule_values(schedule: Schedule) -> dict[str, Any]:
    """A schedule as the file holds it."""
    return {
        "instance": schedule.instance,
        "assignments": [assignment_values(each) for each in schedule.assignments],
        "breaks": [{"nurse": rest.nurse, "start": rest.start} for rest in schedule.breaks],
    }


def assignment_values(each: Assignment) -> dict[str, Any]:
    """An assignment as the file holds it."""
    return {
        "patient": each.patient,
        "start": each.start,
        "chair": each.chair,
        "nurse": each.nurse,
        "mix_start": each.mix_start,
    }


def values_with_minutes(values: dict[str, Any], day: DayInstance) -> dict[str, Any]:
    """The values of a day's file as they are for the same day with other minutes for its visits."""
    patients = []
    for each, visit in zip(values["patients"], day.patients, strict=True):
        drug = visit.drug and {**each["drug"], "infusion_end_offset": visit.drug.infusion_end_offset}
        patients.append({**each, "duration": visit.duration, "tasks": [list(task) for task in visit.tasks], "drug": drug})
    return {**values, "patients": patients}


def _renamed(values: Any) -> Any:
    """A nurse's `break`, a word that Python keeps for itself, under our name for it."""
    if not isinstance(values, dict) or not isinstance(values.get("nurses"), list):
        return values
    nurses = [
        {**{key: part for key, part in nurse.items() if key != "rest"}, "rest": nurse.get("break")}
        if isinstance(nurse, dict)
        else nurse
        for nurse in values["nurses"]
    ]
    return {**values, "nurses": nurses}
