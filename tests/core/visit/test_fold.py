"""The fold: one event more is one apply more; late facts, corrections, volumes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.visit import events as e
from chairside.core.visit.encoding import to_text
from chairside.core.visit.fold import SequenceError, apply, fold
from chairside.core.visit.infusion import running_time, volume_by_clock, volume_given
from chairside.core.visit.values import Mode
from tests.core.visit.walk import AMY, DRUG, NINE, PLAN, Walk, q, vitals

WHOLE = Walk().discharged().do(e.Signed("done"))


@given(st.integers(0, len(WHOLE.log) - 1))
def test_folding_one_event_more_is_applying_it(n):
    assert fold(WHOLE.log[: n + 1], PLAN) == apply(fold(WHOLE.log[:n], PLAN), WHOLE.log[n])


def test_the_state_does_not_change_when_an_event_is_applied_to_it():
    before = fold(WHOLE.log[:10], PLAN)
    copy = fold(WHOLE.log[:10], PLAN)
    apply(before, WHOLE.log[10])
    assert before == copy


def test_a_sequence_that_does_not_rise_is_a_broken_log():
    with pytest.raises(SequenceError):
        fold([WHOLE.log[0], WHOLE.log[0]], PLAN)


def test_given_and_left_make_the_bag():
    region = WHOLE.state.infusions[DRUG]
    stopped = region.stopped
    assert stopped is not None
    assert volume_given(region, WHOLE.at) + stopped.residual == q(250, "mL")


def test_the_clock_runs_only_while_the_drug_runs():
    walk = Walk().running().later(15).do(e.Paused(DRUG)).later(60)
    region = walk.state.infusions[DRUG]
    assert running_time(region, walk.at) == timedelta(minutes=15)
    assert volume_given(region, walk.at) == q(5, "mL")


def test_a_pump_reading_replaces_what_the_clock_had_added_up():
    walk = Walk().running().later(15).do(e.Paused(DRUG, pump_volume=q(4, "mL"))).later(5)
    walk.do(e.Resumed(DRUG, q(20, "mL/h"), "settled")).later(3)
    region = walk.state.infusions[DRUG]
    assert volume_by_clock(region, walk.at) == q(6, "mL")
    assert volume_given(region, walk.at) == q(5, "mL")


def test_a_fact_reported_late_changes_the_clinical_timeline_and_no_earlier_sequence():
    walk = Walk().running()
    started = walk.at
    walk.later(40)
    before, log = walk.state, tuple(walk.log)
    walk.report(e.Paused(DRUG, "patient felt warm"), started + timedelta(minutes=10))
    assert walk.state.log[: len(log)] == log
    assert before.infusions[DRUG].running
    region = walk.state.infusions[DRUG]
    assert region.paused
    assert volume_given(region, walk.at) == volume_given(region, started + timedelta(minutes=10))
    walk.report(e.Resumed(DRUG, q(20, "mL/h"), "better", q("3.4", "mL")), started + timedelta(minutes=15))
    assert running_time(walk.state.infusions[DRUG], walk.at) == timedelta(minutes=35)


def test_facts_reported_late_take_their_place_between_later_ones():
    walk = Walk().running()
    started = walk.at
    walk.later(15).step(40).later(15)
    walk.report(e.Paused(DRUG), started + timedelta(minutes=5))
    walk.report(e.Resumed(DRUG, q(20, "mL/h"), "settled", q("1.7", "mL")), started + timedelta(minutes=10))
    region = walk.state.infusions[DRUG]
    assert [change.cause for change in region.timeline] == ["infusion_started", "paused", "resumed", "step_changed"]
    assert region.rate == q(40, "mL/h")
    assert running_time(region, walk.at) == timedelta(minutes=25)
    newest = walk.do(vitals(sbp=126, site_ok=True)).state.last_vitals
    walk.report(vitals(sbp=99, site_ok=True), started + timedelta(minutes=7))
    assert walk.state.last_vitals == newest


def test_a_stop_reported_from_before_a_restart_does_not_end_what_runs_now():
    walk = Walk().running().later(15).do(e.Paused(DRUG, pump_volume=q(5, "mL"))).later(5)
    walk.do(e.Resumed(DRUG, q(20, "mL/h"), "settled")).later(5)
    walk.report(e.Stopped(DRUG, "order", q(5, "mL"), q(245, "mL")), walk.at - timedelta(minutes=8))
    region = walk.state.infusions[DRUG]
    assert (region.running, region.stopped, region.stage) == (True, None, "infusing")
    walk.do(e.Stopped(DRUG, "order", q(7, "mL"), q(243, "mL")))
    assert walk.state.infusions[DRUG].stage == "stopped_early"


def test_a_restart_reported_after_the_end_is_stopped_again_before_the_patient_leaves():
    walk = Walk().ended()
    end = walk.at
    walk.later(10).report(e.Resumed(DRUG, q(20, "mL/h"), "what was left in the line"), end + timedelta(minutes=5))
    assert walk.state.infusions[DRUG].stage == "infusing"
    assert not walk.ask(e.Discharged(True, True, True, "sister")).allowed
    assert walk.ask(e.Stopped(DRUG, "complete", q(250, "mL"), q(0, "mL"), "as read")).allowed


def test_the_last_end_in_clinical_time_stands():
    walk = Walk().ended()
    end = walk.state.infusions[DRUG].stopped_at
    walk.report(e.Stopped(DRUG, "order", q(200, "mL"), q(50, "mL"), "read early"), end - timedelta(minutes=10))
    region = walk.state.infusions[DRUG]
    assert (region.stopped_at, region.stopped.reason) == (end, "complete")


def test_a_device_clock_counts_only_for_reported_facts():
    live = e.Event("a", 1, NINE, AMY, e.NoteAdded("x"), Mode.LIVE, NINE - timedelta(hours=1))
    assert live.at == NINE
    assert e.Event("a", 1, NINE, AMY, e.NoteAdded("x"), Mode.REPORTED, NINE - timedelta(hours=1)).at == NINE - timedelta(
        hours=1
    )


def test_a_correction_replaces_what_the_old_event_said_and_keeps_both():
    walk = Walk().assessed(weight=180)
    wrong = next(event for event in walk.log if event.kind == "vitals_recorded")
    walk.do(e.Corrected(wrong.id, "typed a one too many", to_text(vitals(weight=80))))
    assert walk.state.weighed == q(80, "kg")
    assert wrong in walk.state.log
    assert walk.state.corrected == {wrong.id: walk.log[-1].id}
    assert fold(walk.log, PLAN) == walk.state


def test_entered_in_error_takes_the_event_out_of_the_state():
    walk = Walk().assessed()
    entry = next(event for event in walk.log if event.kind == "allergies_reviewed")
    walk.do(e.Corrected(entry.id, "another patient's list"))
    assert walk.state.allergies_at is None
    again = Walk().assessed()
    assert again.state.allergies_at is not None


def test_a_second_correction_of_the_same_entry_wins():
    walk = Walk().assessed(weight=180)
    wrong = next(event for event in walk.log if event.kind == "vitals_recorded")
    walk.do(e.Corrected(wrong.id, "first try", to_text(vitals(weight=81))))
    walk.do(e.Corrected(wrong.id, "read again", to_text(vitals(weight=82))))
    assert walk.state.weighed == q(82, "kg")


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 400)), min_size=1, max_size=12))
def test_the_volume_is_the_sum_of_rate_times_time(parts):
    walk = Walk().ready()
    started = walk.at
    expected = Decimal(0)
    walk.record(e.InfusionStarted(DRUG, walk.log[0].payload.identifiers, q(parts[0][1], "mL/h"), True, True))
    for n, (minutes, rate) in enumerate(parts):
        if n:
            walk.record(e.StepChanged(DRUG, q(rate, "mL/h")))
        walk.later(minutes)
        expected += Decimal(minutes) * rate / 60
    region = walk.state.infusions[DRUG]
    assert abs(volume_given(region, walk.at).amount - expected) < Decimal("1e-20")
    assert running_time(region, walk.at) == walk.at - started


def test_five_hundred_events_fold_in_a_blink():
    walk = Walk().running()
    while len(walk.log) < 500:
        walk.later(1).record(
            vitals(site_ok=True) if len(walk.log) % 3 else e.StepChanged(DRUG, q(20 + len(walk.log) % 7, "mL/h"))
        )
    began = perf_counter()
    fold(walk.log, PLAN)
    print(f"\nfolded {len(walk.log)} events in {(perf_counter() - began) * 1000:.2f} ms")
