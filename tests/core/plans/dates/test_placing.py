"""Which phase a dose is given from when it is late, and the extra dose after an event."""

from datetime import timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols.schema.dose import Axis, Cell, Flat, PerWeight, Step, Table
from chairside.core.protocols.schema.regimen import Choice, Every, LateAction, LateRule, Offsets, OnDemand, Triggered
from chairside.core.protocols.schema.terms import Layer
from tests.core.plans.cast import DAY, codes, mg
from tests.core.plans.small import asked, fact, phase, protocol, regimen

LOADING = phase(PerWeight(quantity(8, "mg/kg")), Offsets((0,)), "loading", doses=1)
AGAIN = LateRule(7, LateAction.GIVE_PHASE, Layer.LABEL, "loading")
RELOADING = protocol(regimen(LOADING, phase(PerWeight(quantity(6, "mg/kg")), Every(21), late=(AGAIN,))))


def given(*days_ago: int, amount: int = 500, name: str = "sample"):
    return [DoseGiven(name, number, DAY - timedelta(days=ago), mg(amount)) for number, ago in enumerate(days_ago, 1)]


@pytest.mark.parametrize(("ago", "phase_name"), [(21, "main"), (28, "main"), (29, "loading"), (60, "loading")])
def test_more_than_a_week_late_the_loading_dose_is_given_again(ago, phase_name):
    decision = asked(RELOADING, 3, history=given(ago + 21, ago))
    assert (decision.outcome, decision.value.phase) == (Outcome.ALLOWED, phase_name)
    assert any("given again" in line for line in decision.working) is (phase_name == "loading")
    assert decision.value.amount == (mg("571.2") if phase_name == "loading" else mg("428.4"))


def test_naming_the_phase_that_lateness_makes_it_is_no_mismatch():
    assert asked(RELOADING, 3, history=given(50, 29), phase="loading").outcome is Outcome.ALLOWED
    assert codes(asked(RELOADING, 3, history=given(42, 21), phase="loading")) == ["mismatch"]
    assert codes(asked(RELOADING, 3, history=given(50, 29), phase="main")) == ["mismatch"]


def test_a_phase_that_was_named_and_is_not_the_one_of_the_number_is_for_review():
    plain = protocol(regimen(LOADING, phase(Flat(mg(100)), Every(21))))
    assert codes(asked(plain, 1, phase="loading")) == []
    assert codes(asked(plain, 2, history=given(21), phase="loading")) == ["mismatch"]
    assert codes(asked(plain, 2, history=given(21), phase="main")) == []
    assert codes(asked(plain, 2, history=given(21), phase="nowhere")) == ["not_encoded"]


def test_it_is_so_too_where_a_person_sets_the_day_and_nobody_can_say_whether_it_is_late():
    waiting = protocol(regimen(LOADING, phase(Flat(mg(100)), OnDemand(60), late=(AGAIN,))))
    assert codes(asked(waiting, 2, history=given(21), phase="main")) == []
    assert codes(asked(waiting, 2, history=given(21), phase="loading")) == ["mismatch"]


def test_without_the_dose_before_nobody_knows_whether_this_one_is_late():
    decision = asked(RELOADING, 3, history=given(42))
    assert (decision.outcome, decision.reasons[0].field) == (Outcome.UNKNOWN, "history")


def test_a_late_dose_that_the_prescriber_is_asked_about_is_for_review():
    rule = LateRule(14, LateAction.ASK, Layer.PRACTICE)
    asking = protocol(regimen(phase(Flat(mg(100)), Every(28), late=(rule,))))
    assert asked(asking, 2, history=given(42)).outcome is Outcome.ALLOWED
    assert codes(asked(asking, 2, history=given(43))) == ["too_late"]


# Extra doses

TABLE = Table(
    (Axis("history.last_amount", "mg"),),
    (Cell((Step(high=mg(600).amount),), (mg(50),)), Cell((Step(low=mg(600).amount),), (mg(90),))),
)
EXTRA = protocol(
    regimen(LOADING, phase(Flat(mg(700)), Every(28)), phase(TABLE, Triggered("answer.plasma_exchange", 4), "extra"))
)


def extra(*facts, history=(), **more):
    return asked(EXTRA, 2, facts=facts, history=history, phase="extra", **more)


def test_an_extra_dose_follows_the_amount_of_the_last_one():
    event = fact("answer.plasma_exchange", "yes")
    assert extra(event, history=given(28, 10)).value.amount == mg(50)
    assert extra(event, history=given(28, 10, amount=600)).value.amount == mg(90)


def test_an_extra_dose_before_it_does_not_change_the_table_s_cell():
    before = DoseGiven("sample", 2, DAY - timedelta(days=2), mg(900), extra=True)
    assert extra(fact("answer.plasma_exchange", "yes"), history=[*given(28, 10), before]).value.amount == mg(50)


def test_an_extra_dose_without_its_event_is_unknown():
    assert codes(extra(history=given(28, 10))) == ["missing_fact"]
    assert codes(extra(fact("answer.plasma_exchange", "no"), history=given(28, 10))) == ["missing_fact"]


def test_an_extra_dose_comes_within_its_hours_of_the_event():
    yesterday = fact("answer.plasma_exchange", "yes", on=DAY - timedelta(days=1))
    assert codes(extra(yesterday, history=given(28, 10))) == ["too_late"]


def test_before_any_dose_there_is_no_amount_to_follow():
    assert extra(fact("answer.plasma_exchange", "yes")).outcome is Outcome.UNKNOWN


# Choices

CHOICE = Choice("month_18", 18, ("main", "monthly"))
GOING_ON = phase(Flat(mg(100)), Every(14))
CHOOSING = protocol(
    regimen(GOING_ON, key="start", choices=(CHOICE,)),
    regimen(phase(Flat(mg(100)), Every(14)), named_only=True),
    regimen(phase(Flat(mg(100)), Every(28)), key="monthly", named_only=True),
)


@pytest.mark.parametrize(("days", "expected"), [(548, []), (549, ["duration_limit"]), (700, ["duration_limit"])])
def test_from_month_eighteen_on_the_prescriber_must_have_chosen(days, expected):
    # Eighteen months before November 23, 2026 is May 23, 2025: 549 days.
    assert codes(asked(CHOOSING, 3, history=given(days, 14))) == expected


@pytest.mark.parametrize("named", ["main", "monthly"])
def test_a_regimen_that_the_choice_offers_settles_it(named):
    assert asked(CHOOSING, 3, history=given(600, 14), regimen=named).outcome is Outcome.ALLOWED


def test_naming_the_regimen_that_has_run_out_does_not():
    assert codes(asked(CHOOSING, 3, history=given(600, 14), regimen="start")) == ["duration_limit"]
