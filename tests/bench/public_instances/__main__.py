"""The table: what is found and proven of each file in some seconds, beside its author's result."""

from __future__ import annotations

import argparse
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

from tests.bench import figures
from tests.bench.public_instances.days import least, relaxed, starts
from tests.bench.public_instances.judging import Treatment, broken
from tests.bench.public_instances.regimens import NotRegimens, Regimens, read
from tests.bench.public_instances.search import Search

_CORES = 2
# Of the time: for start days at one largest day, for the bound where none are found, and for a schedule at one largest day
# before a larger one is tried.
_DAYS, _BOUND, _SLICE = 0.1, 0.25, 0.4


@dataclass
class Found:
    """`largest` is none without a schedule; `bound`: no schedule has a smaller largest day."""

    bound: int
    largest: int | None = None
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        return self.largest == self.bound


def main() -> None:
    parser = argparse.ArgumentParser(description="Public instances of regimens.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    try:
        all_of = [read(file) for file in asked.files]
    except NotRegimens as problem:
        raise SystemExit(str(problem)) from None
    print(f"{figures.machine().removesuffix('; milliseconds')}; at most {asked.seconds:g} s each, {_CORES} cores")
    print("published: its author's, Gurobi on another machine; clashes are quarters of an hour in which the nurses are too few")
    head = f"{'file':<12}{'regimens':>9}{'nurses':>7}{'largest':>8}{'bound':>6}  {'proved':<7}{'s':>6}"
    print(f"{head}   published: largest, clashes, s")
    for row, regimens in enumerate(all_of):
        if row == 0:
            Search(regimens, 0).schedule(1, monotonic() + 1, None, Event())  # compiles
        print(_line(regimens, _solve(regimens, asked.seconds, asked.seed)), flush=True)


def _line(regimens: Regimens, found: Found) -> str:
    published = regimens.published
    return (
        f"{regimens.name:<12}{len(regimens.treated):>9}{regimens.nurses:>7}{found.largest or 'none':>8}{found.bound:>6}  "
        f"{'yes' if found.proved else 'no':<7}{found.seconds:>6.1f}   "
        f"{published.largest:>6}{published.clashes:>5}{published.seconds:>8.1f}"
        + ("" if regimens.most else "   the daily capacities cannot be read in one way and are left out")
    )


def _solve(regimens: Regimens, seconds: float, seed: int) -> Found:
    """The bound first, from the days alone; then schedules, the smallest largest day first and again, ever longer."""
    begun = monotonic()
    until = begun + seconds
    bound = relaxed(regimens)
    given = {bound: starts(regimens, bound, seconds * _DAYS)}
    if given[bound] is None:
        bound = max(bound, least(regimens, seconds * _BOUND))
    found = Found(bound)
    searches = [Search(regimens, seed * 1000 + number * 500) for number in range(_CORES)]
    at, slice_ = bound, seconds * _SLICE
    while not found.proved and monotonic() < until:
        if at not in given:
            given[at] = starts(regimens, at, seconds * _DAYS)
        schedule = _together(searches, at, min(until, monotonic() + slice_), given[at])
        if schedule is not None:
            assert not broken(regimens, schedule)
            found.largest, found.seconds = at, monotonic() - begun
            at = bound
        elif found.largest is None or at + 1 < found.largest:
            at += 1
        else:
            at, slice_ = bound, slice_ * 2
    found.seconds = found.seconds if found.proved else monotonic() - begun
    return found


def _together(searches: list[Search], largest: int, until: float, given: list[int] | None) -> list[Treatment] | None:
    """The first schedule that one of them finds. The first begins from the given days, the others from chance's."""
    done = Event()
    with ThreadPoolExecutor(len(searches)) as threads:
        running = {
            threads.submit(search.schedule, largest, until, None if number else given, done)
            for number, search in enumerate(searches)
        }
        while running:
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for each in ended:
                if (schedule := each.result()) is not None:
                    done.set()
                    return schedule
    return None


if __name__ == "__main__":
    main()
