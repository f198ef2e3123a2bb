"""Numbers in planes are the numbers that they stand for, and the state after any moves is that of the same day built anew."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.engines.day import counts, marks
from chairside.engines.day.anneal import settle
from chairside.engines.day.build import build
from chairside.engines.day.insertion import insert, objective
from chairside.engines.day.placing import lift
from chairside.engines.day.state import State, empty
from chairside.exchange.schedules.day import day_of
from tests.core.scheduling.day.day_files import values

SLOTS, MOST = 150, 13


@st.composite
def stretches(draw):
    """The first slot, and the one after the last."""
    first = draw(st.integers(0, SLOTS - 1))
    return first, draw(st.integers(first + 1, SLOTS))


def spelled(words):
    """Marks as the set of their slots."""
    return {slot for slot in range(SLOTS) if int(words[slot >> 6]) >> (slot & 63) & 1}


def lifted(day):
    """Its visits and breaks, and everything that follows from them but the order in which sums were made."""
    visits = [(int(at), int(who), int(chair), int(mix)) for at, who, chair, mix in zip(*day[:4], strict=True) if at >= 0]
    exact = [
        getattr(day, name).tolist()
        for name in State._fields
        if name not in {*State._fields[:4], "hands", "price", "all", "shut"}
    ]
    return visits, exact


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.tuples(stretches(), st.integers(0, MOST)), max_size=8),
    stretches(),
    st.integers(0, MOST),
)
def test_planes_hold_the_numbers(seed, changes, asked, units):
    table = np.random.default_rng(seed).integers(0, MOST + 1, (2, SLOTS))
    held = counts.planes(table, MOST)
    for (first, last), more in changes:
        room = MOST - int(table[1, first:last].max())
        if more <= room:
            counts.add(held, 1, first, last, more)
            table[1, first:last] += more
        elif more <= table[1, first:last].min():
            counts.add(held, 1, first, last, -more)
            table[1, first:last] -= more
    first, last = asked
    for row in (0, 1):
        fewer = {slot for slot in range(SLOTS) if table[row, slot] < units}
        words = range(held.shape[1])
        assert spelled([counts.below(held, row, word, units) for word in words]) == fewer
        assert spelled([counts.equal(held, row, word, units) for word in words]) == set(np.flatnonzero(table[row] == units))
        within = [slot for slot in fewer if first <= slot < last]
        assert counts.lacks(held, row, first, last, units) == bool(within)
        assert counts.last_lacking(held, row, first, last, units) == max(within, default=-1)
    where = np.zeros(held.shape[1], np.uint64)
    assert counts.highest(held, where) == table[0].max()
    assert spelled(where) == set(np.flatnonzero(table[0] == table[0].max()))


@settings(max_examples=200, deadline=None)
@given(st.sets(st.integers(0, SLOTS - 1)), stretches(), st.integers(1, SLOTS))
def test_marks_hold_the_slots(slots, asked, length):
    words = np.zeros((SLOTS + 63) // 64, np.uint64)
    for slot in slots:
        marks.mark_all(words, slot, slot + 1, True)
    assert spelled(words) == slots
    assert all(marks.marked(words, slot) == (slot in slots) for slot in range(SLOTS))
    first, last = asked
    assert marks.meets(words, first, last) == bool(slots & set(range(first, last)))
    other = words.copy()
    marks.mark_all(other, first, last, False)
    assert spelled(other) == slots - set(range(first, last))
    marks.reach_back(words, length)
    assert spelled(words) == {slot for slot in range(SLOTS) if slots & set(range(slot, slot + length))}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 59)), max_size=150))
def test_after_any_moves_the_state_is_that_of_the_day(moves):
    question, taken = build(day_of(values("S1")))
    state = empty(question, taken)
    for into, visit in moves:
        if into and state.at[visit] < 0:
            insert(question, state, visit, np.inf, 0.0, 0.0)
        elif not into and state.at[visit] >= 0:
            lift(question, state, visit)
    anew, best = empty(question, taken), np.full((5, len(state.at)), -1, np.int64)
    best[:4] = state[:4]
    best[4, : len(state.rest)] = state.rest
    settle(question, anew, best)
    assert lifted(state) == lifted(anew)
    assert np.allclose(state.hands, anew.hands)
    assert np.isclose(objective(question, state), objective(question, anew))
