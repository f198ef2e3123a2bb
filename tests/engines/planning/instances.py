"""Planning instances like those of a busy center: therapies with intervals and tolerances, weekdays of patients, weekends
closed, and days that are filled to nine tenths."""

from __future__ import annotations

import random
from typing import Any

# interval in days, tolerance in days
_RHYTHMS = ((7, 1), (14, 2), (21, 3), (28, 4), (28, 3), (42, 7), (56, 7), (182, 14))
_OFTEN = (4, 7, 7, 7, 6, 3, 2, 0.2)
# chair minutes, nurse minutes
_LENGTHS = ((30, 25), (60, 25), (75, 25), (90, 30), (120, 25), (120, 30), (150, 40), (180, 40), (240, 40), (240, 45), (330, 50))
_FULL = 0.9


def planning_values(per_day: int, days: int = 30, seed: int = 1) -> dict[str, Any]:
    """A made-up instance of so many doses a workday, as the file holds it."""
    chance = random.Random(seed)
    closed = [day for day in range(days) if day % 7 in (5, 6)]
    doses: list[dict[str, Any]] = []
    plans: list[dict[str, Any]] = []
    while len(doses) < per_day * (days - len(closed)):
        (interval, tolerance), (chair, nurse) = chance.choices(_RHYTHMS, _OFTEN)[0], chance.choice(_LENGTHS)
        weekdays = set(chance.sample(range(7), chance.choice((2, 3, 3, 4, 5, 7))))
        names = []
        for target in range(chance.randrange(interval), days, interval):
            window = range(max(0, target - tolerance), min(days, target + tolerance + 1))
            allowed = [day for day in window if day % 7 in weekdays and day not in closed]
            if allowed:
                names.append(f"D{len(doses):05}")
                minutes = {"chair_min": chair, "nurse_min": nurse}
                doses.append({"id": names[-1], "target": target, "days": allowed, **minutes, "w": 3 if interval < 28 else 1})
        if names:
            gaps = {"min_gap": interval - tolerance, "max_gap": interval + tolerance}
            plans.append({"id": f"T{len(plans):05}", **gaps, "doses": names})
    workdays = (days - len(closed)) * _FULL
    return {
        "id": f"plan-{per_day}x{days}-s{seed}",
        "days": days,
        "closed": closed,
        "chair_min_per_day": round(sum(dose["chair_min"] for dose in doses) / workdays),
        "nurse_min_per_day": round(sum(dose["nurse_min"] for dose in doses) / workdays),
        "doses": doses,
        "plans": plans,
        "miss_penalty": 60,
        "level_weight": 0.02,
    }
