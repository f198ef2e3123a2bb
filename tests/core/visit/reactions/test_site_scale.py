"""The infusion site: both sides of each edge, and no grade without a measurement."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit.reactions.site_scale import infiltration, phlebitis


@pytest.mark.parametrize(
    ("edema", "expected"), [("0", 0), ("0.1", 1), ("2.4", 1), ("2.5", 2), ("4", 2), ("15", 2), ("15.1", 3)]
)
def test_infiltration_goes_by_the_width_of_the_swelling(edema: str, expected: int) -> None:
    assert infiltration({}, Decimal(edema)).value == expected


def test_a_vesicant_outside_the_vein_is_four_at_once() -> None:
    assert infiltration({"vesicant": True, "blanched": True}, None).value == 4
    assert infiltration({"vesicant": True}, Decimal("0.5")).value == 4


def test_a_vesicant_without_any_sign_is_no_infiltration() -> None:
    assert infiltration({"vesicant": True}, Decimal(0)).value == 0


def test_signs_without_a_width_are_unknown_not_one() -> None:
    answer = infiltration({"blanched": True, "cool": True}, None)
    assert (answer.outcome, answer.value) == (Outcome.UNKNOWN, None)


@pytest.mark.parametrize(
    ("seen", "cord", "expected"),
    [
        ({}, None, 0),
        ({"redness": True}, None, 1),
        ({"swelling": True}, None, 1),
        ({"pain": True}, None, 1),
        ({"redness": True, "swelling": True}, None, 1),
        ({"redness": True, "pain": True}, None, 2),
        ({"swelling": True, "pain": True}, None, 2),
        ({"streak": True}, None, 3),
        ({"cord": True}, "2.5", 3),
        ({"cord": True}, "2.6", 4),
        ({"pus": True}, None, 4),
    ],
)
def test_phlebitis_rises_with_what_is_seen(seen: dict[str, bool], cord: str | None, expected: int) -> None:
    assert phlebitis(seen, None if cord is None else Decimal(cord)).value == expected


def test_a_cord_that_nobody_measured_leaves_it_open() -> None:
    assert phlebitis({"cord": True}).outcome is Outcome.UNKNOWN
