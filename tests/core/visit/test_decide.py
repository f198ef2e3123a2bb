"""The gate of live commands, along the visit, and reported facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.access import Role
from chairside.core.kernel.decision import Outcome, refused, unknown
from chairside.core.visit import events as e
from chairside.core.visit.decide import decide, lifted
from chairside.core.visit.guards import leaving
from chairside.core.visit.next_action import next_action
from chairside.core.visit.outlook import outlook
from chairside.core.visit.plan import OrderOfRecord
from chairside.core.visit.reactions.reaction import CRITERIA
from chairside.core.visit.values import Answer, Identifiers, LotDraw, Mode, Reading, Said
from tests.core.visit.walk import AMY, BEN, DESK, DOC, DRUG, ME, PAT, PLAN, TABLET, Walk, bag, draws, person, q, vitals


def codes(decision):
    return {reason.code for reason in decision.reasons}


def fields(decision):
    return {reason.field for reason in decision.reasons}


# --- arrival ---


def test_another_name_is_not_checked_in_and_nobody_overrides_it():
    decision = Walk().ask(e.CheckedIn(Identifiers("Mario Rossi", ME.born), True), DESK)
    assert codes(decision) == {"wrong_person"}
    assert {reason.override for reason in decision.reasons} == {"none"}


@pytest.mark.parametrize(("consent", "outcome"), [(None, Outcome.UNKNOWN), (False, Outcome.REFUSED), (True, Outcome.ALLOWED)])
def test_consent_that_is_not_known_is_asked_for(consent, outcome):
    assert Walk().ask(e.CheckedIn(ME, consent), DESK).outcome is outcome


@pytest.mark.parametrize("command", [e.Seated("4"), vitals(), e.AllergiesReviewed(), e.AccessPlaced("arm", blood_return=True)])
def test_nothing_is_done_to_a_patient_who_is_not_identified(command):
    assert "identity" in fields(Walk().ask(command))


def test_an_impossible_vital_is_refused_and_an_unusual_one_asks():
    walk = Walk().do(e.CheckedIn(ME, True), DESK)
    assert walk.ask(vitals(temp="367")).outcome is Outcome.REFUSED
    assert walk.ask(vitals(pulse=160)).outcome is Outcome.REVIEW
    sure = replace(vitals(), readings=(Reading("pulse", q(160, "/min"), confirmed=True),))
    assert walk.ask(sure).allowed


def test_fahrenheit_is_converted_and_never_read_as_celsius():
    walk = Walk().do(e.CheckedIn(ME, True), DESK)
    assert walk.ask(replace(vitals(), readings=(Reading("temp", q("98.6", "[degF]")),))).allowed
    assert walk.ask(replace(vitals(), readings=(Reading("temp", q("98.6", "Cel")),))).outcome is Outcome.REFUSED


def test_every_part_of_the_assessment_is_needed_before_the_go():
    walk = Walk().do(e.CheckedIn(ME, True), DESK)
    assert fields(walk.ask(e.Cleared())) == {
        "vitals",
        "vitals.weight_kg",
        "allergies",
        "medicines",
        "question.infection.answer",
    }
    assert Walk().assessed().ask(e.Cleared()).allowed


@pytest.mark.parametrize("said", [Said.YES, Said.UNKNOWN])
def test_yes_and_unknown_trip_a_hard_question_and_a_prescriber_releases_it(said):
    walk = Walk().assessed().do(e.QuestionsAnswered((Answer("infection", said),)))
    decision = walk.ask(e.Cleared())
    assert fields(decision) == {"question.infection"}
    assert decision.reasons[0].override == "prescriber"
    release = e.Overridden("question.infection", "cold, no fever, seen by me")
    assert codes(walk.ask(release, AMY)) == {"not_permitted"}
    walk.do(release, DOC)
    assert walk.ask(e.Cleared()).allowed


@pytest.mark.parametrize(("weight", "held"), [("87.9", False), ("88", True), ("72", True), ("72.1", False)])
def test_ten_percent_of_weight_either_way_holds(weight, held):
    assert ("weight_changed" in codes(Walk().assessed(weight).ask(e.Cleared()))) is held


def test_a_big_jump_of_weight_asks_to_weigh_again_first():
    decision = Walk().assessed(176).ask(e.Cleared())  # pounds typed as kilograms
    assert "Weigh again first" in decision.reasons[0].message


def test_a_signed_decision_about_the_weight_lets_the_dose_stand():
    walk = Walk(replace(PLAN, weight_decided=True)).assessed(70)
    assert walk.ask(e.Cleared()).allowed


@pytest.mark.parametrize(
    ("order", "code"),
    [(OrderOfRecord("o", None), "not_signed"), (OrderOfRecord("o", date(2026, 1, 1), date(2026, 11, 22)), "too_late")],
)
def test_no_signed_order_in_date_no_infusion_and_no_override(order, code):
    walk = Walk(replace(PLAN, order=order)).assessed()
    assert codes(walk.ask(e.Cleared())) == {code}
    assert "wrong_state" in codes(walk.ask(e.Overridden("order", "trust me"), DOC))


def test_an_order_is_good_on_its_last_day():
    assert (
        Walk(replace(PLAN, order=OrderOfRecord("o", date(2026, 1, 1), date(2026, 11, 23)))).assessed().ask(e.Cleared()).allowed
    )


def test_clearance_that_was_not_evaluated_holds_and_is_not_overridable():
    walk = Walk(replace(PLAN, clearance=None)).assessed()
    assert walk.ask(e.Cleared()).outcome is Outcome.UNKNOWN


def test_an_override_never_clears_an_unknown():
    lab = unknown("requires_lab", "No platelets on record.", field="lab.platelets", override="prescriber")
    walk = Walk(replace(PLAN, clearance=(lab,))).assessed()
    assert codes(walk.ask(e.Overridden("lab.platelets", "I know them"), DOC)) == {"wrong_state"}
    low = refused("requires_lab", "Platelets are low.", field="lab.platelets", override="prescriber")
    walk = Walk(replace(PLAN, clearance=(low,))).assessed().do(e.Overridden("lab.platelets", "seen, stable"), DOC)
    assert walk.ask(e.Cleared()).allowed


def test_a_release_on_record_leaves_an_unknown_of_the_same_rule_standing():
    state = replace(Walk().state, overrides={"weight.change": "event-1"})
    known = refused("weight_changed", "Other.", field="weight.change", override="prescriber")
    asked = replace(known, outcome=Outcome.UNKNOWN)
    assert lifted(state, (known, asked)) == (asked,)


def test_a_held_visit_is_released_by_a_prescriber_only():
    walk = Walk().assessed().do(e.Held("looks unwell"))
    assert codes(walk.ask(e.Cleared(), AMY)) == {"not_permitted"}
    assert walk.ask(e.Cleared(), DOC).allowed


# --- readiness ---


def test_nothing_is_mixed_or_given_before_the_go():
    walk = Walk().assessed()
    for command, actor in (
        (e.ReleasedToPrepare(DRUG), AMY),
        (bag(walk.at), PAT),
        (e.PremedicationGiven("antihistamine", q(25, "mg"), "oral"), AMY),
    ):
        assert "clearance" in fields(walk.ask(command, actor))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"draws": (LotDraw("Other", "L1", q(100, "mg"), 4, q(400, "mg")),)}, "wrong_product"),
        ({"draws": (LotDraw("Testra", "L1", q(100, "mg"), 4, q(390, "mg")),)}, "mismatch"),
        ({"draws": (LotDraw("Testra", "L1", q(100, "mg"), 3, q(400, "mg")),)}, "out_of_range"),
        ({"draws": (LotDraw("Testra", " ", q(100, "mg"), 4, q(400, "mg")),)}, "missing_fact"),
        ({"draws": ()}, "missing_fact"),
        ({"volume": q(100, "mL")}, "wrong_concentration"),
    ],
)
def test_a_preparation_that_is_not_the_order_is_refused(change, code):
    walk = Walk().cleared()
    assert code in codes(walk.ask(replace(bag(walk.at), **change), PAT))
    assert draws()[0].wasted == q(0, "mg")


def test_a_preparation_past_its_use_by_time_is_refused():
    walk = Walk().cleared().later(60 * 7)
    found = walk.ask(bag(walk.at - timedelta(hours=6)), PAT).reasons
    assert ("preparation_expired", "preparation.use_by", walk.at.isoformat()) in {
        (reason.code, reason.field, reason.limit) for reason in found
    }


def test_a_third_attempt_takes_another_clinician():
    walk = Walk().assessed().do(e.AccessPlaced("hand", attempts=2, placed=False))
    again = e.AccessPlaced("forearm", attempts=1, blood_return=True)
    assert codes(walk.ask(again, AMY)) == {"not_permitted"}
    assert walk.ask(again, BEN).allowed


def test_a_vesicant_is_never_given_without_blood_return():
    vesicant = replace(PLAN, drugs=(replace(PLAN.drugs[0], vesicant=True),))
    for plan, override in ((PLAN, "nurse"), (vesicant, "none")):
        decision = Walk(plan).assessed().ask(e.AccessPlaced("forearm", blood_return=False))
        assert [reason.override for reason in decision.reasons] == [override]


@pytest.mark.parametrize(("minutes", "override"), [(19.9, "prescriber"), (20, "nurse"), (29.9, "nurse"), (30, None)])
def test_a_premedication_wait_may_be_ten_minutes_short_by_the_nurse_and_more_by_the_prescriber(minutes, override):
    walk = Walk().cleared().do(e.PremedicationGiven("antihistamine", q(25, "mg"), "oral")).later(minutes)
    waits = [reason for reason in walk.ask(walk.start()).reasons if reason.field.startswith("premedication")]
    assert [reason.override for reason in waits] == ([override] if override else [])


# --- giving ---


def test_a_ready_visit_starts():
    assert Walk().ready().ask(Walk().start()).allowed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"identifiers": Identifiers("Mario Rossi", ME.born)}, "identity.name"),
        ({"rate": q(21, "mL/h")}, "rate"),
        ({"line_traced": None}, "start.line_traced"),
        ({"emergency_ready": None}, "start.emergency_ready"),
    ],
)
def test_each_thing_that_the_start_itself_asks_for(change, field):
    walk = Walk().ready()
    assert fields(walk.ask(replace(walk.start(), **change))) == {field}


def test_vitals_before_the_start_are_ten_minutes_old_at_most():
    walk = Walk().ready().later(10)
    assert walk.ask(walk.start()).allowed
    assert codes(walk.later(1 / 60).ask(walk.start())) == {"stale_fact"}


def test_a_bag_must_last_for_the_whole_infusion():
    walk = Walk().ready()
    left = timedelta(hours=6, minutes=-15) - timedelta(minutes=131)  # of six hours; the bag needs 131 min
    walk.at += left
    walk.do(vitals(site_ok=True))
    assert walk.ask(walk.start()).allowed
    assert codes(walk.later(1 / 60).ask(walk.start())) == {"preparation_expired"}


def test_a_use_by_time_for_the_start_does_not_run_on():
    plan = replace(PLAN, drugs=(replace(PLAN.drugs[0], use_by_is_for="start"),))
    walk = Walk(plan).ready()
    walk.at += timedelta(hours=5, minutes=45)
    walk.do(vitals(site_ok=True))
    assert walk.ask(walk.start()).allowed
    assert codes(walk.later(1 / 60).ask(walk.start())) == {"preparation_expired"}


@pytest.mark.parametrize(("for_what", "still_due"), [("start", False), ("finish", True)])
def test_a_use_by_time_for_the_start_is_not_due_any_more_once_it_runs(for_what, still_due):
    plan = replace(PLAN, drugs=(replace(PLAN.drugs[0], use_by_is_for=for_what),))
    ready, runs = Walk(plan).ready(), Walk(plan).running()
    assert "use_by" in {due.what for due in outlook(ready.state, plan, ready.at).due}
    assert ("use_by" in {due.what for due in outlook(runs.state, plan, runs.at).due}) is still_due


def test_a_drug_is_not_started_twice():
    walk = Walk().running()
    assert "wrong_state" in codes(walk.ask(walk.start()))


def test_a_barred_drug_is_refused_without_override():
    plan = replace(PLAN, drugs=(replace(PLAN.drugs[0], barred="Anaphylaxis to this drug in 2024."),))
    assert codes(Walk(plan).assessed().ask(e.Cleared())) == {"contraindicated"}


@pytest.mark.parametrize("actor", [AMY, PAT, DOC, person("mo", Role.MEDICAL_ASSISTANT), TABLET])
def test_anyone_clinical_and_the_tablet_pause_with_one_tap(actor):
    assert Walk().running().ask(e.Paused(), actor).allowed


def test_the_tablet_starts_nothing_and_changes_no_rate():
    walk = Walk().ready()
    assert "not_permitted" in codes(walk.ask(walk.start(), TABLET))
    assert codes(Walk().running().ask(e.StepChanged(DRUG, q(10, "mL/h")), TABLET)) == {"not_permitted"}


def test_a_pause_is_never_stale():
    walk = Walk().running()
    assert decide(walk.state, walk.plan, e.Paused(), AMY, walk.at, expected_sequence=1).allowed
    late = decide(walk.state, walk.plan, e.StepChanged(DRUG, q(10, "mL/h")), AMY, walk.at, expected_sequence=1)
    assert codes(late) == {"sequence_conflict"}


def test_a_pause_needs_the_pump_reading_before_the_drug_runs_again():
    walk = Walk().running().later(12).do(e.Paused())
    resume = e.Resumed(DRUG, q(20, "mL/h"), "back from the bathroom")
    assert fields(walk.ask(resume)) == {"pump_volume"}
    assert walk.ask(replace(resume, pump_volume=q(4, "mL"))).allowed
    assert fields(walk.ask(replace(resume, pump_volume=q(4, "mL"), rate=q(21, "mL/h")))) == {"rate"}


def test_a_pause_pressed_after_the_end_of_a_drug_brings_it_back_by_no_restart():
    walk = Walk().ended().do(e.Paused(), TABLET).do(vitals(site_ok=True))
    region = walk.state.infusions[DRUG]
    assert (region.stage, region.paused) == ("infused", False)
    assert "wrong_state" in codes(walk.ask(e.Resumed(DRUG, q(20, "mL/h"), "settled", q(250, "mL"))))


def test_a_pump_reading_never_falls():
    walk = Walk().running().later(12).do(e.Paused(DRUG, pump_volume=q(4, "mL")))
    assert fields(walk.ask(e.Resumed(DRUG, q(20, "mL/h"), "ok", pump_volume=q(3, "mL")))) == {"pump_volume"}


def test_volumes_that_do_not_add_up_ask_for_the_reason():
    walk = Walk().on_the_last_step().later(86)
    off = e.Stopped(DRUG, "complete", q(230, "mL"), q(0, "mL"))
    decision = walk.ask(off)
    assert decision.outcome is Outcome.REVIEW
    assert len(decision.reasons) == 2  # not the bag's volume, and not what the rates add up to
    assert walk.ask(replace(off, variance_reason="bag was short")).allowed
    assert walk.ask(e.Stopped(DRUG, "complete", None, q(0, "mL"))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("given", "fine"), [("237.5", True), ("237.4", False), ("262.5", True), ("262.6", False)])
def test_the_tolerance_is_five_percent_of_the_bag_at_its_edges(given, fine):
    walk = Walk().on_the_last_step().later(86)
    assert walk.ask(e.Stopped(DRUG, "complete", q(given, "mL"), q(0, "mL"))).allowed is fine


EMPTY = Walk().on_the_last_step().later(86)  # the recorded rates come to the whole bag of 250 mL


@given(st.decimals(225, 275, places=1), st.decimals(0, 40, places=1))
def test_given_and_left_are_the_bag_and_what_the_rates_come_to_or_the_nurse_says_why(given_ml, left):
    stop = e.Stopped(DRUG, "complete", q(given_ml, "mL"), q(left, "mL"))
    adds_up = abs(given_ml + left - 250) <= Decimal("12.5") and abs(given_ml - 250) <= Decimal("12.5")
    assert EMPTY.ask(stop).allowed == adds_up
    assert EMPTY.ask(replace(stop, variance_reason="as read")).allowed


# --- reaction and restart ---


def reacted(grade):
    walk = Walk().running().later(15).step(40).later(15).step(80).later(5)
    walk.do(e.ReactionRecorded(drug=DRUG, symptoms=("flushing",)), TABLET).do(e.Paused(DRUG, "reaction", q(22, "mL")))
    key = next(iter(walk.state.reactions))
    return walk, key, e.ReactionRecorded(key, DRUG, "infusion_related_reaction", grade, CRITERIA)


def test_a_grade_two_reaction_restarts_at_half_the_rate_and_holds_thirty_minutes():
    walk, key, graded = reacted(2)
    walk.do(graded).later(20)
    resume = e.Resumed(DRUG, q(40, "mL/h"), "settled")
    assert "wrong_state" in codes(walk.ask(resume))  # still open
    walk.do(replace(graded, resolved=True)).do(vitals(site_ok=True))
    rule = "80 mL/h at onset x 50 % = 40 mL/h, hold 30 min"
    (above,) = walk.ask(replace(resume, rate=q("40.1", "mL/h"))).reasons
    assert (above.code, above.message) == (
        "rate_limit",
        f"It may start again at up to 40 mL/h, not 40.1 mL/h ({rule}).",
    )
    assert next_action(walk.state, walk.plan, walk.at).evidence == (rule,)
    walk.do(resume)
    assert walk.state.infusions[DRUG].timeline[-1].hold_minutes == 30
    walk.later(29).do(vitals(site_ok=True))
    assert codes(walk.ask(e.StepChanged(DRUG, q(80, "mL/h")))) == {"too_early"}
    walk.later(1)
    assert walk.ask(e.StepChanged(DRUG, q(80, "mL/h"))).allowed
    assert key in walk.state.reactions


@pytest.mark.parametrize("grade", [3, 4])
def test_grade_three_and_four_are_not_restarted(grade):
    walk, _, graded = reacted(grade)
    walk.do(graded).later(30).do(replace(graded, resolved=True)).do(vitals(site_ok=True))
    decision = walk.ask(e.Resumed(DRUG, q(5, "mL/h"), "settled"))
    assert codes(decision) == {"contraindicated"}
    assert decision.reasons[0].override == ("none" if grade == 4 else "prescriber")
    assert ("severe_reaction", next(iter(walk.state.reactions))) in walk.state.incidents


def test_a_reaction_without_a_grade_is_not_restarted():
    walk, _, _ = reacted(None)
    assert "missing_fact" in codes(walk.ask(e.Resumed(DRUG, q(5, "mL/h"), "settled")))


def test_a_second_reaction_in_the_same_visit_takes_a_new_order():
    walk, _, graded = reacted(2)
    walk.do(graded).later(20).do(replace(graded, resolved=True)).do(vitals(site_ok=True))
    walk.do(e.Resumed(DRUG, q(40, "mL/h"), "settled")).later(5).do(e.ReactionRecorded(drug=DRUG)).do(
        e.Paused(DRUG, "again", q(26, "mL"))
    )
    second = list(walk.state.reactions)[-1]
    walk.do(replace(graded, reaction=second)).do(replace(graded, reaction=second, resolved=True)).later(5).do(
        vitals(site_ok=True)
    )
    assert codes(walk.ask(e.Resumed(DRUG, q(10, "mL/h"), "settled"))) == {"contraindicated"}


def test_the_worst_grade_stays_even_when_a_later_entry_is_lower():
    walk, key, graded = reacted(3)
    walk.do(graded).do(replace(graded, grade=1, resolved=True))
    assert walk.state.reactions[key].worst == 3


def test_a_grade_names_its_criteria():
    walk, _, graded = reacted(2)
    assert codes(walk.ask(replace(graded, criteria=""))) == {"missing_fact"}


# --- leaving and the record ---


def test_observation_ends_on_the_minute():
    walk = Walk().ended().later(29).do(vitals(site_ok=True)).do(e.AccessRemoved(True))
    leave = e.Discharged(True, True, True, "sister")
    assert fields(walk.later(59 / 60).ask(leave)) == {"observation.minutes"}
    assert walk.later(1 / 60).ask(leave).allowed


@pytest.mark.parametrize(
    ("leave", "field"),
    [
        (e.Discharged(False, True, True, "sister"), "discharge.advice"),
        (e.Discharged(True, True, None, "sister"), "discharge.walking"),
        (e.Discharged(True, True, True, ""), "discharge.escort"),
    ],
)
def test_each_thing_that_leaving_asks_for(leave, field):
    walk = Walk().ended().later(30).do(vitals(site_ok=True)).do(e.AccessRemoved(True))
    assert fields(walk.ask(leave)) == {field}


def test_the_final_set_is_taken_at_the_end_of_observation():
    walk = Walk().ended().later(30).do(e.AccessRemoved(True))
    assert fields(walk.ask(e.Discharged(True, True, True, "sister"))) == {"vitals"}


def test_leaving_against_advice_is_its_own_path():
    walk = Walk().ended()
    assert not walk.ask(e.Discharged(False, False, against_advice=True)).allowed
    left = e.Discharged(False, False, against_advice=True, advised="to stay 30 min: a late reaction", form_signed=False)
    assert walk.ask(left).allowed
    assert not Walk().running().ask(e.Discharged(False, False, against_advice=True)).allowed


def test_a_reaction_that_nobody_graded_keeps_the_record_open_after_a_transfer():
    walk = Walk().running().later(15).do(e.ReactionRecorded(drug=DRUG))
    walk.do(e.Stopped(DRUG, "reaction", q(5, "mL"), q(245, "mL"))).do(e.Transferred("EMS", "pressure falls"))
    assert fields(walk.ask(e.Signed("done"))) == {"reaction.grade"}


def test_after_signing_only_corrections():
    walk = Walk().discharged().do(e.Signed("done"))
    for kind in (e.NoteAdded("x"), vitals(), e.Paused(), e.Seated("5"), e.Signed("again")):
        assert "signature" in fields(walk.ask(kind))
    assert walk.ask(e.Corrected(walk.log[1].id, "chair 5", '{"chair":"5"}')).allowed


def test_a_correction_says_why_and_stays_of_its_kind():
    walk = Walk().assessed()
    assert fields(walk.ask(e.Corrected("nowhere", "x"))) == {"correction.event"}
    assert fields(walk.ask(e.Corrected(walk.log[1].id, " ", '{"chair":"5"}'))) == {"correction.reason"}
    assert fields(walk.ask(e.Corrected(walk.log[1].id, "x", '{"text":"5"}'))) == {"correction.replacement"}


def test_a_person_claims_what_the_tablet_entered():
    walk = Walk().running().do(e.ReactionRecorded(), TABLET)
    entry = walk.log[-1].id
    assert walk.state.unclaimed == {entry}
    assert "not_permitted" in codes(walk.ask(e.Claimed(entry), TABLET))
    by_itself = leaving.claim(walk.state, walk.plan, e.Claimed(entry), TABLET, walk.at)
    assert [reason.code for reason in by_itself] == ["not_permitted"]
    assert not walk.do(e.Claimed(entry)).state.unclaimed


# --- reported facts ---


def test_a_reported_start_without_its_guards_is_taken_marked_and_opens_an_incident():
    walk = Walk().cleared()
    walk.report(walk.start(), walk.at)
    entry = next(event for event in walk.log if event.kind == "infusion_started")
    assert entry.id in walk.state.reported
    assert walk.state.infusions[DRUG].running
    assert ("reported_without_guard", entry.id) in walk.state.incidents


def test_a_reported_fact_that_met_its_guards_opens_nothing():
    walk = Walk().ready()
    started = walk.at
    walk.later(20).report(walk.start(), started)
    assert walk.state.incidents == ()


def test_a_check_that_came_later_does_not_excuse_a_start():
    walk = Walk().ready()
    walk.report(walk.start(), walk.at - timedelta(minutes=20))
    assert [trigger for trigger, _ in walk.state.incidents] == ["reported_without_guard"]


def test_who_may_not_act_may_not_report_it_either():
    walk = Walk().ready()
    assert codes(decide(walk.state, walk.plan, walk.start(), DESK, walk.at, mode=Mode.REPORTED)) == {"not_permitted"}
