from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.kernel.quantity import quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.plans.supply.vials import choose, just_below
from tests.core.plans.cast import mg


def counted(choice) -> dict[str, int]:
    return {f"{strength.amount:f}": count for strength, count in choice.counts}


def test_waste_is_least_even_where_the_largest_vial_first_would_waste_more():
    choice = choose(mg(630), [mg(100), mg(400)])
    assert counted(choice) == {"400": 1, "100": 3}
    assert (choice.drawn, choice.waste) == (mg(700), mg(70))


def test_of_equal_waste_the_fewest_vials_are_opened():
    assert counted(choose(mg(750), [mg(100), mg(750), mg(250)])) == {"750": 1}


def test_a_dose_of_whole_vials_wastes_nothing():
    assert choose(mg(400), [mg(100)]).waste.amount == 0


def test_a_trace_above_a_vial_opens_another():
    assert choose(mg("100.001"), [mg(100)]).count == 2


def test_strengths_in_other_units_of_mass_are_converted():
    assert choose(mg(1500), [quantity("1", "g"), mg(500)]).drawn.same(mg(1500))


def test_strengths_with_fractions_are_exact():
    assert choose(mg("0.9"), [mg("0.3"), mg("0.25")]).waste.amount == 0


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_nothing_is_chosen_for_a_dose_that_is_not_above_zero(amount):
    with pytest.raises(ValueError, match="above zero"):
        choose(mg(amount), [mg(100)])


@pytest.mark.parametrize("empty", ["0", "-100"])
def test_a_vial_that_holds_nothing_is_no_vial(empty):
    for ask in (choose, just_below):
        with pytest.raises(ValueError, match="more than nothing"):
            ask(mg(100), [mg(100), mg(empty)])


def test_units_of_effect_are_not_milligrams():
    with pytest.raises(UnitError):
        choose(mg(100), [quantity(250, "[iU]")])


def test_whole_vials_below_a_dose():
    assert just_below(mg(630), [mg(100), mg(400)]) == mg(600)
    assert just_below(mg(99), [mg(100)]).amount == 0


@given(amount=st.integers(1, 4000), strengths=st.lists(st.integers(180, 1200), min_size=1, max_size=3, unique=True))
@settings(max_examples=100)
def test_of_odd_lots_too_the_least_waste_then_the_fewest_then_the_larger_vials_are_taken(amount, strengths):
    strengths.sort(reverse=True)
    choice = choose(mg(amount), [mg(strength) for strength in strengths])
    total, count, larger = min(
        (sum(n * s for n, s in zip(counts, strengths, strict=True)), sum(counts), tuple(-n for n in counts))
        for counts in product(*(range(amount // strength + 2) for strength in strengths))
        if sum(n * s for n, s in zip(counts, strengths, strict=True)) >= amount
    )
    assert (choice.drawn.amount, choice.count) == (Decimal(total), count)
    assert dict(choice.counts) == {mg(s): -n for s, n in zip(strengths, larger, strict=True) if n}


@given(
    amount=st.integers(1, 900),
    strengths=st.lists(st.sampled_from([30, 50, 70, 100, 150, 400]), min_size=1, max_size=3, unique=True),
)
@settings(max_examples=300)
def test_no_other_set_of_vials_wastes_less_or_is_smaller(amount, strengths):
    choice = choose(mg(amount), [mg(strength) for strength in strengths])
    best = min(
        (sum(n * s for n, s in zip(counts, strengths, strict=True)), sum(counts))
        for counts in product(*(range(amount // strength + 2) for strength in strengths))
        if sum(n * s for n, s in zip(counts, strengths, strict=True)) >= amount
    )
    assert (choice.drawn.amount, choice.count) == (Decimal(best[0]), best[1])
    assert sum(strength.amount * count for strength, count in choice.counts) == choice.drawn.amount
