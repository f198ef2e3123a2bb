"""The engine's questions over all protocols in this process, and how long the commands take from nothing.

Each everyday question is asked several times; its figure is the middle of them, and the table is over all questions. In
processor time, because a machine that others use makes every process wait; `--wall` counts the waiting too.

    python -m tests.bench.engine [--times 5] [--runs 10] [--wall]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from chairside.cli.rulebook import FormularyOnDisk
from chairside.core.clearance.evaluate import evaluate
from chairside.core.kernel.quantity import quantity
from chairside.core.plans.course_plan import plan_course
from chairside.core.plans.dosing import dose
from chairside.core.protocols import Protocol
from chairside.core.visit.run.planned import planned_run
from chairside.exchange.questions import given, recorded
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.table import ask
from chairside.exchange.questions.text import InputProblem
from chairside.formulary.loader import load_all
from tests.bench import figures
from tests.exchange.questions import everyday
from tests.exchange.questions.asking import GOOD

_BUDGET = dict.fromkeys(("dose", "ladder", "clear", "restart"), "p99 < 1 ms")
_VECTORS = Path(__file__).parents[1] / "vectors"


def main() -> None:
    parser = argparse.ArgumentParser(description="How long the engine takes.")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--wall", action="store_true")
    asked = parser.parse_args()
    print(figures.machine())
    asked_of_all = ((protocol, op, question) for protocol in load_all() for op, question in everyday.everyday(protocol))
    questions = [row for row in asked_of_all if readable(row[1], row[2], FormularyOnDisk())]
    print(f"{len({protocol.id for protocol, *_ in questions})} protocols, {len(questions)} questions")
    in_process(questions, asked.times, time.perf_counter if asked.wall else time.process_time)
    from_nothing(asked.runs)


def in_process(questions: list[Any], times: int, clock: Callable[[], float]) -> None:
    """The rule alone, then the whole question: read, decided, written."""
    rulebook = FormularyOnDisk()
    print(figures.HEAD)
    for op in everyday.OPS:
        rules = [work for protocol, kind, question in questions if kind == op and (work := rule(protocol, op, question))]
        wholes = [partial(ask, op, question, rulebook) for _, kind, question in questions if kind == op]
        if rules:
            print(figures.line(f"{op}, the rule", middles(rules, times, clock), _BUDGET.get(op, "")))
        told = "" if rules else _BUDGET.get(op, "")
        print(figures.line(f"{op}, read, decided, written", middles(wholes, times, clock), told))


def readable(op: str, question: dict[str, Any], rulebook: FormularyOnDisk) -> bool:
    """False for a question with a result that nobody lives with: a limit of a protocol is not always one."""
    try:
        ask(op, question, rulebook)
    except InputProblem:
        return False
    return True


def middles(works: list[Callable[[], object]], times: int, clock: Callable[[], float]) -> list[float]:
    """The middle of several runs of each, after one to warm up."""
    return [statistics.median(figures.timed(times + 1, work, clock)[1:]) for work in works]


def rule(protocol: Protocol, op: str, question: dict[str, Any]) -> Callable[[], object] | None:
    """The pure function that answers, with the question already read. None where the question is nearly all reading."""
    if protocol.plan is not None or op not in ("dose", "clear", "plan", "ladder"):
        return None
    fields = Fields(question)
    who = recorded.patient(fields, everyday.DAY)
    told: dict[str, Any] = {"indication": question["indication"], "brand": recorded.brand_of(fields), "patient": who}
    told["facts"] = recorded.facts(fields, everyday.DAY, who.born)
    if op == "ladder":
        amount = quantity(question["dose"]["amount"], question["dose"]["unit"])
        run = {"day": everyday.DAY, "dose": amount, "volume": quantity("250", "mL")}
        return lambda: planned_run(protocol, **told, **run, infusion_number=question["infusion_number"], tolerated=True)
    told["history"] = given.history(fields, (protocol,), everyday.DAY, who.born)
    if op == "plan":
        return lambda: plan_course(protocol, **told, start=fields.day("start"), as_of=everyday.DAY)
    decide = dose if op == "dose" else evaluate
    return lambda: decide(protocol, **told, dose_number=question["dose_number"], day=everyday.DAY)


def from_nothing(runs: int) -> None:
    """Whole processes. As installed: with the byte code of the modules there, as pip leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        question = Path(folder) / "question.json"
        question.write_text(json.dumps(GOOD["dose"]), encoding="utf-8")
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        print(f"{'from nothing, seconds':<34}{'n':>7}{'median':>9}{'max':>9}{'busy':>9}   budget")
        for what, words, budget, times in (
            ("chairside engine dose", ["engine", "dose", str(question)], "< 0.6 s", runs),
            ("chairside protocols list", ["protocols", "list"], "", max(runs // 3, 1)),
            ("chairside verify (the vectors)", ["verify", str(_VECTORS)], "", max(runs // 3, 1)),
        ):
            took, busy = zip(*(_run(words, environment) for _ in range(times + 1)), strict=True)
            told = (statistics.median(took[1:]), max(took[1:]), statistics.median(busy[1:]))
            print(f"{what:<34}{times:>7}{''.join(f'{value:>9.2f}' for value in told)}   {budget}")


def _run(words: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """How long a command took, and how much of that the processor worked for it."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "chairside.cli", *words], env=environment, check=True, capture_output=True)
    took, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
