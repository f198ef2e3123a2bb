"""Prices of the days' minutes, and the bound they prove.

Take the day capacities and the fullest day out of the rules and charge for minutes instead: what remains is one treatment plan
by itself, solved exactly. Any prices of 0 or more give a bound for every answer; good ones, from a linear program, a close one.
All sums are in whole numbers, so a solver's tolerance cannot make the bound too good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.engines.planning.chains import Chain, Costs, marginals, scaled


@dataclass(frozen=True, slots=True)
class Prices:
    """What a chair minute and a nurse minute of a day cost, in billionths, none below 0. A day not named is free."""

    chair: Mapping[int, int] = field(default_factory=dict)
    nurse: Mapping[int, int] = field(default_factory=dict)

    def of(self, chain: Chain) -> Costs:
        """The chain's costs with its minutes charged."""
        return [
            [
                *(
                    cost + self.chair.get(day, 0) * link.dose.chair_min + self.nurse.get(day, 0) * link.dose.nurse_min
                    for day, cost in zip(link.days, link.costs, strict=True)
                ),
                link.miss,
            ]
            for link in chain.links
        ]


@dataclass(frozen=True, slots=True)
class Priced:
    """The bound that prices prove, in billionths, and by how much it grows with a dose on a day (or, last, missed)."""

    bound: int
    slack: Sequence[Sequence[Sequence[int]]]


def priced(question: PlanningInstance, plans: Sequence[Chain], prices: Prices) -> Priced:
    """What these prices prove: no answer costs less than the bound, none with a certain dose on a certain day less than the
    bound and its slack."""
    unpaid = scaled(question.level_weight) - sum(prices.chair.values())
    bound = min(0, unpaid) * question.chair_min_per_day - sum(prices.nurse.values()) * question.nurse_min_per_day
    slack: list[list[list[int]]] = []
    for chain in plans:
        if not chain.links:
            slack.append([])
            continue
        least = marginals(chain, prices.of(chain))
        best = min(least[0])
        bound += best
        slack.append([[each - best for each in of_dose] for of_dose in least])
    return Priced(bound, slack)
