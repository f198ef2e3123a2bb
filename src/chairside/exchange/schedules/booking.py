"""A booking question and its answer, as files and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chairside.core.scheduling.day.instance import DayInstance, Visit
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import Schedule
from chairside.exchange.schedules.day import day_of, visit_of, written_schedule_of
from chairside.exchange.schedules.text import FileProblem, expect_kind, part


@dataclass(frozen=True, slots=True)
class BookingQuestion:
    """One request for a place in a feasible schedule: at most `offers`, whose starts are `apart` minutes from each other."""

    day: DayInstance
    schedule: Schedule
    request: Visit
    offers: int
    apart: int


def booking_of(values: Any) -> BookingQuestion:
    """A booking question. Raises FileProblem when it cannot be used."""
    expect_kind(values, "book")
    day, schedule = day_of(part(values, "instance"), "instance"), written_schedule_of(part(values, "schedule"), "schedule")
    request = visit_of(part(values, "request"), "request")
    offers, apart = _at_least(values, "offers", 3, 1), _at_least(values, "apart", 30, 0)
    if request.id in day.visit:
        raise FileProblem("request.id", f"the instance has a patient “{request.id}” already")
    if broken := violations(day, schedule):
        raise FileProblem("schedule", f"is not feasible: rule {broken[0].rule}: {broken[0].message}")
    return BookingQuestion(day, schedule, request, offers, apart)


def _at_least(values: dict[str, Any], key: str, usual: int, least: int) -> int:
    found = values.get(key, usual)
    if type(found) is not int or found < least:
        raise FileProblem(key, f"must be a whole number of {least} or more")
    return found
