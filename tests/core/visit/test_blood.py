"""A unit of blood: groups that fit, the slip and the label, the clocks, a reaction, several units."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.blood import COMPONENTS, compatible, group_of
from chairside.core.visit.check_need import need_of
from chairside.core.visit.from_protocol import visit_plan
from chairside.core.visit.next_action import next_action
from chairside.core.visit.outlook import outlook
from chairside.core.visit.policy import PROPOSAL, DrugClass
from chairside.core.visit.settling import settled
from chairside.core.visit.values import LotDraw
from tests.core.visit.plans_of_ways import UNIT, plan
from tests.core.visit.robot import Robot
from tests.core.visit.walk import AMY, DRUG, PAT, q

GROUPS = ("O", "A", "B", "AB")


@pytest.mark.parametrize(
    ("component", "fits"),
    [
        (
            "red cells",
            {("O", "O"), ("O", "A"), ("O", "B"), ("O", "AB"), ("A", "A"), ("A", "AB"), ("B", "B"), ("B", "AB"), ("AB", "AB")},
        ),
        (
            "plasma",
            {("O", "O"), ("A", "O"), ("B", "O"), ("AB", "O"), ("A", "A"), ("AB", "A"), ("B", "B"), ("AB", "B"), ("AB", "AB")},
        ),
        ("whole blood", {(group, group) for group in GROUPS}),
    ],
)
def test_every_pair_of_unit_and_patient(component, fits):
    """The table, pair by pair, written out a second time: (unit, patient)."""
    for unit in GROUPS:
        for patient in GROUPS:
            reasons = compatible(component, f"{unit}-", f"{patient}-")
            assert (not reasons) == ((unit, patient) in fits), (unit, patient)
            assert all(reason.override == "none" for reason in reasons)


def test_platelets_of_another_group_are_for_a_prescriber_and_rh_too():
    (abo,) = compatible("platelets", "O-", "A-")
    (rh,) = compatible("red cells", "O+", "O-")
    assert (abo.override, rh.override, rh.field) == ("prescriber", "prescriber", "unit.rhesus")
    assert compatible("plasma", "A+", "A-") == ()


def test_a_group_that_cannot_be_read_is_never_a_fit():
    assert group_of("A pos") == group_of("A+")
    assert group_of("A") is None
    assert [reason.outcome.word for reason in compatible("red cells", "A", "A+")] == ["unknown"]
    assert [reason.code for reason in compatible("granulocytes", "A+", "A+")] == ["not_encoded"]
    assert set(COMPONENTS) == {"red cells", "whole blood", "plasma", "platelets"}


def waiting() -> Robot:
    return Robot(plan(UNIT)).play(until="unit_received")


def unit(walk: Robot, **change: object) -> e.UnitReceived:
    usual = {
        "unit": "W1234 26 000001",
        "component": "Red cells",
        "group": "O+",
        "patient_group": "A+",
        "volume": q(300, "mL"),
        "issued_at": walk.at - timedelta(minutes=5),
        "expires": walk.at + timedelta(days=3),
        "crossmatched": True,
        "intact": True,
    }
    return e.UnitReceived(DRUG, **{**usual, **change})


def fields(walk: Robot, command: e.Payload, actor=AMY) -> list[str]:
    return [reason.field for reason in walk.ask(command, actor).reasons]


def test_what_does_not_fit_goes_back():
    walk = waiting()
    assert fields(walk, unit(walk)) == []
    assert fields(walk, unit(walk, group="B+")) == ["unit.group"]
    assert fields(walk, unit(walk, component="Platelets")) == ["unit.component"]
    assert fields(walk, unit(walk, unit=" ")) == ["unit.number"]
    assert fields(walk, unit(walk, crossmatched=None)) == ["unit.crossmatched"]
    assert fields(walk, unit(walk, intact=False)) == ["unit.intact"]
    assert fields(walk, unit(walk, expires=walk.at)) == ["unit.expires", "unit.end"]
    assert fields(walk, unit(walk, issued_at=walk.at - timedelta(minutes=31))) == ["unit.issued_at"]


def test_a_unit_is_received_not_prepared():
    walk = waiting()
    draw = LotDraw("Red cells", "X", q(1, "{unit}"), 1, q(1, "{unit}"))
    made = e.PreparationRecorded(DRUG, (draw,), q(300, "mL"), "", walk.at, walk.at + timedelta(hours=4))
    assert "preparation" in fields(walk, made, PAT)


def test_two_people_check_the_number_of_the_unit_at_the_bedside():
    walk = waiting().do(unit(waiting()))
    drug = settled(walk.plan, walk.state).drugs[0]
    assert need_of(walk.plan, drug).needed
    entry = walk.entry(drug, walk.plan.policy.stages[0])
    assert entry.lots == ("W1234 26 000001",)
    for who in (AMY, PAT):
        walk.do(replace(entry, lots=("W1234 26 000002",)), who)
    assert walk.state.infusions[DRUG].compared.differs == ("lots",)
    assert DrugClass.BLOOD in {item.drug_class for item in PROPOSAL.double_checks}


def test_a_unit_starts_within_thirty_minutes_of_its_issue_and_ends_within_four_hours():
    walk = waiting()
    walk.do(unit(walk)).play(until="infusion_started")
    drug = settled(walk.plan, walk.state).drugs[0]
    start = e.InfusionStarted(DRUG, walk.me, drug.ladder[0].rate, True, True)
    assert fields(walk, start) == []
    walk.later(26).do(walk.vitals())
    assert fields(walk, start) == ["unit.issued_at"]


def test_a_unit_that_would_not_end_in_time_is_not_gone_on_with_and_too_long_opens_an_incident():
    walk = waiting()
    walk.do(unit(walk)).play(until="infusion_started")
    first = settled(walk.plan, walk.state).drugs[0].ladder[0].rate
    walk.do(e.InfusionStarted(DRUG, walk.me, first, True, True)).later(5).do(e.Paused(DRUG, "access lost"))
    walk.later(170).do(walk.vitals())
    resumed = e.Resumed(DRUG, first, "new access", q(10, "mL"))
    assert fields(walk, resumed) == ["unit.end"]
    walk.later(80).do(e.Stopped(DRUG, "other", q(10, "mL"), q(290, "mL")))
    assert "unit_too_long" in [trigger for trigger, _ in walk.state.incidents]


def test_the_ladder_follows_the_volume_of_the_unit_and_takes_its_least_time():
    walk = waiting()
    assert next_action(walk.state, walk.plan, walk.at).title == "Receive the unit: Testumab"
    walk.do(unit(walk, volume=q(200, "mL")))
    drug = settled(walk.plan, walk.state).drugs[0]
    assert [str(step.rate) for step in drug.ladder] == ["120 mL/h", "136 mL/h"]  # 30 mL + 170 mL over 75 min
    assert settled(walk.plan, waiting().state).drugs[0].ladder == ()


def test_vitals_are_due_after_a_quarter_of_an_hour_and_the_end_is_on_the_screen():
    walk = waiting()
    walk.do(unit(walk)).play(until="infusion_started")
    first = settled(walk.plan, walk.state).drugs[0].ladder[0].rate
    walk.do(e.InfusionStarted(DRUG, walk.me, first, True, True))
    due = {item.what: item.at - walk.at for item in outlook(walk.state, walk.plan, walk.at).due}
    assert due["vitals"] == timedelta(minutes=15)
    assert timedelta(hours=3) < due["unit_end"] < timedelta(hours=4)
    assert "use_by" not in due


def test_after_a_reaction_the_unit_is_stopped_and_kept():
    walk = waiting()
    walk.do(unit(walk)).play(until="infusion_started")
    first = settled(walk.plan, walk.state).drugs[0].ladder[0].rate
    walk.do(e.InfusionStarted(DRUG, walk.me, first, True, True)).later(10)
    walk.do(e.Paused(DRUG, "shivering", q(20, "mL"))).do(e.ReactionRecorded(drug=DRUG))
    assert any("Keep the unit" in fact for fact in next_action(walk.state, walk.plan, walk.at).evidence)
    walk.do(e.Stopped(DRUG, "reaction", q(20, "mL"), q(280, "mL")))
    assert "transfusion_reaction" in [trigger for trigger, _ in walk.state.incidents]


def test_each_of_several_units_is_a_dose_of_its_own_and_no_unit_is_given_twice():
    two = replace(UNIT, key=f"{DRUG}.2", sequence=2)
    walk = Robot(replace(plan(UNIT), drugs=(UNIT, two))).play()
    assert walk.state.signed_at is not None
    numbers = [walk.state.infusions[key].unit.unit for key in (DRUG, f"{DRUG}.2")]
    assert len(set(numbers)) == 2
    again = Robot(replace(plan(UNIT), drugs=(UNIT, two))).play(until="unit_received")
    again.do(unit(again)).do(e.ReleasedToPrepare(f"{DRUG}.2"))
    assert fields(again, replace(unit(again), drug=f"{DRUG}.2")) == ["sequence.drug.2", "unit.number"]


def test_an_order_for_two_units_makes_two_regions():
    from tests.core.visit.test_ways_of_every_therapy import load, plan_of

    made = plan_of(load("blood_transfusion"), dose=q(2, "{unit}"))
    assert visit_plan is not None
    drugs = made.value.drugs
    assert [(drug.key, drug.sequence, str(drug.dose)) for drug in drugs] == [
        ("blood_transfusion", 1, "1 {unit}"),
        ("blood_transfusion.2", 2, "1 {unit}"),
    ]
