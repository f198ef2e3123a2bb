"""The question: which doses wish for which day, and what the days hold. Lengths are integer minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose: the day wished for, the days allowed, what it takes of chairs and nurses, and its weight `w` in every price.

    Window, authorization, clearance and the patient's weekdays are already in `days`.
    """

    id: str
    target: int
    days: tuple[int, ...]
    chair_min: int
    nurse_min: int
    w: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The doses of one treatment plan in their order. Between two neighbours that are both placed lie at least `min_gap`
    and at most `max_gap` days."""

    id: str
    doses: tuple[str, ...]
    min_gap: int
    max_gap: int


@dataclass(frozen=True)
class PlanningInstance:
    """`miss_penalty` is the price of a dose without a day, `level_weight` that of a chair minute on the fullest day."""

    id: str
    days: int
    closed: tuple[int, ...]
    chair_min_per_day: int
    nurse_min_per_day: int
    doses: tuple[Dose, ...]
    plans: tuple[Plan, ...]
    miss_penalty: float
    level_weight: float

    @cached_property
    def dose(self) -> Mapping[str, Dose]:
        return {dose.id: dose for dose in self.doses}

    def open_days(self, dose: Dose) -> tuple[int, ...]:
        """The days allowed on which the center is open, in order."""
        return tuple(sorted(set(dose.days).difference(self.closed)))
