"""What is proven is below every schedule, above the bound by hand, and said in time."""

from dataclasses import replace
from fractions import Fraction
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.hand_bounds import of_objective
from chairside.core.scheduling.day.objective import objective
from chairside.engines.bounds import matrix as matrices
from chairside.engines.bounds.places import price_step, step
from chairside.engines.bounds.program import program
from chairside.engines.bounds.proving import Bound, prove
from chairside.engines.bounds.relaxed import proven, row_prices
from chairside.engines.bounds.safe import lagrangian
from chairside.exchange.schedules.day import day_of
from tests.core.scheduling.day import brute, day_files, small_days

LONG = 60


def bound(day, *, by_class):
    """The number that the program proves, and 0 without one."""
    built = program(day, by_class=by_class)
    return proven(built, row_prices(built, monotonic() + LONG)) if built else Fraction(0)


@pytest.mark.parametrize(("name", "least"), {"T1": 935, "T2": 1362, "T3": 434.9, "S1": 1155, "tiny": 72}.items())
def test_it_lies_between_the_bound_by_hand_and_the_best_known(name, least):
    day = day_files.day(name)
    assert of_objective(day) < least < bound(day, by_class=False) <= day_files.BEST[name]


def test_a_column_for_each_class_of_nurses_proves_more():
    assert 940 < bound(day_files.day("T1"), by_class=True) <= 945


@settings(max_examples=40, deadline=None)
@given(small_days.days(visits=3, nurses=2, chairs=2, slack=3, breaks=False, least=1))
def test_the_best_of_all_schedules_is_not_below_it(values):
    best, day = brute.best(values), day_of(values)
    for by_class in (False, True):
        assert bound(day, by_class=by_class) <= best
    steps = price_step(day)
    assert Fraction(best) % steps == 0 if steps else best == 0


@pytest.mark.parametrize("by_class", [False, True])
@pytest.mark.parametrize("name", ["T1", "T2", "T3", "S1"])
def test_a_known_schedule_is_a_solution_of_the_program(name, by_class):
    # With its visits fixed only breaks and preparations are free, and a row that is too tight lifts the bound over the price.
    day, schedule = day_files.day(name), day_files.schedule(name)
    price = objective(day, schedule)
    assert price * 0.95 < bound(replace(day, fixed=schedule.assignments), by_class=by_class) <= price


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 999), st.integers(0, 50))
def test_whatever_the_prices_of_the_rows_the_bound_is_proven(seed, most):
    built = program(day_files.day("tiny"), by_class=True)
    random = np.random.default_rng(seed)
    prices = random.uniform(-most, most, len(built.matrix.tops)) * float(built.scale)
    assert (built.base + lagrangian(built.matrix, prices)) / built.scale <= day_files.BEST["tiny"]


@pytest.mark.parametrize(("price", "proven_to_be"), [(0, -4), (-2, -6), (-1, -3), (7, -4)])
def test_a_price_is_worth_what_its_row_withholds_and_never_pays(price, proven_to_be):
    one = matrices.Matrix(1)
    columns = one.columns([-1], 4)  # up to four times, each saves 1; the row allows three
    one.put(one.rows([3]), columns, 1)
    assert lagrangian(one, [price]) == proven_to_be


def test_prices_that_are_no_numbers_count_as_none():
    built = program(day_files.day("tiny"), by_class=False)
    none = np.zeros(len(built.matrix.tops))
    assert lagrangian(built.matrix, none * np.nan) == lagrangian(built.matrix, none)


@pytest.mark.parametrize("missing", [["patients"], ["nurses"], ["chairs"], ["patients", "nurses", "chairs"]])
def test_an_empty_day_has_the_bound_by_hand(missing):
    day = day_of({**day_files.values("tiny"), **{name: [] for name in missing}})
    assert prove(day, LONG) == Bound(0 if "patients" in missing else 1800, "by hand")


def test_without_time_there_is_the_bound_by_hand():
    day = day_files.day("S1")
    assert 500 < of_objective(day) < 505
    assert prove(day, 0) == Bound(505, "by hand")  # which is the next multiple of the step of its prices
    found = prove(day, 0.8)
    assert of_objective(day) <= found.value <= day_files.BEST["S1"]


def test_a_break_that_has_no_room_leaves_the_bound_by_hand():
    day = day_files.day("tiny")
    nurse = replace(day.nurses[0], rest=replace(day.nurses[0].rest, dur=100))
    assert program(replace(day, nurses=(nurse, day.nurses[1])), by_class=False) is None


def test_a_program_that_does_not_fit_is_not_built():
    with pytest.raises(matrices.TooLarge):
        program(day_files.day("S1"), by_class=True)


def test_the_price_of_a_best_schedule_is_a_multiple_of_its_step():
    day = day_files.day("S1")
    assert (step(day), price_step(day)) == (5, 5)
    prices = replace(day.weights, wait=0.3, pref=0.2, balance=0, peak=0.5, overtime=0)
    assert price_step(replace(day, weights=prices)) == Fraction(1, 2)
