"""What is proven of a day: the bound by hand, the linear program, and nurses' days (column generation), with their seconds.

python -m tests.bench.day_bounds INSTANCE... [--seconds 60] [--known FILE]

`--known` is a JSON file with {"day": {name: {"objective": price}}}, for the gap that the best bound leaves; the name is that of
the instance's file. Seconds count from the start, with the new process and its imports. One day at a time, one core.
"""

from __future__ import annotations

import argparse
import runpy
import time
from pathlib import Path

from chairside.engines.bounds.proving import proofs
from chairside.exchange.schedules.day import day_of
from chairside.exchange.schedules.text import load
from tests.bench import figures

METHODS = {
    "by hand": "hand",
    "linear program": "LP",
    "linear program by nurse class": "LP by class",
    "column generation": "days",
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What is proven of a day, and how soon.")
    parser.add_argument("instances", type=Path, nargs="+")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--known", type=Path)
    asked = parser.parse_args()
    known = load(asked.known)["day"] if asked.known else {}
    runpy.run_module("chairside.engines.bounds.warm", run_name="__main__")
    print(figures.machine().split(";")[0])
    print(f"{'day':<6}" + "".join(f"{name:>13}{'s':>6}" for name in METHODS.values()) + f"{'best known':>12}{'gap':>8}")
    for path in asked.instances:
        name, begun, found, best = path.name.split(".")[0], time.monotonic(), {}, 0.0
        for bound in proofs(day_of(load(path)), asked.seconds):
            found[bound.method], best = (bound.value, time.monotonic() - begun), bound.value
        told = "".join(f"{found[how][0]:>13g}{found[how][1]:>6.1f}" if how in found else f"{'-':>13}{'':>6}" for how in METHODS)
        price = known.get(name, {}).get("objective")
        print(f"{name:<6}{told}" + (f"{price:>12g}{(price - best) / price:>8.1%}" if price else ""), flush=True)


if __name__ == "__main__":
    main()
