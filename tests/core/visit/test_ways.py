"""Push, injection, ambulatory pump, blood that is let, the next bag: what each asks, and what it opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.events import BagChanged
from chairside.core.visit.infusion import amount_given
from chairside.core.visit.next_action import next_action
from chairside.core.visit.outlook import outlook, stage
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.settling import settled
from chairside.core.visit.values import Identifiers, InjectionSite, LotDraw
from tests.core.visit.plans_of_ways import DRAW, FOUR_DAYS, INJECT, INJECTIONS, PUSH, SLOW_INJECT, plan
from tests.core.visit.robot import Robot
from tests.core.visit.walk import A_DRUG, AMY, BEN, DRUG, ME, PAT, Walk, q

STRANGER = Identifiers("Somebody Else", date(1950, 1, 1))


def before(visit_plan: VisitPlan, card: str) -> Robot:
    return Robot(visit_plan).play(until=card)


def fields(walk: Robot, command: e.Payload, actor=AMY) -> list[str]:
    return [reason.field for reason in walk.ask(command, actor).reasons]


def given(walk: Robot) -> str:
    drug = settled(walk.plan, walk.state).drugs[0]
    return str(amount_given(drug, walk.state.infusions[DRUG], walk.at))


# --- push ---


def test_a_push_begins_with_all_that_an_infusion_begins_with():
    walk = Robot(plan(PUSH))
    asked = {reason.field for reason in walk.ask(e.PushStarted(DRUG, ME)).reasons}
    assert {"identity", "clearance", "access", "preparation", "vitals", "start.line_traced", "start.emergency_ready"} <= asked
    ready = before(plan(PUSH), "push_started")
    assert fields(ready, e.PushStarted(DRUG, STRANGER, True, True)) == ["identity.name", "identity.born"]
    assert fields(ready, e.PushStarted(DRUG, ME, True, True)) == []


def test_a_push_that_was_ended_too_soon_stands_takes_the_reason_and_opens_an_incident():
    walk = before(plan(PUSH), "push_started").do(e.PushStarted(DRUG, ME, True, True)).later(2)
    assert fields(walk, e.PushEnded(DRUG, q(10, "mL"))) == ["given.why"]
    walk.do(e.PushEnded(DRUG, q(10, "mL"), "pushed by mistake"))
    assert [trigger for trigger, _ in walk.state.incidents] == ["given_too_fast"]
    assert walk.state.infusions[DRUG].stage == "infused"
    assert given(walk) == "200 mg"


def test_what_runs_by_a_pump_is_not_ended_as_a_push_or_a_draw_without_its_reading():
    walk = Walk().running().later(15)
    for end in (e.PushEnded(DRUG, q(250, "mL")), e.DrawEnded(DRUG, q(250, "mL"))):
        assert [(reason.code, reason.field) for reason in walk.ask(end).reasons] == [("wrong_route", "drug")]


def test_half_a_push_in_half_the_time_is_not_too_fast():
    walk = before(plan(PUSH), "push_started").do(e.PushStarted(DRUG, ME, True, True)).later(2)
    assert fields(walk, e.PushEnded(DRUG, q(5, "mL"))) == ["given.why"]  # half of it is left
    walk.do(e.PushEnded(DRUG, q(5, "mL"), "burning in the arm"))
    region = walk.state.infusions[DRUG]
    assert walk.state.incidents == ()
    assert (region.stage, str(region.stopped.residual), region.stopped.variance_reason) == (
        "stopped_early",
        "5 mL",
        "burning in the arm",
    )
    assert given(walk) == "100 mg"


def test_a_push_may_pause_in_the_middle_and_the_pause_is_no_time_of_it():
    walk = before(plan(PUSH), "push_started").do(e.PushStarted(DRUG, ME, True, True)).later(2)
    walk.do(e.Paused(DRUG, "cough")).later(10)
    assert next_action(walk.state, walk.plan, walk.at).command == "push_started"
    walk.do(e.PushStarted(DRUG, ME, True, True)).later(1)
    assert fields(walk, e.PushEnded(DRUG, q(10, "mL"))) == ["given.why"]
    walk.later(1).do(e.PushEnded(DRUG, q(10, "mL")))
    assert walk.state.incidents == ()


def test_a_stop_for_good_is_not_how_a_push_ends():
    walk = before(plan(PUSH), "push_started").do(e.PushStarted(DRUG, ME, True, True)).later(4)
    assert fields(walk, e.Stopped(DRUG, "complete", q(10, "mL"), q(0, "mL"))) == ["drug"]
    assert fields(walk, e.PushEnded(DRUG, q(11, "mL"))) == ["given"]
    assert fields(walk, e.PushEnded(DRUG, q(200, "mg"))) == ["given"]


def test_the_card_of_a_push_says_when_its_shortest_time_is_over():
    walk = before(plan(PUSH), "push_started").do(e.PushStarted(DRUG, ME, True, True)).later(1)
    card = next_action(walk.state, walk.plan, walk.at)
    assert (card.command, card.due) == ("push_ended", walk.at + timedelta(minutes=3))


def test_an_infusion_cannot_be_recorded_as_a_push_nor_a_push_as_an_infusion():
    infusion = before(plan(A_DRUG), "infusion_started")
    assert fields(infusion, e.PushStarted(DRUG, ME, True, True)) == ["drug"]
    push = before(plan(PUSH), "push_started")
    assert fields(push, e.InfusionStarted(DRUG, ME, q(20, "mL/h"), True, True)) == ["drug"]


def test_a_push_that_nobody_measured_beforehand_takes_its_volume_from_the_preparation():
    open_volume = replace(PUSH, volume=q(200, "mg"), max_rate=q(120, "mL/h"), min_minutes=None)
    walk = before(plan(open_volume), "preparation_recorded")
    assert "No volume is stated" in next_action(walk.state, walk.plan, walk.at).why
    nothing = e.PreparationRecorded(
        DRUG, (LotDraw("Testra", "L1", q(100, "mg"), 2, q(200, "mg")),), q(0, "mL"), "", walk.at, walk.at + timedelta(hours=6)
    )
    assert "preparation.volume" in fields(walk, nothing, PAT)
    walk.do(replace(nothing, volume=q(8, "mL")), PAT).play(until="push_started").do(e.PushStarted(DRUG, ME, True, True)).later(
        3
    )
    assert fields(walk, e.PushEnded(DRUG, q(8, "mL"))) == ["given.why"]  # 8 mL at 120 mL/h take 4 minutes
    walk.later(1).do(e.PushEnded(DRUG, q(4, "mL"), "stopped by the patient"))
    assert given(walk) == "100 mg"


# --- injection ---


def injection(*volumes: str, minutes: str = "", why: str = "", given: str = "") -> e.DoseGiven:
    sites = tuple(InjectionSite(f"place {n}", "left", q(volume, "mL")) for n, volume in enumerate(volumes))
    total = given or str(sum(Decimal(volume) for volume in volumes))
    return e.DoseGiven(DRUG, ME, q(total, "mL"), sites, Decimal(minutes) if minutes else None, why, True)


def test_an_injection_goes_to_as_many_places_as_its_volume_takes():
    walk = before(plan(INJECT, **INJECTIONS), "dose_given")
    assert walk.state.access == ()
    assert "At most 1.5 mL at one place: 2 places." in next_action(walk.state, walk.plan, walk.at).why
    assert fields(walk, injection("3")) == ["given.sites"]
    assert fields(walk, injection()) == ["given", "given.sites"]
    assert fields(walk, injection("1.5", "1", given="3")) == ["given.sites"]  # they do not add up
    same = e.DoseGiven(DRUG, ME, q(3, "mL"), (InjectionSite("thigh", "left", q("1.5", "mL")),) * 2, None, "", True)
    assert fields(walk, same) == ["given.sites"]
    walk.do(injection("1.5", "1.5"))
    assert given(walk) == "210 mg"
    assert walk.play().state.signed_at is not None
    assert "Flush the line" not in walk.cards


def test_part_of_an_injection_is_the_dose_given_with_the_reason_why():
    walk = before(plan(INJECT, **INJECTIONS), "dose_given")
    assert fields(walk, injection("1.5")) == ["given.why"]
    walk.do(injection("1.5", why="the patient moved"))
    assert given(walk) == "105 mg"
    assert str(walk.state.infusions[DRUG].stopped.residual) == "1.5 mL"


def test_an_injection_whose_label_states_its_minutes_says_how_long_it_took():
    walk = before(plan(SLOW_INJECT, **INJECTIONS), "dose_given")
    assert fields(walk, injection("15")) == ["given.minutes"]
    assert fields(walk, injection("15", minutes="2")) == ["given.why"]
    walk.do(injection("15", minutes="2", why="the patient asked to be quick"))
    assert [trigger for trigger, _ in walk.state.incidents] == ["given_too_fast"]
    region = walk.state.infusions[DRUG]
    assert region.started_at == walk.at - timedelta(minutes=2)


def test_an_injection_needs_no_second_set_of_vitals_before_it():
    walk = before(plan(INJECT, **INJECTIONS), "dose_given").later(40)
    assert fields(walk, injection("1.5", "1.5")) == []


# --- ambulatory pump ---


def connected(rate: object = 1, reservoir: object = 96, **other: object) -> e.PumpConnected:
    said: dict[str, object] = {
        "line_traced": True,
        "reservoir": q(reservoir, "mL") if reservoir else None,
        "spill_kit_taught": True,
        "contact_given": True,
        "emergency_ready": True,
    }
    return e.PumpConnected(DRUG, ME, q(rate, "mL/h"), "P-17", **{**said, **other})


def test_a_pump_for_four_days_is_not_set_to_four_hours():
    """H-004: 96 mL meant for 96 hours, set as 24 mL/h, would be empty in four."""
    walk = before(plan(FOUR_DAYS), "pump_connected")
    (reason,) = walk.ask(connected(24)).reasons
    assert (reason.code, reason.override) == ("rate_limit", "none")
    assert "empty after 4 h; the order is 96 h" in reason.message
    assert fields(walk, connected("1.1")) == ["rate"]
    assert fields(walk, connected(1, 24)) == ["pump.reservoir"]
    assert fields(walk, connected(reservoir=None)) == ["pump.reservoir"]
    assert fields(walk, connected("0.5")) == ["pump.hours"]  # 192 hours are not the order either
    assert fields(walk, connected("0.9")) == []


def test_nobody_goes_home_with_a_pump_without_spill_kit_number_and_time_to_return():
    walk = before(plan(FOUR_DAYS), "pump_connected")
    assert fields(walk, connected(spill_kit_taught=None)) == ["pump.spill_kit"]
    assert fields(walk, connected(contact_given=False)) == ["pump.contact"]
    walk.do(connected()).play(until="discharged")
    assert stage(walk.state, walk.plan, walk.at) == "infusing_ambulatory"
    assert fields(walk, e.Discharged(True, True, True)) == ["discharge.returns_at"]


def test_a_pump_goes_home_comes_back_and_only_then_the_record_is_signed():
    walk = before(plan(FOUR_DAYS), "pump_connected").do(connected()).play(until="discharged")
    began = walk.at
    walk.do(e.Discharged(True, True, True, returns_at=began + timedelta(hours=96)))
    assert stage(walk.state, walk.plan, walk.at) == "infusing_ambulatory"
    due = next(item for item in outlook(walk.state, walk.plan, walk.at).due if item.what == "disconnect")
    assert timedelta(hours=95) < due.at - began <= timedelta(hours=96)
    (unsigned,) = walk.ask(e.Signed()).reasons
    assert unsigned.message == "The pump is still on. It is signed when the pump has been taken off."
    assert fields(walk, e.Flushed(DRUG, q(20, "mL"))) != []
    walk.later(96 * 60)
    off = e.PumpDisconnected(DRUG, ME, q(96, "mL"), q(0, "mL"), spilled=False)
    assert fields(walk, replace(off, identifiers=STRANGER)) == ["identity.name", "identity.born"]
    assert fields(walk, replace(off, spilled=None)) == ["pump.spilled"]
    assert fields(walk, replace(off, pump_volume=None)) == ["pump_volume"]
    assert fields(walk, replace(off, residual=q(40, "mL"))) == ["stopped.volume"]
    walk.do(off)
    assert walk.state.discharged_at is None
    assert given(walk) == "4800 mg"
    assert walk.play().state.signed_at is not None
    left = list(dict.fromkeys(walk.cards[walk.cards.index("Flush the line") :]))
    assert left[0] == "Flush the line"
    assert left[-3:] == ["Take the access out", "Discharge", "Sign the record"]
    assert [entry.kind for entry in walk.log].count("discharged") == 2


def test_a_pump_that_was_empty_after_four_hours_and_a_spill_open_incidents():
    walk = before(plan(FOUR_DAYS), "pump_connected").do(connected()).play(until="discharged")
    walk.do(e.Discharged(True, True, True, returns_at=walk.at + timedelta(hours=96))).later(4 * 60)
    walk.do(e.PumpDisconnected(DRUG, ME, q(96, "mL"), q(0, "mL"), "complete", "the pump was set wrong at home", True))
    assert sorted(trigger for trigger, _ in walk.state.incidents) == ["given_too_fast", "spill"]


def test_the_access_stays_in_while_the_pump_runs():
    walk = before(plan(FOUR_DAYS), "pump_connected").do(connected())
    assert fields(walk, e.AccessRemoved(True)) == ["access"]


# --- blood that is let ---


def test_a_draw_takes_no_drug_no_lot_and_no_double_check():
    walk = Robot(plan(DRAW)).play()
    assert walk.state.signed_at is not None
    assert not {"released_to_prepare", "preparation_recorded", "check_entered", "flushed"} & {entry.kind for entry in walk.log}


def test_less_or_more_blood_than_ordered_takes_the_reason_and_too_much_opens_an_incident():
    walk = before(plan(DRAW), "draw_started").do(e.DrawStarted(DRUG, ME)).later(20)
    assert fields(walk, e.DrawEnded(DRUG, q(440, "mL"))) == []  # within what a scale and a bag differ by
    assert fields(walk, e.DrawEnded(DRUG, q(300, "mL"))) == ["taken.why"]
    few = before(plan(DRAW), "draw_started").do(e.DrawStarted(DRUG, ME)).later(20)
    few.do(e.DrawEnded(DRUG, q(300, "mL"), "felt faint"))
    assert (few.state.infusions[DRUG].stage, given(few)) == ("stopped_early", "300 mL")
    walk.do(e.DrawEnded(DRUG, q(520, "mL"), "scale read late"))
    assert [trigger for trigger, _ in walk.state.incidents] == ["drew_too_much"]


# --- the next bag ---

BOTTLES = replace(A_DRUG, dose_per=None, products=("Testra", "Othera"))


TWO_LOTS = (
    LotDraw("Testra", "L1", q(100, "mg"), 2, q(200, "mg")),
    LotDraw("Testra", "L2", q(100, "mg"), 2, q(200, "mg")),
)


def hanging(drug: DrugPlan = BOTTLES, draws: tuple[LotDraw, ...] = TWO_LOTS) -> Robot:
    """Half an hour at 40 mL/h: the first bottle runs out."""
    walk = before(plan(drug), "preparation_recorded")
    walk.do(e.PreparationRecorded(DRUG, draws, q(250, "mL"), "", walk.at, walk.at + timedelta(hours=6)), PAT)
    return walk.play(until="infusion_started").do(walk.start()).later(15).step(40).later(30)


def bag(**change: object) -> BagChanged:
    usual: dict[str, object] = {"product": "Testra", "lots": ("L2",), "rate": q(40, "mL/h"), "pump_volume": q(25, "mL")}
    return BagChanged(DRUG, ME, **{**usual, **change})


def test_the_next_bottle_goes_on_at_the_rate_and_both_lots_are_on_record():
    walk = hanging()
    assert fields(walk, bag(rate=q(80, "mL/h"))) == ["rate"]
    assert fields(walk, bag(lots=("L9",))) == ["bag.lots"]
    assert fields(walk, bag(lots=())) == ["bag.lots"]
    assert fields(walk, bag(product="Othera")) == ["bag.product", "rate"]
    assert fields(walk, bag(pump_volume=None)) == ["pump_volume"]
    assert fields(walk, replace(bag(), identifiers=STRANGER)) == ["identity.name", "identity.born"]
    walk.do(bag())
    assert str(walk.state.infusions[DRUG].rate) == "40 mL/h"
    assert fields(walk, e.StepChanged(DRUG, q(150, "mL/h"))) != []


def test_a_pump_reading_at_the_change_never_falls():
    walk = hanging().do(bag())
    assert fields(walk.later(10), bag(pump_volume=q(20, "mL"))) == ["pump_volume"]


def test_another_brand_starts_the_ladder_again():
    mixed = (TWO_LOTS[0], LotDraw("Othera", "O1", q(100, "mg"), 2, q(200, "mg")))
    walk = hanging(replace(BOTTLES, needs_check=False), mixed)
    other = bag(product="Othera", lots=("O1",))
    (reason,) = walk.ask(other).reasons
    assert (reason.code, reason.limit) == ("rate_limit", "20 mL/h")
    walk.do(replace(other, rate=q(20, "mL/h"))).later(14)
    assert "step.hold" in fields(walk, e.StepChanged(DRUG, q(40, "mL/h")))


def test_a_bottle_that_was_not_checked_does_not_hang():
    walk = hanging(replace(BOTTLES, needs_check=False))
    unchecked = replace(walk.state.infusions[DRUG], check_stages=walk.plan.policy.stages)
    walk.state = replace(walk.state, infusions={DRUG: unchecked})
    assert fields(walk, bag()) == ["check"]


def test_given_and_left_over_all_bottles_are_the_whole_bag():
    walk = hanging().do(bag()).later(15)
    assert fields(walk, e.Stopped(DRUG, "order", q(35, "mL"), q(100, "mL"))) == ["stopped.volume"]
    assert fields(walk, e.Stopped(DRUG, "order", q(35, "mL"), q(215, "mL"))) == []


def test_a_reported_injection_is_taken_and_marked_and_what_it_did_not_meet_is_told():
    walk = Robot(plan(INJECT, **INJECTIONS)).play(until="cleared")
    walk.report(injection("1.5", "1.5"), walk.at - timedelta(minutes=1), BEN)
    assert walk.state.infusions[DRUG].stage == "infused"
    assert [trigger for trigger, _ in walk.state.incidents] == ["reported_without_guard"]


@pytest.mark.parametrize("drug", [PUSH, INJECT, FOUR_DAYS, DRAW], ids=lambda drug: drug.manner.value)
def test_a_whole_visit_by_its_cards(drug: DrugPlan):
    change = INJECTIONS if drug is INJECT else {}
    assert Robot(plan(drug, **change)).play().state.signed_at is not None
