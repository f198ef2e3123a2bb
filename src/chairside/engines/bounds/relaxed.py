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
    """Send each proven number, as a fraction, with its method, as soon as it is found: of the small program, then of the
    sharper one, and then of the days of nurses at the prices of the small one; unless one is too large."""
    known: list[tuple[Program, Prices]] = []
    for by_class in (False, True):
        try:
            built = program(day, by_class=by_class)
        except TooLarge:
            break
        if built is None or monotonic() >= deadline:
            break
        known.append((built, row_prices(built, deadline)))
        connection.send((f"linear program{' by nurse class' * by_class}", proven(*known[-1])))
    if known:
        from chairside.engines.bounds.nurse_days import improved  # loads numba, for which the first numbers need not wait

        for better in improved(*known[0], deadline):
            connection.send(("column generation", better))
    connection.close()


def proven(built: Program, prices: Prices) -> Fraction:
    """A number that no schedule costs less than, from prices of the rows."""
    return (built.base + lagrangian(built.matrix, prices * float(built.scale))) / built.scale


def row_prices(built: Program, deadline: float) -> Prices:
    """The prices of the rows in the cheapest solution, or those at hand when time is up."""
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
