"""Paces as arithmetic: cutting, stretching, what an empty bag never reaches, and what an infusion number earns."""

from __future__ import annotations

from fractions import Fraction

import pytest

from chairside.core.protocols.schema.terms import Infusions
from chairside.core.protocols.truth import Truth
from chairside.core.visit.run.rates import Course, Pace, applies, as_decimal, cut, minutes_of, reached, stands, stretched

PACES = (Pace(Fraction(20), Fraction(30)), Pace(Fraction(40), Fraction(30)), Pace(Fraction(80)))
BAG = Fraction(110)  # 10 + 20 + 80 mL


def test_minutes_of_a_bag():
    assert minutes_of(PACES, BAG) == 120
    assert minutes_of(PACES, Fraction(10)) == 30
    assert minutes_of(PACES, Fraction(5)) == 15


@pytest.mark.parametrize(("most", "rates"), [(80, [20, 40, 80]), (79, [20, 40, 79]), (40, [20, 40]), (19, [19])])
def test_cutting_leaves_the_lower_steps(most, rates):
    assert [pace.rate for pace in cut(PACES, Fraction(most))] == rates


@pytest.mark.parametrize("minutes", [120, 121, 180, 210, 211, 330, 1000])
def test_stretching_takes_exactly_the_minutes_and_is_never_faster(minutes):
    slow = stretched(PACES, BAG, Fraction(minutes))
    assert minutes_of(slow, BAG) == minutes
    assert all(slower.rate <= pace.rate for slower, pace in zip(slow, PACES, strict=False))


def test_a_shorter_time_is_never_made_by_going_faster():
    assert stretched(PACES, BAG, Fraction(119)) == PACES


def test_a_bag_that_is_empty_in_a_step_is_not_carried_over_into_a_slower_one():
    falling = (Pace(Fraction(80), Fraction(30)), Pace(Fraction(20)))
    assert stretched(falling, Fraction(10), Fraction(5)) == falling


def test_a_step_at_whose_end_the_bag_is_empty_is_the_last():
    assert reached(PACES, Fraction(30)) == ((0, 20), (30, 40))
    assert reached(PACES, Fraction(31)) == ((0, 20), (30, 40), (60, 80))


def test_a_fraction_is_shown_exactly_where_it_ends():
    assert str(as_decimal(Fraction(1, 8))) == "0.125"
    assert str(as_decimal(Fraction(1, 3))) == "0." + "3" * 40


@pytest.mark.parametrize(
    ("rule", "course", "truth"),
    [
        (Infusions(2), Course(1, 0), Truth.FALSE),
        (Infusions(2), Course(2, 0), Truth.TRUE),
        (Infusions(1, 2), Course(2, 1), Truth.TRUE),
        (Infusions(1, 2), Course(3, 2), Truth.FALSE),
        (Infusions(after_tolerated=2), Course(5, 1), Truth.FALSE),
        (Infusions(after_tolerated=2), Course(5, 2), Truth.TRUE),
        (Infusions(after_tolerated=2), Course(5, 0, known=False), Truth.UNKNOWN),
        (Infusions(after_reaction=True), Course(5, 1, True), Truth.TRUE),
        (Infusions(after_reaction=True), Course(5, 4), Truth.FALSE),
        (Infusions(after_reaction=True), Course(5, 0, known=False), Truth.UNKNOWN),
    ],
)
def test_whether_an_item_is_for_an_infusion(rule, course, truth):
    assert stands(rule, course) is truth
    assert applies(rule, course) is (truth is Truth.TRUE)
