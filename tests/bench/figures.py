"""Figures as they are printed: p50, p95, p99 in milliseconds, and how busy the machine was before they were taken."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

HEAD = f"{'what':<34}{'n':>7}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}   budget"


def share(sorted_values: Sequence[float], part: float) -> float:
    """The value that this part of all does not exceed."""
    return sorted_values[min(len(sorted_values) - 1, int(part * len(sorted_values)))]


def line(what: str, seconds: Sequence[float], budget: str = "") -> str:
    """One row of the table, in milliseconds."""
    values = sorted(second * 1000 for second in seconds)
    if not values:
        return f"{what:<34}{0:>7}"
    told = "".join(f"{value:>9.2f}" for value in (share(values, 0.5), share(values, 0.95), share(values, 0.99), values[-1]))
    return f"{what:<34}{len(values):>7}{told}   {budget}"


def machine() -> str:
    """Said with every figure: one taken on a busy machine is an upper bound."""
    loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"machine: {os.cpu_count()} cores, load {loads} before this run; milliseconds"


def timed(times: int, work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """How long each of so many runs took, in seconds. `time.process_time` leaves out what others made it wait for."""
    found = []
    for _ in range(times):
        begun = clock()
        work()
        found.append(clock() - begun)
    return found
