"""What a day costs at least when its rows are broken at a price and every nurse has the best day for herself at these prices:
a nurse keeps a visit for its whole length, which the rows of the linear program do not say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chairside.core.scheduling.day.instance import Nurse
from chairside.engines.bounds.matrix import Whole, joined
from chairside.engines.bounds.nurse_day import BITS, NEVER, Choices, best_day
from chairside.engines.bounds.program import Program
from chairside.engines.bounds.resources import resource_prices

Prices = NDArray[np.float64]
_MOST, _UNITS = 1 << 42, 12
QUICK, THOROUGH = 300, 20_000  # labels kept at each step


@dataclass(frozen=True, slots=True)
class Point:
    """Prices of the rows (none of those of nurses), of serving each visit once, and of a step of hands-on by class."""

    rows: Prices
    visits: Prices
    hands: Prices


@dataclass(frozen=True, slots=True)
class NurseDay:
    """The visits, by their place in the program, and the columns of a day of a nurse of a class; the break's is among them."""

    number: int
    visits: tuple[int, ...]
    columns: tuple[int, ...]


class Pricing:
    """`columns[number]`: visit, column and step of each start that nurses of the class could have, by step."""

    def __init__(self, program: Program) -> None:
        matrix, layout = program.matrix, program.layout
        self.program, self.layout, self.scale = program, layout, float(program.scale)
        rows, columns, values = matrix.coordinates()
        self.of_nurses = np.zeros(len(matrix.tops), dtype=bool)
        for _, first in layout.nurses:
            self.of_nurses[first : first + 2 * layout.length] = True
        self.of_nurses[layout.hands : layout.hoods] = True
        kept = ~self.of_nurses[rows]
        self.rows, self.entries, self.values = rows[kept], columns[kept], values[kept]
        self.tops, self.equal = np.array(matrix.tops, dtype=np.int64), np.array(matrix.equal, dtype=bool)
        self.costs, self.uppers = joined(matrix.costs), joined(matrix.uppers)
        self.alone = np.ones(matrix.width, dtype=bool)
        for first, end, _, _ in matrix.blocks:
            self.alone[first:end] = False
        self.whole = np.array([whole for *_, whole in matrix.blocks[: len(layout.visits)]], dtype=bool)
        self.visits = [pieces[0][0].visit for pieces in layout.visits]
        self.hands_on = np.array([visit.hands_on // layout.step for visit in self.visits], dtype=np.int64)
        self.sizes = np.array([len(nurses) for nurses in layout.classes], dtype=np.int64)
        self.bits = np.array([self._bits(visit.tasks) for visit in self.visits], dtype=np.int64)
        self.columns = [self._of_class(number) for number in range(len(layout.classes))]

    def _words(self) -> int:
        rests = [nurses[0].rest.dur for nurses in self.layout.classes if nurses[0].rest]
        return max((*(visit.duration for visit in self.visits), *rests)) // self.layout.step // BITS + 1

    def _bits(self, spans: Sequence[tuple[int, int]]) -> list[int]:
        step = self.layout.step
        mask = sum(1 << at for offset, length in spans for at in range(offset // step, (offset + length) // step))
        return [mask >> (BITS * word) & ((1 << BITS) - 1) for word in range(self._words())]

    def _of_class(self, number: int) -> tuple[Whole, Whole, Whole]:
        found = [
            (at, who, column)
            for who, pieces in enumerate(self.layout.visits)
            for piece, columns in pieces
            if number in piece.classes
            for at, column in zip(self.steps(piece.starts), columns, strict=True)
        ]
        steps, who, columns = np.array(sorted(found), dtype=np.int64).reshape(-1, 3).T
        return who, columns, steps

    def steps(self, minutes: Sequence[int] | Whole) -> Whole:
        return (np.asarray(minutes, dtype=np.int64) - self.layout.origin) // self.layout.step

    def least(self, point: Point, *, thorough: bool) -> tuple[int, list[NurseDay]]:
        """What no schedule costs less than, in the unit of the costs, and good days of nurses. Proven when `thorough`;
        otherwise it may be too high, by what better days of a nurse than the ones found would save."""
        rows = self._whole(point.rows)
        rows[self.of_nurses] = 0
        rows = np.where(self.equal, rows, np.minimum(rows, 0))
        visits = np.where(self.whole, self._whole(point.visits), np.minimum(self._whole(point.visits), 0))
        hands = np.maximum(self._whole(point.hands), 0)
        reduced = self.costs.copy()
        np.subtract.at(reduced, self.entries, self.values * rows[self.rows])
        reduced[self.layout.most] -= int((hands * self.sizes).sum())
        losing = self.alone & (reduced < 0)
        total = (
            self.program.base
            + sum(price * top for price, top in zip(rows.tolist(), self.tops.tolist(), strict=True))
            + sum(visits.tolist())
        )
        ends = zip(reduced[losing].tolist(), self.uppers[losing].tolist(), strict=True)
        total += sum(price * upper for price, upper in ends)
        days: list[NurseDay] = []
        for number, nurses in enumerate(self.layout.classes):
            who, columns, _ = self.columns[number]
            gains = visits[who] - reduced[columns] - hands[number] * self.hands_on[who]
            most, found = self._best(number, nurses[0], gains, reduced, thorough)
            total -= len(nurses) * most
            days += found
        return int(total), days

    def _whole(self, prices: Prices) -> Whole:
        usable = np.clip(np.nan_to_num(prices * self.scale, nan=0.0), -_MOST, _MOST)
        return np.asarray(np.rint(usable), dtype=np.int64)

    def _best(self, number: int, nurse: Nurse, gains: Whole, reduced: Whole, thorough: bool) -> tuple[int, list[NurseDay]]:
        """What no day of a nurse of the class is worth more than, or when not `thorough` what the best one found is worth."""
        worthy = gains > 0
        (who, columns, steps), gains = (each[worthy] for each in self.columns[number]), gains[worthy]
        unit = self.layout.unit
        coarse = -(-int(np.ceil(nurse.max_load * unit)) // _UNITS) or 1
        cap = -(-int(np.ceil(nurse.max_load * unit)) // coarse)
        load = np.array([int(visit.acuity * unit) // coarse for visit in self.visits], dtype=np.int64)[who]
        lasts = np.array([visit.duration // self.layout.step for visit in self.visits], dtype=np.int64)[who]
        first = np.searchsorted(steps, np.arange(self.layout.length + 1)).astype(np.int64)
        cost, resting, break_columns = self._break(nurse, reduced)
        choices = Choices(first, who, gains, load, steps + lasts, self.bits, cost, resting, cap, len(self.visits))
        slot, units = resource_prices(choices, self.scale)
        most, found = best_day(choices, slot, units, QUICK, NEVER)
        best = max((int(worth) for worth in found[:, 0]), default=int(most))
        if thorough:
            most = max(best, int(best_day(choices, slot, units, THOROUGH, best - 1)[0]))
        days = []
        for day in found:
            chosen = [int(choice) for choice in day[2:] if choice >= 0]
            rest = [int(break_columns[day[1]])] if day[1] >= 0 else []
            days.append(
                NurseDay(number, tuple(int(who[i]) for i in chosen), tuple(int(columns[i]) for i in chosen) + tuple(rest))
            )
        return int(most) if thorough else best, days

    def _break(self, nurse: Nurse, reduced: Whole) -> tuple[Whole, Whole, Whole]:
        """Cost at each step, its steps of rest, and its columns."""
        cost, found = np.full(self.layout.length, NEVER), np.zeros(self.layout.length, dtype=np.int64)
        for nurses, starts, columns in self.layout.breaks:
            if nurses[0].id == nurse.id:
                cost[self.steps(starts)], found[self.steps(starts)] = reduced[columns], columns
        rest = [(0, nurse.rest.dur)] if nurse.rest else []
        return cost, np.array(self._bits(rest), dtype=np.int64), found
