"""A day's patients to nurses and slots, compiled: the slots in which a patient needs the nurse are bits of a number."""

from __future__ import annotations

import numba
import numpy as np

NODES = 1000  # steps after which a day counts as one that does not fit


@numba.njit(nogil=True)
def packed(members, many, needs, choices, nurses, nodes, chosen):
    """How many of a day's patients are left over: none, when `chosen` holds a choice and a nurse for each; else the least
    seen in so many steps.

    members    the day's patients, of which the first `many` count
    needs      by patient and choice, the slots as bits; `choices` says how many each has
    """
    used = np.zeros(nurses, np.int64)
    order = np.full(many + 1, -1, np.int64)
    at = np.zeros(many + 1, np.int64)  # next pair of choice and nurse to try
    placed = np.zeros(many, np.bool_)
    depth, best, steps = 0, many, 0
    if many == 0:
        return 0
    order[0] = _tightest(members, many, needs, choices, nurses, used, placed)
    if order[0] < 0:
        return many
    while depth >= 0:
        row = order[depth]
        patient = members[row]
        if at[depth] > 0:  # take back the last try
            last = at[depth] - 1
            if placed[row]:
                used[last % nurses] ^= needs[patient, last // nurses]
                placed[row] = False
        found = False
        while at[depth] < choices[patient] * nurses:
            pair = at[depth]
            at[depth] += 1
            nurse = pair % nurses
            if nurse > 0 and used[nurse] == 0 and used[nurse - 1] == 0:
                continue  # as good as the one before her
            if used[nurse] & needs[patient, pair // nurses] == 0:
                used[nurse] |= needs[patient, pair // nurses]
                placed[row] = True
                chosen[row, 0], chosen[row, 1] = pair // nurses, nurse
                found = True
                break
        if not found:
            at[depth] = 0
            depth -= 1
            continue
        steps += 1
        best = min(best, many - depth - 1)
        if best == 0 or steps >= nodes:
            return best
        following = _tightest(members, many, needs, choices, nurses, used, placed)
        if following >= 0:
            depth += 1
            order[depth], at[depth] = following, 0
    return best


@numba.njit(nogil=True)
def _tightest(members, many, needs, choices, nurses, used, placed):
    """The patient with the fewest places left; -1 when somebody has none."""
    best, fewest = -1, 1 << 30
    for row in range(many):
        if placed[row]:
            continue
        patient, free = members[row], 0
        for choice in range(choices[patient]):
            for nurse in range(nurses):
                if used[nurse] & needs[patient, choice] == 0:
                    free += 1
        if free == 0:
            return -1
        if free < fewest:
            best, fewest = row, free
    return best
