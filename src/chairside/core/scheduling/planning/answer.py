"""An answer to the question of doses and days."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Placement:
    dose: str
    day: int


@dataclass(frozen=True, slots=True)
class PlanningAnswer:
    """Which dose is on which day. A dose that is not listed is missed: it goes to a call list."""

    instance: str
    placements: tuple[Placement, ...]
