"""A day's question as arrays: times in slots of the day's own grid, load in whole units, chairs in classes that are alike.

On a grid that divides every time of the instance some best schedule lies, so nothing is lost by it. Chairs of one type are one
class: visits that fit their number at every minute can always be told apart afterwards (`decode`). A chair that a fixed visit
names is a class of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chairside.core.scheduling.day.instance import Assignment
from chairside.core.scheduling.day.schedule import NurseBreak

Numbers = NDArray[np.int64]
Prices = NDArray[np.float64]
Words = NDArray[np.uint64]
NEVER = np.inf
ALWAYS = 1e9  # the price of leaving out who may not be left out


@dataclass(frozen=True)
class Standing:
    """What already stands and will not move, and what a change of the rest costs: a day that has begun.

    visits      in their places; they count for every limit, and may break it (the limit is then what they use)
    breaks      begun, or over
    mixing      intervals of hoods in use by preparations that are not of a free visit
    now         nothing that is free is put before it
    moved       prices of a free visit's start by minute moved from its old one; `changed` of another nurse; `remix`
    old         the places of the free visits before; `unpriced` those whose moving costs nothing
    kept        the begin of preparations that have begun
    """

    visits: tuple[Assignment, ...] = ()
    breaks: tuple[NurseBreak, ...] = ()
    mixing: tuple[tuple[int, int], ...] = ()
    now: int | None = None
    moved: float = 0
    changed: float = 0
    remix: float = 0
    old: dict[str, Assignment] = field(default_factory=dict)
    unpriced: frozenset[str] = frozenset()
    kept: dict[str, int] = field(default_factory=dict)


class Taken(NamedTuple):
    """What is left, and what is running, before any free visit is placed."""

    spare: Numbers
    busy: Words
    hands: Prices
    free: Numbers
    cover: Numbers
    hood: Numbers
    running: Numbers


class Question(NamedTuple):
    """V free visits, N nurses, C chair classes, T slots.

    slots, origin, minutes    of the grid: how many, the minute of the first, the minutes of one
    duration, units, hands    [V] slots in the chair, load, hands-on minutes
    cost                      [V, T] price of a start, infinite where there may be none; `starts` by price, `many` of them
    leave                     [V] price of leaving out; `change` [V, N] of this nurse, infinite where she may not
    work                      [V, T, words] the slots of the nurse's hands-on work, as marks, for each start
    drug                      [V, 5] slots of preparation (0: no drug), release, need, end of infusion, stability
    kept, remix               [V] the begin of a preparation that has begun (-1: none); the price of making it again
    classes                   [V, C] the chair classes that will do, the least scarce first; -1 ends them
    chairs                    [C] how many
    shift, most, pause        [N] hours, load, break: length (0: none), first and last begin
    pharmacy                  [2] hours
    """

    slots: int
    origin: int
    minutes: int
    duration: Numbers
    units: Numbers
    hands: Prices
    cost: Prices
    starts: Numbers
    many: Numbers
    leave: Prices
    change: Prices
    work: Words
    drug: Numbers
    kept: Numbers
    remix: float
    classes: Numbers
    chairs: Numbers
    shift: Numbers
    most: Numbers
    pause: Numbers
    pharmacy: Numbers
    peak: float
    balance: float
