"""A dose of a course with its day and window, one that waits for a person, and what the days of a course follow from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from chairside.core.kernel.span import DayWindow
from chairside.core.plans.course import Course
from chairside.core.protocols.schema.regimen import Phase, Regimen


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """A dose of the course: its number, phase and position in it, target day, window, and the day it was given on."""

    number: int
    phase: str
    position: int
    target: date
    window: DayWindow
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dose whose day a person sets: a next cycle by judgement, one on demand, one counted from an event not on record."""

    number: int
    phase: Phase
    position: int
    earliest: date | None = None
    event: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the targets follow from.

    first           day of the first dose, given or planned
    interval_days   an ordered or tabled interval, for phases without an end
    events          days of outside events, by the fact that records them
    """

    regimen: Regimen
    first: date
    course: Course
    interval_days: int | None = None
    events: Mapping[str, date] = field(default_factory=dict)
