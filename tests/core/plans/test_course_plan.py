"""The plan of a course, its next dose, and whether a requested dose may be given on its day."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import DoseGiven, Patient
from chairside.core.plans.course_plan import Requested, plan_course
from chairside.core.protocols.schema.dose import Axis, Cell, Flat, Step, Table
from chairside.core.protocols.schema.regimen import Choice, Cycles, Every, Offsets, OnDemand, Switch
from chairside.core.protocols.schema.terms import Layer
from tests.core.plans.cast import DAY, INFLIXIMAB, IRON, MARISOL, YARETZI, codes, given, kg, mg
from tests.core.plans.small import phase, protocol, regimen

DOSE = Flat(mg(100))


def crohn(history=(), **more):
    asked = {"indication": "K50.80", "as_of": DAY, "patient": MARISOL, "history": history, **more}
    return plan_course(INFLIXIMAB, **asked)


def iron(history=(), **more):
    return plan_course(IRON, **{"indication": "D50.0", "as_of": DAY, "patient": YARETZI, "history": history, **more})


def sample(made, history=(), **more):
    return plan_course(made, **{"indication": "use", "as_of": DAY, "patient": MARISOL, "history": history, **more})


def doses(*days_ago: int, name: str = "sample"):
    return [DoseGiven(name, number, DAY - timedelta(days=ago), mg(100)) for number, ago in enumerate(days_ago, 1)]


def ahead(decision) -> int:
    return (decision.value.next.target - DAY).days


def test_a_course_not_begun_starts_on_its_start():
    decision = crohn(start=DAY + timedelta(days=3))
    assert decision.outcome is Outcome.ALLOWED
    assert (decision.value.next.number, ahead(decision)) == (1, 3)
    assert [(dose.target - DAY).days for dose in decision.value.doses][:4] == [3, 17, 45, 101]


def test_the_next_dose_follows_the_last_one_given():
    decision = crohn([given(INFLIXIMAB.id, 1, 30), given(INFLIXIMAB.id, 2, 16)])
    assert (decision.value.next.number, ahead(decision)) == (3, 12)
    assert decision.value.doses[0].given_on == DAY - timedelta(days=30)


def test_doses_after_the_day_of_asking_are_not_known_yet():
    history = [given(INFLIXIMAB.id, 1, 30), given(INFLIXIMAB.id, 2, -3)]
    assert crohn(history).value.next.number == 2


def test_without_a_start_or_a_dose_there_is_nothing_to_count_from():
    decision = plan_course(INFLIXIMAB, indication="K50.80", patient=MARISOL)
    assert (decision.outcome, decision.reasons[0].field) == (Outcome.UNKNOWN, "start")


def test_without_a_patient_nobody_is_taken_for_an_adult_and_the_days_are_still_said():
    decision = plan_course(INFLIXIMAB, indication="crohns_disease", start=DAY)
    assert decision.outcome is Outcome.UNKNOWN
    assert ahead(decision) == 0


def test_a_complete_course_has_no_next_dose():
    decision = iron([given(IRON.id, 1, 20, 750), given(IRON.id, 2, 13, 750)])
    assert (codes(decision), decision.value.next) == (["course_complete"], None)
    assert len(decision.value.doses) == 2


# Requests


def wanted(number: int, day: int, history=(), plan=iron, **more):
    return plan(history, request=Requested(number, DAY + timedelta(days=day)), **more)


def test_the_outcome_is_that_of_the_request():
    history = [given(IRON.id, 1, 3, 750)]
    assert (wanted(2, 3, history).outcome, "too_early" in codes(wanted(2, 3, history))) == (Outcome.REFUSED, True)
    assert wanted(2, 4, history).outcome is Outcome.ALLOWED
    assert codes(wanted(2, 12, history)) == ["too_late"]


@pytest.mark.parametrize(("number", "code"), [(0, "out_of_range"), (3, "course_complete"), (2, "mismatch")])
def test_a_number_that_the_course_does_not_have_or_has_given_is_refused(number, code):
    history = [given(IRON.id, 1, 10, 750), given(IRON.id, 2, 3, 750)]
    decision = wanted(number, 60 if number == 3 else -2, history, as_of=DAY)
    assert (decision.outcome, code in codes(decision)) == (Outcome.REFUSED, True)


def test_a_dose_ahead_of_one_that_is_not_on_record_is_unknown():
    decision = wanted(4, 60, [given(INFLIXIMAB.id, 1, 30), given(INFLIXIMAB.id, 2, 16)], plan=crohn)
    assert decision.outcome is Outcome.UNKNOWN
    assert "Dose 3" in decision.reasons[0].message


def test_the_first_dose_may_be_on_the_day_that_is_asked_for():
    assert wanted(1, 5).outcome is Outcome.ALLOWED


def test_a_new_course_soon_after_one_is_for_a_person():
    history = [given(IRON.id, 1, 20, 750), given(IRON.id, 2, 13, 750)]
    assert codes(wanted(1, 0, history)) == ["interval"]


# What waits for a person


def test_a_next_cycle_by_judgement_is_shown_from_its_earliest_day_and_for_review():
    cycles = protocol(regimen(phase(DOSE, Cycles((1, 8), next_cycle="judgement", earliest_days=50))))
    decision = sample(cycles, doses(10, 3))
    assert (decision.outcome, codes(decision)) == (Outcome.REVIEW, ["interval"])
    assert (decision.value.next.number, ahead(decision)) == (3, 40)


def test_a_dose_on_demand_may_come_at_once():
    decision = sample(protocol(regimen(phase(DOSE, OnDemand(60)))), doses(0))
    assert (decision.outcome, ahead(decision)) == (Outcome.ALLOWED, 0)


def test_a_handover_from_another_therapy_sets_the_start():
    switched = protocol(regimen(phase(DOSE, Every(28)), switches=(Switch(("other",), 14, Layer.LABEL),)))
    assert ahead(sample(switched, doses(5, name="other"))) == 9
    assert codes(wanted(1, 0, doses(5, name="other"), lambda history, **more: sample(switched, history, **more))) == [
        "too_early"
    ]


def test_a_choice_that_falls_due_before_the_next_dose_is_asked_for():
    going_on = phase(DOSE, Every(28))
    choosing = protocol(
        regimen(going_on, key="start", choices=(Choice("later", 1, ("main",)),)), regimen(going_on, named_only=True)
    )
    assert codes(sample(choosing, doses(2))) == []  # the next dose comes before the month is over
    assert codes(sample(choosing, doses(28, 0))) == ["duration_limit"]
    assert codes(sample(choosing, doses(28, 0), regimen="main")) == []


# The interval of a table


def by_weight(weight) -> Patient:
    return replace(MARISOL, weight=None if weight is None else kg(weight))


def test_the_cell_of_the_table_states_the_interval():
    table = Table(
        (Axis("patient.weight_kg", "kg"),),
        (
            Cell((Step(high=kg(20).amount),), (mg(300),), every_days=28),
            Cell((Step(low=kg(20).amount),), (mg(900),), every_days=56),
        ),
    )
    loaded = protocol(regimen(phase(DOSE, Offsets((0,)), "loading", doses=1), phase(table, Every(56, first_day=14))))
    for weight, days in ((19, 28), (20, 56)):
        decision = sample(loaded, start=DAY, patient=by_weight(weight))
        assert decision.value.interval_days == days
        assert [(dose.target - DAY).days for dose in decision.value.doses][:3] == [0, 14, 14 + days]
    nobody = sample(loaded, start=DAY, patient=by_weight(None))
    assert nobody.outcome is Outcome.UNKNOWN
    assert nobody.value.doses[1].number == 2
