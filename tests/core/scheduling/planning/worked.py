"""The worked example of doses and days: two doses of one plan, five days, the fourth closed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from chairside.core.scheduling.planning.answer import Placement, PlanningAnswer

_WORKED = {
    "id": "p",
    "days": 5,
    "closed": [3],
    "chair_min_per_day": 300,
    "nurse_min_per_day": 90,
    "miss_penalty": 60,
    "level_weight": 0.02,
    "doses": [
        {"id": "D0", "target": 1, "days": [0, 1, 2], "chair_min": 150, "nurse_min": 40, "w": 3},
        {"id": "D1", "target": 3, "days": [2, 4], "chair_min": 150, "nurse_min": 40, "w": 3},
    ],
    "plans": [{"id": "T0", "min_gap": 2, "max_gap": 3, "doses": ["D0", "D1"]}],
}


def worked(**changed: Any) -> dict[str, Any]:
    """A copy of it as the file holds it, with some keys changed."""
    return {**deepcopy(_WORKED), **changed}


def answer(*placements: tuple[str, int]) -> PlanningAnswer:
    return PlanningAnswer("p", tuple(Placement(dose, day) for dose, day in placements))
