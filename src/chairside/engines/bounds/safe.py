"""A bound from prices of the rows, added up in whole numbers: whatever the prices are, it is proven."""

from __future__ import annotations

from typing import Any

import numpy as np

from chairside.engines.bounds.matrix import Matrix, joined

_MOST = 1 << 42


def lagrangian(matrix: Matrix, prices: Any) -> int:
    """What no choice of columns costs less than. Rows are broken at the price of `prices`, one a row, in the unit of the
    costs; each block then takes its cheapest column and each other column the better of its ends."""
    equal, tops = np.array(matrix.equal, dtype=bool), np.array(matrix.tops, dtype=np.int64)
    usable = np.nan_to_num(np.asarray(prices, dtype=float), nan=0.0)
    priced = np.rint(np.clip(usable, -_MOST, _MOST)).astype(np.int64)
    priced = np.where(equal, priced, np.minimum(priced, 0))
    rows, columns, values = matrix.coordinates()
    reduced = joined(matrix.costs).copy()
    np.subtract.at(reduced, columns, values * priced[rows])
    total = sum(price * top for price, top in zip(priced.tolist(), tops.tolist(), strict=True))
    alone = np.ones(matrix.width, dtype=bool)
    for first, end, times, whole in matrix.blocks:
        alone[first:end] = False
        cheapest = int(reduced[first:end].min())
        total += times * (cheapest if whole else min(0, cheapest))
    losing = alone & (reduced < 0)
    uppers = joined(matrix.uppers)
    total += sum(a * b for a, b in zip(reduced[losing].tolist(), uppers[losing].tolist(), strict=True))
    return int(total)
