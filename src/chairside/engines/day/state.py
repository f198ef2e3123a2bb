"""What of the day is taken: plain arrays that the compiled code changes. Slots count the day's own grid from its origin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chairside.engines.day.counts import highest, planes
from chairside.engines.day.question import Numbers, Prices, Question, Taken, Words


class State(NamedTuple):
    """V visits, N nurses, C chair classes, W words of slots, P planes of `counts`.

    at, who, chair, mix    of each visit: its start (-1: left out), nurse, chair class, begin of its preparation (-1: none)
    rest                   of each nurse: the begin of her break (-1: none)
    spare                  [N, W, P] one more than the units that she may still take; 0 outside her shift
    busy, hands            [N, W] her hands-on work and break as marks; [N] her hands-on minutes
    free                   [C, W, P] chairs left
    cover, hood            [1, W, P] units that the floor may still take; hoods left
    running, top           [1, W, P] visits at once; [W] where there are most
    peak, price            the most visits at once; the price of all visits' starts and of those left out
    all                    everything above as one array: a copy of it, written back, brings the state back
    shut                   [W] where the visit that looks for a place cannot begin
    shunned                a visit (-1: none), and the start that it may not have
    """

    at: Numbers
    who: Numbers
    chair: Numbers
    mix: Numbers
    rest: Numbers
    spare: Words
    busy: Words
    hands: Prices
    free: Words
    cover: Words
    hood: Words
    running: Words
    top: Words
    peak: Numbers
    price: Prices
    all: Words
    shut: Words
    shunned: Numbers


def empty(question: Question, taken: Taken) -> State:
    """The day with nothing but what stands before the search: everybody is left out."""
    visits, units = len(question.duration), int(question.units.max(initial=0))
    load, together = max(units, int(question.most.max(initial=0))), visits + int(taken.running.max(initial=0))
    running = planes(taken.running[None, :], together)
    top = np.zeros(running.shape[1], np.uint64)
    peak = highest(running, top)
    parts = {
        "at": np.full(visits, -1, np.int64),
        "who": np.zeros(visits, np.int64),
        "chair": np.zeros(visits, np.int64),
        "mix": np.full(visits, -1, np.int64),
        "rest": np.full(len(question.most), -1, np.int64),
        "spare": planes(taken.spare + 1, load + 1),
        "busy": taken.busy,
        "hands": taken.hands,
        "free": planes(taken.free, int(question.chairs.max(initial=0))),
        "cover": planes(taken.cover[None, :], max(load, int(taken.cover.max(initial=0)), int(question.most.sum()))),
        "hood": planes(taken.hood[None, :], int(taken.hood.max(initial=0))),
        "running": running,
        "top": top,
        "peak": np.array([peak], np.int64),
        "price": np.array([question.leave.sum()]),
    }
    everything = np.concatenate([part.ravel().view(np.uint64) for part in parts.values()])
    views, done = {}, 0
    for name, part in parts.items():
        views[name] = everything[done : done + part.size].view(part.dtype).reshape(part.shape)
        done += part.size
    return State(**views, all=everything, shut=np.zeros_like(top), shunned=np.full(2, -1, np.int64))
