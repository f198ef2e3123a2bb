"""What nobody may take at its word: a unit that cannot be read, an impossible size, pounds taken for kilograms."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.intake.doubts import as_sent, doubted
from chairside.core.intake.growth import unlikely
from chairside.core.intake.referral import Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.visit.vitals import GUARDRAILS

DAY = date(2026, 11, 1)
ADULT = date(1970, 1, 1)


def weight(value: str, on: date = DAY, unit: str = "kg", code: str = "weight_kg", doubt: str = "") -> Recorded:
    fact = Fact(FactKind.VITAL, code, on, Decimal(value), unit)
    return Recorded(fact, f"fhir:Observation/{value}-{on}", doubt=doubt)


def statuses(*items: Recorded, born: date | None = ADULT, earlier: tuple[Fact, ...] = ()) -> list[str]:
    return [item.fact.status for item in doubted(items, GUARDRAILS, born, earlier).facts]


def test_a_weight_that_fits_is_left_alone() -> None:
    result = doubted([weight("82"), weight("81", DAY - timedelta(30))], GUARDRAILS, ADULT)
    assert [item.fact.status for item in result.facts] == ["final", "final"]
    assert result.findings == ()


def test_a_number_without_a_unit_is_questioned_and_kept() -> None:
    result = doubted([weight("82", unit="")], GUARDRAILS, ADULT)
    fact = result.facts[0].fact
    assert (fact.value, fact.status) == (Decimal(82), "unit_unknown")
    assert "without a unit" in fact.note
    assert [(item.code, item.severity.value) for item in result.findings] == [("weight_implausible", "hold")]
    assert result.missing == ("re-measured weight",)


@pytest.mark.parametrize(("unit", "status"), [("flurbs", "unit_unknown"), ("mL", "implausible"), ("kg", "final")])
def test_a_weight_in_no_unit_of_weight_is_questioned(unit: str, status: str) -> None:
    assert statuses(weight("82", unit=unit)) == [status]


def test_a_unit_that_contradicts_its_code_is_questioned() -> None:
    assert statuses(weight("82", doubt="The unit was sent as “kg” and coded as “[lb_av]”")) == ["unit_unknown"]


def test_pounds_written_as_kilograms_are_questioned_against_the_weight_before() -> None:
    result = doubted([weight("181"), weight("82", DAY - timedelta(30))], GUARDRAILS, ADULT)
    assert [item.fact.status for item in result.facts] == ["implausible", "final"]
    assert "pounds were written as kilograms" in result.findings[0].detail


def test_the_one_before_is_questioned_where_it_is_the_one_in_pounds() -> None:
    result = doubted([weight("82"), weight("181", DAY - timedelta(30))], GUARDRAILS, ADULT)
    assert [item.fact.status for item in result.facts] == ["final", "implausible"]
    assert len(result.findings) == 1


def test_a_weight_on_record_counts_as_the_one_before() -> None:
    before = Fact(FactKind.VITAL, "weight_kg", DAY - timedelta(90), Decimal(82), "kg")
    assert statuses(weight("181"), earlier=(before,)) == ["implausible"]
    assert statuses(weight("90"), earlier=(before,)) == ["final"]


def test_an_old_slip_that_later_weights_settled_holds_nothing_up() -> None:
    items = [weight("82", DAY - timedelta(60)), weight("181", DAY - timedelta(30)), weight("82")]
    result = doubted(items, GUARDRAILS, ADULT)
    assert [item.fact.status for item in result.facts] == ["final", "implausible", "final"]


def test_a_child_may_grow() -> None:
    born = date(2018, 1, 1)
    items = [weight("10", date(2019, 3, 1)), weight("22", date(2024, 3, 1))]
    assert statuses(*items, born=born) == ["final", "final"]
    assert statuses(weight("10", date(2019, 3, 1)), weight("22", date(2019, 4, 1)), born=born) == ["final", "implausible"]


def test_inches_written_as_centimeters_are_questioned() -> None:
    assert statuses(weight("68", unit="cm", code="height_cm")) == ["implausible"]
    tall = weight("172", DAY - timedelta(9), unit="cm", code="height_cm")
    assert statuses(tall, weight("67.7", unit="cm", code="height_cm"), born=None) == ["final", "implausible"]


@pytest.mark.parametrize(
    ("born", "kilograms", "fits"),
    [
        (date(2026, 10, 1), "3.9", True),
        (date(2026, 10, 1), "3900", False),
        (date(2020, 11, 1), "20", True),
        (date(2020, 11, 1), "57", False),
        (date(2014, 11, 1), "2.9", False),
        (ADULT, "20", False),
        (ADULT, "61", True),
    ],
)
def test_the_age_decides_what_can_be(born: date, kilograms: str, fits: bool) -> None:
    assert (unlikely("weight_kg", Decimal(kilograms), born, DAY) == "") is fits


def test_without_a_birth_date_nobody_is_called_an_adult() -> None:
    assert unlikely("weight_kg", Decimal(4), None, DAY) == ""
    assert statuses(weight("4"), born=None) == ["final"]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_withdrawn_is_asked_about_no_more(status: str) -> None:
    item = Recorded(Fact(FactKind.VITAL, "weight_kg", DAY, Decimal(9999), "kg", status), "a")
    assert statuses(item) == [status]


@given(st.decimals(min_value="0.01", max_value="999", places=2), st.sampled_from(["kg", "", "lbs", "g", "1", "(kg)", "cm"]))
def test_a_doubt_can_be_taken_off_again(number: Decimal, unit: str) -> None:
    item = Recorded(Fact(FactKind.VITAL, "weight_kg", DAY, number, unit, "amended", "seen by A"), "a")
    marked = doubted([item], GUARDRAILS, ADULT).facts[0].fact
    assert marked.value == number
    assert as_sent(marked.status, marked.note) == ("amended", "seen by A")
