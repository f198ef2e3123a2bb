"""The values of a record as plain numbers, in litres, milligrams and days; per kg of body weight where the record is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf, log, sqrt
from typing import Any

from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.kinetics.schema import Doses, Effect, Parameter, Parameters
from chairside.core.protocols.schema.terms import Route

VEIN = frozenset({Route.IV, Route.IV_PUSH, Route.IV_PUMP})
_UNITS = {
    "clearance": "L/d",
    "central": "L",
    "exchange": "L/d",
    "peripheral": "L",
    "absorption": "1/d",
    "bioavailability": "%",
    "lag": "d",
    "saturable": "mg/d",
    "half_saturation": "mg/L",
}


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the body does to the drug. `absorption` of None: there is no way in but by vein."""

    clearance: float
    central: float
    exchange: float = 0.0
    peripheral: float = 0.0
    absorption: float | None = None
    bioavailability: float = 1.0
    lag: float = 0.0
    saturable: float = 0.0
    half_saturation: float = 1.0

    @property
    def linear(self) -> bool:
        """Whether twice the dose gives twice the level."""
        return self.saturable == 0

    @property
    def steady_volume(self) -> float:
        return self.central + (self.peripheral if self.exchange else 0.0)

    def exponents(self) -> tuple[tuple[float, float], ...]:
        """(share per litre, rate per day) of each exponential that a bolus of 1 mg by vein falls by, without saturation."""
        out = self.clearance / self.central
        if not self.exchange:
            return ((1 / self.central, out),)
        away, back = self.exchange / self.central, self.exchange / self.peripheral
        total = out + away + back
        fast = (total + sqrt(total * total - 4 * out * back)) / 2
        slow = out * back / fast
        first = (fast - back) / (fast - slow) / self.central
        return ((first, fast), (1 / self.central - first, slow))

    @property
    def half_life(self) -> float:
        """Days in which the last, straight part of the curve halves."""
        slowest = self.exponents()[-1][1]
        return log(2) / slowest if slowest else inf


@dataclass(frozen=True, slots=True)
class Input:
    """One dose: milligrams, the day it is given, the days it takes to run in (0 at once), or taken up by absorption."""

    amount: float
    at: float
    over: float = 0.0
    absorbed: bool = False


def disposition(parameters: Parameters) -> Disposition:
    """The numbers of a set that has a curve. Raises UnitError when a unit does not measure what its parameter is."""
    found: dict[str, float] = {}
    for name, code in _UNITS.items():
        parameter: Parameter | None = getattr(parameters, name)
        if parameter is not None:
            found[name] = float(parameter.value.to(code + _per(parameter.value, code)).amount)
    reaching = found.pop("bioavailability", 100.0) / 100
    return Disposition(**found, bioavailability=reaching)


def per_kg(parameters: Parameters) -> bool:
    """Whether the set is stated per kg of body weight: doses are then mg/kg."""
    return parameters.central is not None and _per(parameters.central.value, "L") == "/kg"


def scaled(parameters: Parameters, effects: Iterable[Effect], traits: dict[str, Quantity]) -> Parameters:
    """The parameters of a person with these traits, as far as the record scales them.

    traits   a value with its unit for a trait that has one (weight), anything for one that is simply there (female)
    """
    for effect in effects:
        trait = traits.get(effect.trait)
        parameter: Parameter | None = getattr(parameters, effect.parameter)
        if trait is not None and parameter is not None:
            changed: dict[str, Any] = {effect.parameter: replace(parameter, value=parameter.value * _factor(effect, trait))}
            parameters = replace(parameters, **changed)
    return parameters


def inputs(doses: Iterable[Doses], weight: Quantity | None = None) -> list[Input]:
    """The single doses, in order of time. A weight turns milligrams into mg/kg, for a set that is per kg."""
    found = (one for group in doses for one in _each(group, weight))
    return sorted(found, key=lambda one: one.at)


def _each(group: Doses, weight: Quantity | None) -> Iterator[Input]:
    amount = group.amount if weight is None else group.amount / weight
    code = "mg" if amount.unit.comparable(unit("mg")) else "mg/kg"
    over = _days(group.over) if group.over is not None else 0.0
    times = [_days(at) for at in group.at]
    if group.start is not None and group.every is not None:
        times += [_days(group.start) + _days(group.every) * number for number in range(group.count)]
    for at in times:
        yield Input(float(amount.to(code).amount), at, over, group.route not in VEIN)


def _factor(effect: Effect, trait: Quantity) -> Decimal:
    if effect.power is None or effect.reference is None:
        return effect.times if effect.times is not None else Decimal(1)
    return (trait / effect.reference).to("1").amount ** effect.power


def _days(time: Quantity) -> float:
    return float(time.to("d").amount)


def _per(value: Quantity, code: str) -> str:
    """“/kg” when the unit is that of the parameter for each kg of body weight."""
    return "" if value.unit.comparable(unit(code)) else "/kg"
