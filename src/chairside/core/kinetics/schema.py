"""What is published about a drug in the blood: parameters, for whom they hold, their sources, and what they were checked by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.terms import Route, Words


class Use(StrEnum):
    """What may be drawn from a record."""

    SIMULATE = "simulate"
    WITH_CAUTION = "simulate_with_caution"
    SHAPE_ONLY = "shape_only"  # a curve without numbers on the axis
    DO_NOT_SIMULATE = "do_not_simulate"


class Basis(StrEnum):
    """How a parameter came to its value."""

    PUBLISHED = "published"
    DERIVED = "derived"  # computed from published values
    FITTED = "fitted"  # chosen so that the curve meets published levels
    ASSUMED = "assumed"


class CheckKind(StrEnum):
    """Only a published value is evidence: a calibration was used to set the parameters, an identity is arithmetic."""

    PUBLISHED = "published"
    CALIBRATION = "calibration"
    IDENTITY = "identity"


class Metric(StrEnum):
    HALF_LIFE = "half_life"
    PEAK = "peak"
    PEAK_TIME = "peak_time"
    TROUGH = "trough"
    LEVEL = "level"
    AREA = "area"
    AVERAGE = "average"
    PEAK_RATIO = "peak_ratio"  # of the window to the first interval: accumulation
    TROUGH_RATIO = "trough_ratio"
    AREA_RATIO = "area_ratio"
    AREA_TO_IV = "area_to_iv"  # area per dose, over that of the same doses by vein
    STEADY_VOLUME = "steady_volume"
    RESIDENCE = "residence"  # mean residence time after a bolus


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value. `cv` is how much people differ (coefficient of variation, %); `cv_note` says what it was read from."""

    value: Quantity
    source: str
    basis: Basis = Basis.PUBLISHED
    cv: Decimal | None = None
    cv_note: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """One set of values. With `exchange` and `peripheral` it has two compartments; per kg when its units say so.

    Without `central` there is no curve.

    clearance       CL, volume cleared in a time
    central         Vc, the volume of the blood and what mixes with it at once
    exchange        Q, volume exchanged with the second compartment in a time
    peripheral      Vp, its volume
    absorption      ka, the share of what is left at the injection site or in the gut that is taken up in a time
    bioavailability F, the share of the dose that reaches the blood
    lag             how long nothing is taken up
    saturable       Vmax, the most that a second, saturable path removes in a time
    half_saturation Km, the level at which that path works at half its most
    """

    clearance: Parameter
    central: Parameter | None = None
    exchange: Parameter | None = None
    peripheral: Parameter | None = None
    absorption: Parameter | None = None
    bioavailability: Parameter | None = None
    lag: Parameter | None = None
    saturable: Parameter | None = None
    half_saturation: Parameter | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a trait of a person does to a parameter: `times` a factor, or (value / reference) to a `power`."""

    trait: str
    parameter: str
    source: str
    power: Decimal | None = None
    reference: Quantity | None = None
    times: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Doses:
    """Equal doses: at named times, or `count` of them from `start` on, one `every` so long. `over` is the infusion time."""

    route: Route
    amount: Quantity
    over: Quantity | None = None
    at: tuple[Quantity, ...] = ()
    start: Quantity | None = None
    every: Quantity | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """A value to compare with: `value` within `percent`, or anywhere between `low` and `high`."""

    id: str
    kind: CheckKind
    metric: Metric
    source: str
    value: Quantity | None = None
    percent: Decimal | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    doses: tuple[Doses, ...] = ()
    window: tuple[Quantity, Quantity] | None = None
    parameters: str = ""  # key of another set
    note: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """Another set of parameters of the same drug."""

    key: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Pair:
    """The same drug by two routes, side by side, in a span of time. The second may have its own record (`record`)."""

    first: Doses
    second: Doses
    window: tuple[Quantity, Quantity]
    record: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one drug by one route.

    protocols   the therapies that it may be drawn for
    fair        for which doses or levels it holds
    why         what is wrong with it; always said unless it may simply be simulated
    course      the elimination in a few words
    subject     the person whose curve it is
    weight      that person's weight, where known
    example     the doses that are drawn where no protocol fixes them
    plain       for patients; first_pass: what is lost on the way from the gut, for patients
    """

    id: str
    names: Words
    protocols: tuple[str, ...]
    use: Use
    subject: str
    fair: str
    course: str
    parameters: Parameters
    plain: Words
    sources: tuple[Source, ...]
    half_life: str = ""
    why: str = ""
    weight: Quantity | None = None
    effects: tuple[Effect, ...] = ()
    others: tuple[Other, ...] = ()
    checks: tuple[Check, ...] = ()
    example: tuple[Doses, ...] = ()
    pair: Pair | None = None
    first_pass: Words | None = None

    def source(self, key: str) -> Source:
        """The source of that key. Raises KeyError."""
        return next(source for source in self.sources if source.key == key)

    def set(self, key: str = "") -> Parameters:
        """The main parameters, or those of a key. Raises KeyError when there are none of it."""
        if not key:
            return self.parameters
        found = next((other.parameters for other in self.others if other.key == key), None)
        if found is None:
            raise KeyError(f"{self.id} has no parameters “{key}”")
        return found

    @property
    def drawable(self) -> bool:
        """Whether there is a curve at all."""
        return self.use is not Use.DO_NOT_SIMULATE

    @property
    def checked_by(self) -> str:
        """The best that stands behind the values: a published value, one from memory, arithmetic, nothing."""
        kinds = {(check.kind, self.source(check.source).tier is Tier.RECALL) for check in self.checks}
        if (CheckKind.PUBLISHED, False) in kinds:
            return "a published value that was not used to set them"
        if (CheckKind.PUBLISHED, True) in kinds:
            return "a published value from memory only"
        return "arithmetic only" if kinds else "nothing"
