"""Whether the question makes sense at all. What is only hard to place is usable: then doses are missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from chairside.core.scheduling.planning.instance import PlanningInstance

Problem = tuple[str, str]  # the field, and a sentence without it
_MOST = 1_000_000_000  # no center counts further, and sums below it stay exact


def problems(question: PlanningInstance) -> Iterator[Problem]:
    """What makes the question unusable, each with its field."""
    for name in ("days", "chair_min_per_day", "nurse_min_per_day", "miss_penalty", "level_weight"):
        yield from _at_least_0(name, getattr(question, name))
    yield from _in_range("closed", question.closed, question.days)
    yield from _ids("doses", (dose.id for dose in question.doses))
    yield from _ids("plans", (plan.id for plan in question.plans))
    for place, dose in enumerate(question.doses):
        yield from _in_range(f"doses[{place}].days", dose.days, question.days)
        for name in ("chair_min", "nurse_min", "w"):
            yield from _at_least_0(f"doses[{place}].{name}", getattr(dose, name))
    yield from _of_plans(question)


def _of_plans(question: PlanningInstance) -> Iterator[Problem]:
    plan_of: dict[str, str] = {}
    for place, plan in enumerate(question.plans):
        if plan.min_gap > plan.max_gap:
            yield f"plans[{place}].max_gap", f"{plan.max_gap} is less than min_gap, {plan.min_gap}"
        for nth, name in enumerate(plan.doses):
            if name not in question.dose:
                yield f"plans[{place}].doses[{nth}]", f"there is no dose “{name}” in the instance"
            elif name in plan_of:
                yield f"plans[{place}].doses[{nth}]", f"“{name}” is already in plan “{plan_of[name]}”"
            plan_of.setdefault(name, plan.id)
    for place, dose in enumerate(question.doses):
        if dose.id not in plan_of:
            yield f"doses[{place}].id", f"“{dose.id}” is in no plan"


def _ids(field: str, ids: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(ids).items():
        if not name:
            yield field, "an id is empty"
        elif times > 1:
            yield field, f"the id “{name}” stands {times} times"


def _at_least_0(field: str, value: float) -> Iterator[Problem]:
    if not 0 <= value <= _MOST:
        yield field, f"{value} must be a number from 0 to {_MOST:,}"


def _in_range(field: str, days: Iterable[int], number: int) -> Iterator[Problem]:
    for place, day in enumerate(days):
        if not 0 <= day < number:
            yield f"{field}[{place}]", f"day {day} is not one of the days 0 to {number - 1}"
