"""A curve has the doses of its therapy: days and amounts of the protocol, by routes that the record knows."""

from __future__ import annotations

from datetime import date

from chairside.formulary import loader
from chairside.formulary.kinetic_records import record
from chairside.formulary.level_doses import Schedule, schedules, subject_weight

ON = date(2026, 11, 23)


def plans(name: str) -> dict[str, Schedule]:
    return {plan.regimen.key: plan for plan in schedules(loader.load(name), record(name), ON)}


def test_a_schedule_without_end_repeats_and_one_with_an_end_does_not():
    assert plans("trastuzumab")["q3w"].every == 21
    assert [one.amount.spelled() for one in plans("trastuzumab")["q3w"].doses[:2]] == ["528 mg", "396 mg"]
    assert plans("efgartigimod_iv")["weekly_cycle"].every is None


def test_the_dose_is_that_of_the_records_person():
    assert subject_weight(record("lecanemab")).spelled() == "73.7 kg"
    assert plans("lecanemab")["initiation"].doses[0].amount.spelled() == "737 mg"
    assert subject_weight(record("eculizumab")).spelled() == "70 kg"


def test_values_per_kg_take_the_dose_per_kg():
    told = record("golimumab_iv")
    assert [round(one.amount, 6) for one in plans(told.id)["adult"].given(told)[:2]] == [2, 2]


def test_an_injection_is_absorbed_and_takes_no_time():
    told = record("denosumab_60_sc")
    (plan,) = plans(told.id).values()
    assert plan.over is None
    assert all(one.absorbed and one.over == 0 for one in plan.given(told))


def test_children_are_not_the_records_person():
    assert not [key for key in plans("eculizumab") if "5_to_20_kg" in key or "20_to_40_kg" in key]


def test_a_dose_that_the_order_decides_has_no_schedule():
    assert not list(schedules(loader.load("vancomycin"), record("vancomycin"), ON))


def test_a_way_in_that_the_record_does_not_know_is_not_drawn():
    """Dihydroergotamine into a muscle is not absorbed like a tablet."""
    keys = {plan.regimen.key for plan in schedules(loader.load("dihydroergotamine_iv"), record("dihydroergotamine_iv"), ON)}
    assert not keys & {"acute_im", "acute_sc"}
