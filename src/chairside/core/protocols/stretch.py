"""Does a value lie in a stretch of a scale, and a point in a cell of a table: edges exactly as stated."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from chairside.core.protocols.schema.dose import Cell, Step


def holds(step: Step, value: Decimal) -> bool:
    """True when the value lies in the stretch."""
    above = step.low is None or value > step.low or (step.low_included and value == step.low)
    below = step.high is None or value < step.high or (step.high_included and value == step.high)
    return above and below


def inside(cell: Cell, point: Sequence[Decimal]) -> bool:
    """True when the cell holds the point, axis by axis."""
    return all(holds(step, value) for step, value in zip(cell.at, point, strict=True))
