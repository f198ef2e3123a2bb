"""The best number, proven in some seconds, that no schedule of a day costs less than."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from multiprocessing.connection import Connection
from time import monotonic

from chairside.core.scheduling.day.hand_bounds import of_objective, rounded_down
from chairside.core.scheduling.day.instance import DayInstance
from chairside.engines.apart import TO_REPORT, sent
from chairside.engines.bounds.places import price_step


@dataclass(frozen=True, slots=True)
class Bound:
    """`method`: “by hand”, “linear program”, or “linear program by nurse class”."""

    value: float
    method: str


def prove(day: DayInstance, seconds: float) -> Bound:
    """Stops after `seconds`; there is always a number. A best schedule costs a multiple of some price, so that the number
    proven is rounded up to one."""
    deadline = monotonic() + seconds
    best, method = Fraction(of_objective(day)), "by hand"
    if day.patients and monotonic() < deadline - TO_REPORT:
        for by_class, value in sent(_send, day, deadline=deadline):
            if value > best:
                best, method = value, f"linear program{' by nurse class' * by_class}"
    steps = price_step(day)
    return Bound(rounded_down(ceil(best / steps) * steps if steps else best), method)


def _send(connection: Connection, day: DayInstance, deadline: float) -> None:
    from chairside.engines.bounds.relaxed import send

    send(connection, day, deadline)
