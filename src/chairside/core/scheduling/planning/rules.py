"""Whether an answer keeps the rules: each dose once, on a day of its own, within the day's minutes and the plan's gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from chairside.core.scheduling.planning.answer import PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that is broken: `known`, `once`, `day`, `closed`, `chairs`, `nurses` or `gap`; where, and in words."""

    rule: str
    message: str
    dose: str = ""
    day: int | None = None


def violations(question: PlanningInstance, answer: PlanningAnswer) -> tuple[Violation, ...]:
    """Every broken rule. Each is judged by itself: a dose on a wrong day still takes its minutes there."""
    return (*_placed(question, answer), *_full(question, answer), *_gaps(question, answer))


def _placed(question: PlanningInstance, answer: PlanningAnswer) -> Iterator[Violation]:
    for name, times in Counter(each.dose for each in answer.placements).items():
        if name not in question.dose:
            yield Violation("known", f"There is no dose “{name}” in the instance.", name)
        elif times > 1:
            yield Violation("once", f"{name} is placed {times} times.", name)
    for each in answer.placements:
        dose = question.dose.get(each.dose)
        if dose is not None and each.day not in dose.days:
            yield Violation("day", f"{each.dose} may not be given on day {each.day}.", each.dose, each.day)
        if each.day in question.closed:
            yield Violation("closed", f"{each.dose} is on day {each.day}, a day without service.", each.dose, each.day)


def _full(question: PlanningInstance, answer: PlanningAnswer) -> Iterator[Violation]:
    chairs, nurses = Counter[int](), Counter[int]()
    for each in answer.placements:
        if each.dose in question.dose:
            chairs[each.day] += question.dose[each.dose].chair_min
            nurses[each.day] += question.dose[each.dose].nurse_min
    for rule, used, limit in (
        ("chairs", chairs, question.chair_min_per_day),
        ("nurses", nurses, question.nurse_min_per_day),
    ):
        for day, minutes in sorted(used.items()):
            if minutes > limit:
                what = "chair" if rule == "chairs" else "nurse"
                yield Violation(rule, f"Day {day} has {limit} {what} minutes; its doses take {minutes}.", day=day)


def _gaps(question: PlanningInstance, answer: PlanningAnswer) -> Iterator[Violation]:
    days = defaultdict(list)
    for each in answer.placements:
        days[each.dose].append(each.day)
    for plan in question.plans:
        for earlier, later in pairwise(plan.doses):
            for gap in (after - before for before in days.get(earlier, ()) for after in days.get(later, ())):
                if not plan.min_gap <= gap <= plan.max_gap:
                    between = f"{gap} days lie between {earlier} and {later} of {plan.id}"
                    yield Violation("gap", f"{between}; {plan.min_gap} to {plan.max_gap} are allowed.", later)
