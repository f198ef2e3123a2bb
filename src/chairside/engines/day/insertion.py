"""The best place of one visit in the day as it is, everything else left where it stands."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import compiled
from chairside.engines.day.marks import meets
from chairside.engines.day.placing import find_mix, may_mix, place


@compiled
def insert(question, state, visit, limit, blink, noise):
    """Put a visit where it costs least; leave it out where that costs no more. Says whether it was placed.

    limit    no place that costs more is taken
    blink    the probability that a start is passed over
    noise    minutes; among nurses of equal price the one with least hands-on work has it, give or take so many
    """
    best, least = min(question.leave[visit], limit + 1e-6), np.inf
    found_start = found_nurse = found_chair = found_mix = -1
    most = busiest(state.hands)
    levels, level = question.levels.size, question.level[visit]
    for turn in range(question.many[visit]):
        start = question.starts[visit, turn]
        price = question.cost[visit, start]
        if price >= best:
            break  # the starts come in order of price
        if blink > 0 and np.random.random() < blink:
            continue
        end = start + question.duration[visit]
        if meets(state.tight, level, start, end):
            continue
        chair = _chair(question.classes, state.full, visit, start, end)
        if chair < 0:
            continue
        if meets(state.top, 0, start, end):
            price += question.peak
        mix = -1
        if question.drug[visit, 0] > 0:
            mix = find_mix(question.drug, question.pharmacy, question.kept, state.shut, visit, start)
            if mix < 0:
                continue
            if question.kept[visit] >= 0 and mix != question.kept[visit]:
                price += question.remix
        if price >= best:
            continue
        for nurse in range(question.most.size):
            whole = price + question.change[visit, nurse]
            hands = state.hands[nurse] + question.hands[visit]
            if hands > most:
                whole += question.balance * (hands - most)
            if whole > best or meets(state.over, nurse * levels + level, start, end):
                continue
            if _hands_taken(question.work, state.busy, visit, start, nurse):
                continue
            tie = state.hands[nurse] + noise * np.random.random()
            if whole < best or tie < least:
                best, least = whole, tie
                found_start, found_nurse, found_chair, found_mix = start, nurse, chair, mix
    if found_start < 0:
        return False
    place(question, state, visit, found_start, found_nurse, found_chair, found_mix)
    return True


@compiled
def put_back(question, state, visit, start, nurse, chair, mix):
    """Put a visit at this start with this nurse, where it still fits; chair and preparation where they were, or elsewhere."""
    end, level = start + question.duration[visit], question.level[visit]
    if not np.isfinite(question.cost[visit, start]) or not np.isfinite(question.change[visit, nurse]):
        return
    if meets(state.tight, level, start, end) or meets(state.over, nurse * question.levels.size + level, start, end):
        return
    if meets(state.full, chair, start, end):
        chair = _chair(question.classes, state.full, visit, start, end)
    if chair < 0 or _hands_taken(question.work, state.busy, visit, start, nurse):
        return
    if question.drug[visit, 0] > 0:
        if not may_mix(question.drug, question.pharmacy, question.kept, state.shut, visit, start, mix):
            mix = find_mix(question.drug, question.pharmacy, question.kept, state.shut, visit, start)
        if mix < 0:
            return
    place(question, state, visit, start, nurse, chair, mix)


@compiled
def busiest(hands):
    """The hands-on minutes of the nurse who has most."""
    most = 0.0
    for nurse in range(hands.size):
        if hands[nurse] > most:
            most = hands[nurse]
    return most


@compiled
def objective(question, state):
    """The price of the day as it is, in minutes-equivalents."""
    return state.price[0] + question.peak * state.peak[0] + question.balance * busiest(state.hands)


@compiled
def _chair(classes, full, visit, start, end):
    for turn in range(classes.shape[1]):
        chair = classes[visit, turn]
        if chair < 0:
            return -1
        if not meets(full, chair, start, end):
            return chair
    return -1


@compiled
def _hands_taken(work, busy, visit, start, nurse):
    taken = False
    for word in range(work.shape[2]):
        if busy[nurse, word] & work[visit, start, word]:
            taken = True
    return taken
