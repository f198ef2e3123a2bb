"""The one card, the board's outlook, and why the rest is not possible."""

from __future__ import annotations

from datetime import timedelta

from chairside.core.visit import events as e
from chairside.core.visit.monitoring import HIGH, LADDER, Lateness, lateness, next_set
from chairside.core.visit.next_action import blocked, next_action
from chairside.core.visit.outlook import outlook, stage
from tests.core.visit.test_random_walk import WHO, good_command
from tests.core.visit.walk import AMY, BEN, DRUG, NINE, PLAN, TABLET, Walk, q, vitals


def card(walk):
    return next_action(walk.state, walk.plan, walk.at)


def test_following_the_card_brings_a_visit_from_the_door_to_the_signature():
    walk, seen, stages = Walk(), [], []
    while walk.state.signed_at is None:
        assert len(seen) < 400
        now = card(walk)
        word = stage(walk.state, walk.plan, walk.at)
        stages += [word] if word not in stages else []
        seen.append(now.command)
        if not now.command or (now.command == "infusion_started" and not now.ready):
            walk.later(1)
            continue
        checks = walk.state.infusions[DRUG].checks
        actor = BEN if now.command == "check_entered" and checks else WHO.get(now.command, AMY)
        walk.do(good_command(walk, now.command), actor)
    assert stages == [
        "booked",
        "identified",
        "assessed",
        "cleared",
        "access_ready",
        "drug_verified",
        "infusing",
        "infused",
        "observing",
        "discharge_ready",
        "discharged",
    ]
    assert stage(walk.state, walk.plan, walk.at) == "documented"
    assert card(walk).title == "The record is complete"


def test_a_reaction_on_a_running_drug_comes_before_everything_else():
    walk = Walk().running().later(20).do(e.ReactionRecorded(), TABLET)
    assert card(walk).command == "paused"
    assert "Stop the pump" in card(walk).title
    walk.do(e.Paused(DRUG))
    assert card(walk).command == "vitals_recorded"
    assert card(walk.do(vitals(site_ok=True))).command == "reaction_recorded"


def test_a_step_that_waits_says_for_how_long():
    walk = Walk().running().later(10)
    assert (card(walk).command, card(walk).due) == ("", walk.at + timedelta(minutes=5))
    assert card(walk.later(5)).command == "vitals_recorded"
    assert card(walk.do(vitals(site_ok=True))).command == "step_changed"


def test_a_tripped_answer_shows_who_decides():
    walk = Walk().assessed(70)
    assert (card(walk).title, card(walk).who) == ("Held: a decision is needed", "prescriber")


def test_what_is_not_possible_says_why_and_what_is_possible_is_left_out():
    walk = Walk().running().later(15)
    assert [reason.code for reason in blocked(walk.state, walk.plan, walk.at)["step_changed:drug"]] == ["missing_fact"]
    walk.do(vitals(site_ok=True))
    assert "step_changed:drug" not in blocked(walk.state, walk.plan, walk.at)
    assert "infusion_started:drug" in blocked(Walk().cleared().state, PLAN, NINE)


def test_the_forecast_finish_is_the_ladder_taken_as_soon_as_it_unlocks():
    walk = Walk().running()
    drug = outlook(walk.state, walk.plan, walk.at).drugs[0]
    assert drug.finish is not None
    assert abs(drug.finish - walk.at - timedelta(minutes=131)) < timedelta(seconds=1)


def test_vitals_that_are_late_turn_amber_then_red():
    walk = Walk().running().later(19)
    late = lambda: [a.level for a in outlook(walk.state, walk.plan, walk.at).alerts if a.about == "vitals"]  # noqa: E731
    assert late() == []
    walk.later(1)
    assert late() == ["watch"]
    walk.later(5)
    assert late() == ["act"]


def test_lateness_changes_on_the_minute():
    five, ten = timedelta(minutes=5), timedelta(minutes=10)
    found = [lateness(NINE, NINE + timedelta(minutes=n), five, ten) for n in (-1, 0, 4, 5, 9, 10)]
    assert found == [Lateness.AHEAD, Lateness.DUE, Lateness.DUE, Lateness.LATE, Lateness.LATE, Lateness.VERY_LATE]


def test_the_cadence_of_the_ladder_and_of_high_risk():
    def at(*minutes):
        return [NINE + timedelta(minutes=n) for n in minutes]

    assert next_set(LADDER, NINE, []) == at(15)[0]
    assert next_set(LADDER, NINE, at(4)) == at(15)[0]  # too early to count
    assert next_set(LADDER, NINE, at(5)) == at(35)[0]
    assert next_set(LADDER, NINE, at(15, 40)) == at(70)[0]
    assert next_set(HIGH, NINE, at(14)) == at(30)[0]
    assert next_set(HIGH, NINE, at(14, 29, 46, 61)) == at(91)[0]


def test_regions_run_in_parallel():
    walk = Walk().cleared()
    walk.do(e.PremedicationGiven("antihistamine", q(25, "mg"), "oral"))
    assert outlook(walk.state, walk.plan, walk.at).regions == {
        "access": "to_do",
        "premedication": "doing",
        "drug.drug": "doing",
    }
