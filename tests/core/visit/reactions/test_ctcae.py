"""Grades follow from facts; what was not stated is not a "no"."""

from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit.reactions.ctcae import TERMS, Grade, facts_of, grade


def graded(term: str, **facts: bool) -> Grade:
    found = grade(term, facts).value
    assert found is not None
    return found


def test_an_interruption_that_answers_promptly_is_two_and_a_return_is_three() -> None:
    assert graded("infusion_related_reaction", infusion_interrupted=True, treated=True).grade == 2
    assert graded("infusion_related_reaction", infusion_interrupted=True, recurred_after_improvement=True).grade == 3


def test_what_could_raise_the_grade_is_named_until_it_is_answered() -> None:
    open_still = graded("infusion_related_reaction", infusion_interrupted=True)
    assert "recurred_after_improvement" in open_still.may_rise_by
    answered = dict.fromkeys(facts_of("infusion_related_reaction"), False) | {"infusion_interrupted": True}
    closed = graded("infusion_related_reaction", **answered)
    assert (closed.grade, closed.may_rise_by) == (2, ())


def test_everything_answered_no_is_a_passing_reaction() -> None:
    assert graded("infusion_related_reaction", **dict.fromkeys(facts_of("infusion_related_reaction"), False)).grade == 1


def test_the_same_treatment_is_another_grade_under_another_term() -> None:
    assert graded("allergic_reaction", iv_treatment=True).grade == 3
    assert graded("infusion_related_reaction", treated=True).grade == 2


def test_redness_alone_is_not_yet_grade_two_at_the_site() -> None:
    assert graded("infusion_site_extravasation", erythema=True).grade == 1
    assert graded("infusion_site_extravasation", erythema=True, pain=True).grade == 2


def test_anaphylaxis_is_never_below_three() -> None:
    assert graded("anaphylaxis", life_threatening=False).grade == 3
    assert graded("anaphylaxis", life_threatening=True).grade == 4


@pytest.mark.parametrize(
    ("temp", "hours", "expected"),
    [
        ("37.9", None, 0),
        ("38.0", None, 1),
        ("39.0", None, 1),
        ("39.1", None, 2),
        ("40.0", None, 2),
        ("40.1", None, 3),
        ("40.1", "24", 3),
        ("40.1", "24.1", 4),
    ],
)
def test_fever_goes_by_degrees_and_hours(temp: str, hours: str | None, expected: int) -> None:
    found = grade("fever", {}, temp_c=Decimal(temp), hours=None if hours is None else Decimal(hours)).value
    assert found is not None
    assert found.grade == expected


@pytest.mark.parametrize(("percent", "expected"), [("9.9", 1), ("10", 2), ("30", 2), ("30.1", 3)])
def test_hives_go_by_the_skin_that_they_cover(percent: str, expected: int) -> None:
    found = grade("urticaria", {}, skin_percent=Decimal(percent)).value
    assert found is not None
    assert found.grade == expected


def test_a_grade_says_whether_a_fact_or_a_measurement_made_it() -> None:
    hot = grade("fever", {}, temp_c=Decimal("40.1")).value
    assert hot is not None
    assert (hot.grade, hot.criteria) == (3, ("measurement",))
    hives = grade("urticaria", {"oral_treatment": True}, skin_percent=Decimal(31)).value
    assert hives is not None
    assert (hives.grade, hives.criteria) == (3, ("measurement",))
    assert graded("urticaria", iv_treatment=True).criteria == ("iv_treatment",)
    assert graded("infusion_related_reaction", death=False).criteria == ()


def test_treatment_is_asked_for_only_where_it_raises_the_grade() -> None:
    by_treatment = {term for term in TERMS if {"oral_treatment", "iv_treatment"} <= set(facts_of(term))}
    assert by_treatment == {"allergic_reaction", "urticaria"}
    assert facts_of("fever") == ("death", "life_threatening")
    assert graded("chills", iv_treatment=True, oral_treatment=True).grade == 1


@pytest.mark.parametrize("term", TERMS)
def test_a_term_without_any_fact_is_unknown(term: str) -> None:
    assert grade(term, {}).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("term", TERMS)
def test_death_is_five_whatever_the_term(term: str) -> None:
    assert graded(term, death=True).grade == 5


@pytest.mark.parametrize("term", TERMS)
def test_stating_one_more_fact_never_lowers_a_grade(term: str) -> None:
    stated: dict[str, bool] = {"death": False}
    before = graded(term, **stated).grade
    for fact in facts_of(term):
        if fact != "death":
            stated[fact] = True
            now = graded(term, **stated).grade
            assert now >= before
            before = now
