"""Rates: ladders, rate caps, restart after a reaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.terms import Infusions, Layer, Route, Words


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: a rate, held for `minutes`; the last has None and runs until the bag is empty."""

    rate: Quantity
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class RateCap:
    """A highest rate. Several may apply (drug, indication, patient's risk): the lowest of them wins."""

    rate: Quantity
    layer: Layer
    indications: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()
    when: Condition | None = None
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    infusions: Infusions = field(default_factory=Infusions)
    source: str = ""


@dataclass(frozen=True, slots=True)
class SiteRate:
    """Subcutaneous: highest volume and rate for each needle site, and how many sites at once."""

    volume: Quantity
    rate: Quantity
    sites: int
    infusions: Infusions = field(default_factory=Infusions)


@dataclass(frozen=True, slots=True)
class Ladder:
    """One way of running the infusion.

    steps            ascending; empty means one even rate over `least_minutes`
    least_minutes    the whole infusion may not be shorter; `most_minutes`: nor longer (a blood unit's 4 hours)
    bag              the volume for which the steps were written; None when rates are by weight or concentration
    needs_approval   a site must have approved this practice before it can be chosen
    """

    key: str
    names: Words
    layer: Layer
    infusions: Infusions
    least_minutes: int | None = None
    steps: tuple[Rung, ...] = ()
    stated_minutes: int | None = None  # what the source says the steps add up to
    most_minutes: int | None = None
    bag: Quantity | None = None
    indications: tuple[str, ...] = ()
    when: Condition | None = None
    needs_approval: bool = False
    dose_from: Quantity | None = None  # only for doses from this …
    dose_up_to: Quantity | None = None  # … up to this (a push for 750 mg but not for 1,000 mg)
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    phases: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    sites: tuple[SiteRate, ...] = ()
    source: str = ""


class RestartAction(StrEnum):
    CONTINUE = "continue"
    RESUME = "resume"  # after it has passed, at a part of the rate
    NEW_ORDER = "new_order"  # a prescriber must write a fresh order
    NEVER = "never"  # stopped for this visit and blocked


@dataclass(frozen=True, slots=True)
class Restart:
    """What follows a reaction of a grade (CTCAE), as often as `times` in one visit.

    rate_percent   of the rate at its onset; hold_minutes at that rate before the ladder goes on
    """

    grades: tuple[int, ...]
    action: RestartAction
    layer: Layer
    times: int = 1
    rate_percent: int | None = None
    hold_minutes: int | None = None
    terms: tuple[str, ...] = ()  # reaction terms it is for; empty means all
    release: str = "prescriber"
    source: str = ""
