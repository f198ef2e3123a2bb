"""Tiers and tables: cells cover every value between the outer edges exactly once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise, product

from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.dose import Step, Table
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.stretch import inside


def check(protocol: Protocol) -> Iterator[Finding]:
    for node in walk(protocol):
        if isinstance(node.item, Table):
            yield from _table(node.item, node.place)


def _table(table: Table, place: str) -> Iterator[Finding]:
    for cell in table.cells:
        if len(cell.at) != len(table.axes):
            yield Finding(Code.TABLE_SHAPE, place, f"a cell has {len(cell.at)} stretches for {len(table.axes)} axes")
            return
    probes = [_probes([cell.at[index] for cell in table.cells]) for index in range(len(table.axes))]
    for point in product(*probes):
        holding = [cell for cell in table.cells if inside(cell, point)]
        shown = ", ".join(f"{axis.fact} {value:f} {axis.unit}".strip() for axis, value in zip(table.axes, point, strict=True))
        if not holding:
            yield Finding(Code.TABLE_GAP, place, f"no cell holds {shown}")
        elif len(holding) > 1:
            yield Finding(Code.TABLE_OVERLAP, place, f"{len(holding)} cells hold {shown}")


def _probes(steps: list[Step]) -> list[Decimal]:
    """Every edge inside the outer bounds, and a value between each two neighbouring edges."""
    edges = sorted({edge for step in steps for edge in (step.low, step.high) if edge is not None})
    open_low = any(step.low is None for step in steps)
    open_high = any(step.high is None for step in steps)
    between = [(one + other) / 2 for one, other in pairwise(edges)]
    outer = ([edges[0] - 1] if open_low and edges else []) + ([edges[-1] + 1] if open_high and edges else [])
    inner = [edge for edge in edges if _is_inner(edge, edges, steps, open_low, open_high)]
    return sorted([*inner, *between, *outer]) or [Decimal(0)]


def _is_inner(edge: Decimal, edges: list[Decimal], steps: list[Step], open_low: bool, open_high: bool) -> bool:
    """The outermost edges belong to the table only when some stretch includes them."""
    if edge == edges[0] and not open_low:
        return any(step.low == edge and step.low_included for step in steps)
    if edge == edges[-1] and not open_high:
        return any(step.high == edge and step.high_included for step in steps)
    return True
