"""A curve of levels over time: by formula where elimination is linear, else by small steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chairside.core.kinetics.closed import Closed
from chairside.core.kinetics.disposition import Disposition, Input
from chairside.core.kinetics.integrate import Integrated


class Curve(Protocol):
    """Times in days, levels in mg/L, areas in mg·d/L. `level` counts a bolus of that very moment, `before` does not."""

    @property
    def given(self) -> Sequence[Input]: ...

    @property
    def body(self) -> Disposition: ...

    def level(self, time: float) -> float: ...

    def before(self, time: float) -> float: ...

    def area(self, begin: float, end: float) -> float: ...


def curve(body: Disposition, given: Sequence[Input], until: float) -> Curve:
    """The curve of these doses, good from the first of them to `until`."""
    return Closed(body, given) if body.linear else Integrated(body, given, until)
