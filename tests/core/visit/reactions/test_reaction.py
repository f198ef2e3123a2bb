"""Restart after a reaction, actions by grade, anaphylaxis criteria."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.protocols.schema.ladder import Restart, RestartAction
from chairside.core.protocols.schema.terms import Layer
from chairside.core.visit import events as e
from chairside.core.visit.ladder import restart_ceiling
from chairside.core.visit.reactions.reaction import CRITERIA, act, anaphylaxis, restart
from tests.core.visit.walk import A_DRUG, DRUG, TABLET, Walk, q, vitals

IRR = "infusion_related_reaction"


def ask(grade, *, rules=(), term=IRR, count=1, resolved=True, rate="120"):
    return restart(
        rules, grade=grade, term=term, rate_at_onset=q(rate, "mL/h") if rate else None, count=count, resolved=resolved
    )


def test_the_fallback_table_halves_after_grade_two():
    decision = ask(2)
    assert decision.allowed
    assert decision.value is not None
    assert (decision.value.rate, decision.value.hold_minutes) == (q(60, "mL/h"), 30)
    assert "50 %" in decision.working[0]


@pytest.mark.parametrize(
    ("grade", "count", "resolved", "outcome"),
    [
        (1, 1, True, Outcome.ALLOWED),
        (1, 3, True, Outcome.ALLOWED),
        (2, 1, False, Outcome.REFUSED),
        (2, 2, True, Outcome.REFUSED),
        (3, 1, True, Outcome.REFUSED),
        (4, 1, True, Outcome.REFUSED),
        (5, 1, True, Outcome.REFUSED),
        (None, 1, True, Outcome.UNKNOWN),
        (0, 1, True, Outcome.UNKNOWN),
    ],
)
def test_each_grade_of_the_fallback_table(grade, count, resolved, outcome):
    assert ask(grade, count=count, resolved=resolved).outcome is outcome


def test_the_protocols_own_rule_comes_before_the_fallback():
    rules = (
        Restart((1,), RestartAction.RESUME, Layer.LABEL, rate_percent=25, hold_minutes=15),
        Restart((2,), RestartAction.NEW_ORDER, Layer.LABEL),
    )
    first = ask(1, rules=rules)
    assert first.value is not None
    assert (first.value.rate, first.value.hold_minutes) == (q(30, "mL/h"), 15)
    assert ask(2, rules=rules).outcome is Outcome.REFUSED


def test_a_rule_for_the_term_comes_before_the_general_one():
    rules = (
        Restart((2,), RestartAction.RESUME, Layer.LABEL, rate_percent=50),
        Restart((2,), RestartAction.NEVER, Layer.LABEL, terms=("bronchospasm",)),
    )
    assert ask(2, rules=rules).allowed
    assert ask(2, rules=rules, term="bronchospasm").outcome is Outcome.REFUSED


def test_no_protocol_allows_a_restart_after_anaphylaxis_or_grade_four():
    lax = (Restart((3, 4), RestartAction.RESUME, Layer.PRACTICE, rate_percent=50, times=9),)
    assert ask(4, rules=lax).outcome is Outcome.REFUSED
    assert ask(3, rules=lax, term="anaphylaxis").outcome is Outcome.REFUSED
    assert ask(3, rules=lax).allowed


def test_without_the_rate_at_onset_nothing_is_computed():
    assert ask(2, rate=None).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("grade", "term", "infusion", "emergency"),
    [
        (1, IRR, "slow", False),
        (2, IRR, "pause", False),
        (3, IRR, "stop", False),
        (4, IRR, "stop", True),
        (None, IRR, "pause", False),
        (3, "anaphylaxis", "stop", True),
        (None, "anaphylaxis", "stop", True),
    ],
)
def test_what_each_grade_asks_for(grade, term, infusion, emergency):
    action = act(grade, term, ())
    assert (action.infusion, action.emergency) == (infusion, emergency)


def signs(**present):
    names = ("skin_mucosal", "respiratory", "severe_gut", "laryngeal", "bronchospasm", "likely_trigger")
    flags = {name: bool(present.get(name)) for name in names}
    return anaphylaxis(**flags, sbp=Decimal(present.get("sbp", 118)), baseline_sbp=Decimal(present.get("base", 124)))


def test_hives_and_wheeze_meet_the_first_criterion_and_hives_alone_none():
    assert signs(skin_mucosal=True, respiratory=True).criteria == (1,)
    assert signs(skin_mucosal=True, likely_trigger=True).criteria == ()


@pytest.mark.parametrize(("sbp", "base", "low"), [(90, 120, False), (89, 120, True), (98, 140, False), (97, 140, True)])
def test_low_pressure_is_under_ninety_or_a_fall_of_more_than_thirty_percent(sbp, base, low):
    found = signs(likely_trigger=True, sbp=sbp, base=base)
    assert found.hypotension is low
    assert found.criteria == ((2,) if low else ())


# Which reaction a pause answers


def paused_after(*rates, graded_at: int = 2):
    """A reaction at 80 mL/h, the rates that the nurse sets after it, then a pause."""
    walk = Walk().running().later(15).step(40).later(15).step(80).later(5)
    walk.do(e.ReactionRecorded(drug=DRUG, symptoms=("flushing",)), TABLET)
    key = next(iter(walk.state.reactions))
    graded = e.ReactionRecorded(key, DRUG, IRR, graded_at, CRITERIA)
    for rate in rates:
        walk.later(1).do(e.StepChanged(DRUG, q(rate, "mL/h"), "flushing"))
    walk.later(1).do(replace(graded, resolved=True)).do(e.Paused(DRUG, "reaction", q(22, "mL")))
    return walk.later(5).do(vitals(site_ok=True))


@pytest.mark.parametrize("rates", [(), (60,), (60, 50)])
def test_a_lower_rate_before_the_pause_does_not_make_the_reaction_an_old_one(rates):
    walk = paused_after(*rates)
    found = restart_ceiling(walk.state, A_DRUG)
    assert found.value is not None
    assert (found.allowed, found.value.rate, found.value.hold_minutes) == (True, q(40, "mL/h"), 30)


def test_a_pause_after_the_restart_goes_back_to_the_rate_before_it():
    walk = paused_after().do(e.Resumed(DRUG, q(40, "mL/h"), "settled")).later(5).do(e.Paused(DRUG, "bathroom", q(26, "mL")))
    found = restart_ceiling(walk.state, A_DRUG)
    assert found.value is not None
    assert (found.allowed, found.value.rate, found.value.hold_minutes) == (True, q(40, "mL/h"), None)
