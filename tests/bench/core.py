"""The rulebook in this process: dose, ladder step, clearance, restart, and the fold of a long visit.

python -m tests.bench.core
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from chairside.core.clearance.evaluate import evaluate
from chairside.core.plans.dosing import dose
from chairside.core.visit import events as e
from chairside.core.visit.decide import decide
from chairside.core.visit.fold import fold
from chairside.core.visit.ladder import decide_step, restart_ceiling
from chairside.core.visit.next_action import next_action
from chairside.core.visit.outlook import outlook
from tests.bench import figures
from tests.core.clearance.test_evaluate import ANSWERED, SCREENED
from tests.core.plans.cast import DAY, INFLIXIMAB, MARISOL
from tests.core.visit import walk as story

_BUDGET = "p99 < 1 ms"
_TIMES = 2000
_EVENTS = 500


def main() -> None:
    print(figures.machine())
    print(figures.HEAD)
    told = {"indication": "K50.80", "dose_number": 1, "day": DAY, "patient": MARISOL}
    assert dose(INFLIXIMAB, **told).value is not None
    row("dose", lambda: dose(INFLIXIMAB, **told), _BUDGET)
    facts = SCREENED + ANSWERED
    assert evaluate(INFLIXIMAB, facts=facts, **told).value is not None
    row("clearance", lambda: evaluate(INFLIXIMAB, facts=facts, **told), _BUDGET)
    visit()


def visit() -> None:
    """A visit with the drug running for twenty minutes, then paused, then told 500 things."""
    walk = story.Walk().running()
    at = walk.at + timedelta(minutes=20)
    drug, state = story.PLAN.drugs[0], walk.state
    row("ladder step", lambda: decide_step(state, story.PLAN, drug, story.q(40, "mL/h"), at), _BUDGET)
    command = e.StepChanged(drug.key, story.q(40, "mL/h"))
    row("decide, whole gate", lambda: decide(state, story.PLAN, command, story.AMY, at), _BUDGET)
    walk.do(e.Paused(drug.key, "itching", story.q(Decimal("2"), "mL")))
    paused = walk.state
    row("restart", lambda: restart_ceiling(paused, drug), _BUDGET)
    while len(walk.state.log) < _EVENTS:
        walk.later(1).do(story.vitals(site_ok=True) if len(walk.log) % 2 else e.NoteAdded("Well."))
    log, long = walk.state.log, walk.state
    now = walk.at
    row(f"fold of {len(log)} events", lambda: fold(log, story.PLAN), "", 100)
    row(f"outlook after {len(log)}", lambda: outlook(long, story.PLAN, now), "", 200)
    row(f"next action after {len(log)}", lambda: next_action(long, story.PLAN, now), "", 200)


def row(what: str, work, budget: str, times: int = _TIMES) -> None:  # type: ignore[no-untyped-def]
    figures.timed(times // 10, work)
    print(figures.line(what, figures.timed(times, work), budget))


if __name__ == "__main__":
    main()
