"""The day as a linear program over its grid of times. What each rule forbids is only forbidden on the whole of some nurses or
some chairs, so that every feasible schedule is a solution and none costs less than the cheapest solution.

Columns: a visit's starts, breaks of a class of nurses, preparations of one length, the peak, and the most hands-on minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from chairside.core.scheduling.day.instance import DayInstance, Nurse, Visit
from chairside.core.scheduling.day.use import exact
from chairside.engines.bounds.layout import Breaks, Layout, Pieces
from chairside.engines.bounds.matrix import Matrix, Whole
from chairside.engines.bounds.places import Classes, Places, dearest, nurse_classes, places, step

_FITS, _SOON = 12_000_000, 1_000_000  # entries for which there is memory, and that are solved by class in seconds
_FINEST = 1000  # acuity is rounded to its thousandth where it is no simpler fraction


@dataclass(frozen=True, slots=True)
class Program:
    """Its costs are in `scale` parts of a minute, rounded down; `base` is what all of them come on top of."""

    matrix: Matrix
    scale: Fraction
    base: int
    layout: Layout


def program(day: DayInstance, *, by_class: bool) -> Program | None:
    """The program of a day; none when no schedule keeps the rules, or nobody could be served.
    Raises TooLarge.

    by_class    every start with each class of nurses is a column, in place of the rows of all nurses with a skill
    """
    return _Builder(day, by_class).build()


class _Builder:
    def __init__(self, day: DayInstance, by_class: bool) -> None:
        self.day, self.by_class, self.step = day, by_class, step(day)
        self.matrix = Matrix(_SOON if by_class else _FITS)
        self.classes = nurse_classes(day)
        self.scale = Fraction(2) ** (36 - int(dearest(day)).bit_length())
        loads = [*(visit.acuity for visit in day.patients), *(nurse.max_load for nurse in day.nurses)]
        self.unit = min(_FINEST, lcm(*(Fraction(exact(load)).denominator for load in loads)))
        self.layout = Layout(self.classes, self.step, self.unit)

    def build(self) -> Program | None:
        day, base = self.day, 0
        fixed, served = {place.patient for place in day.fixed}, []
        for visit in day.patients:
            left_out = self._scaled(Fraction(exact(day.weights.unscheduled)) * exact(visit.weight))
            found = places(day, visit, self.classes)
            if found:
                served.append((found, visit.id in fixed, left_out))
            elif visit.id in fixed:
                return None
            base += left_out
        rests = [nurses[0].rest for nurses in self.classes]
        if not served or any(rest and rest.last_start < rest.window[0] for rest in rests):
            return None
        self._spread([piece for found, _, _ in served for piece in found])
        pieces: Pieces = []
        for found, surely, left_out in served:
            columns = [(piece, self.matrix.columns(self._costs(piece) - left_out, 1)) for piece in self._split(found)]
            self.matrix.block(np.concatenate([numbers for _, numbers in columns]), 1, whole=surely)
            self.layout.visits.append(columns)
            pieces += columns
        self.layout.breaks = breaks = self._breaks()
        self._chairs(pieces)
        for group in self._groups():
            self._nurses(group, [each for each in pieces if each[0].classes <= group], breaks)
        self._coverage(pieces, breaks)
        self._hands_on(pieces)
        self._hoods(pieces)
        return Program(self.matrix, self.scale, base, self.layout)

    def _scaled(self, price: float | Fraction) -> int:
        return floor((price if isinstance(price, Fraction) else exact(price)) * self.scale)

    def _split(self, found: Iterable[Places]) -> list[Places]:
        if not self.by_class:
            return list(found)
        return [Places(piece.visit, piece.starts, frozenset({who})) for piece in found for who in sorted(piece.classes)]

    def _groups(self) -> list[Classes]:
        numbers = range(len(self.classes))
        if self.by_class:
            return [frozenset({number}) for number in numbers]
        skills = sorted({skill for nurse in self.day.nurses for skill in nurse.skills})
        by_skill = (frozenset(n for n in numbers if skill in self.classes[n][0].skills) for skill in skills)
        return list(dict.fromkeys((frozenset(numbers), *by_skill)))

    def _spread(self, found: Sequence[Places]) -> None:
        """The first time, and how many steps there are."""
        times = {time for piece in found for time in (piece.starts[0], piece.starts[-1] + piece.visit.duration)}
        times |= {time for nurses in self.classes if nurses[0].rest for time in nurses[0].rest.window}
        for piece in found:
            if piece.visit.drug:
                for start in (piece.starts[0], piece.starts[-1]):
                    first, last = piece.visit.drug.mix_window(start, self.day.pharmacy.open)
                    times |= {first, last + piece.visit.drug.prep + self.step}
        self.origin, self.length = min(times), (max(times) - min(times)) // self.step
        self.layout.origin, self.layout.length = self.origin, self.length

    def _costs(self, piece: Places) -> Whole:
        prices, visit, starts = self.day.weights, piece.visit, np.array(piece.starts)
        late = np.maximum(0, starts + visit.duration - self.day.close) * self._scaled(prices.overtime)
        if visit.linked:
            return np.asarray(late + (starts - visit.release) * self._scaled(prices.wait))
        off = np.maximum(0, np.maximum(visit.pref[0] - starts, starts - visit.pref[1]))
        return np.asarray(late + off * self._scaled(prices.pref))

    def _at(self, minutes: Iterable[int]) -> Whole:
        return (np.array(list(minutes), dtype=np.int64) - self.origin) // self.step

    def _run(self, rows: int, starts: Whole, columns: Whole, span: tuple[int, int], value: int = 1) -> None:
        """The value in the rows of the minutes from `span` until its end, counted from each start."""
        offsets = np.arange(span[0] // self.step, span[1] // self.step)
        self.matrix.put(rows + starts[:, None] + offsets, columns[:, None], value)

    def _chairs(self, pieces: Pieces) -> None:
        """Visits that only some types can take, in no more chairs than there are of these; all of them, no more than the
        peak."""
        kinds = {chair.type for chair in self.day.chairs}
        needed = {frozenset(piece.visit.chair_types) & kinds for piece, _ in pieces}
        sets = {frozenset(kinds), *needed, *(one | two for one in needed for two in needed)}
        peak = self.matrix.columns([self._scaled(self.day.weights.peak)], len(self.day.chairs))
        for types in sorted(sets, key=sorted):
            whole = types == kinds
            room = 0 if whole else sum(chair.type in types for chair in self.day.chairs)
            rows = self.matrix.rows([room] * self.length)
            if whole:
                self.matrix.put(rows + np.arange(self.length), peak, -1)
            for piece, columns in pieces:
                if frozenset(piece.visit.chair_types) & kinds <= types:
                    self._run(rows, self._at(piece.starts), columns, (0, piece.visit.duration))

    def _breaks(self) -> Breaks:
        found: Breaks = []
        for nurses in self.classes:
            if rest := nurses[0].rest:
                starts = np.arange(rest.window[0], rest.last_start + 1, self.step)
                columns = self.matrix.columns(np.zeros(len(starts)), len(nurses))
                self.matrix.block(columns, len(nurses), whole=True)
                found.append((nurses, starts, columns))
        return found

    def _rest(self, rows: int, nurses: Sequence[Nurse], starts: Whole, columns: Whole, value: int) -> None:
        """Minutes of the break within the shift."""
        rest = nurses[0].rest
        assert rest
        minutes = starts[:, None] + np.arange(0, rest.dur, self.step)
        times = (minutes - self.origin) // self.step
        here = (minutes >= nurses[0].shift[0]) & (minutes < nurses[0].shift[1]) & (times >= 0) & (times < self.length)
        self.matrix.put(rows + times[here], np.broadcast_to(columns[:, None], times.shape)[here], value)

    def _on_shift(self, group: Iterable[int], worth: Sequence[int]) -> Whole:
        """At each time what the nurses of these classes on shift are worth together."""
        minutes, total = self.origin + self.step * np.arange(self.length), np.zeros(self.length, dtype=np.int64)
        for number in group:
            first, end = self.classes[number][0].shift
            total += ((minutes >= first) & (minutes < end)) * worth[number]
        return total

    def _nurses(self, group: Classes, pieces: Pieces, breaks: Breaks) -> None:
        """Their tasks and breaks at one time, no more than they are; the acuity, no more than they may have."""
        tasks = self.matrix.rows(self._on_shift(group, [len(nurses) for nurses in self.classes]))
        loads = self.matrix.rows(self._on_shift(group, self._most_load()))
        self.layout.nurses.append((group, tasks))
        mine = {self.classes[number][0].id for number in group}
        for nurses, starts, columns in breaks:
            if nurses[0].id in mine:
                self._rest(tasks, nurses, starts, columns, 1)
        for piece, columns in pieces:
            starts = self._at(piece.starts)
            for offset, length in piece.visit.tasks:
                self._run(tasks, starts, columns, (offset, offset + length))
            if len(group) < len(self.classes) and (load := self._load(piece.visit)):
                self._run(loads, starts, columns, (0, piece.visit.duration), load)

    def _load(self, visit: Visit) -> int:
        return floor(exact(visit.acuity) * self.unit)

    def _most_load(self) -> list[int]:
        return [ceil(exact(nurses[0].max_load) * self.unit) * len(nurses) for nurses in self.classes]

    def _coverage(self, pieces: Pieces, breaks: Breaks) -> None:
        """All acuity at one time, no more than all nurses may have who are on shift and not at rest."""
        rows = self.matrix.rows(self._on_shift(range(len(self.classes)), self._most_load()))
        for nurses, starts, columns in breaks:
            self._rest(rows, nurses, starts, columns, floor(exact(nurses[0].max_load) * self.unit))
        for piece, columns in pieces:
            if load := self._load(piece.visit):
                self._run(rows, self._at(piece.starts), columns, (0, piece.visit.duration), load)

    def _hands_on(self, pieces: Pieces) -> None:
        """The hands-on minutes of some nurses, no more than the most of one, that many times."""
        all_of_them = sum(piece.visit.hands_on for piece in {each.visit.id: each for each, _ in pieces}.values())
        most = self.matrix.columns([self._scaled(self.day.weights.balance) * self.step], all_of_them // self.step)
        self.layout.most, self.layout.hands = int(most[0]), len(self.matrix.tops)
        for group in self._groups():
            row = self.matrix.rows([0])
            self.matrix.put(row, most, -sum(len(self.classes[number]) for number in group))
            for piece, columns in pieces:
                if piece.classes <= group and piece.visit.hands_on:
                    self.matrix.put(row, columns, piece.visit.hands_on // self.step)

    def _hoods(self, pieces: Pieces) -> None:
        """Preparations of one length are counted: at each time as many have begun as must have, and no more than may have.
        The two differences are columns that carry over from time to time."""
        by_length: dict[int, Pieces] = defaultdict(list)
        for piece, columns in pieces:
            if piece.visit.drug and piece.visit.drug.prep:
                by_length[piece.visit.drug.prep].append((piece, columns))
        self.layout.hoods = len(self.matrix.tops)
        busy, times = self.matrix.rows([self.day.pharmacy.hoods] * self.length), np.arange(self.length)
        for length, group in by_length.items():
            number = len({piece.visit.id for piece, _ in group})
            begun, early, open_ = (self.matrix.columns(np.zeros(self.length), number) for _ in range(3))
            for offset in range(length // self.step):
                self.matrix.put(busy + times[offset:], begun[: self.length - offset], 1)
            due, ready = (self.matrix.rows([0] * self.length, equal=True) for _ in range(2))
            for rows, carried, sign in ((due, early, -1), (ready, open_, 1)):
                self.matrix.put(rows + times, carried, 1)
                self.matrix.put(rows + times[1:], carried[:-1], -1)
                self.matrix.put(rows + times, begun, sign)
            for piece, columns in group:
                assert piece.visit.drug
                windows = [piece.visit.drug.mix_window(start, self.day.pharmacy.open) for start in piece.starts]
                self.matrix.put(due + self._at(last for _, last in windows), columns, 1)
                self.matrix.put(ready + self._at(first for first, _ in windows), columns, -1)
