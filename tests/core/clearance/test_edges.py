"""Edges of clearance: days before a first dose, advice about another therapy, and who may release."""

from dataclasses import replace

import pytest

from chairside.core.clearance.item import State
from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.regimen import Choice
from chairside.core.protocols.schema.safety import Interaction
from chairside.core.protocols.schema.terms import Layer, Occasion, Severity
from tests.core.clearance.small import EMPTY, clear, fact, requirement, words
from tests.core.plans.cast import given

FLU = requirement("vaccine.influenza", when=Occasion.FIRST_DOSE, lead_days=14)


@pytest.mark.parametrize(("days_ago", "state"), [(13, State.HELD), (14, State.MET), (15, State.MET)])
def test_a_single_vaccine_must_be_as_old_as_the_protocol_asks(days_ago, state):
    decision = clear(replace(EMPTY, requirements=(FLU,)), (fact("vaccine.influenza", days_ago=days_ago, status="given"),))
    found = next(item for item in decision.value.items if item.key == "influenza")
    assert found.state is state
    if state is State.HELD:
        assert (found.limit, found.source, found.release) == ("14 days", "label", ("prescriber",))


def other(severity: Severity, **more) -> Interaction:
    return Interaction("other", words("Another drug"), ("vedolizumab",), severity, Layer.LABEL, source="label", **more)


@pytest.mark.parametrize(
    ("severity", "outcome"),
    [(Severity.HOLD, Outcome.REFUSED), (Severity.REVIEW, Outcome.REVIEW), (Severity.ADVISE, Outcome.ALLOWED)],
)
def test_another_therapy_does_what_the_interaction_says_and_advice_holds_nothing(severity, outcome):
    history = (given("vedolizumab_iv", 1, 80, 300), given("vedolizumab_iv", 2, 24, 300))
    decision = clear(replace(EMPTY, interactions=(other(severity),)), history=history)
    assert decision.outcome is outcome
    found = next(item for item in decision.value.items if item.key == "other")
    assert (found.what, found.source, found.before_dose, found.advice) == (
        "interaction",
        "label",
        1,
        severity is Severity.ADVISE,
    )


def test_what_is_for_review_without_a_role_in_the_protocol_is_the_prescribers():
    history = (given("vedolizumab_iv", 1, 80, 300), given("vedolizumab_iv", 2, 24, 300))
    (reason,) = clear(replace(EMPTY, interactions=(other(Severity.REVIEW),)), history=history).reasons
    assert (reason.override, reason.field) == ("prescriber", "interaction.other")
    named = replace(EMPTY, interactions=(other(Severity.HOLD, release=("medical_director",)),))
    (reason,) = clear(named, history=history).reasons
    assert reason.override == "medical_director"


def test_a_choice_of_regimen_that_is_due_belongs_to_the_course():
    regimens = tuple(replace(item, choices=(Choice("month_18", 18, (item.key,)),)) for item in EMPTY.regimens)
    history = tuple(given(EMPTY.id, number, ago) for number, ago in ((1, 600), (2, 586), (3, 558), (4, 56)))
    decision = clear(replace(EMPTY, regimens=regimens), number=5, history=history)
    assert "duration_limit" in [reason.code for reason in decision.reasons]
    assert {item.what for item in decision.value.items if item.code == "duration_limit"} == {"course"}
