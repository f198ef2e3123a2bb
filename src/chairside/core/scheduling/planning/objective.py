"""What an answer costs, part by part. Lower is better."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance


@dataclass(frozen=True, slots=True)
class Parts:
    """Weighted days off the wish, price of the missed doses, price of the fullest day; and how many doses have a day."""

    days_off: float
    missed: float
    level: float
    doses_placed: int
    doses_missed: int

    @property
    def total(self) -> float:
        return self.days_off + self.missed + self.level


def parts(question: PlanningInstance, answer: PlanningAnswer) -> Parts:
    """The price of an answer that keeps the rules."""
    placed = {each.dose: each.day for each in answer.placements}
    chairs = Counter[int]()
    for name, day in placed.items():
        chairs[day] += question.dose[name].chair_min
    missed = [dose for dose in question.doses if dose.id not in placed]
    return Parts(
        days_off=sum(dose.w * abs(placed[dose.id] - dose.target) for dose in question.doses if dose.id in placed),
        missed=question.miss_penalty * sum(dose.w for dose in missed),
        level=question.level_weight * max(chairs.values(), default=0),
        doses_placed=len(placed),
        doses_missed=len(missed),
    )
