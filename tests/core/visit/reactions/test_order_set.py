"""Doses come from the signed set, millilitres are computed, nothing is invented."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chairside.core.kernel.quantity import quantity as q
from chairside.core.visit.reactions.order_set import PROPOSAL, OrderItem, again_at, dose_for, problems, too_soon

EPI = PROPOSAL[0]
FLAT = OrderItem("anti", "antihistamine", "IV", (2,), dose=q(25, "mg"), concentration=q(50, "mg/mL"), source="set")
AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kg", "mg", "ml"), [("20", "0.2 mg", "0.2 mL"), ("50", "0.5 mg", "0.5 mL"), ("82.4", "0.5 mg", "0.5 mL")]
)
def test_a_dose_by_weight_goes_up_to_its_most_and_says_how_it_was_computed(kg, mg, ml):
    made = dose_for(EPI, weight=q(kg, "kg"), age=8)
    assert made.value is not None
    assert made.value.volume is not None
    assert (made.value.dose.spelled(), made.value.volume.spelled()) == (mg, ml)
    assert "0.01 mg/kg" in made.working[0]


def test_a_pound_is_not_taken_for_a_kilogram():
    assert dose_for(EPI, weight=q("44", "[lb_av]"), age=30).value.dose.same(q("0.2", "mg"))


def test_a_volume_is_what_a_syringe_shows_and_the_working_says_so():
    made = dose_for(EPI, weight=q("43.27", "kg"), age=30)
    assert (made.value.dose.spelled(), made.value.volume.spelled()) == ("0.43 mg", "0.43 mL")
    assert "drawn up as 0.43 mL" in made.working[-1]
    stated = dose_for(replace(FLAT, concentration=q(30, "mg/mL")), weight=None, age=30)
    assert (stated.value.dose.spelled(), stated.value.volume.spelled()) == ("25 mg", "0.83 mL")


def test_rounding_never_goes_above_the_most():
    thin = replace(EPI, concentration=q("0.3", "mg/mL"))
    made = dose_for(thin, weight=q(80, "kg"), age=30)
    assert made.value.dose.same(q("0.5", "mg"))


def test_without_a_weight_only_a_stated_adult_dose_serves_and_only_an_adult():
    assert dose_for(EPI, weight=None, age=40).reasons[0].field == "weight_kg"
    both = replace(EPI, dose=q("0.3", "mg"))
    assert dose_for(both, weight=None, age=40).value.dose.same(q("0.3", "mg"))
    assert dose_for(both, weight=None, age=17).value is None
    assert dose_for(both, weight=None, age=None).value is None


def test_a_flat_dose_is_for_adults():
    made = dose_for(FLAT, weight=q(20, "kg"), age=18)
    assert (made.value.dose.spelled(), made.value.volume.spelled()) == ("25 mg", "0.5 mL")
    assert dose_for(FLAT, weight=q(20, "kg"), age=17).reasons[0].outcome.word == "unknown"
    assert dose_for(replace(FLAT, route="oral", concentration=None), weight=None, age=40).value.volume is None


def test_when_it_may_be_given_again():
    twice = replace(EPI, times=2)
    assert again_at(twice, []) is None
    assert again_at(twice, [AT]) == AT + timedelta(minutes=5)
    assert not too_soon(twice, [], AT)
    assert [reason.code for reason in too_soon(twice, [AT], AT + timedelta(minutes=4, seconds=59))] == ["too_early"]
    assert not too_soon(twice, [AT], AT + timedelta(minutes=5))
    assert [reason.code for reason in too_soon(twice, [AT, AT], AT + timedelta(hours=1))] == ["above_maximum"]
    assert [reason.code for reason in too_soon(FLAT, [AT], AT + timedelta(hours=1))] == ["above_maximum"]


def test_each_release_is_for_one_more_dose():
    first, second = too_soon(FLAT, [AT], AT)[0].field, too_soon(FLAT, [AT, AT], AT)[0].field
    assert first != second


def test_the_proposal_cannot_be_signed_as_it_stands():
    found = [reason.message for reason in problems(PROPOSAL)]
    assert "hydrocortisone: state the dose." in found  # sources differ, so nobody filled it in
    assert "EPINEPHrine: say how often it may be given in all." in found
    assert any(message.startswith("famotidine: state the concentration") for message in found)


def test_a_complete_set_can_be_signed():
    assert problems((replace(EPI, times=3), FLAT)) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"grades": ()},
        {"route": ""},
        {"dose": None},
        {"dose": q(0, "mg")},
        {"concentration": None},
        {"concentration": q(1, "mg")},
        {"per_kg": q("0.1", "mg/kg")},
        {"per_kg": q("0.1", "mg/kg"), "most": q(5, "mL")},
        {"most": q(20, "mg")},
        {"repeat_least": 5},
        {"repeat_least": 15, "repeat_most": 5, "times": 2},
        {"times": 3},
        {"source": ""},
    ],
)
def test_an_incomplete_item_is_not_signed(wrong):
    assert problems((replace(FLAT, **wrong),))


def test_the_same_item_twice_and_an_empty_set_are_not_signed():
    assert problems((FLAT, FLAT))
    assert problems(())


def test_an_item_serves_its_grades_and_everything_while_nobody_graded():
    assert FLAT.serves(2, False)
    assert FLAT.serves(None, False)
    assert not FLAT.serves(3, False)
    assert EPI.serves(1, True)
    assert not FLAT.serves(4, True)
