"""The best number, proven in some seconds, that no schedule of a day costs less than."""

from __future__ import annotations

from collections.abc import Iterator
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
    """`method`: “by hand”, “linear program”, “linear program by nurse class”, or “column generation”."""

    value: float
    method: str


def prove(day: DayInstance, seconds: float) -> Bound:
    """Stops after `seconds`, or when nothing better is found; there is always a number."""
    *_, best = proofs(day, seconds)
    return best


def proofs(day: DayInstance, seconds: float) -> Iterator[Bound]:
    """One number better than the other, first that by hand. A best schedule costs a multiple of some price, so that what is
    proven is rounded up to one."""
    deadline, steps = monotonic() + seconds, price_step(day)

    def bound(value: Fraction, method: str) -> Bound:
        return Bound(rounded_down(ceil(value / steps) * steps if steps else value), method)

    best = Fraction(of_objective(day))
    yield bound(best, "by hand")
    if day.patients and monotonic() < deadline - TO_REPORT:
        for method, value in sent(_send, day, deadline=deadline):
            if value > best:
                best = value
                yield bound(value, method)


def _send(connection: Connection, day: DayInstance, deadline: float) -> None:
    from chairside.engines.bounds.relaxed import send

    send(connection, day, deadline)
