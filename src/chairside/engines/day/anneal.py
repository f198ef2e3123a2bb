"""The loop: take out, put back, keep what is better, and now and then what is worse."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from chairside.engines.day.compiled import inner
from chairside.engines.day.insertion import insert, objective, put_back
from chairside.engines.day.placing import find_rest, lift, may_rest, rest, unrest
from chairside.engines.day.question import Numbers, Prices, Question, Words
from chairside.engines.day.ruin import make_room, ruin
from chairside.engines.day.state import State


class Room(NamedTuple):
    """What the loop writes in; the compiled code asks for no memory.

    before          the state at the begin of a round, `rests` its breaks
    out, back       [V] visits that are taken out, that are put back; `key` for their order; `chosen` [N] the nurses of a round
    least           [V] what each visit costs at least, left out or in its best place
    """

    before: Words
    rests: Numbers
    out: Numbers
    back: Numbers
    key: Prices
    chosen: NDArray[np.bool_]
    least: Prices


def room(question: Question, state: State) -> Room:
    """Room for the loop on this state."""
    visits, nurses = len(question.duration), len(question.most)
    cheapest = question.cost.min(axis=1, initial=np.inf)
    return Room(
        before=np.empty_like(state.all),
        rests=np.empty(nurses, np.int64),
        out=np.empty(visits, np.int64),
        back=np.empty(visits, np.int64),
        key=np.empty(visits),
        chosen=np.empty(nurses, np.bool_),
        least=np.minimum(question.leave, cheapest),
    )


@inner
def anneal(question, state, room, best, seed, rounds, heat, size, blink, noise, shun, reached):
    """So many rounds at one heat (minutes-equivalents). `best` holds the best day seen; its price is returned.

    seed       of the thread's random numbers, none below 0
    shun       the probability that one of those taken out may not come back to its start
    reached    the price of `best`
    """
    if seed >= 0:
        np.random.seed(seed)
    before, rests, back = room.before, room.rests, room.back
    _copy(state.all, before)
    now = objective(question, state)
    for _ in range(rounds):
        _copy(state.rest, rests)
        state.shunned[0] = -1
        if np.random.random() < _MOVED_BREAK:
            make_room(question, state)
        else:
            many = ruin(question, state, size, room.out, room.chosen)
            if many > 0 and np.random.random() < shun:
                visit = room.out[np.random.randint(many)]
                state.shunned[0], state.shunned[1] = visit, state.at[visit]
            _take_out(question, state, room.out, many, room.chosen)
        waiting = _order(question, state, room.key, back)
        most = now - heat * np.log(np.random.random())  # what the new day may cost
        within = _recreate(question, state, back, waiting, room.least, most, blink, noise)
        if not within or not _rested(question, state, rests) or objective(question, state) > most:
            _copy(before, state.all)
            continue
        _copy(state.all, before)
        now = objective(question, state)
        if now < reached - 1e-7:
            reached = now
            for row, part in enumerate((state.at, state.who, state.chair, state.mix, state.rest)):
                _copy(part, best[row])
    return reached


@inner
def _copy(source, target):
    for place in range(source.size):
        target[place] = source[place]


@inner
def _recreate(question, state, back, waiting, least, most, blink, noise):
    """Put the visits back, each where it costs least. Says whether the day may still cost no more than `most`: as soon as it
    must, whatever place the rest found, the rest is not tried."""
    left = spare = 0.0  # of those who wait: their prices left out, and at the least
    for turn in range(waiting):
        left += question.leave[back[turn]]
        spare += least[back[turn]]
    for turn in range(waiting):
        visit = back[turn]
        spare -= least[visit]
        limit = most - (objective(question, state) - left + spare)
        left -= question.leave[visit]
        if not insert(question, state, visit, limit, blink, noise) and question.leave[visit] > limit + 1e-6:
            return False
    return True


@inner
def settle(question, state, best):
    """Bring an empty state to the day that `best` holds, as far as it is possible: what does not fit is left out."""
    for nurse in range(question.most.size):
        if best[4, nurse] >= 0 and may_rest(question, state, nurse, best[4, nurse]):
            rest(question, state, nurse, best[4, nurse])
    for visit in range(question.duration.size):
        if best[0, visit] >= 0:
            put_back(question, state, visit, best[0, visit], best[1, visit], best[2, visit], best[3, visit])


@inner
def _take_out(question, state, out, many, touched):
    """Lift the visits, and for some of their nurses look for another break."""
    for nurse in range(touched.size):
        touched[nurse] = False
    for turn in range(many):
        visit = out[turn]
        touched[state.who[visit]] = True
        lift(question, state, visit)
    at_once = np.random.random() < 0.5  # else only when the visits are back
    for nurse in range(question.most.size):
        if touched[nurse] and state.rest[nurse] >= 0 and np.random.random() < _OTHER_BREAK:
            unrest(question, state, nurse)
            start = find_rest(question, state, nurse) if at_once else -1
            if start >= 0:
                rest(question, state, nurse, start)


_OTHER_BREAK, _MOVED_BREAK = 0.3, 0.1


@inner
def _rested(question, state, rests):
    """Give every nurse who had a break one again. Says whether that went."""
    for nurse in range(question.most.size):
        if rests[nurse] >= 0 and state.rest[nurse] < 0:
            start = find_rest(question, state, nurse)
            if start < 0:
                return False
            rest(question, state, nurse, start)
    return True


@inner
def _order(question, state, key, back):
    """Write all who are left out into `back`, and say how many they are: in any order, or longest first, or roughly by
    hands-on work, most first."""
    many = 0
    for visit in range(question.duration.size):
        if state.at[visit] < 0 and question.many[visit] > 0:
            other = np.random.randint(many + 1)  # inside-out shuffle
            back[many] = back[other]
            back[other] = visit
            many += 1
    kind = np.random.random()
    if kind >= _RANDOM:
        for turn in range(many):
            visit = back[turn]
            if kind < _RANDOM + _LONGEST:
                key[visit] = question.duration[visit]
            else:
                key[visit] = question.hands[visit] * (0.4 + np.random.random())
        for turn in range(1, many):
            visit, place_ = back[turn], turn - 1
            while place_ >= 0 and key[back[place_]] < key[visit]:
                back[place_ + 1] = back[place_]
                place_ -= 1
            back[place_ + 1] = visit
    return many


_RANDOM, _LONGEST = 0.25, 0.25  # shares of the orders
