"""An answer to a day's question."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.scheduling.day.instance import Assignment


@dataclass(frozen=True, slots=True)
class NurseBreak:
    nurse: str
    start: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who is served where and when, and when the nurses rest. A visit that is not listed is left out."""

    instance: str
    assignments: tuple[Assignment, ...]
    breaks: tuple[NurseBreak, ...]
