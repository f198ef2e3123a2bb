"""One treatment plan by itself: the cheapest days of its doses, when days have prices and neighbours keep their gaps."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from chairside.core.scheduling.planning.instance import Dose, Plan, PlanningInstance

SCALE = 10**9  # prices are whole billionths, so that sums and comparisons are exact


def scaled(price: float) -> int:
    """A price as the file writes it, in whole billionths, rounded down."""
    return floor(Fraction(str(price)) * SCALE)


@dataclass(frozen=True, slots=True)
class Link:
    """A dose in its plan: its open days in order, the price of each, and the price of missing it."""

    dose: Dose
    days: tuple[int, ...]
    costs: tuple[int, ...]
    miss: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The doses of a plan in order, with the gaps between neighbours that both have a day."""

    links: tuple[Link, ...]
    min_gap: int
    max_gap: int

    def before(self, day: int, days: Sequence[int]) -> slice:
        """Which of the earlier neighbour's `days` go with this day."""
        return slice(bisect_left(days, day - self.max_gap), bisect_right(days, day - self.min_gap))

    def after(self, day: int, days: Sequence[int]) -> slice:
        """Which of the later neighbour's `days` go with this day."""
        return slice(bisect_left(days, day + self.min_gap), bisect_right(days, day + self.max_gap))


Costs = Sequence[Sequence[int]]  # of each dose: the price of each of its days, and last the price of missing it


def chains(question: PlanningInstance) -> list[Chain]:
    """Every plan as a chain, in the order of the file."""
    return [_chain(question, plan) for plan in question.plans]


def _chain(question: PlanningInstance, plan: Plan) -> Chain:
    links = []
    for dose in (question.dose[name] for name in plan.doses):
        days = question.open_days(dose)
        off = Fraction(str(dose.w))
        costs = tuple(floor(off * abs(day - dose.target) * SCALE) for day in days)
        miss = floor(off * Fraction(str(question.miss_penalty)) * SCALE)
        links.append(Link(dose, days, costs, miss))
    return Chain(tuple(links), plan.min_gap, plan.max_gap)


def cheapest(chain: Chain, costs: Costs) -> list[int]:
    """For each dose the place of its day among `days` in a cheapest answer for this plan alone; len(days) is a miss."""
    tails = _tails(chain, costs)
    found: list[int] = []
    for nth, link in enumerate(chain.links):
        places: Sequence[int] = range(len(link.days) + 1)
        if nth and found[-1] < len(chain.links[nth - 1].days):
            day = chain.links[nth - 1].days[found[-1]]
            places = [*places[chain.after(day, link.days)], len(link.days)]
        found.append(min(places, key=tails[nth].__getitem__))
    return found


def marginals(chain: Chain, costs: Costs) -> list[list[int]]:
    """For each dose and each of its days, and last for missing it: the least price of the plan with that."""
    tails = _tails(chain, costs)
    found = [tails[0]]
    heads = list(costs[0])
    for nth in range(1, len(chain.links)):
        earlier, link = chain.links[nth - 1], chain.links[nth]
        free = heads[-1]
        heads = [
            *(min((*heads[:-1][chain.before(day, earlier.days)], free)) + costs[nth][at] for at, day in enumerate(link.days)),
            min(heads) + costs[nth][-1],
        ]
        found.append([head + tail - cost for head, tail, cost in zip(heads, tails[nth], costs[nth], strict=True)])
    return found


def _tails(chain: Chain, costs: Costs) -> list[list[int]]:
    """For each dose and place: the least price of this dose there and of all after it."""
    found = [list(costs[-1])]
    for nth in range(len(chain.links) - 2, -1, -1):
        link, later, tail = chain.links[nth], chain.links[nth + 1], found[0]
        free = tail[-1]
        found.insert(
            0,
            [
                *(costs[nth][at] + min((*tail[:-1][chain.after(day, later.days)], free)) for at, day in enumerate(link.days)),
                costs[nth][-1] + min(tail),
            ],
        )
    return found
