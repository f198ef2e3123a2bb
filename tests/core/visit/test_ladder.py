"""The ladder: up only by time, vitals, site and symptoms; down always; and the whole bag's time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.visit import events as e
from chairside.core.visit.ladder import decide_step, position, total_minutes
from tests.core.visit.walk import A_DRUG, BEN, DRUG, Walk, q, vitals

SECOND = 1 / 60


def up(walk, rate=40):
    return decide_step(walk.state, walk.plan, A_DRUG, q(rate, "mL/h"), walk.at)


def codes(decision):
    return {reason.code for reason in decision.reasons}


def test_a_step_unlocks_exactly_when_its_time_is_over():
    walk = Walk().running().later(15 - SECOND).do(vitals(site_ok=True))
    assert codes(up(walk)) == {"too_early"}
    assert "14 min 59 s of 15 min" in up(walk).reasons[0].message
    assert up(walk.later(SECOND)).allowed


def test_no_step_without_a_set_taken_at_the_present_rate():
    walk = Walk().running().later(15)
    decision = up(walk)
    assert decision.outcome is Outcome.UNKNOWN
    assert codes(decision) == {"missing_fact"}


def test_a_late_set_of_vitals_keeps_the_step_locked():
    walk = Walk().running().later(15).do(vitals(site_ok=True)).later(10)
    assert up(walk).allowed  # ten minutes old is the edge
    assert codes(up(walk.later(SECOND))) == {"stale_fact"}


def test_a_set_charted_late_counts_from_when_it_was_taken():
    walk = Walk().running().later(30)
    walk.report(vitals(site_ok=True), walk.at - timedelta(minutes=11))
    assert codes(up(walk)) == {"stale_fact"}


def test_a_set_that_lacks_a_vital_does_not_unlock_and_one_excused_does():
    partial = replace(vitals(site_ok=True), readings=vitals().readings[:-1])
    walk = Walk().running().later(15).record(partial)
    assert not up(walk).allowed
    excused = replace(
        partial, readings=(*partial.readings, replace(vitals().readings[-1], value=None, unobtainable="nail varnish"))
    )
    assert up(walk.do(excused)).allowed


def test_an_open_symptom_locks_the_step_until_it_has_gone():
    walk = Walk().running().later(15).do(vitals(site_ok=True)).do(e.SymptomReported("itching"))
    assert codes(up(walk)) == {"risk_alert"}
    assert up(walk.do(e.SymptomReported("itching", present=False))).allowed


@pytest.mark.parametrize(("site_ok", "code"), [(False, "risk_alert"), (None, "missing_fact")])
def test_the_access_site_must_have_been_seen_and_be_well(site_ok, code):
    assert codes(up(Walk().running().later(15).do(vitals(site_ok=site_ok)))) == {code}


def test_a_fall_of_pressure_from_baseline_locks_the_step():
    walk = Walk().running().later(15).do(vitals(sbp=86, site_ok=True))  # 31 % under 124
    assert "risk_alert" in codes(up(walk))


def test_a_step_is_never_skipped():
    walk = Walk().running().later(15).do(vitals(site_ok=True))
    assert codes(up(walk, 80)) == {"rate_limit"}
    assert codes(up(walk, "40.1")) == {"rate_limit"}
    assert up(walk, "39.9").allowed


@pytest.mark.parametrize("rate", ["0", "-20"])
def test_the_flow_is_not_stopped_by_a_rate_of_nothing(rate):
    decision = up(Walk().running().later(15).do(vitals(site_ok=True)), rate)
    (reason,) = decision.reasons
    assert (decision.outcome, reason.code, reason.field) == (Outcome.REFUSED, "out_of_range", "rate")
    assert "PAUSE or STOP" in reason.message
    assert decision.value == q(rate, "mL/h")


def test_a_drug_that_does_not_run_has_no_rate_to_change_and_the_one_asked_for_stands_beside_the_refusal():
    decision = up(Walk().ready(), 40)
    assert (decision.outcome, codes(decision), decision.value) == (Outcome.REFUSED, {"wrong_state"}, q(40, "mL/h"))


def test_down_is_always_allowed_and_up_again_needs_its_time():
    walk = Walk().running().later(15).step(40).do(e.SymptomReported("nausea"))
    assert up(walk, 20).allowed
    walk.do(e.StepChanged(DRUG, q(20, "mL/h"), "nausea")).do(e.SymptomReported("nausea", present=False))
    walk.later(10).do(vitals(site_ok=True))
    assert codes(up(walk, 40)) == {"too_early"}


def test_a_pause_stops_the_clock_of_the_step_and_does_not_reset_it():
    walk = Walk().running().later(10).do(e.Paused(DRUG, "bathroom", q("3.3", "mL"))).later(20)
    walk.do(e.Resumed(DRUG, q(20, "mL/h"), "back"))
    where = position(A_DRUG, walk.state.infusions[DRUG], walk.at)
    assert where is not None
    assert where.held == timedelta(minutes=10)
    assert up(walk.later(5).do(vitals(site_ok=True))).allowed


def test_the_top_of_the_ladder_is_the_top():
    walk = Walk().on_the_last_step().later(30).do(vitals(site_ok=True))
    assert codes(up(walk, 151)) == {"rate_limit"}


def test_a_cap_below_the_ladder_refuses_and_never_lowers():
    walk = Walk().running().later(15).do(vitals(site_ok=True))
    capped = replace(A_DRUG, max_rate=q(30, "mL/h"))
    decision = decide_step(walk.state, walk.plan, capped, q(40, "mL/h"), walk.at)
    assert codes(decision) == {"rate_limit"}
    assert decision.value == q(40, "mL/h")


def test_all_reasons_are_given_not_only_the_first():
    walk = Walk().running().later(5).do(e.SymptomReported("itching"))
    assert codes(up(walk, 80)) == {"rate_limit", "too_early", "missing_fact", "risk_alert"}


def test_an_early_rise_is_refused_for_every_nurse():
    walk = Walk().running().later(5).do(vitals(site_ok=True))
    decision = walk.ask(e.StepChanged(DRUG, q(40, "mL/h")), BEN)
    assert [reason.override for reason in decision.reasons] == ["none"]


def test_the_whole_bag_through_the_ladder():
    assert total_minutes(A_DRUG.ladder, q(250, "mL")) == Decimal(45) + Decimal(215) * 60 / 150
    assert total_minutes(A_DRUG.ladder, q(5, "mL")) == 15
    assert total_minutes(A_DRUG.ladder, q(1, "mL")) == 3
