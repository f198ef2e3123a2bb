"""The best place of one visit in the day as it is, everything else left where it stands."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import inner
from chairside.engines.day.counts import below, lacks
from chairside.engines.day.marks import NONE, mark_all, marked, meets, reach_back
from chairside.engines.day.placing import find_mix, may_mix, place


@inner
def insert(question, state, visit, limit, blink, noise):
    """Put a visit where it costs least; leave it out where that costs no more. Says whether it was placed.

    limit    no place that costs more is taken
    blink    the probability that a start is passed over
    noise    minutes; among nurses of equal price the one with least hands-on work has it, give or take so many
    """
    best, least = min(question.leave[visit], limit + 1e-6), np.inf
    found_start = found_nurse = found_chair = found_mix = -1
    most = busiest(state.hands)
    units, duration, hands = question.units[visit], question.duration[visit], question.hands[visit]
    _shut(question, state, visit)
    if visit == state.shunned[0]:
        mark_all(state.shut, state.shunned[1], state.shunned[1] + 1, True)
    for turn in range(question.many[visit]):
        start = question.starts[visit, turn]
        price = question.cost[visit, start]
        if price >= best:
            break  # the starts come in order of price
        if marked(state.shut, start) or (blink > 0 and np.random.random() < blink):
            continue
        end = start + duration
        if meets(state.top, start, end):
            price += question.peak
        who, extra, tie = -1, best - price, np.inf
        for nurse in range(question.most.size):
            more = question.change[visit, nurse] + question.balance * max(state.hands[nurse] + hands - most, 0.0)
            if more > extra or _hands_taken(question.work, state.busy, visit, start, end, nurse):
                continue
            if lacks(state.spare, nurse, start, end, units + 1):
                continue
            told = state.hands[nurse] + noise * np.random.random()
            if more < extra or told < tie:
                who, extra, tie = nurse, more, told
        if who < 0 or (price + extra >= best and tie >= least):
            continue
        chair = _chair(question.classes, state.free, visit, start, end)
        if chair < 0:
            continue
        mix = -1
        if question.drug[visit, 0] > 0:
            mix = find_mix(question.drug, question.pharmacy, question.kept, state.hood, visit, start)
            if mix < 0:
                continue
            if question.kept[visit] >= 0 and mix != question.kept[visit]:
                price += question.remix
        whole = price + extra
        if whole < best or (whole == best and tie < least):
            best, least = whole, tie
            found_start, found_nurse, found_chair, found_mix = start, who, chair, mix
    if found_start < 0:
        return False
    place(question, state, visit, found_start, found_nurse, found_chair, found_mix)
    return True


@inner
def _shut(question, state, visit):
    """Mark where the visit would overload the floor."""
    some = NONE
    for word in range(state.shut.size):
        state.shut[word] = below(state.cover, 0, word, question.units[visit])
        some |= state.shut[word]
    if some:
        reach_back(state.shut, question.duration[visit])


@inner
def put_back(question, state, visit, start, nurse, chair, mix):
    """Put a visit at this start with this nurse, where it still fits; chair and preparation where they were, or elsewhere."""
    end, units = start + question.duration[visit], question.units[visit]
    if not np.isfinite(question.cost[visit, start]) or not np.isfinite(question.change[visit, nurse]):
        return
    if lacks(state.cover, 0, start, end, units) or lacks(state.spare, nurse, start, end, units + 1):
        return
    if lacks(state.free, chair, start, end, 1):
        chair = _chair(question.classes, state.free, visit, start, end)
    if chair < 0 or _hands_taken(question.work, state.busy, visit, start, end, nurse):
        return
    if question.drug[visit, 0] > 0:
        if not may_mix(question.drug, question.pharmacy, question.kept, state.hood, visit, start, mix):
            mix = find_mix(question.drug, question.pharmacy, question.kept, state.hood, visit, start)
        if mix < 0:
            return
    place(question, state, visit, start, nurse, chair, mix)


@inner
def busiest(hands):
    """The hands-on minutes of the nurse who has most."""
    most = 0.0
    for nurse in range(hands.size):
        if hands[nurse] > most:
            most = hands[nurse]
    return most


@inner
def objective(question, state):
    """The price of the day as it is, in minutes-equivalents."""
    return state.price[0] + question.peak * state.peak[0] + question.balance * busiest(state.hands)


@inner
def _chair(classes, free, visit, start, end):
    for turn in range(classes.shape[1]):
        chair = classes[visit, turn]
        if chair < 0:
            return -1
        if not lacks(free, chair, start, end, 1):
            return chair
    return -1


@inner
def _hands_taken(work, busy, visit, start, end, nurse):
    for word in range(start >> 6, ((end - 1) >> 6) + 1):
        if busy[nurse, word] & work[visit, start, word]:
            return True
    return False
