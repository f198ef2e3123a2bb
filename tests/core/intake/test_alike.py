"""Names, numbers and slips: what counts as written the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.intake.alike import digits, slips, swapped, without_generation, words

TEXT = st.text(alphabet="abcd", max_size=8)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("García-López", ("garcia", "lopez")),
        ("O'Brien", ("obrien",)),
        ("O’BRIEN", ("obrien",)),
        ("St. Clair", ("st", "clair")),
        ("Łukasz Bjørn Groß", ("lukasz", "bjorn", "gross")),
        ("  ", ()),
        ("山田", ("山田",)),
    ],
)
def test_accents_signs_and_capitals_do_not_make_another_name(written: str, plain: tuple[str, ...]) -> None:
    assert words(written) == plain


def test_a_generation_is_told_apart_from_the_name() -> None:
    assert without_generation(("smith", "jr")) == (("smith",), "jr")
    assert without_generation(("smith",)) == (("smith",), "")
    assert without_generation(("ii",)) == (("ii",), ""), "a name that is nothing else is a name"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+1 (555) 123-4567", "5551234567"),
        ("1-555-123-4567", "5551234567"),
        ("555.123.4567 ext", "5551234567"),
        ("٥٥٥", ""),
        ("911", ""),
        ("", ""),
        ("+44 20 7946 0958", "442079460958"),
    ],
)
def test_a_phone_number_is_its_digits(written: str, found: str) -> None:
    assert digits(written) == found


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [("smith", "smith", 0), ("smith", "smiht", 1), ("smith", "smit", 1), ("smith", "smyth", 1), ("ca", "abc", 3), ("", "a", 1)],
)
def test_slips_are_counted(one: str, other: str, number: int) -> None:
    assert slips(one, other, 5) == number


@given(TEXT, TEXT, st.integers(0, 3))
def test_slips_are_the_same_both_ways_and_stop_at_the_most(one: str, other: str, most: int) -> None:
    assert slips(one, other, most) == slips(other, one, most) == min(slips(one, other, 20), most + 1)
    assert (slips(one, other, most) == 0) == (one == other)


@given(TEXT, TEXT)
def test_two_that_are_swapped_are_one_slip_apart(one: str, other: str) -> None:
    assert swapped(one, other) == swapped(other, one)
    if swapped(one, other):
        assert slips(one, other, 2) == 1


def test_only_neighbors_change_places() -> None:
    assert swapped("1234", "1324")
    assert not swapped("1234", "4231")
    assert not swapped("1234", "1234")
    assert not swapped("1234", "123")
