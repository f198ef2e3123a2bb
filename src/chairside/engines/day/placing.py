"""The only hand on the state: a visit is placed or lifted, a break is taken or given up. Each is the other's exact opposite."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import compiled
from chairside.engines.day.marks import last_met, mark, mark_all, meets


@compiled
def place(question, state, visit, start, nurse, chair, mix):
    """Put a visit where it was found to fit."""
    end = start + question.duration[visit]
    state.at[visit], state.who[visit], state.chair[visit], state.mix[visit] = start, nurse, chair, mix
    _load(state.spare, state.over, nurse, question.levels, start, end, -question.units[visit])
    _load(state.cover, state.tight, 0, question.levels, start, end, -question.units[visit])
    _load(state.free, state.full, chair, _ONE_CHAIR, start, end, -1)
    for slot in range(start, end):
        now = state.running[slot] + 1
        state.running[slot] = now
        state.counts[now - 1] -= 1
        state.counts[now] += 1
        if now == state.peak[0]:
            mark(state.top, 0, slot, True)
        elif now > state.peak[0]:
            state.peak[0] = now
            state.top[:] = 0
            mark(state.top, 0, slot, True)
    for word in range(state.busy.shape[1]):
        state.busy[nurse, word] |= question.work[visit, start, word]
    state.hands[nurse] += question.hands[visit]
    if mix >= 0 and mix != question.kept[visit]:
        _load(state.hood, state.shut, 0, _ONE_CHAIR, mix, mix + question.drug[visit, 0], -1)
    state.price[0] -= question.leave[visit]
    state.price[0] += price_of(question.cost, question.change, question.kept, question.remix, visit, start, nurse, mix)


@compiled
def lift(question, state, visit):
    """Take a visit out."""
    start, nurse = state.at[visit], state.who[visit]
    end = start + question.duration[visit]
    mix = state.mix[visit]
    state.price[0] += question.leave[visit]
    state.price[0] -= price_of(question.cost, question.change, question.kept, question.remix, visit, start, nurse, mix)
    state.at[visit] = -1
    _load(state.spare, state.over, nurse, question.levels, start, end, question.units[visit])
    _load(state.cover, state.tight, 0, question.levels, start, end, question.units[visit])
    _load(state.free, state.full, state.chair[visit], _ONE_CHAIR, start, end, 1)
    for slot in range(start, end):
        now = state.running[slot] - 1
        state.running[slot] = now
        state.counts[now + 1] -= 1
        state.counts[now] += 1
        if now + 1 == state.peak[0]:
            mark(state.top, 0, slot, False)
    if state.counts[state.peak[0]] == 0:
        while state.peak[0] > 0 and state.counts[state.peak[0]] == 0:
            state.peak[0] -= 1
        for slot in range(question.slots):
            mark(state.top, 0, slot, state.running[slot] == state.peak[0])
    for word in range(state.busy.shape[1]):
        state.busy[nurse, word] &= ~question.work[visit, start, word]
    state.hands[nurse] -= question.hands[visit]
    if mix >= 0 and mix != question.kept[visit]:
        _load(state.hood, state.shut, 0, _ONE_CHAIR, mix, mix + question.drug[visit, 0], 1)


@compiled
def rest(question, state, nurse, start):
    """Give a nurse her break from `start`."""
    state.rest[nurse] = start
    first, end = _on_shift(question.shift, question.pause, nurse, start)
    _load(state.cover, state.tight, 0, question.levels, first, end, -question.most[nurse])
    mark_all(state.busy, nurse, start, start + question.pause[nurse, 0], True)


@compiled
def unrest(question, state, nurse):
    """Take a nurse's break back."""
    start = state.rest[nurse]
    state.rest[nurse] = -1
    first, end = _on_shift(question.shift, question.pause, nurse, start)
    _load(state.cover, state.tight, 0, question.levels, first, end, question.most[nurse])
    mark_all(state.busy, nurse, start, start + question.pause[nurse, 0], False)


@compiled
def may_rest(question, state, nurse, start):
    """Whether her break may begin then: in its window, free of hands-on work, and the floor stays covered."""
    if not question.pause[nurse, 1] <= start <= question.pause[nurse, 2]:
        return False
    if meets(state.busy, nurse, start, start + question.pause[nurse, 0]):
        return False
    begin, end = _on_shift(question.shift, question.pause, nurse, start)
    for slot in range(begin, end):
        if state.cover[0, slot] < question.most[nurse]:
            return False
    return True


@compiled
def find_rest(question, state, nurse):
    """A begin of the nurse's break that is free of hands-on work and leaves the floor covered; -1 when there is none."""
    first, last = question.pause[nurse, 1], question.pause[nurse, 2]
    if last < first:
        return -1
    many = last - first + 1
    turn = np.random.randint(many)
    for step in range(many):
        start = first + (turn + step) % many
        if may_rest(question, state, nurse, start):
            return start
    return -1


@compiled
def find_mix(drug, pharmacy, kept, shut, visit, start):
    """The latest begin of the preparation for this start that finds a hood; -1 when there is none."""
    length = drug[visit, 0]
    fresh = start + drug[visit, 3] - drug[visit, 4] - length  # no earlier, or it is too old at the end
    mix = min(start + drug[visit, 2], pharmacy[1]) - length
    if kept[visit] >= 0 and fresh <= kept[visit] <= mix:
        return kept[visit]
    first = max(drug[visit, 1], pharmacy[0], fresh)
    while mix >= first:
        taken = last_met(shut, 0, mix, mix + length)
        if taken < 0:
            return mix
        mix = taken - length
    return -1


@compiled
def may_mix(drug, pharmacy, kept, shut, visit, start, mix):
    """Whether the preparation for this start may begin then: ready in time, not too old at the end, and a hood is free."""
    length = drug[visit, 0]
    fresh = start + drug[visit, 3] - drug[visit, 4] - length
    last = min(start + drug[visit, 2], pharmacy[1]) - length
    if kept[visit] >= 0 and fresh <= kept[visit] <= last:
        return mix == kept[visit]
    first = max(drug[visit, 1], pharmacy[0], fresh)
    return first <= mix <= last and not meets(shut, 0, mix, mix + length)


@compiled
def price_of(cost, change, kept, remix, visit, start, nurse, mix):
    """What a place costs."""
    price = cost[visit, start] + change[visit, nurse]
    if kept[visit] >= 0 and mix != kept[visit]:
        price += remix
    return price


@compiled
def _load(left, short, row, levels, first, end, units):
    """Units more in a row of what is left, and anew the marks of where each level finds too few."""
    for slot in range(first, end):
        left[row, slot] += units
        for level in range(levels.size):
            mark(short, row * levels.size + level, slot, left[row, slot] < levels[level])


@compiled
def _on_shift(shift, pause, nurse, start):
    """The part of a break during which the nurse would have been on the floor."""
    first = max(start, shift[nurse, 0])
    return first, max(first, min(start + pause[nurse, 0], shift[nurse, 1]))


_ONE_CHAIR = np.array([1])
