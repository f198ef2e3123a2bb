"""A peer's way in and out: `{"instance", "seconds", "cores"}` on standard input, what it found on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

from tests.bench.peers.grid import Day, Place, day_of, schedule_of


class Gone(Exception):
    """The peer has no answer; the text says why."""


Answer = tuple[dict[str, Place], dict[int, int], str]  # places, breaks by nurse, and a word about the solver's end
Solver = Callable[[Day, float, int], Answer]


def answer(solve: Solver) -> None:
    """Ask the solver; the deadline holds the building of its model too, and not the loading of its library."""
    question: dict[str, Any] = json.load(sys.stdin)
    begun = monotonic()
    day = day_of(question["instance"])
    try:
        places, rests, said = solve(day, begun + question["seconds"], question["cores"])
    except Gone as why:
        found = {"schedule": None, "said": str(why)}
    else:
        found = {"schedule": schedule_of(day, places, rests), "said": said}
    json.dump({**found, "seconds": monotonic() - begun}, sys.stdout)
