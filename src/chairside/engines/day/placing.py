"""The only hand on the state: a visit is placed or lifted, a break is taken or given up. Each is the other's exact opposite."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import compiled
from chairside.engines.day.marks import last_met, mark, mark_all, meets


@compiled
def place(question, state, visit, start, nurse, chair, mix):  # type: ignore[no-untyped-def]
    """Put a visit where it was found to fit."""
    end = start + question.duration[visit]
    state.at[visit], state.who[visit], state.chair[visit], state.mix[visit] = start, nurse, chair, mix
    _take(question, state, nurse, chair, start, end, question.units[visit])
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
    _hands(question, state, visit, start, nurse, True)
    if mix >= 0:
        _prepare(question, state, visit, mix, -1)
    state.price[0] += question.cost[visit, start] + question.change[visit, nurse] - question.leave[visit]


@compiled
def lift(question, state, visit):  # type: ignore[no-untyped-def]
    """Take a visit out."""
    start, nurse = state.at[visit], state.who[visit]
    end = start + question.duration[visit]
    state.at[visit] = -1
    _take(question, state, nurse, state.chair[visit], start, end, -question.units[visit])
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
    _hands(question, state, visit, start, nurse, False)
    if state.mix[visit] >= 0:
        _prepare(question, state, visit, state.mix[visit], 1)
    state.price[0] -= question.cost[visit, start] + question.change[visit, nurse] - question.leave[visit]


@compiled
def rest(question, state, nurse, start):  # type: ignore[no-untyped-def]
    """Give a nurse her break from `start`."""
    state.rest[nurse] = start
    _away(question, state, nurse, start, -question.most[nurse])
    mark_all(state.busy, nurse, start, start + question.pause[nurse, 0], True)


@compiled
def unrest(question, state, nurse):  # type: ignore[no-untyped-def]
    """Take a nurse's break back."""
    start = state.rest[nurse]
    state.rest[nurse] = -1
    _away(question, state, nurse, start, question.most[nurse])
    mark_all(state.busy, nurse, start, start + question.pause[nurse, 0], False)


@compiled
def find_rest(question, state, nurse):  # type: ignore[no-untyped-def]
    """A begin of the nurse's break that is free of hands-on work and leaves the floor covered; -1 when there is none."""
    length, first, last = question.pause[nurse]
    if last < first:
        return -1
    many = last - first + 1
    turn = np.random.randint(many)
    for step in range(many):
        start = first + (turn + step) % many
        if meets(state.busy, nurse, start, start + length):
            continue
        covered = True
        for slot in range(max(start, question.shift[nurse, 0]), min(start + length, question.shift[nurse, 1])):
            if state.cover[slot] < question.most[nurse]:
                covered = False
                break
        if covered:
            return start
    return -1


@compiled
def find_mix(question, state, visit, start):  # type: ignore[no-untyped-def]
    """The latest begin of the preparation for this start that finds a hood; -1 when there is none."""
    length, release, need, infused, stability = question.drug[visit]
    first = max(release, question.pharmacy[0], start + infused - stability - length)
    mix = min(start + need, question.pharmacy[1]) - length
    while mix >= first:
        taken = last_met(state.shut, 0, mix, mix + length)
        if taken < 0:
            return mix
        mix = taken - length
    return -1


@compiled
def _take(question, state, nurse, chair, start, end, units):  # type: ignore[no-untyped-def]
    levels = question.levels.size
    chairs = 1 if units > 0 or (units == 0 and state.at.size < 0) else -1
    for slot in range(start, end):
        state.spare[nurse, slot] -= units
        state.cover[slot] -= units
        for level in range(levels):
            mark(state.over, nurse * levels + level, slot, state.spare[nurse, slot] < question.levels[level])
            mark(state.tight, level, slot, state.cover[slot] < question.levels[level])
        state.free[chair, slot] -= chairs
        mark(state.full, chair, slot, state.free[chair, slot] < 1)


@compiled
def _away(question, state, nurse, start, units):  # type: ignore[no-untyped-def]
    """A nurse on her break covers nobody."""
    for slot in range(max(start, question.shift[nurse, 0]), min(start + question.pause[nurse, 0], question.shift[nurse, 1])):
        state.cover[slot] += units
        for level in range(question.levels.size):
            mark(state.tight, level, slot, state.cover[slot] < question.levels[level])


@compiled
def _hands(question, state, visit, start, nurse, on):  # type: ignore[no-untyped-def]
    for task in range(question.tasks[visit]):
        first = start + question.task[visit, task, 0]
        mark_all(state.busy, nurse, first, first + question.task[visit, task, 1], on)
    state.hands[nurse] += question.hands[visit] if on else -question.hands[visit]


@compiled
def _prepare(question, state, visit, mix, hoods):  # type: ignore[no-untyped-def]
    for slot in range(mix, mix + question.drug[visit, 0]):
        state.hood[slot] += hoods
        mark(state.shut, 0, slot, state.hood[slot] < 1)
