"""What of the day is taken: plain arrays that the compiled code changes. Slots count the day's own grid from its origin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chairside.engines.day.question import Numbers, Prices, Question, Taken, Words


class State(NamedTuple):
    """V visits, N nurses, C chair classes, T slots, L load levels.

    at, who, chair, mix    of each visit: its start (-1: left out), nurse, chair class, begin of its preparation (-1: none)
    rest                   of each nurse: the begin of her break (-1: none)
    spare, over            [N, T] units that she may still take; [N * L] where a visit of a level is too much
    busy, hands            [N] her hands-on work and break as marks; her hands-on minutes
    free, full             [C, T] chairs left; [C] where none is
    cover, tight           [1, T] units that the floor may still take; [L] where a visit of a level is too much
    hood, shut             [1, T] hoods left; where none is
    running, counts, top   [T] visits at once; how many slots have so many; where there are most
    peak, price            the most visits at once; the price of all visits' starts and of those left out
    """

    at: Numbers
    who: Numbers
    chair: Numbers
    mix: Numbers
    rest: Numbers
    spare: Numbers
    over: Words
    busy: Words
    hands: Prices
    free: Numbers
    full: Words
    cover: Numbers
    tight: Words
    hood: Numbers
    shut: Words
    running: Numbers
    counts: Numbers
    top: Words
    peak: Numbers
    price: Prices


def empty(question: Question, taken: Taken) -> State:
    """The day with nothing but what stands before the search: everybody is left out."""
    visits, nurses, slots = len(question.duration), len(question.most), question.slots
    levels, classes, words = len(question.levels), len(question.chairs), (slots + 63) // 64
    state = State(
        at=np.full(visits, -1, np.int64),
        who=np.zeros(visits, np.int64),
        chair=np.zeros(visits, np.int64),
        mix=np.full(visits, -1, np.int64),
        rest=np.full(nurses, -1, np.int64),
        spare=taken.spare.copy(),
        over=np.zeros((nurses * levels, words), np.uint64),
        busy=taken.busy.copy(),
        hands=taken.hands.copy(),
        free=taken.free.copy(),
        full=np.zeros((classes, words), np.uint64),
        cover=taken.cover[None, :].copy(),
        tight=np.zeros((levels, words), np.uint64),
        hood=taken.hood[None, :].copy(),
        shut=np.zeros((1, words), np.uint64),
        running=taken.running.copy(),
        counts=np.bincount(taken.running, minlength=visits + int(taken.running.max(initial=0)) + 2).astype(np.int64),
        top=np.zeros((1, words), np.uint64),
        peak=np.array([taken.running.max(initial=0)], np.int64),
        price=np.array([question.leave.sum()]),
    )
    _mark(state.over, np.repeat(state.spare, levels, axis=0) < np.tile(question.levels, nurses)[:, None])
    _mark(state.full, state.free < 1)
    _mark(state.tight, state.cover < question.levels[:, None])
    _mark(state.shut, state.hood < 1)
    _mark(state.top, state.running[None, :] == state.peak[0])
    return state


def _mark(marks: Words, where: NDArray[np.bool_]) -> None:
    """Write a table of yes and no as marks, 64 slots a word."""
    for word in range(marks.shape[1]):
        part = where[:, word * 64 : word * 64 + 64].astype(np.uint64)
        marks[:, word] = (part << np.arange(part.shape[1], dtype=np.uint64)).sum(axis=1, dtype=np.uint64)
