"""A run: its rates from minute to minute, every limit at both sides of its edge, and the order held against them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.dose import Axis, Cell, Step, Table
from chairside.core.protocols.schema.ladder import SiteRate
from chairside.core.protocols.schema.product import Preparation, Product
from chairside.core.protocols.schema.regimen import Pump
from chairside.core.protocols.schema.safety import Bound, Never, NotEncoded, Scope
from chairside.core.protocols.schema.terms import Infusions
from chairside.core.protocols.schema.visit import Observation
from tests.core.visit.therapies import (
    LABEL,
    PRACTICE,
    WORDS,
    by_weight,
    cap,
    codes,
    even,
    phase,
    q,
    regimen,
    rows,
    run,
    stepped,
    therapy,
)

STEPS = stepped("steps", ("20 mL/h", 30), ("40 mL/h", 30), ("80 mL/h", None))
HOUR = even("hour", 60)


def test_an_even_rate_is_the_volume_over_the_shortest_time():
    decision = run(therapy(HOUR))
    assert decision.allowed
    assert rows(decision) == [("0", "200")]
    assert decision.value.total_minutes == 60
    assert decision.value.limiting == "at least 60 min"


def test_steps_run_until_the_bag_is_empty_and_no_further():
    decision = run(therapy(STEPS))
    assert rows(decision) == [("0", "20"), ("30", "40"), ("60", "80")]
    assert decision.value.total_minutes == 60 + Decimal(170) * 60 / 80
    assert rows(run(therapy(STEPS), volume=q(30, "mL"))) == [("0", "20"), ("30", "40")]  # empty at the very end of a step


@pytest.mark.parametrize("rate", ["100 mL/h", "200 mg/h", "2.5 mg/kg/h", "1.25 mL/kg/h", "0.2 g/h"])
def test_a_rate_in_any_unit_is_the_same_rate(rate):
    assert rows(run(therapy(stepped("one", (rate, None))))) == [("0", "100")]


def test_a_brand_runs_by_its_own_regimen_and_by_no_other():
    one, two = (
        Product(name, "testumab", (), Preparation(), regimens=(key,)) for name, key in (("One", "usual"), ("Two", "own"))
    )
    ladders = (even("slow", 180, regimens=("usual",)), even("quick", 60, regimens=("own",)))
    made = therapy(*ladders, products=(one, two), regimens=(regimen(), regimen("own", named_only=True)))
    assert run(made, brand="One").value.ladder == run(made).value.ladder == "slow"
    assert run(made, brand="Two").value.ladder == "quick"
    assert run(made, brand="Two").allowed
    for brand, named in (("One", "own"), ("Two", "usual")):
        assert codes(run(made, brand=brand, regimen=named)) == ["wrong_product"]


def test_a_rate_in_another_dose_unit_is_not_computed():
    decision = run(therapy(stepped("one", ("10 [iU]/h", None))))
    assert decision.value is None
    assert codes(decision) == ["mismatch"]


def test_a_rate_by_weight_without_a_weight_is_unknown():
    by_kg = stepped("kg", ("0.5 mL/kg/h", 30), ("1 mL/kg/h", None))
    decision = run(therapy(by_kg), patient=Patient())
    assert decision.outcome is Outcome.UNKNOWN
    assert codes(decision) == ["missing_fact"]
    assert run(therapy(HOUR, rate_caps=(cap("1 mL/kg/h"),)), patient=Patient()).value is None
    assert run(therapy(HOUR, by_kg), patient=Patient()).outcome is Outcome.UNKNOWN


def test_the_lowest_cap_wins_and_is_named():
    caps = (cap("150 mL/h"), cap("120 mL/h", risks=("renal",)), cap("100 mL/h", indications=("lupus",)))
    capped = therapy(HOUR, rate_caps=caps)
    assert rows(run(capped)) == [("0", "150")]
    assert rows(run(capped, risks=("renal",))) == [("0", "120")]
    both = run(capped, risks=("renal",), indication="M32.9")
    assert rows(both) == [("0", "100")]
    assert both.value.limiting == "at most 100 mL/h (lupus)"
    assert both.value.total_minutes == 120


def test_a_cap_replaces_the_steps_above_it_by_itself():
    assert rows(run(therapy(STEPS, rate_caps=(cap("50 mL/h"),)))) == [("0", "20"), ("30", "40"), ("60", "50")]
    assert rows(run(therapy(STEPS, rate_caps=(cap("40 mL/h"),)))) == [("0", "20"), ("30", "40")]
    assert rows(run(therapy(STEPS, rate_caps=(cap("10 mL/h"),)))) == [("0", "10")]


def test_a_risk_on_record_and_an_age_count_like_one_that_is_told():
    capped = therapy(HOUR, rate_caps=(cap("50 mL/h", risks=("thrombosis", "age_over_65")),))
    fact = Fact(FactKind.RISK, "thrombosis", date(2026, 1, 1))
    assert rows(run(capped, facts=(fact,))) == [("0", "50")]
    for born, rate in ((date(1961, 11, 23), "50"), (date(1961, 11, 24), "200")):
        assert rows(run(capped, patient=Patient(born, weight=q(80, "kg")))) == [("0", rate)]


def test_a_cap_for_given_infusions_or_regimens_counts_only_there():
    first = cap("50 mL/h", infusions=Infusions(1, 1))
    assert rows(run(therapy(HOUR, rate_caps=(first,)))) == [("0", "50")]
    assert rows(run(therapy(HOUR, rate_caps=(first,)), infusion_number=2, tolerated=True)) == [("0", "200")]
    other = therapy(
        HOUR, rate_caps=(cap("50 mL/h", regimens=("other",)),), regimens=(regimen(), regimen("other", named_only=True))
    )
    assert rows(run(other)) == [("0", "200")]
    assert rows(run(other, regimen="other")) == [("0", "50")]


def test_a_cap_that_hangs_on_a_missing_fact_binds_and_asks_for_it():
    low = Condition((Test("lab.egfr", Op.LT, Decimal(30), "mL/min"),))
    capped = therapy(HOUR, rate_caps=(cap("50 mL/h", when=low),))
    decision = run(capped)
    assert decision.outcome is Outcome.UNKNOWN
    assert rows(decision) == [("0", "50")]
    for value, rate in (("29", "50"), ("30", "200")):
        fact = Fact(FactKind.LAB, "egfr", date(2026, 11, 20), Decimal(value), "mL/min")
        decision = run(capped, facts=(fact,))
        assert decision.allowed
        assert rows(decision) == [("0", rate)]


def test_what_is_never_faster_binds_like_a_cap():
    rate = Never("r", WORDS, Bound.MOST_RATE, LABEL, q(50, "mL/h"))
    time = Never("t", WORDS, Bound.LEAST_MINUTES, LABEL, q(2, "h"))
    assert rows(run(therapy(HOUR, nevers=(rate,)))) == [("0", "50")]
    assert run(therapy(HOUR, nevers=(time,))).value.total_minutes == 120


def test_the_time_of_the_dose_tables_cell_binds():
    table = by_weight((40, 80, 400, 90), (80, 100, 400, 120), (100, 200, 500, 150))
    tiered = therapy(HOUR, regimens=(regimen("usual", phase(dose=table)),))
    for weight, minutes in (("79.9", 90), ("80", 120), ("99.9", 120)):
        assert run(tiered, patient=Patient(weight=q(weight, "kg"))).value.total_minutes == minutes
    assert run(tiered, patient=Patient(weight=q(100, "kg"))).value.total_minutes == 150  # another amount than the cell's
    assert run(tiered, patient=Patient()).outcome is Outcome.UNKNOWN


def test_the_cell_is_found_by_what_is_known_of_the_patient_whatever_the_axis():
    cells = tuple(
        Cell((Step(Decimal(low), Decimal(high)),), (q(400, "mg"),), None, least)
        for low, high, least in ((18, 65, 90), (65, 120, 150))
    )
    for axis, patients in (
        (Axis("patient.age_years", ""), (Patient(date(1980, 1, 1)), Patient(date(1950, 1, 1)))),
        (Axis("patient.height_cm", "cm"), (Patient(height=q("0.64", "m")), Patient(height=q(65, "cm")))),
    ):
        tiered = therapy(HOUR, regimens=(regimen("usual", phase(dose=Table((axis,), cells))),))
        for patient, minutes in zip(patients, (90, 150), strict=True):
            decision = run(tiered, patient=patient)
            assert (codes(decision), decision.value.total_minutes) == ([], minutes)
        assert run(tiered, patient=Patient()).reasons[0].field == axis.fact


def test_of_the_phases_that_it_may_be_the_one_of_this_amount_counts():
    loading = phase("loading", by_weight((40, 100, 400, 90)))
    later = phase("later", by_weight((40, 100, 600, 150)))
    tiered = therapy(HOUR, regimens=(regimen("usual", loading, later),))
    assert run(tiered).value.total_minutes == 90
    assert run(tiered, phase="later").value.total_minutes == 150


def test_steps_that_end_too_early_are_slowed_to_the_shortest_time_exactly():
    slow = run(therapy(replace(STEPS, least_minutes=200)))
    assert slow.allowed
    assert slow.value.total_minutes == 200
    assert rows(slow)[:2] == [("0", "20"), ("30", "40")]
    assert abs(slow.value.highest.amount - Decimal(170) * 60 / 140) < Decimal("1e-25")


def test_a_pump_is_never_emptied_early():
    pumped = therapy(even("pump", None), regimens=(regimen("usual", phase(pump=Pump(46, 44))),))
    assert run(pumped).value.total_minutes == 44 * 60
    assert codes(run(pumped, minutes=Decimal(43 * 60))) == ["duration_limit"]


def test_an_order_slower_than_the_limits_is_done_as_ordered():
    slower = run(therapy(STEPS, rate_caps=(cap("60 mL/h"),)), max_rate=q(50, "mL/h"))
    assert slower.allowed
    assert (slower.value.highest, slower.value.limiting) == (q(50, "mL/h"), "the order's 50 mL/h")
    longer = run(therapy(HOUR), minutes=Decimal(90))
    assert longer.allowed
    assert longer.value.total_minutes == 90
    assert longer.value.limiting == "the order's 90 min"
    assert run(therapy(STEPS), minutes=Decimal(240)).value.total_minutes == 240


def test_an_ordered_rate_above_the_limit_is_refused_and_computed_at_the_limit():
    capped = therapy(HOUR, rate_caps=(cap("120 mg/h"),))
    at_the_edge = run(capped, max_rate=q(60, "mL/h"))
    assert at_the_edge.allowed
    above = run(capped, max_rate=q("60.01", "mL/h"))
    assert above.outcome is Outcome.REFUSED
    assert (above.reasons[0].code, above.reasons[0].limit, above.reasons[0].source) == ("rate_limit", "60 mL/h", "cap")
    assert above.value.highest == q(60, "mL/h")
    assert codes(run(therapy(STEPS), max_rate=q(81, "mL/h"))) == ["rate_limit"]
    assert run(therapy(STEPS), max_rate=q(80, "mL/h")).allowed


def test_a_practice_limit_is_for_a_person_and_a_labels_limit_is_not():
    capped = therapy(HOUR, rate_caps=(cap("100 mL/h", PRACTICE), cap("150 mL/h")))
    assert run(capped, max_rate=q(150, "mL/h")).outcome is Outcome.REVIEW
    both = run(capped, max_rate=q(151, "mL/h"))
    assert both.outcome is Outcome.REFUSED
    assert len(both.reasons) == 2
    assert run(capped, minutes=Decimal(80)).outcome is Outcome.REVIEW
    assert run(capped, minutes=Decimal(79)).outcome is Outcome.REFUSED


@pytest.mark.parametrize(("minutes", "outcome"), [("60", Outcome.ALLOWED), ("59.99", Outcome.REFUSED), ("61", Outcome.ALLOWED)])
def test_an_ordered_time_at_the_edge_of_the_label(minutes, outcome):
    decision = run(therapy(HOUR), minutes=Decimal(minutes))
    assert decision.outcome is outcome
    assert decision.value.total_minutes == max(Decimal(minutes), Decimal(60))


def test_a_limit_that_no_decimal_can_say_is_still_met_exactly():
    decision = run(therapy(HOUR, rate_caps=(cap("3 mg/min"),)), dose=q(700, "mg"), volume=q("123.4", "mL"), minutes=None)
    assert f"{decision.value.total_minutes:.10f}" == "233.3333333333"
    assert run(
        therapy(HOUR, rate_caps=(cap("10 mg/min"),)), dose=q(700, "mg"), volume=q(300, "mL"), minutes=Decimal(70)
    ).allowed


def test_an_ordered_rate_and_time_that_do_not_agree_are_sent_back():
    assert codes(run(therapy(HOUR), max_rate=q(100, "mL/h"), minutes=Decimal(100))) == ["mismatch"]
    assert run(therapy(HOUR), max_rate=q(100, "mL/h"), minutes=Decimal(120)).allowed


def test_a_bag_must_end_within_its_longest_time():
    blood = stepped("blood", ("100 mL/h", None), most_minutes=240)
    assert run(therapy(blood), volume=q(400, "mL")).allowed
    assert codes(run(therapy(blood), volume=q("400.1", "mL"))) == ["duration_limit"]
    assert codes(run(therapy(blood), minutes=Decimal(241))) == ["duration_limit"]
    assert run(therapy(blood), minutes=Decimal(240)).allowed


def test_without_steps_and_time_the_order_states_the_time():
    silent = therapy(even("silent", None))
    assert run(silent).outcome is Outcome.UNKNOWN
    assert run(silent, minutes=Decimal(50)).value.total_minutes == 50
    assert run(therapy(even("capped", None), rate_caps=(cap("100 mL/h"),))).value.total_minutes == 120


def test_needle_sites_follow_the_volume():
    sites = (
        SiteRate(q(15, "mL"), q(15, "mL/h"), 4, Infusions(1, 1)),
        SiteRate(q(25, "mL"), q(25, "mL/h"), 4, Infusions(2)),
    )
    under_skin = therapy(even("sites", None, sites=sites))
    for volume, count, rate in (("30", 2, "30"), ("30.1", 3, "45"), ("60", 4, "60")):
        decision = run(under_skin, volume=q(volume, "mL"))
        assert decision.allowed
        assert (decision.value.sites, rows(decision)) == (count, [("0", rate)])
    assert run(under_skin, volume=q(50, "mL"), infusion_number=2).value.sites == 2
    too_much = run(under_skin, volume=q(61, "mL"))
    assert codes(too_much) == ["above_maximum"]
    assert too_much.value.sites == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"volume": q(0, "mL")}, "volume"),
        ({"volume": q(-1, "mL")}, "volume"),
        ({"dose": q(0, "mg")}, "dose"),
        ({"infusion_number": 0}, "infusion_number"),
        ({"minutes": Decimal(0)}, "order.minutes"),
        ({"max_rate": q(0, "mL/h")}, "order.max_rate"),
        ({"volume": None, "concentration": q(0, "mg/mL")}, "concentration"),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_named(change, field):
    decision = run(therapy(HOUR), **change)
    assert [(reason.code, reason.field, reason.outcome) for reason in decision.reasons] == [
        ("out_of_range", field, Outcome.REFUSED)
    ]


def test_the_volume_comes_from_the_concentration_or_is_asked_for():
    assert rows(run(therapy(HOUR), volume=None, concentration=q(2, "mg/mL"))) == [("0", "200")]
    assert run(therapy(HOUR), volume=None).outcome is Outcome.UNKNOWN
    assert codes(run(therapy(HOUR), concentration=q(3, "mg/mL"))) == ["mismatch"]


def test_names_that_the_protocol_does_not_hold_are_refused():
    assert codes(run(therapy(HOUR), brand="Nothing")) == ["wrong_product"]
    assert codes(run(therapy(HOUR), regimen="nothing")) == ["not_encoded"]
    assert codes(run(therapy(HOUR), phase="nothing")) == ["not_encoded"]


def test_a_required_observation_of_the_label_comes_before_a_practice():
    watched = therapy(
        HOUR,
        observations=(
            Observation(30, PRACTICE, True),
            Observation(60, LABEL, True, Infusions(1, 2)),
            Observation(15, LABEL, False),
        ),
    )
    first, third = run(watched).value.observation, run(watched, infusion_number=3, tolerated=True).value.observation
    assert (first.minutes, first.required) == (60, True)
    assert (third.minutes, third.required) == (30, False)
    assert run(therapy(HOUR)).value.observation is None


amounts = st.decimals("0.1", "500", places=2)


@given(
    volume=amounts,
    rates=st.lists(st.integers(1, 400), min_size=1, max_size=6, unique=True),
    holds=st.lists(st.integers(1, 90), min_size=6, max_size=6),
    caps=st.lists(st.decimals("0.5", "400", places=1), max_size=3),
    least=st.integers(1, 400),
    minutes=st.none() | st.integers(1, 900),
    most=st.none() | st.decimals("0.5", "500", places=1),
)
def test_volume_and_time_add_up_to_the_bag_and_no_limit_is_passed(volume, rates, holds, caps, least, minutes, most):
    ascending = sorted(rates)
    steps = [(f"{rate} mL/h", hold) for rate, hold in zip(ascending[:-1], holds, strict=False)]
    ladder = stepped("any", *steps, (f"{ascending[-1]} mL/h", None), least_minutes=least)
    decision = run(
        therapy(ladder, rate_caps=tuple(cap(f"{rate} mL/h") for rate in caps)),
        volume=q(volume, "mL"),
        minutes=None if minutes is None else Decimal(minutes),
        max_rate=None if most is None else q(most, "mL/h"),
    )
    made = decision.value
    times = [step.from_minute for step in made.steps] + [made.total_minutes]
    rates_run = [step.rate.amount for step in made.steps]
    given_ml = sum(rate * (end - start) / 60 for rate, start, end in zip(rates_run, times[:-1], times[1:], strict=True))
    assert abs(given_ml - volume) < Decimal("1e-20")
    assert times == sorted(set(times))
    assert rates_run == sorted(rates_run)
    assert made.highest.amount == max(rates_run)
    assert all(made.highest.amount <= rate for rate in [*caps, Decimal(ascending[-1])])
    assert made.total_minutes >= least
    if decision.allowed:
        assert most is None or made.highest.amount <= most
        assert minutes is None or made.total_minutes == minutes


def test_a_risk_that_is_told_meets_what_is_not_encoded_for_it():
    risky = Condition(all=(Test("risk.thrombosis", Op.PRESENT),))
    unsaid = therapy(HOUR, not_encoded=(NotEncoded("rate_at_risk", Scope.LADDER, WORDS, when=risky),))
    assert codes(run(unsaid, risks=("thrombosis",))) == ["not_encoded"]
    assert run(unsaid).outcome is Outcome.ALLOWED
