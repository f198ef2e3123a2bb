"""The search in a process of the test's own: its solver shares none with the tests of other solvers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from time import monotonic

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.engines.planning.chains import chains
from chairside.engines.planning.search import Found, search


def rounds(question: PlanningInstance) -> list[Found]:
    """Everything that the search finds, to its end."""
    return list(search(question, PlanningAnswer(question.id, ()), monotonic() + 60))


def whole(question: PlanningInstance) -> tuple[PlanningAnswer | None, int]:
    """What the program finds and proves alone, with every column and no answer to begin with."""
    from chairside.engines.planning.program import Program

    return Program(question, chains(question)).whole(60, PlanningAnswer(question.id, ()), 0, 0)


@contextmanager
def process() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
        yield one
