"""A linear program to be filled piece by piece, in whole numbers, so that a bound can be computed from it exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


class TooLarge(ValueError):
    """The program has more entries than it may."""


@dataclass
class Matrix:
    """Rows sum to no more than `tops`, or to just that where `equal`. Columns are numbers from 0 to `uppers`.

    `most` is how many entries there may be. A block is some columns that sum to its number of times,
    or to less; the part that is missing costs nothing.
    """

    most: int
    tops: list[int] = field(default_factory=list)
    equal: list[bool] = field(default_factory=list)
    costs: list[Whole] = field(default_factory=list)
    uppers: list[Whole] = field(default_factory=list)
    blocks: list[tuple[int, int, int, bool]] = field(default_factory=list)
    width: int = 0
    entries: int = 0
    _rows: list[Whole] = field(default_factory=list)
    _columns: list[Whole] = field(default_factory=list)
    _values: list[Whole] = field(default_factory=list)

    def rows(self, tops: Any, *, equal: bool = False) -> int:
        """New rows with these tops; gives the number of the first."""
        first = len(self.tops)
        self.tops += [int(top) for top in tops]
        self.equal += [equal] * (len(self.tops) - first)
        return first

    def columns(self, costs: Any, upper: int) -> Whole:
        """New columns, their numbers."""
        costs = np.asarray(costs, dtype=np.int64)
        self.costs.append(costs)
        self.uppers.append(np.full(len(costs), upper, dtype=np.int64))
        self.width += len(costs)
        return np.arange(self.width - len(costs), self.width)

    def block(self, columns: Whole, times: int, *, whole: bool) -> None:
        """These columns, that follow each other, sum to `times`; or to no more than it unless `whole`."""
        self.blocks.append((int(columns[0]), int(columns[-1]) + 1, times, whole))

    def put(self, rows: Any, columns: Any, value: int) -> None:
        """The value at these places; the two broadcast."""
        rows, columns = np.broadcast_arrays(np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64))
        self.entries += rows.size
        if self.entries > self.most:
            raise TooLarge(f"more than {self.most} entries")
        self._rows.append(rows.ravel())
        self._columns.append(columns.ravel())
        self._values.append(np.full(rows.size, value, dtype=np.int64))

    def coordinates(self) -> tuple[Whole, Whole, Whole]:
        """Row, column and value of each entry, by column."""
        rows, columns, values = (joined(each) for each in (self._rows, self._columns, self._values))
        order = np.argsort(columns, kind="stable")
        return rows[order], columns[order], values[order]


def joined(parts: list[Whole]) -> Whole:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
