"""Doses to days: price, bound, proven gap and seconds, beside the best known.

python -m tests.bench.planning [INSTANCE…] [--known BEST_KNOWN] [--made 300] [--seeds 3] [--seconds 20]

INSTANCE    planning files
BEST_KNOWN    a file whose `plan` holds, by the name of the instance's file, `objective` and `bound`
--made    also instances of so many doses a workday over 30 days, from the tests' generator; may be given several times
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.core.scheduling.planning.objective import parts
from chairside.core.scheduling.planning.rules import violations
from chairside.engines.planning.chains import chains
from chairside.engines.planning.greedy import greedy
from chairside.engines.planning.prices import Prices
from chairside.engines.planning.solve import solve
from chairside.exchange.schedules.planning import planning_of
from chairside.exchange.schedules.text import load, number
from tests.bench import figures
from tests.engines.planning.instances import planning_values

_HEAD = (
    f"{'instance':<18}{'doses':>6}{'plan by plan':>14}{'price':>10}{'missed':>7}{'bound':>12}{'gap':>9}{'s':>7}   best known"
)


def main() -> None:
    parser = argparse.ArgumentParser(description="How good the days of the doses are, and how well that is proved.")
    parser.add_argument("instances", nargs="*", type=Path, metavar="INSTANCE")
    parser.add_argument("--known", type=Path)
    parser.add_argument("--made", type=int, action="append", default=[])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    known = load(asked.known)["plan"] if asked.known else {}
    print(figures.machine().replace("milliseconds", f"{asked.seconds:g} s each"))
    print(_HEAD)
    for name, question in _questions(asked):
        print(row(name, question, asked.seconds, known.get(name)), flush=True)


def _questions(asked: argparse.Namespace) -> Iterator[tuple[str, PlanningInstance]]:
    for file in asked.instances:
        yield file.name.split(".")[0], planning_of(load(file))
    for per_day in asked.made:
        for seed in range(1, asked.seeds + 1):
            values = planning_values(per_day, seed=seed)
            yield values["id"], planning_of(values)


def row(name: str, question: PlanningInstance, seconds: float, known: dict[str, Any] | None) -> str:
    """One instance's figures. The answer is judged here once more."""
    begun = perf_counter()
    found = solve(question, seconds)
    took = perf_counter() - begun
    assert not violations(question, found.answer)
    at_once = number(parts(question, greedy(question, chains(question), Prices())).total)
    best = "" if known is None else f"{known['objective']} (bound {known['bound']})"
    return (
        f"{name:<18}{len(question.doses):>6}{at_once:>14}{number(found.price.total):>10}{found.price.doses_missed:>7}"
        f"{number(found.bound):>12}{found.gap:>9.4%}{took:>7.1f}   {best}"
    )


if __name__ == "__main__":
    main()
