from datetime import timedelta

from chairside.core.forecast import forecast
from chairside.core.kernel.decision import Outcome
from chairside.core.plans.dates.schedule import planned
from tests.core.plans.cast import DAY, INFLIXIMAB, MARISOL, given, screening

CROHN = "cd_uc_psa_pso"
TB = screening("tb", "negative", 300)


def ahead(history=(), facts=(TB,), as_of=DAY, count=6):
    doses = planned(INFLIXIMAB, regimen=CROHN, start=DAY, history=history, count=count)
    return forecast(
        INFLIXIMAB, indication="K50.80", regimen=CROHN, doses=doses, as_of=as_of, patient=MARISOL, facts=facts, history=history
    )


def test_every_dose_that_was_not_given_is_forecast():
    assert [item.dose.number for item in ahead(history=[given("infliximab_iv", 1, 0)])] == [2, 3, 4, 5, 6]


def test_the_yearly_check_is_due_for_the_dose_after_it_runs_out():
    due = {
        item.dose.number: {entry.key for entry in item.clearance.value.due}
        for item in ahead(history=[given("infliximab_iv", 1, 0)])
    }
    assert "tb_yearly" not in due[3]  # 342 days old on that day
    assert "tb_yearly" in due[4]


def test_asking_starts_when_its_time_has_come():
    def asked(as_of):
        found = {item.dose.number: item for item in ahead(history=[given("infliximab_iv", 1, 0)], as_of=as_of)}
        return "tb_yearly" in {entry.key for entry in found[4].to_ask_now}

    fourth = DAY + timedelta(days=98)
    assert not asked(fourth - timedelta(days=61))
    assert asked(fourth - timedelta(days=60))


def test_intervals_are_judged_as_planned_not_as_missing():
    items = ahead(history=[given("infliximab_iv", 1, 0)])
    assert all("interval" not in {entry.key for entry in item.clearance.value.held_by} for item in items)


def test_a_result_out_of_bounds_holds_every_dose_ahead():
    items = ahead(facts=(screening("tb", "positive"),))
    assert {item.clearance.outcome for item in items} == {Outcome.REFUSED}
