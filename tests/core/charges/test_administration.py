"""Time rules of administration codes at their edges, and rules that the worked examples do not reach."""

from __future__ import annotations

import pytest

from chairside.core.charges.administration import further_hours, secondary_hours
from chairside.core.charges.charge import charge
from chairside.core.charges.reading import ChargeInputError, read_day, read_drugs
from chairside.core.charges.table import PayerProfile, family_for
from chairside.formulary.administration import administration_codes

CODES = administration_codes()


def lines(*events, setting="hospital_outpatient", **question):
    answer = charge(read_day({"setting": setting, "events": events, **question}), read_drugs(question), CODES)
    return {(line.code, line.units, *sorted(line.modifiers)) for line in answer.lines}, {
        (n.id, n.reason) for n in answer.not_billed
    }


def run(n, start, stop, drug="A", kind="infusion", family="therapeutic", **more):
    return {"n": n, "kind": kind, "drug": drug, "class": family, "start": start, "stop": stop, **more}


@pytest.mark.parametrize(("minutes", "hours"), [(16, 0), (90, 0), (91, 1), (150, 1), (151, 2), (210, 2), (211, 3), (312, 4)])
def test_further_hours_begin_more_than_thirty_minutes_past_each_hour(minutes, hours):
    assert further_hours(minutes, CODES) == hours


@pytest.mark.parametrize(("minutes", "hours"), [(30, 0), (31, 1), (90, 1), (91, 2), (150, 2), (151, 3), (210, 3), (211, 4)])
def test_hydration_as_an_add_on_counts_from_thirty_one_minutes(minutes, hours):
    assert secondary_hours(minutes, CODES) == hours


@pytest.mark.parametrize(("stop", "code"), [("09:15", "96374"), ("09:16", "96365")])
def test_sixteen_minutes_make_an_infusion(stop, code):
    assert lines(run(1, "09:00", stop))[0] == {(code, 1)}


@pytest.mark.parametrize(("stop", "expected"), [("09:30", set()), ("09:31", {("96360", 1)})])
def test_hydration_alone_needs_thirty_one_minutes(stop, expected):
    assert lines(run(1, "09:00", stop, "saline", "hydration", "fluid"))[0] == expected


def test_in_a_facility_the_hierarchy_decides_and_not_the_clock():
    found, _ = lines(run(1, "09:00", "12:00"), run(2, "12:05", "12:35", "B", family="complex"))
    assert found == {("96413", 1), ("96367", 1), ("96366", 2)}


def test_in_an_office_the_reason_for_the_visit_decides():
    found, _ = lines(
        run(1, "09:00", "10:00", purpose="primary"), run(2, "10:05", "10:35", "B", family="complex"), setting="physician_office"
    )
    assert found == {("96365", 1), ("96417", 1)}


def test_a_second_site_without_a_reason_joins_the_first_and_is_flagged():
    events = [run(1, "09:00", "10:00", site="left"), run(2, "10:05", "11:00", "B", site="right")]
    answer = charge(read_day({"setting": "hospital_outpatient", "events": events}), (), CODES)
    assert {(line.code, line.units) for line in answer.lines} == {("96365", 1), ("96367", 1)}
    assert [hold.reason for hold in answer.holds] == ["second_site_without_reason"]


def test_carrier_fluid_is_never_billed():
    found, out = lines(run(1, "09:00", "10:00"), run(2, "09:00", "11:00", "saline", "hydration", "fluid", purpose="carrier"))
    assert found == {("96365", 1)}
    assert out == {("2", "carrier_fluid")}


def test_hydration_beside_a_drug_does_not_count():
    found, out = lines(
        run(1, "09:00", "10:00"), run(2, "09:00", "10:20", "saline", "hydration", "fluid", purpose="dehydration")
    )
    assert found == {("96365", 1)}
    assert out == {("2", "hydration_concurrent")}


