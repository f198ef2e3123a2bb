"""The search against every possible answer, on instances small enough to try them all."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.planning.answer import Placement, PlanningAnswer
from chairside.core.scheduling.planning.instance import Dose, Plan, PlanningInstance
from chairside.core.scheduling.planning.objective import parts
from chairside.core.scheduling.planning.rules import violations
from chairside.engines.planning.chains import SCALE, chains
from chairside.engines.planning.greedy import greedy
from chairside.engines.planning.prices import Prices, priced
from chairside.engines.planning.steps import proved, step
from tests.engines.planning.elsewhere import process, rounds, whole


@pytest.fixture(scope="module")
def elsewhere():
    with process() as one:
        yield one


def tiny(seed: int) -> PlanningInstance:
    """Up to five doses on up to six days, where chairs or nurses are short and gaps are tight."""
    chance = random.Random(seed)
    days = chance.randint(2, 6)
    doses = [
        Dose(
            id=f"D{nth}",
            target=chance.randint(-1, days),
            days=tuple(sorted(chance.sample(range(days), chance.randint(0, min(days, 3))))),
            chair_min=chance.choice((0, 30, 60, 60, 75)),
            nurse_min=chance.choice((0, 25, 40, 40)),
            w=chance.choice((0, 1, 1, 3, 0.5, 0.37)),
        )
        for nth in range(chance.randint(1, 5))
    ]
    cut = chance.choice((0, 0, 2, 3))
    plans = []
    for nth, members in enumerate((doses[:cut], doses[cut:])):
        least = chance.randint(-1, 3)
        plans.append(Plan(f"T{nth}", tuple(each.id for each in members), least, least + chance.choice((0, 0, 1, 3))))
    return PlanningInstance(
        id="tiny",
        days=days,
        closed=tuple(chance.sample(range(days), chance.choice((0, 0, 1)))),
        chair_min_per_day=chance.choice((0, 60, 100, 135, 400)),
        nurse_min_per_day=chance.choice((40, 65, 400)),
        doses=tuple(doses),
        plans=tuple(plans),
        miss_penalty=chance.choice((0, 1, 2.5, 60)),
        level_weight=chance.choice((0, 0.02, 0.1)),
    )


instances = st.integers(0, 10**9).map(tiny)


def prices_of_all(question: PlanningInstance) -> list[tuple[float, PlanningAnswer]]:
    """Every answer that keeps the rules, with its price."""
    places = [[None, *dose.days] for dose in question.doses]
    answers = (
        PlanningAnswer(
            question.id,
            tuple(Placement(dose.id, day) for dose, day in zip(question.doses, days, strict=True) if day is not None),
        )
        for days in product(*places)
    )
    return [(parts(question, answer).total, answer) for answer in answers if not violations(question, answer)]


def best_price(question: PlanningInstance) -> float:
    return min(price for price, _ in prices_of_all(question))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=instances)
def test_the_search_ends_at_the_best_answer_and_no_bound_is_above_it(elsewhere, question):
    best, found = best_price(question), elsewhere.submit(rounds, question).result()
    assert all(violations(question, each.answer) == () for each in found)
    assert parts(question, found[-1].answer).total == pytest.approx(best, abs=1e-6)
    bound = max(each.bound for each in found)
    assert proved(bound, float("inf"), step(question)) <= best + 1e-6
    assert proved(bound, best, step(question)) == pytest.approx(best, abs=1e-4)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=instances)
def test_the_program_by_itself_keeps_the_rules_and_finds_the_best(elsewhere, question):
    best, (answer, bound) = best_price(question), elsewhere.submit(whole, question).result()
    assert violations(question, answer) == ()
    assert parts(question, answer).total == pytest.approx(best, abs=1e-6)
    assert bound / SCALE == pytest.approx(best, abs=1e-4)


@settings(max_examples=80, deadline=None)
@given(question=instances, paid=st.lists(st.integers(0, SCALE // 30), min_size=12, max_size=12))
def test_any_prices_prove_a_bound_and_what_more_each_placement_costs(question, paid):
    plans, prices = chains(question), Prices(dict(enumerate(paid[:6])), dict(enumerate(paid[6:])))
    judged = priced(question, plans, prices)
    slack = {
        (link.dose.id, day): more
        for chain, of_chain in zip(plans, judged.slack, strict=True)
        for link, of_link in zip(chain.links, of_chain, strict=True)
        for day, more in zip((*link.days, None), of_link, strict=True)
    }
    for price, answer in prices_of_all(question):
        placed = {each.dose: each.day for each in answer.placements}
        most = max(slack[dose.id, placed.get(dose.id)] for dose in question.doses)
        assert judged.bound + most <= price * SCALE + 1


@settings(max_examples=80, deadline=None)
@given(question=instances, paid=st.lists(st.integers(0, SCALE // 30), min_size=12, max_size=12))
def test_plan_by_plan_keeps_the_rules_at_any_prices(question, paid):
    prices = Prices(dict(enumerate(paid[:6])), dict(enumerate(paid[6:])))
    assert violations(question, greedy(question, chains(question), prices)) == ()


@settings(max_examples=80, deadline=None)
@given(question=instances)
def test_every_price_is_a_whole_number_of_steps(question):
    steps = step(question)
    for price, _ in prices_of_all(question):
        assert not steps or (Fraction(price).limit_denominator(10**6) / steps).denominator == 1
