"""Units come out as litres, milligrams and days, and a person is scaled as the record says."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chairside.core.kernel.quantity import quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.kinetics.disposition import disposition, inputs, per_kg, scaled
from chairside.core.kinetics.schema import Doses, Effect, Parameter, Parameters
from chairside.core.protocols.schema.terms import Route


def set_of(**values: str) -> Parameters:
    return Parameters(**{name: Parameter(quantity(*said.split(" ")), "s") for name, said in values.items()})


def test_hours_and_millilitres_become_days_and_litres() -> None:
    body = disposition(
        set_of(clearance="50 mL/h", central="3300 mL", absorption="0.1 1/h", bioavailability="60 %", lag="30 min")
    )
    assert (body.clearance, body.central) == (pytest.approx(1.2), pytest.approx(3.3))
    assert (body.absorption, body.bioavailability, body.lag) == (pytest.approx(2.4), pytest.approx(0.6), pytest.approx(1 / 48))


def test_values_per_kg_take_doses_per_kg() -> None:
    parameters = set_of(clearance="7.5 mL/d/kg", central="44.5 mL/kg")
    assert per_kg(parameters)
    assert disposition(parameters).central == pytest.approx(0.0445)
    doses = [Doses(Route.IV, quantity("140", "mg"), at=(quantity("0", "d"),))]
    assert inputs(doses, quantity("70", "kg"))[0].amount == pytest.approx(2)


def test_a_volume_is_not_a_clearance() -> None:
    with pytest.raises(UnitError):
        disposition(set_of(clearance="5 L", central="3 L"))


def test_doses_lie_at_their_times() -> None:
    day, hour = (lambda n: quantity(str(n), "d")), (lambda n: quantity(str(n), "h"))
    amount = quantity("1", "g")
    doses = [
        Doses(Route.IV, amount, over=hour(12), start=day(7), every=day(7), count=2),
        Doses(Route.SC, amount, at=(day(0), hour(36))),
    ]
    given = inputs(doses)
    assert [(one.at, one.over, one.absorbed) for one in given] == [
        (0, 0, True),
        (1.5, 0, True),
        (7, 0.5, False),
        (14, 0.5, False),
    ]
    assert given[0].amount == 1000


def test_a_person_is_scaled_by_weight_and_traits() -> None:
    effects = [
        Effect("weight", "central", "s", power=Decimal("0.5"), reference=quantity("80", "kg")),
        Effect("female", "clearance", "s", times=Decimal("0.8")),
    ]
    typical = set_of(clearance="0.5 L/d", central="4 L")
    light = scaled(typical, effects, {"weight": quantity("20", "kg"), "female": quantity("1", "1")})
    assert disposition(light).central == pytest.approx(2)
    assert disposition(light).clearance == pytest.approx(0.4)
    assert scaled(typical, effects, {}) == typical
