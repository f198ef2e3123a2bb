"""Care around the drug: treatments by the signed set, the provider told, the site, and the ways out that are no discharge."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chairside.core.access import Role
from chairside.core.protocols.schema.ladder import Restart, RestartAction
from chairside.core.protocols.schema.terms import Layer
from chairside.core.visit import events as e
from chairside.core.visit.alerts import alerts
from chairside.core.visit.discharge import leaving as at_the_door
from chairside.core.visit.next_action import next_action
from chairside.core.visit.outlook import outlook
from chairside.core.visit.reactions.order_set import OrderItem, OrderSet
from tests.core.visit.walk import AMY, DOC, DRUG, ME, PLAN, Walk, person, q, vitals

EPI = OrderItem(
    "epi",
    "EPINEPHrine",
    "IM thigh",
    (4,),
    True,
    None,
    q("0.01", "mg/kg"),
    q("0.5", "mg"),
    q(1, "mg/mL"),
    5,
    15,
    2,
    "s",
)
ANTIHISTAMINE = OrderItem("anti", "diphenhydrAMINE", "IV", (2, 3), dose=q(25, "mg"), concentration=q(50, "mg/mL"), source="set")
SET = OrderSet("set-1", 1, "R. Abramowitz, MD", date(2026, 11, 1), (EPI, ANTIHISTAMINE))
WITH_SET = replace(PLAN, order_set=SET)
WITH_VESICANT = replace(PLAN, drugs=(replace(PLAN.drugs[0], vesicant=True),))


def codes(decision):
    return [reason.code for reason in decision.reasons]


def fields(decision):
    return [reason.field for reason in decision.reasons]


def reacting(plan=WITH_SET):
    walk = Walk(plan).running().later(10).do(e.ReactionRecorded()).do(e.Paused())
    return walk, walk.state.open_reaction.key


def epi(key, **changes):
    return replace(e.TreatmentGiven("set-1", "epi", q("0.5", "mg"), "IM thigh", key), **changes)


def test_one_tap_records_the_dose_of_the_signed_set_and_a_prescriber_signs_it_afterwards():
    walk, key = reacting()
    walk.do(epi(key))
    given = walk.log[-1].id
    assert walk.state.unacknowledged == {given}
    assert codes(walk.ask(e.Acknowledged(given), AMY)) == ["not_permitted"]
    walk.do(e.Acknowledged(given), DOC)
    assert not walk.state.unacknowledged
    assert codes(walk.ask(e.Acknowledged(given), DOC)) == ["wrong_state"]


def test_another_dose_than_the_set_says_is_not_taken_live():
    walk, key = reacting()
    assert codes(walk.ask(epi(key, dose=q("0.3", "mg")))) == ["mismatch"]
    assert codes(walk.ask(epi(key, dose=q("0.5", "mL")))) == ["mismatch"]
    assert codes(walk.ask(epi(key, route="IV"))) == ["wrong_route"]


def test_too_early_or_too_often_is_for_review_and_a_provider_s_order_carries_it():
    walk, key = reacting()
    walk.do(epi(key)).later(3)
    early = walk.ask(epi(key))
    assert (codes(early), early.reasons[0].outcome.word, early.reasons[0].override) == (["too_early"], "review", "prescriber")
    walk.later(2).do(epi(key)).later(10)
    assert codes(walk.ask(epi(key))) == ["above_maximum"]
    walk.do(e.ProviderNotified("Dr. Lee", "reaction", "by phone", "EPINEPHrine 0.5 mg IM again", read_back=True))
    walk.do(epi(key))
    assert codes(walk.ask(epi(key))) == ["above_maximum"]  # the order was for one more


def test_a_prescriber_releases_one_more_dose_and_no_second():
    walk, key = reacting()
    walk.do(epi(key)).later(1)
    rule = walk.ask(epi(key)).reasons[0].field
    walk.do(e.Overridden(rule, "give it now"), DOC).do(epi(key))
    assert codes(walk.ask(epi(key))) == ["above_maximum"]


def test_what_was_given_anyway_is_reported_and_an_incident_tells_of_it():
    walk, key = reacting()
    walk.do(epi(key)).later(2)
    walk.report(epi(key), walk.at - timedelta(minutes=1))
    assert len(walk.state.treatments) == 2
    assert any(trigger == "reported_without_guard" for trigger, _ in walk.state.incidents)


@pytest.mark.parametrize("orders", [None, replace(SET, signed_on=None)])
def test_without_a_signed_set_nothing_is_given_by_it(orders):
    walk, key = reacting(replace(PLAN, order_set=orders))
    decision = walk.ask(epi(key))
    assert codes(decision) == ["not_signed"]
    assert "Call the provider" in decision.reasons[0].message


def test_an_item_for_another_grade_takes_an_order():
    walk, key = reacting()
    walk.do(e.ReactionRecorded(key, DRUG, "infusion_related_reaction", 2, "CTCAE 5.0"))
    assert codes(walk.ask(epi(key))) == ["risk_alert"]
    assert walk.ask(e.TreatmentGiven("set-1", "anti", q(25, "mg"), "IV", key)).allowed
    walk.do(e.SymptomReported("hives")).do(e.SymptomReported("wheeze"))
    assert walk.ask(epi(key)).allowed  # a criterion of anaphylaxis is met now


def test_a_child_and_an_unknown_age_get_no_adult_dose():
    for born in (date(2016, 5, 1), None):
        plan = replace(WITH_SET, subject=replace(PLAN.subject, born=born))
        walk, key = reacting()
        walk.plan = plan
        assert codes(walk.ask(e.TreatmentGiven("set-1", "anti", q(25, "mg"), "IV", key))) == ["missing_fact"]


def test_a_treatment_belongs_to_a_reaction():
    walk = Walk(WITH_SET).running()
    assert fields(walk.ask(epi(""))) == ["reaction"]


# --- the provider ---


def test_one_tap_says_that_the_provider_was_told_and_the_details_keep_its_time():
    walk, _ = reacting()
    walk.do(e.ProviderNotified("", "reaction"))
    tap, told_at = walk.log[-1].id, walk.at
    walk.later(6).do(e.ProviderNotified("Dr. Lee", "reaction", "by phone", "fluids 500 mL", True, tap))
    assert [(item.at, item.entry.who) for item in walk.state.told] == [(told_at, "Dr. Lee")]
    assert walk.state.unacknowledged == {walk.log[-1].id}


def test_an_order_by_word_of_mouth_has_a_name_and_was_read_back():
    walk, _ = reacting()
    assert fields(walk.ask(e.ProviderNotified("", "reaction", orders="fluids"))) == ["told.who", "told.read_back"]
    assert fields(walk.ask(e.ProviderNotified("Dr. Lee", "", follows="nothing"))) == ["told.about", "told.follows"]


# --- the site ---


def site(**changes):
    return replace(e.SiteAssessed("infiltration", ("blanched", "cool"), edema_cm=q("2", "1").amount), **changes)


def test_what_runs_at_a_bad_site_is_paused_first_and_going_on_takes_a_new_access():
    walk = Walk().running().later(5)
    assert fields(walk.ask(site())) == ["infusion"]
    walk.do(e.Paused(pump_volume=q("1", "mL"))).do(site())
    assert next_action(walk.state, walk.plan, walk.at).command == "access_placed"
    resume = e.Resumed(DRUG, q(20, "mL/h"), "new access")
    assert "access" in fields(walk.ask(resume))
    walk.do(e.AccessPlaced("hand", "right", "catheter", "24 G", 1, True))
    assert walk.ask(resume).allowed


def test_a_leak_is_never_left_in_use():
    walk = Walk().running().later(5).do(e.Paused())
    assert "site.stopped" in fields(walk.ask(site(stopped=False)))
    vein = e.SiteAssessed("phlebitis", ("redness",), stopped=False)
    assert walk.ask(vein).allowed
    assert "site.stopped" in fields(walk.ask(replace(vein, seen=("redness", "pain"))))


def test_a_vesicant_s_leak_is_grade_four_opens_an_incident_and_asks_for_advice_at_the_door():
    walk = Walk(WITH_VESICANT).running().later(5).do(e.Paused())
    walk.do(e.SiteAssessed("infiltration", (), edema_cm=None))  # no size is needed: it is 4 at once
    assert ("extravasation", walk.log[-2].id) in walk.state.incidents
    reasons = at_the_door(walk.state, WITH_VESICANT, e.Discharged(True, True, True, "sister"))
    assert [reason.field for reason in reasons] == ["discharge.site_advice"]
    assert not at_the_door(walk.state, WITH_VESICANT, e.Discharged(True, True, True, "sister", site_advice=True))


def test_a_width_that_cannot_be_and_a_sign_of_another_scale_are_refused():
    walk = Walk().running().later(5).do(e.Paused())
    assert "edema_cm" in fields(walk.ask(site(edema_cm=q("400", "1").amount)))
    assert "site.seen" in fields(walk.ask(site(seen=("pus",))))
    assert codes(walk.ask(site(edema_cm=None))) == ["missing_fact"]


# --- a new order after grade 3 ---


def graded_three():
    walk, key = reacting(PLAN)
    graded = e.ReactionRecorded(key, DRUG, "infusion_related_reaction", 3, "CTCAE 5.0")
    walk.do(graded).later(30).do(replace(graded, resolved=True)).do(vitals(site_ok=True))
    walk.report(e.Paused(pump_volume=q("3", "mL")), walk.at)
    return walk, key


def resume(rate):
    return e.Resumed(DRUG, q(rate, "mL/h"), "new order", pump_volume=q("3", "mL"))


def test_after_grade_three_a_prescriber_s_new_order_allows_half_the_rate_and_no_rise():
    walk, _ = graded_three()
    refused = walk.ask(resume(10))
    assert codes(refused) == ["contraindicated"]
    rule = refused.reasons[0].field
    assert codes(walk.ask(e.Overridden(rule, "go on"), AMY)) == ["not_permitted"]
    walk.do(e.Overridden(rule, "go on at half the rate"), DOC)
    assert ("override", walk.log[-2].id) in walk.state.incidents
    assert codes(walk.ask(resume("10.1"))) == ["rate_limit"]
    walk.do(resume(10)).later(40).do(vitals(site_ok=True))
    assert "contraindicated" in codes(walk.ask(e.StepChanged(DRUG, q(20, "mL/h"))))
    assert walk.ask(e.StepChanged(DRUG, q(5, "mL/h"))).allowed


def test_the_next_reaction_takes_another_new_order():
    walk, _ = graded_three()
    walk.do(e.Overridden(walk.ask(resume(10)).reasons[0].field, "go on"), DOC).do(resume(10))
    walk.later(5).do(e.ReactionRecorded()).do(e.Paused(pump_volume=q("4", "mL")))
    again = walk.ask(replace(resume(5), pump_volume=q("4", "mL")))
    assert "contraindicated" in codes(again)


def test_no_order_at_the_chair_ends_a_grade_four_whatever_was_released_before():
    walk, key = graded_three()
    walk.do(e.Overridden(walk.ask(resume(10)).reasons[0].field, "go on"), DOC)
    walk.do(e.ReactionRecorded(key, DRUG, "infusion_related_reaction", 4, "CTCAE 5.0", resolved=True))
    decision = walk.ask(resume(5))
    assert codes(decision) == ["contraindicated"]
    assert decision.reasons[0].override == "none"


def test_anaphylaxis_without_a_grade_outranks_a_released_grade_three():
    walk, key = graded_three()
    walk.do(e.Overridden(walk.ask(resume(10)).reasons[0].field, "go on"), DOC)
    walk.do(e.ReactionRecorded(key, DRUG, "Anaphylaxis", resolved=True))
    assert walk.ask(resume(5)).reasons[0].override == "none"


# --- ways out ---


def test_a_transfer_holds_nobody_back_and_the_pump_is_read_afterwards():
    walk, _ = reacting(PLAN)
    assert fields(walk.ask(e.Transferred("", ""))) == ["transfer.to", "transfer.reason"]
    walk.do(e.Transferred("emergency services", "anaphylaxis"))
    assert outlook(walk.state, walk.plan, walk.at).stage == "transferred"
    assert next_action(walk.state, walk.plan, walk.at).command == "stopped"
    assert "infusion.drug.stop" in fields(walk.ask(e.Signed()))
    walk.do(e.Stopped(DRUG, "reaction", q("3", "mL"), q("247", "mL")))
    assert next_action(walk.state, walk.plan, walk.at).command == "signed"


def test_against_advice_says_what_was_advised_and_whether_it_was_signed():
    walk, _ = reacting(PLAN)
    assert fields(walk.ask(e.Discharged(False, False, against_advice=True))) == ["advised", "form_signed"]
    walk.do(e.Discharged(False, False, against_advice=True, advised="stay: it may come back", form_signed=False))
    assert outlook(walk.state, walk.plan, walk.at).stage == "left_against_advice"


def test_deferred_is_seen_and_not_treated():
    walk = Walk().assessed()
    assert "deferred.reason" in fields(walk.ask(e.Deferred("")))
    walk.do(e.Deferred("infection"))
    assert outlook(walk.state, walk.plan, walk.at).stage == "deferred"
    assert next_action(walk.state, walk.plan, walk.at).command == "discharged"
    assert walk.ask(e.InfusionStarted(DRUG, ME, q(20, "mL/h"), True, True)).outcome.word == "refused"
    walk.do(e.Discharged(True, True, True))
    assert outlook(walk.state, walk.plan, walk.at).stage == "discharged"


def test_the_front_desk_records_none_of_this():
    desk = person("desk", Role.FRONT_DESK)
    walk, key = reacting()
    for command in (epi(key), site(), e.ProviderNotified("", "reaction"), e.Transferred("emergency services", "x")):
        assert codes(walk.ask(command, desk))[0] == "not_permitted"


def test_anaphylaxis_that_was_renamed_stays_anaphylaxis():
    walk, key = reacting(PLAN)
    walk.do(e.ReactionRecorded(key, DRUG, "anaphylaxis"))
    walk.do(e.ReactionRecorded(key, DRUG, "infusion_related_reaction", 3, "CTCAE 5.0", resolved=True)).do(vitals(site_ok=True))
    walk.report(e.Paused(pump_volume=q("3", "mL")), walk.at)
    assert walk.ask(resume(5)).reasons[0].override == "none"


def test_a_rule_that_would_allow_more_than_half_does_not_after_a_new_order():
    rule = Restart((3,), RestartAction.RESUME, Layer.PRACTICE, rate_percent=75, hold_minutes=10, source="site")
    plan = replace(PLAN, drugs=(replace(PLAN.drugs[0], restarts=(rule,)),))
    walk, key = reacting(plan)
    graded = e.ReactionRecorded(key, DRUG, "infusion_related_reaction", 3, "CTCAE 5.0", resolved=True)
    walk.later(30).do(graded).do(vitals(site_ok=True)).report(e.Paused(pump_volume=q("3", "mL")), walk.at)
    walk.do(e.Overridden(walk.ask(resume(10)).reasons[0].field, "go on"), DOC)
    assert codes(walk.ask(resume(15))) == ["rate_limit"]
    assert walk.ask(resume(10)).allowed


def test_after_a_transfer_only_what_was_learned_since_alerts():
    walk, _ = reacting(PLAN)
    walk.do(e.SymptomReported("hives")).do(e.Transferred("emergency services", "anaphylaxis"))
    assert not alerts(walk.state, walk.plan)
    walk.later(60).do(e.SymptomReported("fever"))
    assert [alert.message for alert in alerts(walk.state, walk.plan)] == ["Symptom: fever."]
