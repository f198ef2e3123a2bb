"""The search in a process of its own, because its solver does not live beside others and does not always stop when told.

It begins with the few columns that the prices of the days favour, and takes more each round. A program within some slack also
bounds all other answers: what it leaves out costs more than the prices' bound and that slack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import monotonic

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.core.scheduling.planning.objective import parts
from chairside.core.scheduling.planning.rules import violations
from chairside.engines.planning.chains import SCALE, chains
from chairside.engines.planning.greedy import greedy
from chairside.engines.planning.prices import Priced, priced
from chairside.engines.planning.steps import step

# Columns for each dose, the share of the time that is left, and how close to its own best a round goes: the last one alone
# has every column that could pay, and is worth a proof.
_ROUNDS = ((1.1, 0.3, 5e-4), (1.5, 0.4, 5e-4), (None, 1.0, 0.0))


@dataclass(frozen=True, slots=True)
class Found:
    """The best answer so far, and a bound in billionths on every answer."""

    answer: PlanningAnswer
    bound: int


def search(question: PlanningInstance, start: PlanningAnswer, deadline: float) -> Iterator[Found]:
    """What is found until `deadline` (monotonic seconds), round by round."""
    from chairside.engines.planning.program import Program

    plans, steps = chains(question), float(step(question))
    prices = Program(question, plans).relaxed(deadline - monotonic())
    judged = priced(question, plans, prices)
    best = better(question, start, greedy(question, plans, prices))
    yield Found(best, judged.bound)
    for columns, share, close in _ROUNDS:
        price = parts(question, best).total
        worth = max(0, int(price * SCALE) - judged.bound + SCALE)  # with more slack than this nothing is cheaper
        within = worth if columns is None else _slack(judged, columns)
        if columns is not None and within >= worth:
            continue
        answer, bound = Program(question, plans, judged, within).whole(share * (deadline - monotonic()), best, steps, close)
        best = better(question, best, answer)
        yield Found(best, min(bound, judged.bound + within))


def better(question: PlanningInstance, answer: PlanningAnswer, other: PlanningAnswer | None) -> PlanningAnswer:
    """The other answer when it is cheaper and the checker has nothing against it."""
    if other is None or violations(question, other):
        return answer
    return min(answer, other, key=lambda each: parts(question, each).total)


def send(connection: Connection, question: PlanningInstance, start: PlanningAnswer, deadline: float) -> None:
    """Run the search and send what it finds."""
    for found in search(question, start, deadline):
        connection.send(found)
    connection.close()


def _slack(judged: Priced, columns: float) -> int:
    """The slack within which so many days for each dose lie."""
    doses = [of_dose for chain in judged.slack for of_dose in chain]
    slacks = sorted(slack for of_dose in doses for slack in of_dose[:-1])
    return slacks[min(len(slacks) - 1, int(columns * len(doses)))] if slacks else 0
