"""Where an answer may change: the limits of conditions and the edges of tables, read from any piece of a protocol."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any


def tests_in(piece: Any) -> Iterator[dict[str, Any]]:
    """Every test of a condition anywhere inside a piece of a protocol."""
    if isinstance(piece, dict):
        if "fact" in piece and "op" in piece:
            yield piece
        for value in piece.values():
            yield from tests_in(value)
    elif isinstance(piece, list):
        for value in piece:
            yield from tests_in(value)


def edges_of(piece: Any, fact: str) -> list[Fraction]:
    """The numbers at which a fact changes an answer: limits of conditions, edges of cells, thresholds of levels."""
    found = [Fraction(test["value"]) for test in tests_in(piece) if test["fact"] == fact and "value" in test]
    for body in _tables(piece):
        for place, axis in enumerate(body["axes"]):
            if axis["fact"] == fact:
                found += [
                    Fraction(cell["at"][place][side])
                    for cell in body["cells"]
                    for side in ("low", "high")
                    if side in cell["at"][place]
                ]
    return sorted(set(found))


def _tables(piece: Any) -> Iterator[dict[str, Any]]:
    if isinstance(piece, dict):
        if piece.get("rule") == "table":
            yield piece
        for value in piece.values():
            yield from _tables(value)
    elif isinstance(piece, list):
        for value in piece:
            yield from _tables(value)
