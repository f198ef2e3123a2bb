"""What no patient has and no pump shows is refused whichever way it comes; a pause is always taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chairside.core.visit import events as e
from chairside.core.visit.decide import decide
from chairside.core.visit.values import Mode, Reading
from tests.core.visit.test_decide import codes, fields
from tests.core.visit.walk import A_DRUG, AMY, DRUG, PAT, PLAN, Walk, bag, q


@pytest.mark.parametrize(
    "reading", [Reading("weight_kg", q(712, "kg")), Reading("temp", q(370, "Cel")), Reading("sbp", q(9, "kg"))]
)
@pytest.mark.parametrize("mode", list(Mode))
def test_an_impossible_vital_is_no_fact(reading: Reading, mode: Mode):
    walk = Walk().assessed()
    command = e.VitalsRecorded((replace(reading, confirmed=True),))
    assert codes(decide(walk.state, walk.plan, command, AMY, walk.at, mode=mode)) == {"out_of_range"}


@pytest.mark.parametrize("mode", list(Mode))
def test_a_rate_in_milligrams_an_hour_is_refused_with_a_reason(mode: Mode):
    walk = Walk().running()
    assert fields(decide(walk.state, walk.plan, e.StepChanged(DRUG, q(20, "mg/h")), AMY, walk.at, mode=mode)) == {"rate"}


@pytest.mark.parametrize("reading", [q(5, "mg"), q(-5, "mL"), q(9999, "mL")])
def test_a_pause_is_taken_and_its_impossible_reading_is_not_counted(reading):
    walk = Walk().running().later(3).do(e.Paused(DRUG, "alarm", reading))
    assert walk.state.infusions[DRUG].paused
    assert not walk.state.infusions[DRUG].pump
    assert "pump_reading" in {trigger for trigger, _ in walk.state.incidents}


def test_a_note_has_an_end():
    walk = Walk().assessed()
    assert not walk.ask(e.NoteAdded("x" * 2001)).allowed
    assert walk.ask(e.NoteAdded("x" * 2000)).allowed


def test_the_clock_of_a_device_may_run_two_minutes_ahead_and_no_more():
    walk = Walk().running()

    def asked(ahead: int):
        claimed = walk.at + timedelta(seconds=ahead)
        return decide(walk.state, walk.plan, e.Paused(DRUG), AMY, claimed, mode=Mode.REPORTED, received_at=walk.at)

    assert asked(120).allowed
    assert fields(asked(121)) == {"claimed_at"}


def test_a_bag_is_judged_by_the_protocols_time_diluent_and_vials():
    drug = replace(A_DRUG, diluents=("0.9% sodium chloride",), strengths=(q(100, "mg"),), usable_hours=q(6, "h").amount)
    walk = Walk(plan=replace(PLAN, drugs=(drug,))).cleared().do(e.ReleasedToPrepare(DRUG))
    good = bag(walk.at)
    assert walk.ask(good, PAT).allowed
    for wrong, field in (
        (replace(good, diluent="5% dextrose"), "preparation.diluent"),
        (replace(good, use_by=good.use_by + timedelta(minutes=1)), "preparation.use_by"),
        (replace(good, draws=(replace(good.draws[0], expires=date(2026, 11, 22)),)), "preparation.expires"),
        (replace(good, draws=(replace(good.draws[0], strength=q(400, "mg"), vials=1),)), "preparation.strength"),
    ):
        assert fields(walk.ask(wrong, PAT)) == {field}
