"""The days that a bench is asked to look at: files, and days made up by the tests' generator."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chairside.core.scheduling.day.instance import DayInstance
from chairside.exchange.schedules.day import day_of
from chairside.exchange.schedules.text import load
from tests.engines.day.instances import SIZES, day_values

_SECONDS = ((25, 5.0), (150, 10.0))  # up to so many visits
_MOST_SECONDS = 20.0


@dataclass(frozen=True)
class Asked:
    """A day by the name of its file. `seconds` to search it; `known` is the best price that is known, if one is."""

    name: str
    values: Any
    day: DayInstance
    seconds: float
    known: float | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What every bench of days is asked with."""
    parser.add_argument("instances", nargs="*", type=Path, metavar="INSTANCE", help="day instances")
    parser.add_argument("--made", action="append", default=[], choices=SIZES, help="also made-up days of this size")
    parser.add_argument("--days", type=int, default=3, help="how many made-up days of each size")
    parser.add_argument("--seconds", type=float, help="for each day and seed; else 5, 10 or 20 by the day's size")
    parser.add_argument("--known", type=Path, help="a file whose `day` holds, by the name of the file, an `objective`")


def days(asked: argparse.Namespace) -> Iterator[Asked]:
    """One after the other."""
    known = load(asked.known)["day"] if asked.known else {}
    for name, values in _values(asked):
        day = day_of(values)
        usual = next((seconds for visits, seconds in _SECONDS if len(day.patients) <= visits), _MOST_SECONDS)
        best = known[name]["objective"] if name in known else None
        yield Asked(name, values, day, asked.seconds or usual, best)


def _values(asked: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    for file in asked.instances:
        yield file.name.split(".")[0], load(file)
    for size in asked.made:
        for seed in range(1, asked.days + 1):
            values = day_values(size, seed)
            yield values["id"], values
