"""Rates as numbers: the place of an infusion in the history, rates of any unit in mL/h, and the shape of a run.

Labels write rates in mL/h, mg/h, mg/kg/min and more; here each becomes mL/h exactly, or is not computed. A run is a row of
paces: each a rate in mL/h and the minutes at it, the last one open until the bag is empty. Rates and minutes are fractions
here, so that a limit met exactly is met exactly; they become decimals where they are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import Unit, unit
from chairside.core.protocols.schema.terms import Infusions
from chairside.core.protocols.truth import Truth

ML_PER_HOUR = unit("mL/h")
_DIGITS = 40


def as_decimal(number: Fraction) -> Decimal:
    """The number as a decimal: exact where it ends, else to forty digits."""
    with localcontext() as context:
        context.prec = _DIGITS
        return Decimal(number.numerator) / Decimal(number.denominator)


@dataclass(frozen=True, slots=True)
class Course:
    """Where this infusion stands in the patient's history of the product.

    number            counts infusions of this product ever given to this patient, this one included
    tolerated_in_row  how many of the infusions just before this one were tolerated, one after the other
    had_reaction      an earlier infusion was not tolerated
    known             whether it is on record how the earlier infusions were tolerated
    """

    number: int
    tolerated_in_row: int
    had_reaction: bool = False
    known: bool = True


def applies(rule: Infusions, course: Course) -> bool:
    """Whether an item of the protocol is for this infusion. Tolerance that is not known has not been earned."""
    return stands(rule, course) is Truth.TRUE


def stands(rule: Infusions, course: Course) -> Truth:
    """Whether an item is for this infusion; unknown where it hangs on tolerance that is not on record."""
    if course.number < rule.first or (rule.last is not None and course.number > rule.last):
        return Truth.FALSE
    if not (rule.after_reaction and not course.had_reaction) and course.tolerated_in_row >= rule.after_tolerated:
        return Truth.TRUE
    return Truth.FALSE if course.known else Truth.UNKNOWN


@dataclass(frozen=True, slots=True)
class Bag:
    """What is infused, and the weight that rates by weight are multiplied with."""

    dose: Quantity
    volume: Quantity
    weight: Quantity | None = None
    _factors: dict[Unit, Fraction | Reason] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ml(self) -> Fraction:
        return Fraction(self.volume.to("mL").amount)

    def pace(self, rate: Quantity) -> Fraction | Reason:
        """The rate in mL/h; else the reason why it cannot be said."""
        if rate.unit == ML_PER_HOUR:
            return Fraction(rate.amount)
        if rate.unit not in self._factors:
            self._factors[rate.unit] = self._factor(rate.unit)
        factor = self._factors[rate.unit]
        return factor if isinstance(factor, Reason) else Fraction(rate.amount) * factor

    def _factor(self, of: Unit) -> Fraction | Reason:
        """One of that unit in mL/h."""
        factor = Fraction(1)
        if any(atom == "kg" and power < 0 for atom, power in of.powers):
            if self.weight is None:
                message = "The rate is by weight, and the weight is not on record."
                return unknown("missing_fact", message, field="patient.weight_kg")
            factor, of = Fraction(self.weight.to("kg").amount), of.times(unit("kg"))
        if not of.comparable(ML_PER_HOUR):
            factor *= Fraction(self.volume.amount) / Fraction(self.dose.amount)
            of = of.times(self.volume.unit).times(self.dose.unit, -1)
        if not of.comparable(ML_PER_HOUR):
            message = f"The dose is in {self.dose.unit.spelled()}; the protocol's rate cannot be turned into mL/h with it."
            return refused("mismatch", message, field="dose", limit=str(of))
        above, below = of.scale()
        target_above, target_below = ML_PER_HOUR.scale()
        return factor * Fraction(above * target_below) / Fraction(below * target_above)


def in_ml_per_hour(rate: Quantity, *, dose: Quantity, volume: Quantity, weight: Quantity | None) -> Quantity | None:
    """A rate in mL/h, whatever the label writes it in; None when it needs a weight that is not known, or another dose unit."""
    found = Bag(dose, volume, weight).pace(rate)
    return None if isinstance(found, Reason) else ml_per_hour(found)


def ml_per_hour(rate: Fraction) -> Quantity:
    return Quantity(as_decimal(rate), ML_PER_HOUR)


def settable(rate: Fraction) -> Quantity:
    """The rate as a pump takes it: a tenth of a mL/h, a hundredth below 1 mL/h, rounded down so that it is never faster."""
    step = Fraction(1, 10) if rate >= 1 else Fraction(1, 100)
    whole = rate // step * step
    return ml_per_hour(whole if whole > 0 else rate)


@dataclass(frozen=True, slots=True)
class Pace:
    """A rate in mL/h, held for `minutes`; None runs until the bag is empty."""

    rate: Fraction
    minutes: Fraction | None = None


Paces = tuple[Pace, ...]


def minutes_of(paces: Paces, ml: Fraction) -> Fraction:
    """Minutes that so many mL take through the paces, each at its shortest. The last one runs until nothing is left."""
    left, total = ml, Fraction(0)
    for pace in paces[:-1]:
        if pace.minutes is None or left * 60 <= pace.rate * pace.minutes:
            return total + left * 60 / pace.rate
        left -= pace.rate * pace.minutes / 60
        total += pace.minutes
    return total + left * 60 / paces[-1].rate


def cut(paces: Paces, most: Fraction) -> Paces:
    """The paces under a highest rate: whatever lies above it runs at that rate instead, as one pace."""
    under: list[Pace] = []
    for pace in paces:
        rate = min(pace.rate, most)
        if under and under[-1].rate == rate:
            held = under.pop().minutes
            pace = Pace(rate, None if held is None or pace.minutes is None else held + pace.minutes)
        under.append(Pace(rate, pace.minutes))
    return tuple(under)


def stretched(paces: Paces, ml: Fraction, minutes: Fraction) -> Paces:
    """The paces slowed to take `minutes`: the last ones are replaced by one lower rate, the first ones stay. Never faster."""
    left, gone = ml, Fraction(0)
    for n, pace in enumerate(paces):
        if gone + left * 60 / pace.rate <= minutes:
            return (*paces[:n], Pace(left * 60 / (minutes - gone)))
        if pace.minutes is None or left * 60 <= pace.rate * pace.minutes:
            break
        left -= pace.rate * pace.minutes / 60
        gone += pace.minutes
    return paces


def reached(paces: Paces, ml: Fraction) -> tuple[tuple[Fraction, Fraction], ...]:
    """From which minute which rate runs, without the paces that an empty bag never reaches."""
    rows: list[tuple[Fraction, Fraction]] = []
    left, gone = ml, Fraction(0)
    for pace in paces:
        if left <= 0:
            break
        rows.append((gone, pace.rate))
        if pace.minutes is None:
            break
        left -= pace.rate * pace.minutes / 60
        gone += pace.minutes
    return tuple(rows)
