"""Which visits are taken out together: those that a few nurses have around a moment, those that begin near it, any; or those
that are in the way of another break."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import inner
from chairside.engines.day.counts import lacks
from chairside.engines.day.marks import meets
from chairside.engines.day.placing import lift, may_rest, rest, unrest


@inner
def ruin(question, state, size, out, chosen):
    """Write the placed visits to take out into `out`, `size` of them on average, and say how many they are."""
    visits, nurses = question.duration.size, question.most.size
    most = 1 + np.random.randint(2 * size)
    centre = np.random.randint(visits)
    if state.at[centre] >= 0:
        moment, first = state.at[centre] + np.random.randint(question.duration[centre]), state.who[centre]
    elif question.many[centre] > 0:
        moment, first = question.starts[centre, np.random.randint(min(question.many[centre], 12))], np.random.randint(nurses)
    else:
        return 0
    kind = np.random.random()
    hour = max(60 // question.minutes, 1)
    near = 1 + np.random.randint(2 * hour if kind < _SOME_NURSES else hour)
    chosen[:] = kind >= _SOME_NURSES
    if kind < _SOME_NURSES:
        chosen[first] = True
        for _ in range(np.random.randint(min(nurses, _NURSES))):
            chosen[np.random.randint(nurses)] = True
    many, turn = 0, np.random.randint(visits)
    for step in range(visits):
        visit = (turn + step) % visits
        start = state.at[visit]
        if start < 0 or not chosen[state.who[visit]]:
            continue
        if kind < _SOME_NURSES and not (start < moment + near and start + question.duration[visit] > moment - near):
            continue
        if _SOME_NURSES <= kind < _SAME_TIME and abs(start - moment) > near:
            continue
        if kind >= _SAME_TIME and step > 0:
            visit = np.random.randint(visits)
            if state.at[visit] < 0 or _named(out, many, visit):
                continue
        out[many] = visit
        many += 1
        if many >= most:
            break
    return many


_SOME_NURSES, _SAME_TIME, _NURSES = 0.5, 0.8, 6  # shares of the three kinds; nurses at most


@inner
def _named(out, many, visit):
    for place in range(many):
        if out[place] == visit:
            return True
    return False


@inner
def make_room(question, state):
    """Give a nurse her break at any time of its window, and take out who is in the way of that."""
    nurse = np.random.randint(question.most.size)
    if state.rest[nurse] < 0:
        return
    first, last = question.pause[nurse, 1], question.pause[nurse, 2]
    begin = first + np.random.randint(last - first + 1)
    end = begin + question.pause[nurse, 0]
    unrest(question, state, nurse)
    visits = question.duration.size
    turn = np.random.randint(visits)
    for own in range(2):  # hers whose hands-on work it meets, then anybody's while the floor would not be covered
        for step in range(visits):
            visit = (turn + step) % visits
            start = state.at[visit]
            if start < 0 or start >= end or start + question.duration[visit] <= begin:
                continue
            if own == 0:
                wanted = state.who[visit] == nurse and meets(question.work[visit, start], begin, end)
            else:
                until = min(end, start + question.duration[visit])
                wanted = lacks(state.cover, 0, max(begin, start), until, question.most[nurse])
            if wanted:
                lift(question, state, visit)
    if may_rest(question, state, nurse, begin):
        rest(question, state, nurse, begin)
