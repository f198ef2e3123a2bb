"""The best days found within some seconds, and how far from the best possible they can be at most."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.core.scheduling.planning.objective import Parts, parts
from chairside.engines.apart import sent
from chairside.engines.planning.chains import chains
from chairside.engines.planning.greedy import greedy
from chairside.engines.planning.prices import Prices, priced
from chairside.engines.planning.search import better, send
from chairside.engines.planning.steps import proved, step

_SAME = 1e-6  # prices are written with six decimals


@dataclass(frozen=True, slots=True)
class Planned:
    """An answer that keeps the rules, its price, and a number that no answer's price is below."""

    answer: PlanningAnswer
    price: Parts
    bound: float

    @property
    def gap(self) -> float:
        """What is not proven, as a share of the price; 0 when it costs nothing."""
        return (self.price.total - self.bound) / self.price.total if self.price.total else 0.0


def solve(question: PlanningInstance, seconds: float) -> Planned:
    """Doses to days. Stops after `seconds`, or when nothing can be better; there is always an answer."""
    deadline, plans, steps = monotonic() + seconds, chains(question), step(question)
    start = greedy(question, plans, Prices())
    answer, bound = better(question, PlanningAnswer(question.id, ()), start), priced(question, plans, Prices()).bound
    for found in sent(send, question, answer, deadline=deadline):
        answer, bound = better(question, answer, found.answer), max(bound, found.bound)
        price = parts(question, answer)
        if proved(bound, price.total, steps) >= price.total - _SAME:
            break
    price = parts(question, answer)
    return Planned(answer, price, proved(bound, price.total, steps))
