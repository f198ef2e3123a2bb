"""Corrections: who, what they may put in place, and what must be done again because of them."""

from __future__ import annotations

from datetime import timedelta

from chairside.core.access import Role
from chairside.core.visit import events as e
from chairside.core.visit.alerts import alerts
from chairside.core.visit.decide import decide
from chairside.core.visit.encoding import to_text
from chairside.core.visit.values import Mode
from tests.core.visit.test_decide import codes, fields
from tests.core.visit.walk import AMY, BEN, DOC, DRUG, PAT, Walk, person, q, vitals

AIDE = person("aide", Role.MEDICAL_ASSISTANT)
SEVERE = {"term": "bronchospasm", "grade": 3, "criteria": "CTCAE 5.0"}
MILD = {"term": "flushing", "grade": 1, "criteria": "CTCAE 5.0"}


def of(walk: Walk, kind: str) -> str:
    return [event.id for event in walk.log if event.kind == kind][-1]


def test_who_may_not_make_an_entry_does_not_erase_it_either():
    walk = Walk().cleared()
    assert "not_permitted" in codes(walk.ask(e.Corrected(of(walk, "cleared"), "error"), AIDE))
    assert walk.ask(e.Corrected(of(walk, "cleared"), "error"), AMY).allowed


def test_a_reaction_is_erased_by_a_nurse_or_a_prescriber_and_an_incident_tells_of_it():
    walk = Walk().running().do(e.ReactionRecorded(), AIDE)
    entry = of(walk, "reaction_recorded")
    assert "not_permitted" in codes(walk.ask(e.Corrected(entry, "error"), AIDE))
    walk.do(e.Corrected(entry, "wrong chair"), BEN)
    assert ("corrected_after_start", entry) in walk.state.incidents
    assert "correction" in {alert.about for alert in alerts(walk.state, walk.plan)}


def test_a_grade_that_is_lowered_keeps_the_worst_and_still_bars_the_drug():
    walk = Walk().running().do(e.ReactionRecorded(**SEVERE))
    entry = of(walk, "reaction_recorded")
    walk.do(e.Corrected(entry, "it was milder", to_text(e.ReactionRecorded(**MILD))))
    assert walk.state.reactions[entry].worst == 3
    walk.do(e.Corrected(entry, "error"), DOC).later(16).do(vitals(site_ok=True))
    assert "contraindicated" in codes(walk.ask(e.StepChanged(DRUG, q(40, "mL/h"))))


def test_vitals_that_ask_for_action_are_not_erased_by_an_assistant():
    walk = Walk().assessed().do(vitals(sbp=85), AIDE)
    entry = of(walk, "vitals_recorded")
    assert "not_permitted" in codes(walk.ask(e.Corrected(entry, "error"), AIDE))
    walk.do(e.Corrected(entry, "the cuff had slipped"), AMY)
    assert ("protection_corrected", entry) in walk.state.incidents


def test_a_hold_is_taken_back_by_a_prescriber_only():
    walk = Walk().assessed().do(e.Held("fever"))
    assert "not_permitted" in codes(walk.ask(e.Corrected(of(walk, "held"), "error"), AMY))


def test_a_release_is_entered_again_never_rewritten():
    walk = Walk().ready()
    check = of(walk, "check_entered")
    entered = next(event.payload for event in walk.log if event.id == check)
    assert fields(walk.ask(e.Corrected(check, "typing", to_text(entered)), BEN)) == {"correction.replacement"}


def test_what_a_correction_puts_in_place_passes_the_guards_of_its_kind():
    walk = Walk().running()
    start = next(event.payload for event in walk.log if event.kind == "infusion_started")
    assert isinstance(start, e.InfusionStarted)
    faster = to_text(e.InfusionStarted(DRUG, start.identifiers, q(150, "mL/h"), line_traced=True, emergency_ready=True))
    assert "rate_limit" in codes(walk.ask(e.Corrected(of(walk, "infusion_started"), "typing", faster)))
    told = e.Corrected(of(walk, "infusion_started"), "it ran faster", faster, claimed_at=walk.at)
    walk.do(told)
    assert of(walk, "infusion_started") in walk.state.unproven


def test_after_the_signature_only_the_signer_or_a_prescriber_corrects():
    walk = Walk().discharged().do(e.Signed("done"))
    entry = of(walk, "infusion_started")
    assert not walk.ask(e.Corrected(entry, "error"), PAT).allowed
    assert not walk.ask(e.Corrected(entry, "error"), BEN).allowed
    walk.do(e.Corrected(entry, "error"), DOC)
    assert ("corrected_after_signature", entry) in walk.state.incidents


def test_a_reported_go_does_not_let_the_pharmacy_begin():
    walk = Walk().later(1)
    walk.report(e.Cleared(), walk.at)
    assert not walk.ask(e.ReleasedToPrepare(DRUG)).allowed


def test_a_restart_reported_after_the_final_stop_lets_no_rate_rise():
    walk = Walk().ended()
    walk.report(e.Resumed(DRUG, q(20, "mL/h"), "x"), walk.at).later(40).do(vitals(site_ok=True))
    assert "reported" in fields(walk.ask(e.StepChanged(DRUG, q(40, "mL/h"))))


def test_go_is_said_again_when_another_weight_is_measured_and_not_for_the_same_one():
    walk = Walk().cleared()
    before = walk.state.weighed
    assert before is not None
    assert walk.do(vitals(weight=before.amount)).state.cleared_at is not None
    assert walk.do(vitals(weight=before.amount - 20)).state.cleared_at is None


def test_a_correction_is_never_something_that_happened_earlier():
    walk = Walk().running().do(e.ReactionRecorded(**SEVERE))
    entry = of(walk, "reaction_recorded")
    at = walk.at - timedelta(minutes=1)
    assert not decide(walk.state, walk.plan, e.Corrected(entry, "error"), AIDE, at, mode=Mode.REPORTED).allowed


def test_the_hold_after_a_restart_comes_from_the_rule_and_is_not_corrected():
    walk = Walk().running().later(15).step(40).do(e.Paused(DRUG, pump_volume=q(5, "mL"))).later(1)
    walk.do(e.Resumed(DRUG, q(20, "mL/h"), "better"))
    shorter = to_text(e.Resumed(DRUG, q(20, "mL/h"), "better", hold_minutes=0))
    (reason,) = walk.ask(e.Corrected(of(walk, "resumed"), "typing", shorter)).reasons
    assert (reason.code, reason.field) == ("wrong_state", "correction.replacement")
    assert "time to stay" in reason.message
