import pytest

from chairside.core.scheduling.planning.rules import violations
from chairside.engines.planning.chains import chains
from chairside.engines.planning.greedy import greedy
from chairside.engines.planning.prices import Prices
from chairside.engines.planning.search import better
from chairside.engines.planning.solve import solve
from chairside.exchange.schedules.planning import planning_of
from tests.core.scheduling.planning.worked import answer, worked
from tests.engines.planning.instances import planning_values


def solved(values, seconds=20):
    question = planning_of(values)
    found = solve(question, seconds)
    assert violations(question, found.answer) == ()
    return found


def test_the_worked_example_is_solved_with_proof():
    found = solved(worked())
    assert found.answer == answer(("D0", 1), ("D1", 4))
    assert (found.price.total, found.bound, found.gap) == (6, 6, 0)


def test_of_two_neighbours_without_an_allowed_gap_one_is_missed():
    values = worked()
    values["plans"][0].update(min_gap=9, max_gap=12)
    values["doses"][0]["w"] = 4
    found = solved(values)
    assert found.answer == answer(("D0", 1))
    assert (found.price.total, found.bound) == (183, 183)


@pytest.mark.parametrize(
    "changed",
    [{"closed": [0, 1, 2, 3, 4]}, {"chair_min_per_day": 0}, {"nurse_min_per_day": 0}, {"chair_min_per_day": 149}],
)
def test_where_nothing_fits_every_dose_is_missed_and_that_is_the_best(changed):
    found = solved(worked(**changed))
    assert (found.answer, found.price.total, found.bound) == (answer(), 360, 360)


def test_no_days_and_no_doses_cost_nothing():
    found = solved(worked(days=0, closed=[], doses=[], plans=[]))
    assert (found.answer, found.price.total, found.bound, found.gap) == (answer(), 0, 0, 0)


def test_a_far_horizon_costs_no_more_than_its_doses():
    far = worked(days=10**9)
    far["doses"][1].update(target=10**9 - 3, days=[10**9 - 1])
    far["plans"][0].update(max_gap=10**9)
    assert solved(far).answer == answer(("D0", 1), ("D1", 10**9 - 1))


def test_without_time_there_is_an_answer_and_a_bound():
    found = solved(planning_values(10), seconds=0)
    assert 0 < found.bound <= found.price.total < 60 * 3 * 220


def test_two_busy_weeks_are_planned_with_proof_far_better_than_plan_by_plan():
    at_once, found = solved(planning_values(5, days=14), seconds=0), solved(planning_values(5, days=14))
    assert found.price.total < at_once.price.total / 2
    assert (found.gap, at_once.bound < found.bound) == (0, True)


def test_plan_by_plan_gives_one_place_to_one_of_two_doses_of_a_plan_that_may_meet():
    values = worked(chair_min_per_day=150)
    values["plans"][0].update(min_gap=0)
    values["doses"][0]["days"] = values["doses"][1]["days"] = [2]
    question = planning_of(values)
    assert greedy(question, chains(question), Prices()) == answer(("D0", 2))


def test_a_cheaper_answer_that_breaks_a_rule_is_not_taken():
    question, poor = planning_of(worked()), answer(("D0", 0), ("D1", 2))
    assert better(question, poor, answer(("D0", 1), ("D1", 2))) == poor
    assert better(question, poor, answer(("D0", 1), ("D1", 4))) == answer(("D0", 1), ("D1", 4))
    assert better(question, poor, None) == better(question, poor, answer(("D0", 1))) == poor
