"""The programs solved by HiGHS, in a process of its own.

Never load this beside OR-tools: the two solvers do not live in one process.
"""

from __future__ import annotations

from fractions import Fraction
from multiprocessing.connection import Connection
from time import monotonic

import highspy
import numpy as np
from numpy.typing import NDArray

from chairside.core.scheduling.day.instance import DayInstance
from chairside.engines.bounds.matrix import Matrix, TooLarge, Whole, joined
from chairside.engines.bounds.program import Program, program
from chairside.engines.bounds.safe import lagrangian

Prices = NDArray[np.float64]


def send(connection: Connection, day: DayInstance, deadline: float) -> None:
    """Send each proven number, as a fraction, as soon as it is found: of the small program, then of the sharper one
    unless one is too large."""
    for by_class in (False, True):
        try:
            built = program(day, by_class=by_class)
        except TooLarge:
            break
        if built is None or monotonic() >= deadline:
            break
        connection.send((by_class, proven(built, deadline)))
    connection.close()


def proven(built: Program, deadline: float) -> Fraction:
    """A number that no schedule costs less than, from the prices of the rows at the end or when time is up."""
    prices = _row_prices(built, deadline)
    return (built.base + lagrangian(built.matrix, prices * float(built.scale))) / built.scale


def _row_prices(built: Program, deadline: float) -> Prices:
    matrix = built.matrix
    lower, upper = _sides(matrix)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.width, len(lower)
    model.col_cost_ = joined(matrix.costs) / float(built.scale)
    model.col_lower_, model.col_upper_ = np.zeros(matrix.width), joined(matrix.uppers).astype(float)
    model.row_lower_, model.row_upper_ = lower, upper
    rows, columns, values = _with_blocks(matrix)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.searchsorted(columns, np.arange(matrix.width + 1))
    model.a_matrix_.index_ = rows
    model.a_matrix_.value_ = values.astype(float)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", max(0.0, deadline - monotonic()))
    solver.passModel(model)
    solver.run()
    prices = np.array(solver.getSolution().row_dual, dtype=float)
    return prices[: len(matrix.tops)] if len(prices) == len(lower) else np.zeros(len(matrix.tops))


def _sides(matrix: Matrix) -> tuple[Prices, Prices]:
    """Least and most of each row; the blocks come last."""
    tops = np.array([*matrix.tops, *(times for _, _, times, _ in matrix.blocks)], dtype=float)
    equal = np.array([*matrix.equal, *(whole for _, _, _, whole in matrix.blocks)], dtype=bool)
    return np.where(equal, tops, -highspy.kHighsInf), tops


def _with_blocks(matrix: Matrix) -> tuple[Whole, Whole, Whole]:
    rows, columns, values = matrix.coordinates()
    spans = [np.arange(first, end) for first, end, _, _ in matrix.blocks]
    more = [np.full(len(span), len(matrix.tops) + place) for place, span in enumerate(spans)]
    rows, columns = np.concatenate([rows, *more]), np.concatenate([columns, *spans])
    values = np.concatenate([values, *(np.ones(len(span), dtype=np.int64) for span in spans)])
    order = np.argsort(columns, kind="stable")
    return rows[order], columns[order], values[order]
