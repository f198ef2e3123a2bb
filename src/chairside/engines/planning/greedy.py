"""Plan by plan: each treatment plan takes the cheapest days that are left. Milliseconds, and always an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from chairside.core.scheduling.planning.answer import Placement, PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.engines.planning.chains import SCALE, Chain, cheapest
from chairside.engines.planning.prices import Prices

_NEVER = SCALE**9


def greedy(question: PlanningInstance, plans: Sequence[Chain], prices: Prices) -> PlanningAnswer:
    """An answer that keeps the rules. `prices` steer it off the days that others need more."""
    chairs = defaultdict[int, int](lambda: question.chair_min_per_day)
    nurses = defaultdict[int, int](lambda: question.nurse_min_per_day)
    found = []
    for chain in plans:
        if not chain.links:
            continue
        costs = [
            [
                *(
                    cost if link.dose.chair_min <= chairs[day] and link.dose.nurse_min <= nurses[day] else _NEVER
                    for day, cost in zip(link.days, priced, strict=False)
                ),
                link.miss,
            ]
            for link, priced in zip(chain.links, prices.of(chain), strict=True)
        ]
        for link, place in zip(chain.links, cheapest(chain, costs), strict=True):
            if place == len(link.days):
                continue
            day, dose = link.days[place], link.dose
            # Two doses of one plan may meet on a day that has room for either of them.
            if dose.chair_min <= chairs[day] and dose.nurse_min <= nurses[day]:
                chairs[day] -= dose.chair_min
                nurses[day] -= dose.nurse_min
                found.append(Placement(dose.id, day))
    return PlanningAnswer(question.id, tuple(found))
