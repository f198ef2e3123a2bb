"""The day search at its time: price over some seeds, beside the best known, the four rules of practice and a proven bound.

python -m tests.bench.day_search [INSTANCE…] [--made S [--days 3]] [--seeds 3] [--seconds 10]
                                 [--known BEST_KNOWN] [--bound SECONDS] [--keep FOLDER]

BEST_KNOWN    a file whose `day` holds, by the name of the instance's file, an `objective`
--seconds    for each seed; else 5 s up to 25 visits, 10 s up to 150, 20 s for more
--keep       a schedule that is better than the best known, and than what the folder holds, is written there
"""

from __future__ import annotations

import argparse
import runpy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.bounds.proving import prove
from chairside.engines.day.search import Effort, search
from chairside.engines.practice.rules import RULES
from chairside.exchange.schedules.day import schedule_values
from chairside.exchange.schedules.text import load, number, save
from tests.bench import figures
from tests.bench.day_instances import Asked, add_arguments, days

_HEAD = (
    f"{'day':<12}{'visits':>7}{'known':>8}{'median':>8}{'best':>8}{'worst':>8}{'out':>5}{'ratio':>7}{'worst':>7}{'s':>6}"
    + "".join(f"{name:>15}" for name in RULES)
    + f"{'bound':>8}{'gap':>7}"
)


@dataclass(frozen=True)
class Row:
    """What was found for one day. Each price of the search is of one seed; `seconds` is the longest of the runs."""

    asked: Asked
    prices: list[float]
    best: Schedule
    seconds: float
    rules: dict[str, tuple[float, int]]
    bound: float | None

    @property
    def ratios(self) -> list[float]:
        return [price / self.asked.known for price in self.prices] if self.asked.known else []


def main() -> None:
    parser = argparse.ArgumentParser(description="How good the day search is.")
    add_arguments(parser)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--bound", type=float, metavar="SECONDS", help="prove a bound for so long")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    runpy.run_module("chairside.engines.day.warm", run_name="__main__")
    print(figures.machine().removesuffix("; milliseconds"))
    print(f"{asked.seeds} seeds a day; of a rule of practice its price, and in brackets how many are left out")
    print(_HEAD)
    rows = []
    for one in days(asked):
        rows.append(_row(one, asked.seeds, asked.bound))
        print(_line(rows[-1]), flush=True)
        if asked.keep:
            _keep(asked.keep, rows[-1])
    if rows:
        print(_last(rows))


def _row(asked: Asked, seeds: int, bound: float | None) -> Row:
    found, seconds = [], []
    for seed in range(1, seeds + 1):
        begun = perf_counter()
        found.append(search(asked.day, Effort(seconds=asked.seconds, seed=seed)))
        seconds.append(perf_counter() - begun)
    prices = [_judged(asked.day, schedule) for schedule in found]
    best = found[prices.index(min(prices))]
    rules = {}
    for name, rule in RULES.items():
        filled = rule(asked.day, 1)
        rules[name] = _judged(asked.day, filled), _left_out(asked.day, filled)
    proven = None if bound is None else prove(asked.day, bound).value
    assert proven is None or proven <= min(prices)
    return Row(asked, prices, best, max(seconds), rules, proven)


def _judged(day: DayInstance, schedule: Schedule) -> float:
    """The price of a schedule that breaks no rule."""
    assert not violations(day, schedule)
    return objective(day, schedule)


def _left_out(day: DayInstance, schedule: Schedule) -> int:
    return len(day.patients) - len(schedule.assignments)


def _line(row: Row) -> str:
    asked, prices = row.asked, row.prices
    shown = (asked.known, median(prices), min(prices), max(prices))
    ratios = "".join(f"{ratio:>7.3f}" for ratio in (fmean(row.ratios), max(row.ratios))) if row.ratios else f"{'':14}"
    proven = "" if row.bound is None else f"{number(row.bound):>8}{_gap(row):>7.1%}"
    return (
        f"{asked.name:<12}{len(asked.day.patients):>7}"
        + "".join(f"{'' if price is None else number(price):>8}" for price in shown)
        + f"{_left_out(asked.day, row.best):>5}{ratios}{row.seconds:>6.1f}"
        + "".join(f"{f'{number(price)} ({out})':>15}" for price, out in row.rules.values())
        + proven
    )


def _gap(row: Row) -> float:
    best = min(row.prices)
    return (best - row.bound) / best if row.bound is not None and best else 0.0


def _last(rows: Iterable[Row]) -> str:
    rows = list(rows)
    said = []
    if ratios := [ratio for row in rows for ratio in row.ratios]:
        said.append(f"ratio to best known: mean {fmean(ratios):.3f}, worst {max(ratios):.3f} of {len(ratios)} runs")
    if least := [min(price for price, _ in row.rules.values()) / max(row.prices) for row in rows if max(row.prices)]:
        said.append(f"the best rule of practice costs {min(least):.1f} to {max(least):.1f} times the worst run")
    if gaps := [_gap(row) for row in rows if row.bound is not None]:
        said.append(f"proven gap {min(gaps):.1%} to {max(gaps):.1%}, mean {fmean(gaps):.1%}")
    return "; ".join(said)


def _keep(folder: Path, row: Row) -> None:
    """A better schedule, and its price beside those that the folder has."""
    folder.mkdir(parents=True, exist_ok=True)
    file, price = folder / "better.json", min(row.prices)
    held = load(file) if file.exists() else {"day": {}}
    others = [row.asked.known, held["day"].get(row.asked.name, {}).get("objective")]
    if any(other is not None and other <= price for other in others):
        return
    save(folder / f"{row.asked.name}.json.gz", schedule_values(row.best))
    held["day"][row.asked.name] = {
        "objective": number(price),
        "unserved": _left_out(row.asked.day, row.best),
        "method": f"day search, seed {row.prices.index(price) + 1}",
        "seconds": row.asked.seconds,
        "runs": len(row.prices),
        "bound": row.bound,
    }
    save(file, held)


if __name__ == "__main__":
    main()
