"""Which visits are taken out together: those that a few nurses have around a moment, those that begin near it, or any."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import compiled


@compiled
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


@compiled
def _named(out, many, visit):
    for place in range(many):
        if out[place] == visit:
            return True
    return False
