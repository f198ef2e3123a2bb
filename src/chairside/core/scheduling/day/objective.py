"""What a schedule costs, and the figures that are reported beside it. Also of a schedule that breaks rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, dataclass

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.judged import Case
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.day.use import pieces


@dataclass(frozen=True, slots=True)
class Parts:
    """The cost, in minutes-equivalents: each amount times its price."""

    unscheduled: float
    wait: float
    pref: float
    overtime: float
    peak: float
    balance: float

    @property
    def total(self) -> float:
        """The objective."""
        total: float = sum(astuple(self))
        return total


@dataclass(frozen=True, slots=True)
class Metrics:
    """What a scheduler looks at. Times and amounts in minutes; none where there is nothing to take a figure of.

    wait_p95    the least wait that 95 of 100 linked patients do not exceed (nearest rank)
    utilisation    chair minutes of visits over those of all chairs from open to close
    hands_on_max, hands_on_min    of one nurse of the day, breaks not counted
    """

    served: int
    unserved: int
    wait_mean: float | None
    wait_p95: int | None
    minutes_off_wish: int
    overtime: int
    last_end: int | None
    peak_chairs: int
    utilisation: float | None
    hands_on_max: int | None
    hands_on_min: int | None


def objective(day: DayInstance, schedule: Schedule) -> float:
    """The price of a schedule; lower is better."""
    return parts(day, schedule).total


def parts(day: DayInstance, schedule: Schedule) -> Parts:
    """The price by its parts. A visit whose start is no whole minute is not left out, and costs nothing else."""
    case, price = Case(day, schedule), day.weights
    listed = {each.visit.id for each in case.listed}
    return Parts(
        unscheduled=price.unscheduled * sum(visit.weight for visit in day.patients if visit.id not in listed),
        wait=price.wait * sum(_waits(case)),
        pref=price.pref * _off_wish(case),
        overtime=price.overtime * _overtime(case),
        peak=price.peak * _peak(case),
        balance=price.balance * max(_hands_on(case).values(), default=0),
    )


def metrics(day: DayInstance, schedule: Schedule) -> Metrics:
    """The figures of a schedule."""
    case = Case(day, schedule)
    spans = [use for each in case.listed for use in each.span()]
    waits, served = sorted(_waits(case)), len({each.visit.id for each in case.listed})
    room = len(day.chairs) * (day.close - day.open)
    hands_on = _hands_on(case)
    of_nurses = [hands_on[nurse.id] for nurse in day.nurses]
    return Metrics(
        served=served,
        unserved=len(day.patients) - served,
        wait_mean=sum(waits) / len(waits) if waits else None,
        wait_p95=waits[-(-95 * len(waits) // 100) - 1] if waits else None,
        minutes_off_wish=_off_wish(case),
        overtime=_overtime(case),
        last_end=max((use.end for use in spans), default=None),
        peak_chairs=_peak(case),
        utilisation=sum(use.end - use.start for use in spans) / room if room else None,
        hands_on_max=max(of_nurses, default=None),
        hands_on_min=min(of_nurses, default=None),
    )


def _waits(case: Case) -> list[int]:
    return [each.start - each.visit.release for each in case.listed if each.visit.linked and each.start is not None]


def _off_wish(case: Case) -> int:
    wished = [(each.start, each.visit.pref) for each in case.listed if not each.visit.linked and each.start is not None]
    return sum(max(0, pref[0] - start, start - pref[1]) for start, pref in wished)


def _overtime(case: Case) -> int:
    return sum(max(0, use.end - case.day.close) for each in case.listed for use in each.span())


def _peak(case: Case) -> int:
    spans = (use for each in case.listed for use in each.span())
    return max((len(running) for _, _, running in pieces(spans)), default=0)


def _hands_on(case: Case) -> Counter[str]:
    """Hands-on minutes by nurse."""
    found: Counter[str] = Counter()
    for each in case.listed:
        found[each.place.nurse] += sum(use.end - use.start for use in each.tasks())
    return found
