"""Column generation, one column a day of a nurse: prices at which the best days of nurses cost most together.

From the prices of the linear program on, a small program made of the days found so far says which prices could be better,
not too far from the best so far; at these the best days are found, and join it. The prices move along some directions only:
for each span of time, the prices of a kind of row by a factor or all alike; those of preparations by one factor; and those of
each visit and of each class's hands-on freely. What is left out there costs quality, never truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from time import monotonic

import highspy
import numpy as np

from chairside.engines.bounds.matrix import Whole
from chairside.engines.bounds.pricing import NurseDay, Point, Prices, Pricing
from chairside.engines.bounds.program import Program

_SPANS = 40
_BY_FACTOR, _ALIKE, _OF_HANDS = 0.05, 0.1, 0.02  # how far a price moves while that of a visit moves by one
_FIRST_REACH, _FARTHEST, _CLOSE = 3.0, 1e4, 0.02
_PAUSE = 4  # times as long as a proof lasts, before the next


def improved(program: Program, prices: Prices, deadline: float) -> Iterator[Fraction]:
    """Better and better numbers that no schedule costs less than, until the deadline or until none is found any more.

    prices    of the rows of the linear program, in minutes
    """
    master = _Master(program, prices)
    pricing, scale = master.pricing, program.scale
    move, guess, best, proven, rested, lasted = np.zeros(master.size), np.inf, -np.inf, -np.inf, monotonic(), 0.0
    while monotonic() < deadline:
        value, days = pricing.least(master.point(move), thorough=False)
        worth = float(value / scale)
        master.judge(move, worth, best, guess)
        best = max(best, worth)
        for day in days:
            master.add(day)
        done = guess - best < _CLOSE and master.reach > _FARTHEST
        if best > proven + 1 and (done or monotonic() - rested > _PAUSE * lasted):
            begun = monotonic()
            yield Fraction(pricing.least(master.point(master.center), thorough=True)[0]) / scale
            proven, rested = best, monotonic()
            lasted = rested - begun
        if done:
            return
        move, guess = master.solve(deadline)


class _Master:
    """The days found, as a linear program; a price is its `center` and a move of at most `reach` times its own measure."""

    def __init__(self, program: Program, prices: Prices) -> None:
        self.pricing = pricing = Pricing(program)
        self.scale, matrix, layout = pricing.scale, program.matrix, program.layout
        self.rows = np.where(pricing.equal, prices, np.minimum(prices, 0))
        reduced = pricing.costs / self.scale - self._sums(matrix.coordinates(), self.rows)
        blocks = matrix.blocks[: len(layout.visits)]
        cheapest = np.array([reduced[first:end].min() for first, end, _, _ in blocks])
        self.visits = np.where(pricing.whole, cheapest, np.minimum(cheapest, 0))
        self.hands = np.zeros(len(layout.classes))
        for place, (group, _) in enumerate(layout.nurses):
            self.hands[list(group)] -= self.rows[layout.hands + place]
        self.rows[pricing.of_nurses] = 0
        self.reduced = pricing.costs / self.scale - self._sums((pricing.rows, pricing.entries, pricing.values), self.rows)
        self.reduced[layout.most] -= (self.hands * pricing.sizes).sum()
        self.ways, moved = self._directions()
        visits, classes = len(self.visits), len(self.hands)
        self.measure: Prices = np.concatenate([moved, np.ones(visits), np.full(classes, _OF_HANDS)])
        self.size = len(self.measure)
        factor, free = moved == _BY_FACTOR, np.where(pricing.whole, np.inf, -self.visits)
        self.lower: Prices = np.concatenate([np.where(factor, -1.0, -np.inf), np.full(visits + classes, -np.inf)])
        self.upper: Prices = np.concatenate([np.where(factor, np.inf, 0.0), free, self.hands])
        self.center, self.reach, self.seen = np.zeros(self.size), _FIRST_REACH, set[NurseDay]()
        self.starts = np.searchsorted(pricing.entries, np.arange(matrix.width + 1))
        self.base = program.base / self.scale + float((self.rows * pricing.tops).sum() + self.visits.sum())
        self._begin()

    def _sums(self, entries: tuple[Whole, Whole, Whole], prices: Prices) -> Prices:
        """What the rows that each column is in are worth."""
        rows, columns, values = entries
        weighed = np.bincount(columns, weights=values * prices[rows], minlength=len(self.pricing.costs))
        return np.asarray(weighed, dtype=float)

    def _directions(self) -> tuple[Prices, Prices]:
        """By which prices of rows move, a column each, and how far each moves while the price of a visit moves by one."""
        layout, number = self.pricing.layout, len(self.rows)
        span = max(1, -(-layout.length // _SPANS))
        found: list[Prices] = []
        measure: list[float] = []
        for first in range(0, layout.hoods, 1 if not layout.length else layout.length):
            for begin in range(first, min(first + layout.length, layout.hoods), span):
                at = np.zeros(number)
                at[begin : min(begin + span, first + layout.length, layout.hoods)] = 1
                at[self.pricing.of_nurses] = 0
                if at.any():
                    found, measure = [*found, at], [*measure, _ALIKE]
                if (by_factor := at * self.rows).any():
                    found, measure = [*found, by_factor], [*measure, _BY_FACTOR]
        hoods = np.where(np.arange(number) >= layout.hoods, self.rows, 0)
        if hoods.any():
            found, measure = [*found, hoods], [*measure, _BY_FACTOR]
        return np.array(found).reshape(-1, number).T, np.array(measure)

    def point(self, move: Prices) -> Point:
        ways, visits = self.ways.shape[1], len(self.visits)
        rows = self.rows + self.ways @ move[:ways]
        return Point(rows, self.visits + move[ways : ways + visits], self.hands - move[ways + visits :])

    def judge(self, move: Prices, worth: float, best: float, guess: float) -> None:
        """Go to the better prices, and farther the next time if they are as good as they were thought to be."""
        if worth > best:
            share = (worth - best) / max(_CLOSE, guess - best) if np.isfinite(best) else 0
            self.center, self.reach = move, self.reach * (2 if share > 0.5 else 1.2 if share > 0.2 else 1)
        else:
            self.reach *= 0.75 if worth < best - 2 * (guess - best) else 0.97
        if guess - best < _CLOSE:
            self.reach *= 4

    def _begin(self) -> None:
        pricing, layout = self.pricing, self.pricing.layout
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        ways = self.ways.T @ pricing.tops
        sides = np.concatenate([ways, np.ones(len(self.visits)), np.zeros(len(self.hands)), pricing.sizes]).astype(float)
        none = np.zeros(0, dtype=np.int32)
        self.solver.addRows(len(sides), sides, sides, 0, np.zeros(len(sides), dtype=np.int32), none, np.zeros(0))
        for sign in (-1.0, 1.0):
            for row in range(self.size):
                self.solver.addCol(0.0, 0.0, highspy.kHighsInf, 1, np.array([row], dtype=np.int32), np.array([sign]))
        for column in np.flatnonzero(pricing.alone):
            entries = np.zeros(len(sides))
            entries[: self.ways.shape[1]] = self._moved([int(column)])
            if column == layout.most:
                entries[self.size - len(self.hands) : self.size] = -pricing.sizes
            if entries.any():
                self._add(float(self.reduced[column]), float(pricing.uppers[column]), entries)
        for number, nurses in enumerate(layout.classes):
            rest = [int(columns[0]) for who, _, columns in layout.breaks if who[0].id == nurses[0].id]
            self.add(NurseDay(number, (), tuple(rest)))

    def _moved(self, columns: list[int]) -> Prices:
        total = np.zeros(self.ways.shape[1])
        for column in columns:
            span = slice(self.starts[column], self.starts[column + 1])
            total += self.pricing.values[span] @ self.ways[self.pricing.rows[span]]
        return total

    def _add(self, cost: float, upper: float, entries: Prices) -> None:
        rows = np.flatnonzero(np.abs(entries) > 1e-12)
        self.solver.addCol(cost, 0.0, upper, len(rows), rows.astype(np.int32), entries[rows])

    def add(self, day: NurseDay) -> None:
        """One more day of a nurse."""
        if day in self.seen:
            return
        self.seen.add(day)
        entries, ways, visits = np.zeros(self.size + len(self.hands)), self.ways.shape[1], len(self.visits)
        entries[:ways] = self._moved(list(day.columns))
        entries[[ways + who for who in day.visits]] = 1
        hands = int(self.pricing.hands_on[list(day.visits)].sum())
        entries[ways + visits + day.number], entries[self.size + day.number] = hands, 1
        cost = self.reduced[list(day.columns)].sum() - self.visits[list(day.visits)].sum() + self.hands[day.number] * hands
        self._add(float(cost), highspy.kHighsInf, entries)

    def solve(self, deadline: float) -> tuple[Prices, float]:
        """The move that looks best, and what it might be worth."""
        lower = np.maximum(self.lower, self.center - self.reach * self.measure)
        upper = np.minimum(self.upper, self.center + self.reach * self.measure)
        count = 2 * self.size
        self.solver.changeColsCost(count, np.arange(count, dtype=np.int32), np.concatenate([-lower, upper]))
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(0.0, deadline - monotonic()))
        self.solver.run()
        prices = np.array(self.solver.getSolution().row_dual, dtype=float)[: self.size]
        return np.clip(prices, lower, upper), self.solver.getInfo().objective_function_value + self.base
