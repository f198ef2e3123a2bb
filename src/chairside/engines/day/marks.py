"""Sets of slots as words of 64 bits: whether a stretch of slots meets one is a few operations."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import inner

NONE = np.uint64(0)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@inner
def between(first, last, word):
    """The bits of a word that stand for the slots [first, last)."""
    low = first - word * 64
    high = last - word * 64
    if high <= 0 or low >= 64:
        return NONE
    found = ALL
    if low > 0:
        found = found << np.uint64(low)
    if high < 64:
        found = found & (ALL >> np.uint64(64 - high))
    return found


@inner
def meets(marks, first, last):
    """Whether a slot of [first, last) is marked."""
    for word in range(first >> 6, ((last - 1) >> 6) + 1):
        if marks[word] & between(first, last, word):
            return True
    return False


@inner
def marked(marks, slot):
    """Whether this slot is marked."""
    return (marks[slot >> 6] >> np.uint64(slot & 63)) & np.uint64(1) != 0


@inner
def mark_all(marks, first, last, on):
    """Mark the slots of [first, last), or take their marks away."""
    for word in range(first >> 6, ((last - 1) >> 6) + 1):
        if on:
            marks[word] |= between(first, last, word)
        else:
            marks[word] &= ~between(first, last, word)


@inner
def reach_back(marks, length):
    """Mark each slot from which a stretch of this length meets a mark."""
    done = 1
    while done < length:
        step = min(done, length - done)
        far, near = step >> 6, step & 63
        for word in range(marks.size - far):
            found = marks[word + far] >> np.uint64(near)
            if near and word + far + 1 < marks.size:
                found |= marks[word + far + 1] << np.uint64(64 - near)
            marks[word] |= found
        done += step
