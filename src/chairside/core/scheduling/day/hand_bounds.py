"""Bounds by hand: figures that no schedule of a day is below, found without a solver and added up exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, nextafter
from typing import TypeVar

from chairside.core.scheduling.day.alone import Alone, able, alone
from chairside.core.scheduling.day.instance import DayInstance, Interval
from chairside.core.scheduling.day.use import exact

Number = TypeVar("Number", float, Fraction)
_MANY = 30


@dataclass(frozen=True, slots=True)
class HandBounds:
    """Of each figure what is needed to serve every visit that could be served if it were alone. Times in minutes."""

    unserved: int
    peak_chairs: int
    overtime: int
    hands_on: int
    wait: int
    off_wish: int


def of_figures(day: DayInstance) -> HandBounds:
    """The bounds of the figures when everybody is served for whom there is any place."""
    visits = _servable(day)
    return HandBounds(
        unserved=len(day.patients) - len(visits),
        peak_chairs=max((-(-_energy(visits, (start, end)) // (end - start)) for start, end in _windows(visits)), default=0),
        overtime=max(sum(each.overtime for each in visits), *(_late(day, visits, at) for at in _arrivals(day, visits)), 0),
        hands_on=max(
            (-(-sum(each.visit.hands_on for each in group) // nurses) for group, nurses in _groups(day, visits)), default=0
        ),
        wait=sum(each.wait for each in visits),
        off_wish=sum(each.off_wish for each in visits),
    )


def of_objective(day: DayInstance) -> float:
    """A number that the objective of no feasible schedule is below, whomever it leaves out.

    Let a schedule serve the visits S, at most m at one minute. Then

    - every visit of S costs at least what it costs alone, every other its price of being left out;
    - in a window of L minutes the visits of S run for at least the sum of what each runs there wherever it starts, and for at
      most L x m minutes; and m is at most the number of chairs;
    - of a group of visits that only k nurses could have, some nurse has at least a k-th of the hands-on minutes in S;
    - the visits of S that cannot start before r run before the closing for at most (close - r) x m minutes, and the rest of
      their minutes is overtime. (Then overtime is not counted with what a visit costs alone.)

    So, for any choice of window, group and r, the objective is at least the least over m of: the price of m chairs, plus the
    cheapest choice of S that keeps the second line. Serving parts of visits is allowed, which only makes it cheaper, and
    then the cheapest is known: leave out first who saves least by the minute of the window (Dantzig's rule for a knapsack).
    Every choice is a bound, the best one found is taken, and its value added up in fractions.
    """
    visits = _servable(day)
    windows, groups = _windows(visits)[:_MANY], list(_groups(day, visits))
    proof = _Proof(day, visits)
    for _ in range(2):
        proof = _best(proof, (replace(proof, window=window) for window in windows))
        proof = _best(
            proof, (replace(proof, group=frozenset(each.visit.id for each in group), nurses=nurses) for group, nurses in groups)
        )
        proof = _best(proof, (replace(proof, arrival=arrival) for arrival in (None, *_arrivals(day, visits))))
    known = {each.visit.id for each in visits}
    lost = sum(exact(visit.weight) for visit in day.patients if visit.id not in known)
    return rounded_down(exact(day.weights.unscheduled) * lost + proof.exactly())


def _best(proof: _Proof, others: Iterable[_Proof]) -> _Proof:
    return max((proof, *others), key=_Proof.nearly)


@dataclass(frozen=True)
class _Proof:
    """A choice of window, group and arrival."""

    day: DayInstance
    visits: tuple[Alone, ...]
    window: Interval = (0, 1)
    group: frozenset[str] = frozenset()
    nurses: int = 1
    arrival: int | None = None

    def exactly(self) -> Fraction:
        """The bound, without the visits that have no place."""
        return _least(self._served(), _left_out(self.day, self.visits), self._energies(), *self._chairs())

    def nearly(self) -> float:
        """The same, quickly."""
        served, out = map(float, self._served()), map(float, _left_out(self.day, self.visits))
        price, *room = self._chairs()
        return _least(list(served), list(out), self._energies(), float(price), *room)

    def _served(self) -> list[Fraction]:
        """What each visit costs when it is served."""
        balance, overtime = exact(self.day.weights.balance), exact(self.day.weights.overtime)
        return [
            Fraction(each.cost if self.arrival is None else each.soft_cost)
            + (Fraction(balance * each.visit.hands_on, self.nurses) if each.visit.id in self.group else 0)
            + (overtime * each.visit.duration if self.arrival is not None and each.first >= self.arrival else 0)
            for each in self.visits
        ]

    def _energies(self) -> list[int]:
        return [each.surely_within(*self.window) for each in self.visits]

    def _chairs(self) -> tuple[Fraction, int, int]:
        """What a chair costs, less the overtime that it may save; its minutes in the window; how many chairs there are."""
        prices = self.day.weights
        saved = 0 if self.arrival is None else exact(prices.overtime) * (self.day.close - self.arrival)
        return Fraction(exact(prices.peak)) - saved, self.window[1] - self.window[0], len(self.day.chairs)


def _least(
    served: Sequence[Number], out: Sequence[Number], energies: Sequence[int], chair: Number, length: int, chairs: int
) -> Number:
    """The cheapest choice of a number of chairs and of (parts of) visits that fit on them."""
    total = sum(map(min, served, out), start=chair * 0)
    gains = ((skip - serve, minutes) for serve, skip, minutes in zip(served, out, energies, strict=True))
    worth = sorted(((gain / minutes, gain, minutes) for gain, minutes in gains if gain > 0 < minutes), reverse=True)
    needed, found = sum(minutes for _, _, minutes in worth), []
    for number in range(chairs, -1, -1):
        while worth and needed - worth[-1][2] >= number * length:
            _, gain, minutes = worth.pop()
            needed, total = needed - minutes, total + gain
        too_many = max(0, needed - number * length)
        found.append(chair * number + total + (worth[-1][0] * too_many if too_many else 0))
    return min(found)


def _servable(day: DayInstance) -> tuple[Alone, ...]:
    return tuple(found for visit in day.patients if (found := alone(day, visit)))


def _left_out(day: DayInstance, visits: Iterable[Alone]) -> list[Fraction]:
    price = Fraction(exact(day.weights.unscheduled))
    return [price * exact(each.visit.weight) for each in visits]


def _energy(visits: Iterable[Alone], window: Interval) -> int:
    return sum(each.surely_within(*window) for each in visits)


def _windows(visits: Sequence[Alone]) -> list[Interval]:
    """Windows from an arrival to an end, and the minutes at which most visits surely run; the fullest first."""
    begins = _some({each.first for each in visits})
    ends = _some({each.last + each.visit.duration for each in visits})
    spans = {(begin, end) for begin in begins for end in ends if begin < end} | {
        (at, at + 1) for at in _some({each.last for each in visits})
    }
    return sorted(spans, key=lambda span: Fraction(_energy(visits, span), span[1] - span[0]), reverse=True)


def _some(times: Iterable[int]) -> list[int]:
    """Not too many of these, with the first and the last."""
    ordered = sorted(times)
    step = max(1, -(-len(ordered) // _MANY))
    return sorted({*ordered[::step], *ordered[-1:]})


def _groups(day: DayInstance, visits: Sequence[Alone]) -> Iterator[tuple[list[Alone], int]]:
    """Visits that only some nurses could have, and the number of these nurses; the longest visits in hand, each with one."""
    by_nurses: dict[frozenset[str], list[Alone]] = defaultdict(list)
    for each in visits:
        by_nurses[frozenset(nurse.id for nurse in day.nurses if able(each.visit, nurse))].append(each)
    for nurses in {*by_nurses, frozenset(nurse.id for nurse in day.nurses)}:
        group = [each for who, some in by_nurses.items() if who <= nurses for each in some]
        if group:
            yield group, len(nurses)
    yield from (([each], 1) for each in sorted(visits, key=lambda each: -each.visit.hands_on)[:3])


def _late(day: DayInstance, visits: Iterable[Alone], arrival: int) -> int:
    """Minutes after the closing of those who cannot start before, on all chairs."""
    later = sum(each.visit.duration for each in visits if each.first >= arrival)
    return later - len(day.chairs) * (day.close - arrival)


def _arrivals(day: DayInstance, visits: Iterable[Alone]) -> list[int]:
    return _some({each.first for each in visits if each.first <= day.close})


def rounded_down(value: Fraction) -> float:
    """The nearest float that is not above the value."""
    near = float(value)
    return near if near <= value else nextafter(near, -inf)
