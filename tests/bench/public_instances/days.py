"""The largest day by the days alone, nurses left aside: a lower bound, proven by HiGHS."""

from __future__ import annotations

from math import ceil
from typing import Any

import highspy
import numpy as np

from tests.bench.public_instances.regimens import DAYS, Regimens


def relaxed(regimens: Regimens) -> int:
    """The bound of the linear program, at once: no largest day is smaller."""
    solver, _, size = _program(regimens, highspy.HighsVarType.kContinuous, None)
    solver.changeColCost(size.index, 1)
    solver.run()
    return ceil(solver.getInfo().objective_function_value - 1e-6)


def least(regimens: Regimens, seconds: float) -> int:
    """A bound that is no worse, proven in time by whole numbers."""
    solver, columns, size = _program(regimens, highspy.HighsVarType.kInteger, None)
    solver.changeColCost(size.index, 1)
    _starts(solver, columns, seconds)
    return ceil(max(solver.getInfo().mip_dual_bound, 0.0) - 1e-6)


def starts(regimens: Regimens, largest: int, seconds: float) -> list[int] | None:
    """The start day of each patient, so that no day has more patients, if found in time."""
    solver, columns, _ = _program(regimens, highspy.HighsVarType.kInteger, largest)
    return _starts(solver, columns, seconds)


def _starts(solver: Any, columns: list[Any], seconds: float) -> list[int] | None:
    solver.setOptionValue("time_limit", seconds)
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return [int(np.argmax(solver.vals(of_patient))) for of_patient in columns]


def _program(regimens: Regimens, kind: Any, largest: int | None) -> tuple[Any, list[Any], Any]:
    """The program, its columns by patient and start, and the largest day, which is a column where no number is given."""
    solver = highspy.Highs()
    solver.silent()
    solver.setOptionValue("threads", 2)  # always: HiGHS refuses to run when the number changes within a process
    most = len(regimens.treated)
    size = solver.addVariable(0, most, type=kind) if largest is None else largest
    loads: list[list[Any]] = [[] for _ in range(DAYS)]
    columns = []
    for patient, treated in enumerate(regimens.treated):
        columns.append([solver.addVariable(0, 1, type=kind) for _ in regimens.starts(patient)])
        solver.addConstr(sum(columns[-1]) == 1)
        for start, column in enumerate(columns[-1]):
            for day in treated:
                loads[start + day].append(column)
    for day, load in enumerate(loads):
        limit = most if regimens.most is None else regimens.most[day]
        if largest is None:
            solver.addConstr(sum(load) <= size)
            solver.addConstr(sum(load) <= limit)
        else:
            solver.addConstr(sum(load) <= min(limit, largest))
    return solver, columns, size
