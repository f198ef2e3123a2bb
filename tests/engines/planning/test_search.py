"""The search against every possible answer, on instances small enough to try them all."""

from __future__ import annotations

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
from tests.engines.planning.elsewhere import process, rounds


@pytest.fixture(scope="module")
def elsewhere():
    with process() as one:
        yield one


@st.composite
def instances(draw) -> PlanningInstance:
    days = draw(st.integers(1, 6))
    some_days = st.sets(st.integers(0, days - 1), max_size=4).map(sorted).map(tuple)
    dose = st.builds(
        Dose,
        id=st.just(""),
        target=st.integers(-2, 8),
        days=some_days,
        chair_min=st.sampled_from((0, 30, 60, 75)),
        nurse_min=st.sampled_from((0, 25, 40)),
        w=st.sampled_from((0, 1, 3, 0.5, 0.37)),
    )
    doses = [Dose(f"D{nth}", *_but_the_id(each)) for nth, each in enumerate(draw(st.lists(dose, min_size=1, max_size=4)))]
    cut = draw(st.integers(0, len(doses)))
    plans = []
    for nth, members in enumerate((doses[:cut], doses[cut:])):
        least = draw(st.integers(-1, 3))
        plans.append(Plan(f"T{nth}", tuple(each.id for each in members), least, least + draw(st.integers(0, 3))))
    return PlanningInstance(
        "tiny",
        days,
        draw(some_days.map(lambda closed: closed[:1])),
        draw(st.sampled_from((0, 60, 100, 135, 400))),
        draw(st.sampled_from((0, 40, 65, 400))),
        tuple(doses),
        tuple(plans),
        draw(st.sampled_from((0, 1, 2.5, 60))),
        draw(st.sampled_from((0, 0.02, 0.1))),
    )


def _but_the_id(dose: Dose) -> tuple:
    return (dose.target, dose.days, dose.chair_min, dose.nurse_min, dose.w)


def best_price(question: PlanningInstance) -> float:
    """The least price of all answers, by trying each."""
    places = [[None, *dose.days] for dose in question.doses]
    answers = (
        PlanningAnswer(
            question.id,
            tuple(Placement(dose.id, day) for dose, day in zip(question.doses, days, strict=True) if day is not None),
        )
        for days in product(*places)
    )
    return min(parts(question, answer).total for answer in answers if not violations(question, answer))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=instances())
def test_the_search_ends_at_the_best_answer_and_no_bound_is_above_it(elsewhere, question):
    best, found = best_price(question), elsewhere.submit(rounds, question).result()
    assert all(violations(question, each.answer) == () for each in found)
    assert parts(question, found[-1].answer).total == pytest.approx(best, abs=1e-6)
    bound = max(each.bound for each in found)
    assert proved(bound, float("inf"), step(question)) <= best + 1e-6
    assert proved(bound, best, step(question)) == pytest.approx(best, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(question=instances(), paid=st.lists(st.integers(0, SCALE // 10), min_size=12, max_size=12))
def test_any_prices_prove_a_bound_and_steer_an_answer_that_keeps_the_rules(question, paid):
    prices = Prices(dict(enumerate(paid[:6])), dict(enumerate(paid[6:])))
    judged = priced(question, chains(question), prices)
    assert judged.bound <= best_price(question) * SCALE + 1
    assert violations(question, greedy(question, chains(question), prices)) == ()


@settings(max_examples=60, deadline=None)
@given(question=instances())
def test_every_price_is_a_whole_number_of_steps(question):
    steps = step(question)
    price = Fraction(best_price(question)).limit_denominator(10**6)
    assert not steps or (price / steps).denominator == 1
