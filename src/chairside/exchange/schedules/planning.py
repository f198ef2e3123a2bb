"""A planning instance (doses to days) and its answer, as files and back."""

from __future__ import annotations

from typing import Any

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.core.scheduling.planning.usable import problems
from chairside.exchange.schedules.text import made, refuse_first


def planning_of(values: Any, where: str = "") -> PlanningInstance:
    """A planning instance. Raises FileProblem when it cannot be used."""
    question = made(PlanningInstance, values, where)
    refuse_first(problems(question), where)
    return question


def planning_answer_of(values: Any, where: str = "") -> PlanningAnswer:
    """An answer, with whatever it names: what is wrong with that is the checker's to say. Raises FileProblem."""
    return made(PlanningAnswer, values, where)


def planning_answer_values(answer: PlanningAnswer) -> dict[str, Any]:
    """An answer as the file holds it."""
    return {
        "instance": answer.instance,
        "placements": [{"dose": each.dose, "day": each.day} for each in answer.placements],
    }
