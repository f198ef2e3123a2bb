"""Regimens: phases, what dates are counted from, windows, late doses, course limits, hand-overs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.dose import Adjustment, Cap, DoseRule, Rounding
from chairside.core.protocols.schema.terms import Infusions, Layer, Route, Words


class Anchor(StrEnum):
    """From what a date is counted."""

    FIRST_DOSE = "first_dose"
    LAST_DOSE = "last_dose"
    CALENDAR = "calendar"  # the original grid is kept, whenever a dose was given
    CYCLE_START = "cycle_start"
    EVENT = "event"  # an outside event, such as a transplant


@dataclass(frozen=True, slots=True)
class Offsets:
    """Doses on fixed days counted from the anchor (day 0 is the anchor itself)."""

    days: tuple[int, ...]
    anchor: Anchor = Anchor.FIRST_DOSE
    event: str = ""
    timing: Literal["offsets"] = "offsets"


@dataclass(frozen=True, slots=True)
class Every:
    """A dose every so many days. `first_day` places the first one of the phase, counted from the first dose of the course.

    shortest_days   by order, doses may come this close together (a shortened interval that the layer allows)
    """

    days: int
    anchor: Anchor = Anchor.LAST_DOSE
    first_day: int | None = None
    shortest_days: int | None = None
    timing: Literal["every"] = "every"


@dataclass(frozen=True, slots=True)
class Cycles:
    """Cycles: doses on `on_days` (day 1 is the first) of `length_days`.

    any_days        any this many days out of `on_days` (10 of 14)
    next_cycle      "fixed" follows at length_days; "judgement" waits for the prescriber, never before `earliest_days`
                    from the start of the last cycle
    """

    on_days: tuple[int, ...]
    length_days: int | None = None
    any_days: int | None = None
    cycles: int | None = None
    next_cycle: Literal["fixed", "judgement"] = "fixed"
    earliest_days: int | None = None
    timing: Literal["cycles"] = "cycles"


@dataclass(frozen=True, slots=True)
class OnDemand:
    """Repeated within the visit or as needed, no closer than `least_minutes`; the caps limit it."""

    least_minutes: int
    most_repeats: int | None = None
    timing: Literal["on_demand"] = "on_demand"


@dataclass(frozen=True, slots=True)
class Triggered:
    """An extra dose because of an event (plasma exchange), within so many hours after it. It never moves the other doses.

    event   the fact that says on which day it happened (`answer.plasma_exchange`)
    """

    event: str
    within_hours: int
    timing: Literal["triggered"] = "triggered"


Timing = Offsets | Every | Cycles | OnDemand | Triggered


@dataclass(frozen=True, slots=True)
class Window:
    """Days around the target on which a dose counts as on time. `except_doses` of the phase (from 1) have none."""

    early_days: int
    late_days: int
    layer: Layer
    except_doses: tuple[int, ...] = ()
    source: str = ""


class LateAction(StrEnum):
    """What a late dose does to the ones after it."""

    KEEP_CALENDAR = "keep_calendar"
    COUNT_FROM_GIVEN = "count_from_given"
    GIVE_PHASE = "give_phase"  # an earlier phase again (a loading dose)
    ASK = "ask"  # the prescriber decides


@dataclass(frozen=True, slots=True)
class LateRule:
    """Applies when a dose is more than `more_than_days` past its target (the largest that fits wins)."""

    more_than_days: int
    action: LateAction
    layer: Layer
    phase: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part given first, inside the visit: a test dose and its wait."""

    key: str
    amount: Quantity
    over_seconds: int
    wait_minutes: int
    layer: Layer
    infusions: Infusions = field(default_factory=Infusions)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Pump:
    """An ambulatory pump: the total over so many hours, never emptied sooner than the least."""

    hours: int
    least_hours: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """Doses that share a rule. `doses` counts them; None means until stopped.

    least_gap_days   never closer to the dose before than this, whatever the window says
    when             the phase's doses are given only when this holds (ferritin below its limit)
    route            where it is another one than the therapy's first
    """

    key: str
    dose: DoseRule
    timing: Timing
    window: Window
    doses: int | None = None
    least_gap_days: int | None = None
    late: tuple[LateRule, ...] = ()
    when: Condition | None = None
    parts: tuple[Part, ...] = ()
    pump: Pump | None = None
    route: Route | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A decision that the prescriber must take after so many months of a phase, and the regimens it may lead to."""

    key: str
    after_months: int
    regimens: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class CourseGap:
    """Days without a dose after which the next one starts a new course."""

    days: int
    layer: Layer
    source: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """Coming from another therapy: the first dose on so many days after its last one."""

    from_protocols: tuple[str, ...]
    after_days: int
    layer: Layer
    source: str = ""


@dataclass(frozen=True, slots=True)
class Regimen:
    """One way of giving the therapy. The first `preferred` regimen that applies is taken unless one is named.

    applies       patients it is for (weight, age); indications it is for
    named_only    never chosen by itself: the order must name it (a practice above the label, an alternative)
    caps          over dose, course, lifetime or a rolling span
    course_gap    what starts a new course (course caps and dose numbers begin again)
    """

    key: str
    names: Words
    indications: tuple[str, ...]
    phases: tuple[Phase, ...]
    layer: Layer
    applies: Condition | None = None
    named_only: bool = False
    caps: tuple[Cap, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    rounding: Rounding | None = None
    course_gap: CourseGap | None = None
    choices: tuple[Choice, ...] = ()
    switches: tuple[Switch, ...] = ()
    source: str = ""
