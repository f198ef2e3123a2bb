"""Prices of a nurse's hands and of her units of acuity at each step, from the linear program of her day alone."""

from __future__ import annotations

import highspy
import numpy as np

from chairside.engines.bounds.matrix import Whole
from chairside.engines.bounds.nurse_day import BITS, NEVER, Choices


def resource_prices(choices: Choices, scale: float) -> tuple[Whole, Whole]:
    """They are good when what she can do at most is close to what the hands and the units are worth together; any are
    allowed."""
    first, visit, gain, load, end, hands, rest_cost, rest_hands, cap, people = choices
    steps = len(first) - 1
    begin = np.repeat(np.arange(steps), np.diff(first))
    columns = [
        np.concatenate([at + _set(hands[who]), steps + np.arange(at, min(last, steps)), [2 * steps + who]])
        for at, who, last in zip(begin, visit, end, strict=True)
    ]
    values = [
        np.concatenate([np.ones(len(rows) - 1 - (last - at)), np.full(last - at, float(units)), [1.0]])
        for rows, at, last, units in zip(columns, begin, np.minimum(end, steps), load, strict=True)
    ]
    breaks = np.flatnonzero(rest_cost != NEVER)
    columns += [np.append(rows[rows < steps], 2 * steps + people) for rows in (at + _set(rest_hands) for at in breaks)]
    values += [np.ones(len(rows)) for rows in columns[len(values) :]]
    if not columns:
        return np.zeros(steps, dtype=np.int64), np.zeros(steps, dtype=np.int64)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(columns), 2 * steps + people + 1
    model.col_cost_ = np.concatenate([-gain, rest_cost[breaks]]) / scale
    model.col_lower_, model.col_upper_ = np.zeros(len(columns)), np.full(len(columns), highspy.kHighsInf)
    model.row_upper_ = np.concatenate([np.ones(steps), np.full(steps, float(cap)), np.ones(people + 1)])
    model.row_lower_ = np.append(np.full(model.num_row_ - 1, -highspy.kHighsInf), 1.0 if len(breaks) else 0.0)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.cumsum([0, *(len(rows) for rows in columns)])
    model.a_matrix_.index_, model.a_matrix_.value_ = np.concatenate(columns), np.concatenate(values)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    prices = np.array(solver.getSolution().row_dual, dtype=float)[: 2 * steps] * -scale
    whole = np.rint(np.maximum(np.nan_to_num(prices, nan=0.0), 0)).astype(np.int64)
    if len(whole) < 2 * steps:
        whole = np.zeros(2 * steps, dtype=np.int64)
    return whole[:steps], whole[steps:]


def _set(words: Whole) -> Whole:
    """Which bits are set."""
    return np.array([at for at in range(len(words) * BITS) if int(words[at // BITS]) >> at % BITS & 1], dtype=np.int64)
