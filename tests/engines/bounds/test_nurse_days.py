"""The bound of nurse days is proven whatever the prices are, and the best day of a nurse is the best of all."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice
from time import monotonic

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.core.scheduling.day.objective import objective
from chairside.engines.bounds.nurse_day import NEVER, Choices, best_day
from chairside.engines.bounds.nurse_days import improved
from chairside.engines.bounds.pricing import Point, Pricing
from chairside.engines.bounds.program import program
from chairside.engines.bounds.relaxed import proven, row_prices
from chairside.engines.bounds.resources import resource_prices
from chairside.exchange.schedules.day import day_of
from tests.core.scheduling.day import brute, day_files, small_days

STEPS, CAP = 8, 2


@st.composite
def choices(draw):
    """Up to five visits of a nurse with a break of two steps: where each could start and what it would be worth."""
    people = draw(st.integers(1, 5))
    length = [draw(st.integers(1, 4)) for _ in range(people)]
    load = [draw(st.integers(0, CAP)) for _ in range(people)]
    hands = [[draw(st.integers(0, (1 << each) - 1))] for each in length]
    found = [
        (at, who, draw(st.integers(1, 30)))
        for at in range(STEPS)
        for who in range(people)
        if at + length[who] <= STEPS and draw(st.booleans())
    ]
    rest = [draw(st.sampled_from([NEVER, 0, 1, 7])) for _ in range(STEPS - 1)] + [NEVER]
    at, who, gain = np.array(found, dtype=np.int64).reshape(-1, 3).T.copy()
    first, lengths = np.searchsorted(at, np.arange(STEPS + 1)).astype(np.int64), np.array(length, dtype=np.int64)
    loads, masks = np.array(load, dtype=np.int64)[who], np.array(hands, dtype=np.int64)
    return Choices(first, who, gain, loads, at + lengths[who], masks, np.array(rest), np.array([3]), CAP, people)


def best_of_all(first, who, gain, load, end, hands, rest_cost, rest_hands, cap, people):
    """The worth of the best day, by trying all."""
    begin = np.repeat(np.arange(STEPS), np.diff(first))

    def search(i, busy, units, served):
        if i == len(who):
            return 0
        without = search(i + 1, busy, units, served)
        mask = int(hands[who[i], 0]) << int(begin[i])
        running = [units[at] + (load[i] if begin[i] <= at < end[i] else 0) for at in range(STEPS)]
        if busy & mask or max(running) > cap or who[i] in served:
            return without
        return max(without, gain[i] + search(i + 1, busy | mask, running, served | {who[i]}))

    rests = [at for at in range(STEPS) if rest_cost[at] != NEVER]
    if not rests:
        return search(0, 0, [0] * STEPS, frozenset())
    return max(search(0, int(rest_hands[0]) << at, [0] * STEPS, frozenset()) - rest_cost[at] for at in rests)


@settings(max_examples=150, deadline=None)
@given(choices(), st.integers(0, 9))
def test_the_best_day_of_a_nurse_is_the_best_of_all_and_fewer_labels_never_say_less(choice, seed):
    random = np.random.default_rng(seed)
    judged = [resource_prices(choice, 1.0), (random.integers(0, 9, STEPS), random.integers(0, 9, STEPS))]
    best = best_of_all(*choice)
    for slot, unit in judged:
        most, found = best_day(choice, slot, unit, 1000, NEVER)
        assert most == best == found[0, 0]
        for width in (1, 3):
            assert best_day(choice, slot, unit, width, NEVER)[0] >= best


@settings(max_examples=15, deadline=None)
@given(small_days.days(visits=3, nurses=2, chairs=2, slack=3, breaks=False, least=1))
def test_the_best_of_all_schedules_is_not_below_it(values):
    best, built = brute.best(values), program(day_of(values), by_class=False)
    if built is not None:
        prices = row_prices(built, monotonic() + 60)
        found = [proven(built, prices), *islice(improved(built, prices, monotonic() + 60), 3)]
        assert max(found) <= best
        assert found[1] > found[0] - Fraction(1, 1000)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 999), st.integers(0, 60))
def test_whatever_the_prices_it_is_proven(seed, most):
    pricing = Pricing(program(day_files.day("tiny"), by_class=False))
    random = np.random.default_rng(seed)
    rows, visits, hands = (
        random.uniform(-10 * most, most, len(each)) for each in (pricing.tops, pricing.visits, pricing.sizes)
    )
    value, days = pricing.least(Point(rows / 10, visits, hands), thorough=True)
    assert value / pricing.program.scale <= day_files.BEST["tiny"]
    assert all(len(set(day.visits)) == len(day.visits) for day in days)


@pytest.mark.parametrize("name", ["T1", "T2", "T3", "tiny"])
def test_a_known_schedule_is_made_of_days_of_nurses(name):
    # With its visits fixed only breaks and preparations are free, and a rule that is too tight lifts the bound over the price.
    day, schedule = day_files.day(name), day_files.schedule(name)
    built, price = program(replace(day, fixed=schedule.assignments), by_class=False), objective(day, schedule)
    first = next(improved(built, row_prices(built, monotonic() + 60), monotonic() + 60))
    assert price * 0.9 < first <= price


def test_it_proves_more_than_the_linear_program():
    built = program(day_files.day("T2"), by_class=False)
    prices = row_prices(built, monotonic() + 60)
    better = max(islice(improved(built, prices, monotonic() + 60), 4))
    assert proven(built, prices) + 1 < better <= day_files.BEST["T2"]
