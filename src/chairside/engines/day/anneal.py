"""The loop: take out, put back, keep what is better, and now and then what is worse."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import compiled
from chairside.engines.day.insertion import insert, objective, put_back
from chairside.engines.day.placing import find_rest, lift, may_rest, place, rest, unrest
from chairside.engines.day.ruin import make_room, ruin, take_out


@compiled
def anneal(question, state, best, seed, rounds, heat, size, blink, noise, reached):
    """So many rounds at one heat (minutes-equivalents). `best` holds the best day seen; its price is returned.

    seed       of the thread's random numbers, none below 0
    reached    the price of `best`
    """
    if seed >= 0:
        np.random.seed(seed)
    visits, nurses = question.duration.size, question.most.size
    out, back = np.empty(visits, np.int64), np.empty(visits, np.int64)
    was, rests = np.empty((visits, 4), np.int64), np.empty(nurses, np.int64)
    chosen, key = np.empty(nurses, np.bool_), np.empty(visits)
    least = _least(question)
    now = objective(question, state)
    for _ in range(rounds):
        rests[:] = state.rest
        if np.random.random() < _MOVED_BREAK:
            many = make_room(question, state, out, was)
        else:
            many = ruin(question, state, size, out, chosen)
            _take_out(question, state, out, many, was, chosen)
        waiting = _order(question, state, key, back)
        most = now - heat * np.log(np.random.random())  # what the new day may cost
        placed, within = _recreate(question, state, back, waiting, least, most, blink, noise)
        if within and _rested(question, state, rests) and objective(question, state) <= most:
            now = objective(question, state)
            if now < reached - 1e-7:
                reached = now
                best[0, :visits], best[1, :visits], best[2, :visits] = state.at, state.who, state.chair
                best[3, :visits], best[4, :nurses] = state.mix, state.rest
            continue
        for turn in range(placed):
            lift(question, state, back[turn])
        for nurse in range(nurses):
            if state.rest[nurse] >= 0 and state.rest[nurse] != rests[nurse]:
                unrest(question, state, nurse)
        for nurse in range(nurses):
            if state.rest[nurse] != rests[nurse]:
                rest(question, state, nurse, rests[nurse])
        for turn in range(many):
            place(question, state, out[turn], was[turn, 0], was[turn, 1], was[turn, 2], was[turn, 3])
    return reached


@compiled
def _recreate(question, state, back, waiting, least, most, blink, noise):
    """Put the visits back, each where it costs least. Says how many have a place, they come first in `back`; and whether the
    day may still cost no more than `most`: as soon as it must, whatever place the rest found, the rest is not tried."""
    left = spare = 0.0  # of those who wait: their prices left out, and at the least
    for turn in range(waiting):
        left += question.leave[back[turn]]
        spare += least[back[turn]]
    placed = 0
    for turn in range(waiting):
        visit = back[turn]
        spare -= least[visit]
        limit = most - (objective(question, state) - left + spare)
        left -= question.leave[visit]
        if insert(question, state, visit, limit, blink, noise):
            back[placed] = visit
            placed += 1
        elif question.leave[visit] > limit + 1e-6:
            return placed, False
    return placed, True


@compiled
def _least(question):
    """[V] what each visit costs at least, left out or in its best place."""
    found = question.leave.copy()
    for visit in range(found.size):
        if question.many[visit] > 0:
            found[visit] = min(found[visit], question.cost[visit, question.starts[visit, 0]])
    return found


@compiled
def settle(question, state, best):
    """Bring an empty state to the day that `best` holds, as far as it is possible: what does not fit is left out."""
    for nurse in range(question.most.size):
        if best[4, nurse] >= 0 and may_rest(question, state, nurse, best[4, nurse]):
            rest(question, state, nurse, best[4, nurse])
    for visit in range(question.duration.size):
        if best[0, visit] >= 0:
            put_back(question, state, visit, best[0, visit], best[1, visit], best[2, visit], best[3, visit])


@compiled
def _take_out(question, state, out, many, was, touched):
    """Lift the visits, and for some of their nurses look for another break."""
    touched[:] = False
    for turn in range(many):
        visit = out[turn]
        touched[state.who[visit]] = True
        take_out(question, state, visit, was, turn)
    at_once = np.random.random() < 0.5  # else only when the visits are back
    for nurse in range(question.most.size):
        if touched[nurse] and state.rest[nurse] >= 0 and np.random.random() < _OTHER_BREAK:
            unrest(question, state, nurse)
            start = find_rest(question, state, nurse) if at_once else -1
            if start >= 0:
                rest(question, state, nurse, start)


_OTHER_BREAK, _MOVED_BREAK = 0.3, 0.1


@compiled
def _rested(question, state, rests):
    """Give every nurse who had a break one again. Says whether that went."""
    for nurse in range(question.most.size):
        if rests[nurse] >= 0 and state.rest[nurse] < 0:
            start = find_rest(question, state, nurse)
            if start < 0:
                return False
            rest(question, state, nurse, start)
    return True


@compiled
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
