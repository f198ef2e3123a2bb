"""Why a request finds no place, in words for a scheduler."""

from dataclasses import replace

import pytest

from chairside.core.scheduling.day.explaining import refusal
from tests.core.scheduling.day import day_files


@pytest.fixture
def day():
    return day_files.day("tiny")


@pytest.fixture
def asked(day):
    return replace(day.visit["A"], id="D")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (0, "D has no place, and no single rule is why"),
        (2, "D has a place only at another time: nothing is free at a start from minute 0 to 60."),
        (3, "No chair that D may be on (recliner or bed) is free for 90 minutes"),
        (4, "No nurse with the skill chemo is on shift for the 90 minutes of D"),
        (5, "other work in hand, or her break"),
        (6, "a load of 2, would have more at once than she may"),
        (8, "could not cover D, a load of 2"),
        (9, "20 minutes in a hood within the pharmacy's hours, 0 to 180"),
    ],
)
def test_each_rule_has_its_words(day, asked, rule, words):
    assert words in refusal(day, asked, rule)


def test_what_is_not_there_at_all_is_said(day, asked):
    assert refusal(day, replace(asked, skill="astronomy"), 4) == "No nurse has the skill astronomy, which D needs."
    private = replace(asked, chair_types=("private",))
    assert refusal(day, private, 3) == "No chair is of a type that D may be on: private."
    assert (
        refusal(replace(day, nurses=(), chairs=()), asked, 0) == "D has no place: there is no chair and no nurse on this day."
    )


def test_a_start_that_cannot_be_is_said(day, asked):
    late = replace(asked, release=120, latest_start=150)
    assert "cannot start before minute 120 and must by 90 to be in time and over by 180" in refusal(day, late, 2)


def test_a_visit_without_a_drug_is_not_refused_for_one(day, asked):
    with pytest.raises(ValueError, match="has no drug"):
        refusal(day, replace(asked, drug=None), 9)
