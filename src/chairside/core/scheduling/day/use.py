"""How much of a thing is in use at each minute, and where that is more than there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

Amount = int | Fraction


def exact(number: float) -> Amount:
    """A number as it is written: 0.1 and 0.2 are 0.3, so that a sum meets its limit and does not miss it by a hair."""
    return int(number) if number == int(number) else Fraction(repr(number))


@dataclass(frozen=True, slots=True)
class Use:
    """An amount in use from `start` until before `end`."""

    start: int
    end: int
    name: str
    amount: Amount = 1


@dataclass(frozen=True, slots=True)
class Excess:
    """A stretch with more in use than there is: by whom, in the order in which they came; how much of how much, at worst."""

    start: int
    end: int
    names: tuple[str, ...]
    total: Amount
    limit: Amount


def pieces(uses: Iterable[Use], cuts: Iterable[int] = ()) -> Iterator[tuple[int, int, list[Use]]]:
    """The time in pieces of which each has the same uses, without idle ones; `cuts` are further ends of pieces."""
    waiting = sorted((use for use in uses if use.start < use.end), key=lambda use: -use.start)
    running: list[Use] = []
    for start, end in pairwise(sorted({*cuts, *(use.start for use in waiting), *(use.end for use in waiting)})):
        running = [use for use in running if use.end > start]
        while waiting and waiting[-1].start == start:
            running.append(waiting.pop())
        if running:
            yield start, end, running


def excesses(uses: Iterable[Use], limit: Amount | Callable[[int], Amount], cuts: Iterable[int] = ()) -> Iterator[Excess]:
    """Where more is in use than the limit; one that changes, at `cuts` only, is asked by the minute. Stretches that touch
    are one."""
    last: Excess | None = None
    for start, end, running in pieces(uses, cuts):
        total, most = sum(use.amount for use in running), limit(start) if callable(limit) else limit
        if total <= most:
            continue
        here = Excess(start, end, tuple(use.name for use in running), total, most)
        if last and last.end == start:
            last = _joined(last, here)
        else:
            if last:
                yield last
            last = here
    if last:
        yield last


def _joined(one: Excess, two: Excess) -> Excess:
    worse = two if two.total - two.limit > one.total - one.limit else one
    return Excess(one.start, two.end, tuple(dict.fromkeys(one.names + two.names)), worse.total, worse.limit)
