"""The best days found within some seconds, and how far from the best possible they can be at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from time import monotonic

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.core.scheduling.planning.objective import Parts, parts
from chairside.engines.planning.chains import chains
from chairside.engines.planning.greedy import greedy
from chairside.engines.planning.prices import Prices, priced
from chairside.engines.planning.search import Found, better, send
from chairside.engines.planning.steps import proved, step

_SAME = 1e-6  # prices are written with six decimals
_TO_REPORT = 0.3  # seconds before the end at which the search is to stop, to hand over what it has


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
    for found in _searched(question, answer, deadline):
        answer, bound = better(question, answer, found.answer), max(bound, found.bound)
        price = parts(question, answer)
        if proved(bound, price.total, steps) >= price.total - _SAME:
            break
    price = parts(question, answer)
    return Planned(answer, price, proved(bound, price.total, steps))


def _searched(question: PlanningInstance, start: PlanningAnswer, deadline: float) -> Iterator[Found]:
    """What the search sends until the deadline. Its process ends with this."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=send, args=(theirs, question, start, deadline - _TO_REPORT), daemon=True)
    process.start()
    theirs.close()
    try:
        while ours.poll(max(0.0, deadline - monotonic())):
            yield ours.recv()
    except EOFError:
        return
    finally:
        process.kill()
        process.join()
        ours.close()
