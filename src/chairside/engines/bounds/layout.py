"""Which rows and columns of the day's linear program mean what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chairside.core.scheduling.day.instance import Nurse
from chairside.engines.bounds.matrix import Whole
from chairside.engines.bounds.places import Classes, Places

Pieces = list[tuple[Places, Whole]]  # and its columns
Breaks = list[tuple[Sequence[Nurse], Whole, Whole]]  # of nurses alike: the starts in minutes, the columns


@dataclass
class Layout:
    """`origin` and `step` in minutes, `length` in steps; `unit`: parts of a unit of acuity that the program counts.

    visits    the pieces of each visit, as many as the first blocks
    nurses    of each group of classes: the first of as many rows as there are steps for hands-on; those for acuity follow
    hands, hoods    the first row for the most hands-on minutes, and the first for preparations, which come last
    most    column of the most hands-on minutes
    """

    classes: Sequence[Sequence[Nurse]]
    step: int
    unit: int
    origin: int = 0
    length: int = 0
    visits: list[Pieces] = field(default_factory=list)
    breaks: Breaks = field(default_factory=list)
    nurses: list[tuple[Classes, int]] = field(default_factory=list)
    hands: int = 0
    hoods: int = 0
    most: int = 0
