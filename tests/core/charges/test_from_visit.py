"""From the log of a visit to charges: running time, evidence, partial doses."""

from __future__ import annotations

from datetime import timedelta

from chairside.core.charges.charge import charge
from chairside.core.charges.from_visit import drug_given, work_of
from chairside.core.charges.work import Day
from chairside.core.visit import events as e
from chairside.formulary.administration import administration_codes
from tests.core.visit.walk import A_DRUG, DRUG, NINE, PLAN, Walk, q

CODES = administration_codes()


def charged(walk, family="complex", setting="physician_office"):
    given = drug_given(
        walk.state.infusions[DRUG], A_DRUG, code="J0000", unit=q(10, "mg"), container="single_dose", evidence=("event-9",)
    )
    day = Day(NINE.date(), setting, "medicare_ffs", work_of(walk.state, PLAN, {DRUG: family}))
    return charge(day, (given,) if given else (), CODES)


def codes(answer):
    return {(line.code, line.units) for line in answer.lines}


def test_a_calm_visit_becomes_its_lines_with_the_events_that_prove_them():
    walk = Walk().discharged()
    answer = charged(walk)
    assert codes(answer) == {("96413", 1), ("96415", 1)}  # 131 minutes
    ids = {event.id for event in walk.log}
    assert all(set(line.evidence) <= ids for line in answer.lines)
    assert walk.log[[event.kind for event in walk.log].index("infusion_started")].id in answer.lines[0].evidence
    assert dict(answer.lines[0].minutes) == {"drug.drug": 131}
    assert {item.reason for item in answer.not_billed} == {
        "oral_medicine_included",
        "access_included",
        "flush_included",
        "observation_included",
    }
    assert [(line.units, line.modifiers) for line in answer.drug_lines] == [(40, frozenset({"JZ"}))]


def test_the_family_is_data_and_the_time_is_the_same():
    assert codes(charged(Walk().discharged(), "therapeutic")) == {("96365", 1), ("96366", 1)}


def test_a_pause_does_not_count():
    walk = Walk().running().later(20).do(e.Paused(DRUG, pump_volume=q("6.6", "mL"))).later(60)
    walk.do(e.Resumed(DRUG, q(20, "mL/h"), "settled")).later(20)
    walk.do(e.Stopped(DRUG, "patient", q("13.3", "mL"), q("236.7", "mL")))
    assert dict(charged(walk).lines[0].minutes) == {"drug.drug": 40}
    assert walk.at - NINE > timedelta(hours=2)


def test_a_drug_stopped_early_bills_what_was_given_and_marks_the_rest_as_waste():
    walk = Walk().on_the_last_step().later(36)  # 35 mL and 90 mL
    walk.do(e.Stopped(DRUG, "patient", q(125, "mL"), q(125, "mL")))
    assert [(line.units, sorted(line.modifiers)) for line in charged(walk).drug_lines] == [(20, []), (20, ["JW"])]


def test_a_drug_that_never_ran_gives_no_line():
    answer = charged(Walk().ready())
    assert codes(answer) == set()
    assert answer.drug_lines == ()
