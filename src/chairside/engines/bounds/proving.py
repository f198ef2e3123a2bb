"""The best number, proven in some seconds, that no schedule of a day costs less than."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic

from chairside.core.scheduling.day.hand_bounds import of_objective, rounded_down
from chairside.core.scheduling.day.instance import DayInstance
from chairside.engines.bounds.places import price_step

_TO_REPORT = 0.3  # seconds before the end at which the solver is to stop, to hand over what it has


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
    if day.patients and monotonic() < deadline - _TO_REPORT:
        for by_class, value in _solved(day, deadline):
            if value > best:
                best, method = value, f"linear program{' by nurse class' * by_class}"
    steps = price_step(day)
    return Bound(rounded_down(ceil(best / steps) * steps if steps else best), method)


def _solved(day: DayInstance, deadline: float) -> Iterator[tuple[bool, Fraction]]:
    """What the solver's process proves until the deadline. It ends with this."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(theirs, day, deadline - _TO_REPORT), daemon=True)
    process.start()
    theirs.close()
    try:
        while ours.poll(max(0.0, deadline - monotonic())):
            yield ours.recv()
    except EOFError:
        return
    finally:
        process.kill()
        process.join()
        ours.close()


def _send(connection: Connection, day: DayInstance, deadline: float) -> None:
    from chairside.engines.bounds.relaxed import send

    send(connection, day, deadline)
