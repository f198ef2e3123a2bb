"""The day search beside other solvers and the four rules of practice: the same days, seconds and cores, one after the other.

python -m tests.bench.day_peers [INSTANCE…] [--made S [--days 3]] [--seconds 10] [--python PYTHON] [--known BEST_KNOWN]

PYTHON    an interpreter that has the solvers we do not ship, ENV/bin/python after
          python3 -m venv ENV && ENV/bin/pip install --no-deps --require-hashes -r locks/bench.lock
          Without it only HiGHS is asked.

Each peer runs in a process of its own; loading its library is not counted, building its model is. Its schedule is judged and
priced by our rules and our price. The search is warm, and its seed is 1; so are the rules' orders.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import geometric_mean
from time import perf_counter

from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.day.search import Effort, search
from chairside.engines.practice.rules import RULES
from chairside.exchange.schedules.day import schedule_of
from chairside.exchange.schedules.text import number
from tests.bench import figures
from tests.bench.day_instances import Asked, add_arguments, days

_ROOT = Path(__file__).resolve().parents[2]
_CORES = 2
_OURS = {"HiGHS": "highs"}
_THEIRS = {"CP-SAT": "cp_sat", "PyJobShop": "job_shop"}
_SLACK = 120  # seconds after which a peer that does not stop by itself is stopped


@dataclass(frozen=True)
class Told:
    """One solver on one day: its price and how many it leaves out, or none; what it said, and after how long."""

    who: str
    price: float | None
    out: int
    seconds: float
    said: str


def main() -> None:
    parser = argparse.ArgumentParser(description="The day search beside other solvers.")
    add_arguments(parser)
    parser.add_argument("--python", type=Path, help="an interpreter that has ortools and pyjobshop")
    asked = parser.parse_args()
    runpy.run_module("chairside.engines.day.warm", run_name="__main__")
    print(f"{figures.machine().removesuffix('; milliseconds')}; {_CORES} cores each")
    if asked.python is None:
        print("CP-SAT and PyJobShop are not asked: install locks/bench.lock somewhere and give its interpreter as --python")
    print(f"{'day':<12}{'solver':<15}{'price':>8}{'out':>5}{'ratio':>7}{'s':>7}   said")
    ratios: dict[str, list[float]] = defaultdict(list)
    nothing: dict[str, int] = defaultdict(int)
    for one in days(asked):
        ours, *others = _all(one, asked.python)
        for told in (ours, *others):
            print(_line(one, told, ours), flush=True)
            if told.price is None:
                nothing[told.who] += 1
            elif ours.price:
                ratios[told.who].append(told.price / ours.price)
    print(f"\n{'solver':<15}{'ratio to the search: mean':>27}{'least':>8}{'most':>8}   no schedule")
    for who in {**ratios, **nothing}:
        found = ratios[who]
        shown = f"{geometric_mean(found):>27.2f}{min(found):>8.2f}{max(found):>8.2f}" if found else f"{'':>43}"
        print(f"{who:<15}{shown}   {nothing[who] or ''}")


def _all(asked: Asked, python: Path | None) -> list[Told]:
    begun = perf_counter()
    found = [_judged(asked, "search", search(asked.day, Effort(seconds=asked.seconds, cores=_CORES)), begun, "")]
    for name, rule in RULES.items():
        begun = perf_counter()
        found.append(_judged(asked, name, rule(asked.day, 1), begun, ""))
    peers = {name: (sys.executable, module) for name, module in _OURS.items()}
    if python is not None:
        peers |= {name: (str(python), module) for name, module in _THEIRS.items()}
    return found + [_peer(asked, name, *how) for name, how in peers.items()]


def _peer(asked: Asked, name: str, python: str, module: str) -> Told:
    """Asked in a process of its own: two of the solvers cannot share one."""
    question = json.dumps({"instance": asked.values, "seconds": asked.seconds, "cores": _CORES})
    command, begun = [python, "-m", f"tests.bench.peers.{module}"], perf_counter()
    try:
        run = subprocess.run(
            command, input=question, capture_output=True, text=True, cwd=_ROOT, timeout=asked.seconds + _SLACK, env=_plain()
        )
    except subprocess.TimeoutExpired:
        return Told(name, None, 0, perf_counter() - begun, "did not stop")
    if run.returncode:
        return Told(name, None, 0, perf_counter() - begun, (run.stderr.strip().splitlines() or [f"exit {run.returncode}"])[-1])
    # A library may print before our answer.
    answer = json.loads(run.stdout.splitlines()[-1])
    if answer["schedule"] is None:
        return Told(name, None, 0, answer["seconds"], answer["said"])
    judged = _judged(asked, name, schedule_of(answer["schedule"]), begun, answer["said"])
    return Told(name, judged.price, judged.out, answer["seconds"], judged.said)


def _judged(asked: Asked, who: str, schedule: Schedule, begun: float, said: str) -> Told:
    """A schedule that breaks a rule has no price."""
    seconds, left_out = perf_counter() - begun, len(asked.day.patients) - len(schedule.assignments)
    if broken := violations(asked.day, schedule):
        return Told(who, None, left_out, seconds, f"breaks rule {broken[0].rule}: {broken[0].message}")
    return Told(who, objective(asked.day, schedule), left_out, seconds, said)


def _plain() -> dict[str, str]:
    """Our own environment, without what points at our interpreter."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def _line(asked: Asked, told: Told, ours: Told) -> str:
    price, ratio = "none", ""
    if told.price is not None:
        price = str(number(told.price))
        ratio = f"{told.price / ours.price:.2f}" if ours.price else ""
    known = f"; best known {number(asked.known)}" if told is ours and asked.known is not None else ""
    return f"{asked.name:<12}{told.who:<15}{price:>8}{told.out:>5}{ratio:>7}{told.seconds:>7.1f}   {told.said}{known}"


if __name__ == "__main__":
    main()
