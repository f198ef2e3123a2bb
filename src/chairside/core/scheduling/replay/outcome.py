"""Many replays of a schedule, and their figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from math import sqrt
from statistics import fmean, stdev

from chairside.core.scheduling.chair_time import quantile
from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.objective import Parts
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.replay.drawing import Draw
from chairside.core.scheduling.replay.floor import Floor, Played

LONG_WAIT = 30  # minutes
_MOST = Decimal("0.9")
_GROUPS = 10  # of runs; a 90th percentile's error is told by how much theirs differ


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean over the runs and the minutes that 90 of 100 do not exceed (nearest rank), each with its standard error: none
    where there are too few runs to tell."""

    mean: float
    mean_error: float | None
    p90: int
    p90_error: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """Of the runs, with its standard error."""

    share: float
    error: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """The mean price over the runs with its standard error, its parts, and the price of each run."""

    mean: float
    error: float | None
    parts: Parts
    runs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to expect of a schedule, in minutes.

    wait    of a patient beyond the booked start; the 90th percentile is over all patients of all runs. None without patients
    long_wait    runs in which somebody waits longer than LONG_WAIT
    overtime    of a day: the minutes of all visits past close
    last_end    of a day, none where nobody comes
    past_shift    by nurse: until the end of her last visit
    late_breaks    of a day: breaks that begin too late for their window, on average
    """

    runs: int
    wait: Figure | None
    long_wait: Share
    overtime: Figure
    last_end: Figure | None
    past_shift: Mapping[str, Figure]
    late_breaks: float
    cost: Cost


def priced(day: DayInstance, schedule: Schedule, played: Played) -> Parts:
    """The price of a day that is over, with the day's own prices.

    Wait is from `release` for patients on site since then, else from the booked start (or the later coming). What is off the
    wish is so by the booked start. Overtime is that of visits past close, and of nurses past their shifts as far as that is
    before close: no such minute is free, and none of them is paid for twice. A visit to which nobody comes costs nothing.
    """
    price, listed = day.weights, {place.patient for place in schedule.assignments}
    wait = off = past_close = 0
    hands_on: dict[str, int] = defaultdict(int)
    for stay in played.stays:
        visit = stay.visit
        wait += stay.begin - visit.release if visit.linked else stay.wait
        if not visit.linked:
            off += max(0, visit.pref[0] - stay.booked, stay.booked - visit.pref[1])
        past_close += max(0, stay.end - day.close)
        hands_on[stay.nurse] += visit.hands_on
    past_shift = sum(
        max(0, min(end, day.close) - min(day.nurse[nurse].shift[1], day.close)) for nurse, end in _last_ends(played).items()
    )
    return Parts(
        unscheduled=price.unscheduled * sum(visit.weight for visit in day.patients if visit.id not in listed),
        wait=price.wait * wait,
        pref=price.pref * off,
        overtime=price.overtime * (past_close + past_shift),
        peak=price.peak * played.peak,
        balance=price.balance * max(hands_on.values(), default=0),
    )


def replay(day: DayInstance, schedule: Schedule, drawn: Iterable[Draw]) -> Outcome:
    """What to expect of a schedule that `unplayable` finds nothing in, by these draws. ValueError without any."""
    floor = Floor(day, schedule)
    waits: list[list[int]] = []
    overtime, last_end, late_breaks = [], [], []
    past_shift: dict[str, list[int]] = {nurse.id: [] for nurse in day.nurses}
    prices: list[Parts] = []
    windows = {nurse.id: nurse.rest.last_start for nurse in day.nurses if nurse.rest}
    for draw in drawn:
        played = floor.play(draw)
        ends = _last_ends(played)
        waits.append([stay.wait for stay in played.stays])
        overtime.append(sum(max(0, stay.end - day.close) for stay in played.stays))
        last_end.append([max(ends.values())] if ends else [])
        for nurse in day.nurses:
            past_shift[nurse.id].append(max(0, ends.get(nurse.id, nurse.shift[1]) - nurse.shift[1]))
        late_breaks.append(sum(begin > windows[nurse] for nurse, begin in played.breaks.items()))
        prices.append(priced(day, schedule, played))
    if not prices:
        raise ValueError("a replay needs at least one run")
    totals = tuple(price.total for price in prices)
    parts = Parts(*(fmean(getattr(price, part.name) for price in prices) for part in fields(Parts)))
    long_wait = [float(max(run, default=0) > LONG_WAIT) for run in waits]
    return Outcome(
        runs=len(prices),
        wait=_figure(waits),
        long_wait=Share(fmean(long_wait), mean_error(long_wait)),
        overtime=_of_days(overtime),
        last_end=_figure(last_end),
        past_shift={nurse: _of_days(minutes) for nurse, minutes in past_shift.items()},
        late_breaks=fmean(late_breaks),
        cost=Cost(fmean(totals), mean_error(totals), parts, totals),
    )


def mean_error(values: Sequence[float]) -> float | None:
    """The standard error of a mean; none of fewer than two values."""
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else None


def _of_days(minutes: Sequence[int]) -> Figure:
    found = _figure([[each] for each in minutes])
    assert found is not None
    return found


def _figure(runs: Sequence[Sequence[int]]) -> Figure | None:
    """Of minutes that come together in a run: those are not independent, so runs are what errors are counted by."""
    every = [minutes for run in runs for minutes in run]
    if not every:
        return None
    mean, many = fmean(every), len(every) / len(runs)
    # The mean of all is a ratio of two sums over runs: its error is that of what each run adds beyond its own share.
    error = mean_error([(sum(run) - mean * len(run)) / many for run in runs])
    groups = [[minutes for run in runs[first::_GROUPS] for minutes in run] for first in range(_GROUPS)]
    tops = [quantile(group, _MOST) for group in groups if group]
    few = len(runs) < _GROUPS**2
    return Figure(mean, error, quantile(every, _MOST), None if few else mean_error(tops))


def _last_ends(played: Played) -> dict[str, int]:
    """By nurse."""
    found: dict[str, int] = {}
    for stay in played.stays:
        found[stay.nurse] = max(stay.end, found.get(stay.nurse, stay.end))
    return found
