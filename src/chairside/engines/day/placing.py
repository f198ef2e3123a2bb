"""The only hand on the state: a visit is placed or lifted, a break is taken or given up. Each is the other's exact opposite."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import inner
from chairside.engines.day.counts import add, equal, highest, lacks, last_lacking
from chairside.engines.day.marks import between, mark_all, meets


@inner
def place(question, state, visit, start, nurse, chair, mix):
    """Put a visit where it was found to fit."""
    end, units = start + question.duration[visit], question.units[visit]
    state.at[visit], state.who[visit], state.chair[visit], state.mix[visit] = start, nurse, chair, mix
    add(state.spare, nurse, start, end, -units)
    add(state.cover, 0, start, end, -units)
    add(state.free, chair, start, end, -1)
    add(state.running, 0, start, end, 1)
    _more_at_once(state, start, end)
    for word in range(state.busy.shape[1]):
        state.busy[nurse, word] |= question.work[visit, start, word]
    state.hands[nurse] += question.hands[visit]
    if mix >= 0 and mix != question.kept[visit]:
        add(state.hood, 0, mix, mix + question.drug[visit, 0], -1)
    state.price[0] -= question.leave[visit]
    state.price[0] += price_of(question.cost, question.change, question.kept, question.remix, visit, start, nurse, mix)


@inner
def _more_at_once(state, start, end):
    """One more is running in [start, end): whether that is a new peak, and where it is."""
    new = meets(state.top, start, end)
    if new:
        state.peak[0] += 1
    for word in range(state.top.size):
        if new:
            state.top[word] &= between(start, end, word)
        else:
            state.top[word] |= equal(state.running, 0, word, state.peak[0]) & between(start, end, word)


@inner
def lift(question, state, visit):
    """Take a visit out."""
    start, nurse = state.at[visit], state.who[visit]
    end, units = start + question.duration[visit], question.units[visit]
    mix = state.mix[visit]
    state.price[0] += question.leave[visit]
    state.price[0] -= price_of(question.cost, question.change, question.kept, question.remix, visit, start, nurse, mix)
    state.at[visit] = -1
    add(state.spare, nurse, start, end, units)
    add(state.cover, 0, start, end, units)
    add(state.free, state.chair[visit], start, end, 1)
    add(state.running, 0, start, end, -1)
    mark_all(state.top, start, end, False)
    if not state.top.any():
        state.peak[0] = highest(state.running, state.top)
    for word in range(state.busy.shape[1]):
        state.busy[nurse, word] &= ~question.work[visit, start, word]
    state.hands[nurse] -= question.hands[visit]
    if mix >= 0 and mix != question.kept[visit]:
        add(state.hood, 0, mix, mix + question.drug[visit, 0], 1)


@inner
def rest(question, state, nurse, start):
    """Give a nurse her break from `start`."""
    state.rest[nurse] = start
    first, end = _on_shift(question.shift, question.pause, nurse, start)
    add(state.cover, 0, first, end, -question.most[nurse])
    mark_all(state.busy[nurse], start, start + question.pause[nurse, 0], True)


@inner
def unrest(question, state, nurse):
    """Take a nurse's break back."""
    start = state.rest[nurse]
    state.rest[nurse] = -1
    first, end = _on_shift(question.shift, question.pause, nurse, start)
    add(state.cover, 0, first, end, question.most[nurse])
    mark_all(state.busy[nurse], start, start + question.pause[nurse, 0], False)


@inner
def may_rest(question, state, nurse, start):
    """Whether her break may begin then: in its window, free of hands-on work, and the floor stays covered."""
    if not question.pause[nurse, 1] <= start <= question.pause[nurse, 2]:
        return False
    if meets(state.busy[nurse], start, start + question.pause[nurse, 0]):
        return False
    begin, end = _on_shift(question.shift, question.pause, nurse, start)
    return not lacks(state.cover, 0, begin, end, question.most[nurse])


@inner
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


@inner
def find_mix(drug, pharmacy, kept, hood, visit, start):
    """The latest begin of the preparation for this start that finds a hood; -1 when there is none."""
    length = drug[visit, 0]
    fresh = start + drug[visit, 3] - drug[visit, 4] - length  # no earlier, or it is too old at the end
    mix = min(start + drug[visit, 2], pharmacy[1]) - length
    if kept[visit] >= 0 and fresh <= kept[visit] <= mix:
        return kept[visit]
    first = max(drug[visit, 1], pharmacy[0], fresh)
    while mix >= first:
        taken = last_lacking(hood, 0, mix, mix + length, 1)
        if taken < 0:
            return mix
        mix = taken - length
    return -1


@inner
def may_mix(drug, pharmacy, kept, hood, visit, start, mix):
    """Whether the preparation for this start may begin then: ready in time, not too old at the end, and a hood is free."""
    length = drug[visit, 0]
    fresh = start + drug[visit, 3] - drug[visit, 4] - length
    last = min(start + drug[visit, 2], pharmacy[1]) - length
    if kept[visit] >= 0 and fresh <= kept[visit] <= last:
        return mix == kept[visit]
    first = max(drug[visit, 1], pharmacy[0], fresh)
    return first <= mix <= last and not lacks(hood, 0, mix, mix + length, 1)


@inner
def price_of(cost, change, kept, remix, visit, start, nurse, mix):
    """What a place costs."""
    price = cost[visit, start] + change[visit, nurse]
    if kept[visit] >= 0 and mix != kept[visit]:
        price += remix
    return price


@inner
def _on_shift(shift, pause, nurse, start):
    """The part of a break during which the nurse would have been on the floor."""
    first = max(start, shift[nurse, 0])
    return first, max(first, min(start + pause[nurse, 0], shift[nurse, 1]))
