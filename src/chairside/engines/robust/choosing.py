"""One plan a quantile of the real minutes, and the one whose replay costs least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from statistics import fmean

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.replay.durations import Durations
from chairside.core.scheduling.replay.lengths import day_with_minutes, least_minutes
from chairside.core.scheduling.replay.outcome import Outcome, mean_error, replay
from chairside.engines.booking.standing import STEP, times_of_day
from chairside.engines.day.search import Effort, NoSchedule, search
from chairside.engines.robust.chance import draws

PICKING = 200  # drawn days by which one of the tries is picked


@dataclass(frozen=True, slots=True)
class Plan:
    """The day with the minutes that it is planned with, its schedule, and what to expect of that on the real day.

    quantile    of the real minutes; none: the nominal minutes
    tries    the mean cost of each schedule that was found, of which the least is this one's, on days drawn to pick by
    against    what it costs more (less: below 0) than the nominal plan, on the same drawn days, and the standard error
    """

    quantile: float | None
    day: DayInstance
    schedule: Schedule
    tries: tuple[float, ...]
    outcome: Outcome
    against: tuple[float, float | None] | None


@dataclass(frozen=True, slots=True)
class NoPlan:
    """Why there is none for a quantile."""

    quantile: float | None
    problem: str


def planned_minutes(day: DayInstance, durations: Durations, share: float) -> dict[str, int]:
    """By patient: the minutes that this share of such visits does not exceed, rounded up to the day's step, and never fewer
    than the hands-on work takes. Raises Unknown."""
    step = _step(day)

    def minutes(exact: float) -> int:
        return ceil(round(exact, 6) / step) * step

    return {visit.id: max(minutes(durations.of(visit).at(share)), least_minutes(visit)) for visit in day.patients}


def plans(
    day: DayInstance, durations: Durations, quantiles: Sequence[float], effort: Effort, *, tries: int, runs: int, seed: int
) -> Iterator[Plan | NoPlan]:
    """The nominal plan, and one a quantile, each replayed on the same drawn days.

    Schedules of one price differ much in what a late day does to them. So each plan is the best of some tries, which share the
    seconds; the tries are picked by other drawn days, so that luck in the picking does not count.
    """
    shares = (None, *quantiles)
    if effort.seconds is not None:
        effort = replace(effort, seconds=effort.seconds / len(shares) / tries)
    drawn = list(draws(day, durations, runs, seed))
    picking = list(draws(day, durations, min(runs, PICKING), seed + 1))
    nominal: Outcome | None = None
    for share in shares:
        minutes = {} if share is None else planned_minutes(day, durations, share)
        planned = day_with_minutes(day, minutes, _step(day))
        try:
            found = [search(planned, replace(effort, seed=effort.seed + number)) for number in range(tries)]
        except NoSchedule as problem:
            yield NoPlan(share, str(problem))
            continue
        costs = tuple(replay(day, schedule, picking).cost.mean for schedule in found)
        schedule = found[costs.index(min(costs))]
        outcome = replay(day, schedule, drawn)
        nominal = outcome if share is None else nominal
        yield Plan(share, planned, schedule, costs, outcome, _against(outcome, nominal))


def best(found: Sequence[Plan | NoPlan]) -> Plan | None:
    """The plan whose replay costs least on average."""
    return min((plan for plan in found if isinstance(plan, Plan)), key=lambda plan: plan.outcome.cost.mean, default=None)


def _step(day: DayInstance) -> int:
    return STEP if all(time % STEP == 0 for time in times_of_day(day)) else 1


def _against(outcome: Outcome, nominal: Outcome | None) -> tuple[float, float | None] | None:
    if nominal is None:
        return None
    more = [one - two for one, two in zip(outcome.cost.runs, nominal.cost.runs, strict=True)]
    return fmean(more), mean_error(more)
