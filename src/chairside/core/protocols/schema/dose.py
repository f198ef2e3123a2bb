"""Dose rules: from what an amount is computed, what caps it, how it is rounded. `rule` names the kind in the file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.terms import Layer, Route


class WeightChoice(StrEnum):
    """Which weight a dose is computed from."""

    RECORD = "record"  # the dosing weight of record (today's weight decides whether it still stands)
    ACTUAL = "actual"  # today's weight
    LEAN = "lean"  # lean (ideal) weight, the actual one where that is lower
    ADJUSTED = "adjusted"
    FROZEN = "frozen"  # the weight at the protocol's anchor event; changed only by a signed decision


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of a scale: values from `low` up to `high`. Unbounded sides are None."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_included: bool = True
    high_included: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """What a table is entered by. A frozen axis keeps the value that stood at the first dose of the course."""

    fact: str
    unit: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a stretch of each axis, and the amounts for the first, second … dose of the phase (the last repeats).

    An empty `amounts` means "do not dose"; an amount of zero means that this dose is not given.
    minutes_source   where `least_minutes` stands, when that is another source than the amounts'
    """

    at: tuple[Step, ...]
    amounts: tuple[Quantity, ...] = ()
    every_days: int | None = None
    least_minutes: int | None = None
    minutes_source: str = ""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same amount for everybody."""

    amount: Quantity
    highest: Quantity | None = None  # the highest that the layer allows by order
    rule: Literal["flat"] = "flat"


@dataclass(frozen=True, slots=True)
class PerWeight:
    """An amount for each kilogram. Up to `highest` may be ordered (lost response), for the indications of `highest_for`."""

    amount: Quantity
    weight: WeightChoice = WeightChoice.RECORD
    highest: Quantity | None = None
    highest_for: tuple[str, ...] = ()
    rule: Literal["per_kg"] = "per_kg"


@dataclass(frozen=True, slots=True)
class PerSurface:
    """An amount for each square metre of body surface."""

    amount: Quantity
    highest: Quantity | None = None
    rule: Literal["per_m2"] = "per_m2"


@dataclass(frozen=True, slots=True)
class Table:
    """Tiers and tables: one axis or more, cells without gap or overlap between the outer edges. Outside: do not dose."""

    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    rule: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Calvert:
    """Milligrams from a wanted area under the curve: AUC x (GFR + 25), the GFR capped in the formula.

    The level is ordered, within `least_level` and `most_level`.
    """

    gfr_fact: str
    gfr_cap: Quantity
    least_level: Quantity
    most_level: Quantity
    rule: Literal["calvert"] = "calvert"


@dataclass(frozen=True, slots=True)
class WantedRise:
    """Units from a wanted rise of a level: weight x rise x factor, or over the patient's own recovery where it is on record.

    factor          units for each kg and each point of rise
    recovery_fact   the patient's own rise for each unit a kg; replaces 1 / factor
    """

    factor: Decimal
    least_rise: Quantity
    most_rise: Quantity
    weight: WeightChoice = WeightChoice.ACTUAL
    recovery_fact: str = ""
    rule: Literal["wanted_rise"] = "wanted_rise"


@dataclass(frozen=True, slots=True)
class Deficit:
    """A deficit: per_kg_point x weight x (target - actual level) + per_kg x weight + stores.

    A level at or above the target has no deficit: the dose is refused. `stores` counts where `stores_from` is reached.
    """

    level_fact: str
    level_unit: str
    target: Decimal
    per_kg_point: Quantity
    per_kg: Quantity | None = None
    stores: Quantity | None = None
    stores_from: Quantity | None = None
    weight: WeightChoice = WeightChoice.LEAN
    rule: Literal["deficit"] = "deficit"


@dataclass(frozen=True, slots=True)
class Replacement:
    """What was lost: per x volume lost x fraction (iron of lost blood: 1 mg a mL of red cells x hematocrit)."""

    loss_fact: str
    fraction_fact: str
    per: Quantity
    rule: Literal["replacement"] = "replacement"


@dataclass(frozen=True, slots=True)
class FromProduct:
    """A dose from another product's dose: factor x other dose / weeks between the other doses, for each week of `per_days`.

    The other dose and its interval are the last two of those protocols in the history, or the facts
    `answer.other_dose` and `answer.other_interval_weeks` where they were given elsewhere.
    """

    protocols: tuple[str, ...]
    factor: Decimal
    per_days: int
    start_after_days: int
    rule: Literal["from_product"] = "from_product"


@dataclass(frozen=True, slots=True)
class Ordered:
    """The prescriber states the amount within a range (a volume to draw, units per kilogram). Never guessed."""

    least: Quantity
    most: Quantity
    weight: WeightChoice = WeightChoice.RECORD
    rule: Literal["ordered"] = "ordered"


DoseRule = Flat | PerWeight | PerSurface | Table | Calvert | WantedRise | Deficit | Replacement | FromProduct | Ordered


class Per(StrEnum):
    """What a cap counts over. `rolling` looks back `hours` from the dose."""

    DOSE = "dose"
    COURSE = "course"
    LIFETIME = "lifetime"
    ROLLING = "rolling"


@dataclass(frozen=True, slots=True)
class Cap:
    """A maximum. On the computed dose it is part of the formula; an ordered dose beyond it is refused, never lowered.

    amount            an amount, or a level (mg/kg) that the weight turns into one
    routes            counts doses of these routes only (2 mg a day by vein, 3 mg by other routes); empty means all
    part_of_formula   the computed dose is capped to it and says so; otherwise the computed dose is refused too
    """

    amount: Quantity
    per: Per
    layer: Layer
    hours: int | None = None
    part_of_formula: bool = False
    when: Condition | None = None
    routes: tuple[Route, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of the computed dose by facts. Percentages are always reductions: never a bare "75 %"."""

    key: str
    when: Condition
    reduce_by_percent: Decimal | None = None  # None: do not give
    phases: tuple[str, ...] = ()  # only doses of these phases; empty means all
    positions: tuple[int, ...] = ()  # only these doses of the phase (day 8 of each cycle); empty means all
    at_least: bool = False  # "by 25 % or more": the reduced dose is the most that is allowed, and a person decides
    layer: Layer = Layer.LABEL
    source: str = ""


@dataclass(frozen=True, slots=True)
class Rounding:
    """The label's own rounding. A site's rounding policy comes with the question, not from here."""

    multiple_of: Quantity
    layer: Layer
    source: str = ""