def test_split_hydration_is_added_up_where_the_payer_joins_it():
    events = [
        run(1, "08:00", "08:20", "saline", "hydration", "fluid"),
        run(2, "08:20", "09:20"),
        run(3, "09:20", "09:40", "saline", "hydration", "fluid"),
    ]
    assert lines(*events)[0] == {("96365", 1), ("96361", 1)}


def test_a_repeated_push_counts_in_a_facility_after_more_than_thirty_minutes():
    def push(n, start):
        return {"n": n, "kind": "push", "drug": "P", "class": "therapeutic", "start": start, "minutes": 3}

    assert lines(push(1, "09:00"), push(2, "09:31"))[0] == {("96374", 1), ("96376", 1)}
    assert lines(push(1, "09:00"), push(2, "09:30"))[0] == {("96374", 1)}


def test_a_second_complex_drug_at_the_same_time_has_no_code_and_says_so():
    found, out = lines(
        run(1, "09:00", "11:00", bag="a", family="complex"), run(2, "09:00", "11:00", "B", bag="b", family="complex")
    )
    assert found == {("96413", 1), ("96415", 1)}
    assert out == {("2", "concurrent_complex_not_billable")}


def test_an_infusion_without_a_stop_falls_back_to_a_push_and_holds_the_claim():
    answer = charge(read_day({"setting": "hospital_outpatient", "events": [run(1, "09:00", None)]}), (), CODES)
    assert [line.code for line in answer.lines] == ["96374"]
    assert [hold.reason for hold in answer.holds] == ["no_stop_time"]


def test_injections_procedures_and_a_lone_port_flush():
    assert lines({"n": 1, "kind": "injection", "class": "complex", "start": "09:00"})[0] == {("96401", 1)}
    assert lines({"n": 1, "kind": "phlebotomy", "start": "09:00", "stop": "09:20"})[0] == {("99195", 1)}
    assert lines({"n": 1, "kind": "flush", "start": "09:00"})[0] == {("96523", 1)}


def test_an_evaluation_of_its_own_carries_its_modifier():
    visit = {"n": 2, "kind": "evaluation", "level": "99214", "separate": True}
    assert ("99214", 1, "25") in lines(run(1, "09:00", "10:00"), visit)[0]


def drug(**change):
    row = {
        "hcpcs": "J0000",
        "unit_mg": 10,
        "container": "single_dose",
        "vials_used": [{"mg": 100, "count": 1}],
        "dose_mg": "95",
    }
    question = {"dos": "2026-03-02", "payer_profile": "medicare_ffs", "drug": {**row, **change}}
    answer = charge(read_day(question), read_drugs(question), CODES)
    return (
        [(line.units, *sorted(line.modifiers)) for line in answer.drug_lines],
        [n.reason for n in answer.not_billed],
        answer.holds,
    )


def test_waste_units_edges():
    assert drug()[0] == [(10, "JZ")]
    assert drug(dose_mg="90")[0] == [(9,), (1, "JW")]
    assert drug(dose_mg="90.01")[0] == [(10, "JZ")]
    assert drug(dose_mg="90", container="multi_dose")[0] == [(9,)]


def test_stock_that_was_not_bought_is_not_billed_and_says_so():
    assert drug(supply="white_bag")[:2] == ([], ["not_purchased"])


def test_more_given_than_the_vials_hold_is_a_hold_and_no_line():
    found, _, holds = drug(dose_mg="101")
    assert found == []
    assert [hold.reason for hold in holds] == ["mismatch"]


def test_a_payer_chooses_the_family_only_where_the_protocol_lets_it():
    payer = PayerProfile(families={"some_therapy": "therapeutic"})
    assert family_for(therapy="some_therapy", stated="complex", payer_dependent=True, payer=payer) == "therapeutic"
    assert family_for(therapy="some_therapy", stated="complex", payer_dependent=False, payer=payer) == "complex"


def test_work_without_a_setting_cannot_be_read():
    with pytest.raises(ChargeInputError, match="setting"):
        read_day({"events": [run(1, "09:00", "10:00")]})
