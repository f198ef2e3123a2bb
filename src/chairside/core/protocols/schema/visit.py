"""What the visit takes from the protocol: premedication, monitoring, observation, chair time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.terms import Infusions, Layer, Route, Words


class Wish(StrEnum):
    """How firmly an item is asked for."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Premedication:
    """One premedication item. The order decides what is given; `wait_minutes` runs from giving it to the start."""

    key: str
    agent: str
    wish: Wish
    wait_minutes: int
    sedating: bool
    layer: Layer
    amount: Quantity | None = None
    route: str = ""
    infusions: Infusions = field(default_factory=Infusions)
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    source: str = ""


class Moment(StrEnum):
    BASELINE = "baseline"
    BEFORE_STEP = "before_step"
    AFTER_START = "after_start"
    EVERY = "every"
    END = "end"
    OBSERVATION_END = "observation_end"


@dataclass(frozen=True, slots=True)
class SetOfVitals:
    """When a set of vitals is due: the moment, and the minutes for `after_start` and `every`."""

    at: Moment
    minutes: int | None = None
    infusions: Infusions = field(default_factory=Infusions)


@dataclass(frozen=True, slots=True)
class Monitoring:
    """Which vitals, and how often. `fresh_minutes`: how old a set may be when a step is unlocked."""

    vitals: tuple[str, ...]
    sets: tuple[SetOfVitals, ...]
    layer: Layer
    fresh_minutes: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """Minutes of observation after the end. `required` ones may be shortened by a provider only."""

    minutes: int
    layer: Layer
    required: bool
    infusions: Infusions = field(default_factory=Infusions)
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    release: str = "prescriber"
    source: str = ""


class ChairPart(StrEnum):
    CHECK_IN = "check_in"
    ACCESS = "access"
    PREMEDICATION = "premedication"
    INFUSION = "infusion"
    FLUSH = "flush"
    OBSERVATION = "observation"
    DISCHARGE = "discharge"


@dataclass(frozen=True, slots=True)
class ChairMinutes:
    part: ChairPart
    minutes: int


@dataclass(frozen=True, slots=True)
class ChairTime:
    """Planned minutes in the chair for one ladder, part by part; `total` must be their sum.

    A therapy without ladders (an injection, a plan of several) leaves `ladder` empty.
    """

    key: str
    ladder: str
    parts: tuple[ChairMinutes, ...]
    total: int
    layer: Layer
    source: str = ""


@dataclass(frozen=True, slots=True)
class HoldRule:
    """A finding that holds or stops the therapy, as the nurse and prescriber read it."""

    key: str
    names: Words
    stop: bool
    layer: Layer
    source: str = ""


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a menu: a regimen of this file, or a protocol of its own, and its blocks with it.

    group   of components of one group (two antiemetics) only one is chosen
    """

    key: str
    regimen: str = ""
    protocol: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """What the prescriber chooses from: so many at least and at most. Nothing is chosen by itself."""

    components: tuple[Component, ...]
    least: int = 1
    most: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One item of a plan: a regimen of a protocol on given days of each cycle.

    sequence   its place in the order of a day; items of one number run together
    """

    key: str
    protocol: str
    regimen: str
    days: tuple[int, ...]
    sequence: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Protocols given together in cycles: the full list of items, because initials never order."""

    cycle_days: int
    items: tuple[PlanItem, ...]
    cycles: int | None = None
    source: str = ""


class Family(StrEnum):
    """Which family of administration codes the work falls into."""

    THERAPEUTIC = "therapeutic"
    COMPLEX = "complex"  # chemotherapy and complex biologics
    HYDRATION = "hydration"
    INJECTION = "injection"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class Administration:
    """How the work is billed. `payer_dependent`: some payers ask for another family, so charges look at the payer."""

    family: Family
    payer_dependent: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Hazards:
    """What the drug does to tissue and to the people who handle it. None: not stated."""

    vesicant: bool | None = None
    stains: bool | None = None
    hazardous: bool | None = None  # on the NIOSH list
    emetogenic: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the dose reaches the patient: route, the highest volume at one site, drops for gravity sets."""

    route: Route
    most_per_site: Quantity | None = None
