"""The time-indexed program: one column a dose and day, gaps written on prefixes of the days, solved by HiGHS.

Never load this beside OR-tools: the two solvers do not live in one process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import floor, isfinite

import highspy
import numpy as np

from chairside.core.scheduling.planning.answer import Placement, PlanningAnswer
from chairside.core.scheduling.planning.instance import PlanningInstance
from chairside.engines.planning.chains import SCALE, Chain, Link
from chairside.engines.planning.prices import Priced, Prices

_DUAL_TOLERANCE = 1e-7  # of a reduced cost; every column lies between 0 and 1, so this is what one can add to a bound


@dataclass
class Program:
    """Columns are (dose, day); the last one is the fullest day's part of the capacity. Each row sums to no more than its top.

    Without `within` every open day of a dose is a column; with it only those that could be in an answer that cheap.
    """

    question: PlanningInstance
    plans: Sequence[Chain]
    judged: Priced | None = None
    within: int = 0
    columns: dict[tuple[str, int], int] = field(default_factory=dict)
    costs: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, int], int]] = field(default_factory=list)
    row_of: dict[tuple[str, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for nth, chain in enumerate(self.plans):
            days = [self._columns(nth, place, link) for place, link in enumerate(chain.links)]
            for place in range(1, len(days)):
                self.rows += ((dict.fromkeys(row, 1), 1) for row in self._gaps(chain, place, days[place - 1], days[place]))
        self._capacities()

    def _columns(self, nth: int, place: int, link: Link) -> list[int]:
        """The columns of a dose, and that it is given once."""
        slack = self.judged.slack[nth][place] if self.judged is not None else [0] * len(link.days)
        days = [day for day, more in zip(link.days, slack, strict=False) if more <= self.within]
        cost = dict(zip(link.days, link.costs, strict=True))
        for day in days:
            self.columns[link.dose.id, day] = len(self.costs)
            self.costs.append((cost[day] - link.miss) / SCALE)
        if days:
            self.rows.append(({self.columns[link.dose.id, day]: 1 for day in days}, 1))
        return days

    def _gaps(self, chain: Chain, place: int, earlier: list[int], later: list[int]) -> Iterator[list[int]]:
        """Not both: the earlier dose from some day on, and the later one before that day and the gap; and the mirror."""
        first, second = chain.links[place - 1].dose.id, chain.links[place].dose.id
        seen: set[tuple[bool, int]] = set()
        for too_soon, begins in ((True, earlier), (False, earlier[::-1])):
            for day in begins:
                ours = [each for each in earlier if (each >= day if too_soon else each <= day)]
                theirs = [each for each in later if (each < day + chain.min_gap if too_soon else each > day + chain.max_gap)]
                if theirs and (too_soon, len(theirs)) not in seen:
                    seen.add((too_soon, len(theirs)))
                    yield [*(self.columns[first, each] for each in ours), *(self.columns[second, each] for each in theirs)]

    def _capacities(self) -> None:
        fullest = len(self.costs)
        self.costs.append(self.question.level_weight * self.question.chair_min_per_day)
        doses = defaultdict(list)
        for (name, day), column in self.columns.items():
            doses[day].append((column, self.question.dose[name]))
        for day, here in sorted(doses.items()):
            self.row_of["chair", day] = len(self.rows)
            chairs = {column: dose.chair_min for column, dose in here}
            self.rows.append(({**chairs, fullest: -self.question.chair_min_per_day}, 0))
            self.row_of["nurse", day] = len(self.rows)
            self.rows.append(({column: dose.nurse_min for column, dose in here}, self.question.nurse_min_per_day))

    def relaxed(self, seconds: float) -> Prices:
        """The prices of the days' minutes when doses may be split; whatever the solver says, prices that prove a bound."""
        solver = self._solver(seconds, whole=False)
        solver.run()
        duals = solver.getSolution().row_dual
        if len(duals) != len(self.rows):
            return Prices()
        paid = {key: max(0, round(-duals[row] * SCALE)) for key, row in self.row_of.items()}
        return Prices(
            {day: price for (of, day), price in paid.items() if of == "chair"},
            {day: price for (of, day), price in paid.items() if of == "nurse"},
        )

    def whole(self, seconds: float, start: PlanningAnswer, step: float, close: float) -> tuple[PlanningAnswer | None, int]:
        """The best answer found in that time, if any, and a bound on all answers of this program, in billionths.

        start    an answer to begin with
        step    two answers whose prices differ by less cost the same
        close    stop when an answer is proved to be within this share of the best of this program
        """
        if not self.columns:
            return PlanningAnswer(self.question.id, ()), self._missed()
        solver = self._solver(seconds, whole=True)
        unsure = len(self.costs) * _DUAL_TOLERANCE
        solver.setOptionValue("mip_rel_gap", close)
        solver.setOptionValue("mip_abs_gap", max(1e-6, step * 0.99 - unsure))
        placed = [self.columns[each.dose, each.day] for each in start.placements if (each.dose, each.day) in self.columns]
        if placed:
            solver.setSolution(len(placed), np.array(placed, dtype=np.int32), np.ones(len(placed)))
        solver.run()
        info = solver.getInfo()
        values = solver.getSolution().col_value
        bound = floor((info.mip_dual_bound - unsure) * SCALE) if isfinite(info.mip_dual_bound) else 0
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, bound
        places = tuple(Placement(*key) for key, column in self.columns.items() if values[column] > 0.5)
        return PlanningAnswer(self.question.id, places), bound

    def _missed(self) -> int:
        """The price of missing every dose."""
        return sum(link.miss for chain in self.plans for link in chain.links)

    def _solver(self, seconds: float, *, whole: bool) -> highspy.Highs:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = len(self.costs), len(self.rows)
        program.col_cost_ = np.array(self.costs)
        program.col_lower_, program.col_upper_ = np.zeros(len(self.costs)), np.ones(len(self.costs))
        program.row_lower_ = np.full(len(self.rows), -highspy.kHighsInf)
        program.row_upper_ = np.array([top for _, top in self.rows], dtype=float)
        matrix = program.a_matrix_
        matrix.format_ = highspy.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0, *(len(row) for row, _ in self.rows)])
        matrix.index_ = np.array([column for row, _ in self.rows for column in row])
        matrix.value_ = np.array([value for row, _ in self.rows for value in row.values()], dtype=float)
        program.offset_ = self._missed() / SCALE
        if whole:
            program.integrality_ = [highspy.HighsVarType.kInteger] * (len(self.costs) - 1) + [highspy.HighsVarType.kContinuous]
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)  # a second one found nothing sooner
        solver.setOptionValue("time_limit", max(0.0, seconds))
        solver.passModel(program)
        return solver
