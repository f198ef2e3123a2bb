"""A day that has begun, mended: how soon a first answer is there, and what it changes after its budget.

python -m tests.bench.day_repair INSTANCE SCHEDULE [INSTANCE SCHEDULE…] [--now 180] [--events 8] [--seconds 1] [--seed 1]

Of each kind of event so many are drawn that can be as things are at `now`. `first` is until a valid day was there in the
search; `in hand` is the whole answer without any time to search, from the facts to a schedule by name. `price` is the objective
with the price of the changes; `given up` the price of the first answer beyond that of the one after the budget. Every answer
passes the judge of repairs.
"""

from __future__ import annotations

import argparse
import random
import runpy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import perf_counter

from chairside.core.scheduling.day.events import ChairDown, DrugLate, Event, EventProblem, Late, NoShow, NurseOut, Reaction
from chairside.core.scheduling.day.facts import Facts
from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.repair_changes import Changes, RepairWeights, changes, disruption
from chairside.core.scheduling.day.repair_rules import repair_violations
from chairside.core.scheduling.day.repairing import after_event
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.day.repair import repair
from chairside.engines.day.search import Effort
from chairside.exchange.schedules.day import day_of, schedule_of
from chairside.exchange.schedules.text import load, number
from tests.bench import figures

_WEIGHTS = RepairWeights(moved_minute=1, nurse_change=15, remix=60)
_HEAD = (
    f"{'day':<10}{'event':<11}{'n':>4}{'first p50':>10}{'p95':>8}{'in hand p50':>12}{'p95':>8}"
    f"{'given up':>10}{'price':>9}{'changed':>9}{'moved':>7}{'minutes':>9}{'nurse':>7}{'chair':>7}{'remixed':>9}{'lost':>6}"
)


@dataclass(frozen=True)
class Mended:
    """One event, mended twice: without time, and in its budget. Times are milliseconds."""

    first: float
    in_hand: float
    given_up: float
    price: float
    after: Changes


def main() -> None:
    parser = argparse.ArgumentParser(description="How soon and how gently a day that has begun is mended.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a day, its schedule, a day, its schedule…")
    parser.add_argument("--now", type=int, default=180)
    parser.add_argument("--events", type=int, default=8, help="of each kind")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if len(asked.files) % 2:
        parser.error("each day comes with its schedule")
    runpy.run_module("chairside.engines.day.warm", run_name="__main__")
    print(figures.machine())
    print(f"at minute {asked.now}, {asked.seconds} s; means of a repair, over visits that had not begun")
    print(_HEAD)
    for place in range(0, len(asked.files), 2):
        day, booked = day_of(load(asked.files[place])), schedule_of(load(asked.files[place + 1]))
        name, every = asked.files[place].name.split(".")[0], []
        for kind, draw in _KINDS.items():
            chance = random.Random(f"{asked.seed} {kind}")
            rows = [_mended(_drawn(day, booked, asked.now, draw, chance), asked.seconds) for _ in range(asked.events)]
            print(_line(name, kind, rows), flush=True)
            every += rows
        print(_line(name, "all", every), flush=True)


def _mended(facts: Facts, seconds: float) -> Mended:
    begun = perf_counter()
    quick = repair(facts, _WEIGHTS, Effort(seconds=0))
    in_hand = (perf_counter() - begun) * 1000
    found = repair(facts, _WEIGHTS, Effort(seconds=seconds))
    price = _judged(facts, found.schedule)
    return Mended(quick.first_ms, in_hand, _judged(facts, quick.schedule) - price, price, changes(facts, found.schedule))


def _judged(facts: Facts, schedule: Schedule) -> float:
    """The price of a repair that breaks no rule."""
    broken = repair_violations(facts, schedule)
    assert not broken, broken[0].message
    return objective(facts.day, schedule) + disruption(facts, changes(facts, schedule), _WEIGHTS)


Draw = Callable[[DayInstance, Schedule, int, random.Random], Event]


def _drawn(day: DayInstance, booked: Schedule, now: int, draw: Draw, chance: random.Random) -> Facts:
    """The day after an event that can be, as things are."""
    while True:
        try:
            return after_event(day, booked, now, [draw(day, booked, now, chance)])
        except EventProblem:
            continue


def _patient(day: DayInstance, chance: random.Random) -> str:
    return chance.choice(day.patients).id


_KINDS: dict[str, Draw] = {
    "late": lambda day, booked, now, chance: Late(_patient(day, chance), chance.choice((15, 30, 45, 60, 90))),
    "noshow": lambda day, booked, now, chance: NoShow(_patient(day, chance)),
    "reaction": lambda day, booked, now, chance: Reaction(_patient(day, chance), chance.choice((15, 30, 60))),
    "nurse_out": lambda day, booked, now, chance: NurseOut(
        chance.choice([nurse.id for nurse in day.nurses if nurse.shift[0] <= now < nurse.shift[1]])
    ),
    "drug_late": lambda day, booked, now, chance: DrugLate(_patient(day, chance), now + chance.choice((30, 60, 120, 180))),
    "chair_down": lambda day, booked, now, chance: ChairDown(chance.choice(day.chairs).id),
}


def _line(name: str, kind: str, rows: Sequence[Mended]) -> str:
    firsts, in_hands = sorted(row.first for row in rows), sorted(row.in_hand for row in rows)
    moved = [[each for each in row.after.moved if each.minutes] for row in rows]
    means = (
        fmean(len(row.after.moved) for row in rows),
        fmean(len(each) for each in moved),
        fmean(sum(each.minutes for each in row) for row in moved),
        fmean(sum(each.before.nurse != each.after.nurse for each in row.after.moved) for row in rows),
        fmean(sum(each.before.chair != each.after.chair for each in row.after.moved) for row in rows),
        fmean(len(row.after.remixed) for row in rows),
        fmean(len(row.after.lost) for row in rows),
    )
    widths = (9, 7, 9, 7, 7, 9, 6)
    return (
        f"{name:<10}{kind:<11}{len(rows):>4}{figures.share(firsts, 0.5):>10.1f}{figures.share(firsts, 0.95):>8.1f}"
        f"{figures.share(in_hands, 0.5):>12.1f}{figures.share(in_hands, 0.95):>8.1f}"
        f"{number(round(fmean(row.given_up for row in rows), 1)):>10}{number(round(fmean(row.price for row in rows), 1)):>9}"
        + "".join(f"{value:>{width}.1f}" for value, width in zip(means, widths, strict=True))
    )


if __name__ == "__main__":
    main()
