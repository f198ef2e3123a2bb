"""Sets of slots as words of 64 bits, rows of a table: whether a stretch of slots meets one is a few operations."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import compiled

_ONE = np.uint64(1)
_NONE = np.uint64(0)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)


@compiled
def between(first, last, word):
    """The bits of a word that stand for the slots [first, last)."""
    low = first - word * 64
    high = last - word * 64
    if high <= 0 or low >= 64:
        return _NONE
    found = _ALL
    if low > 0:
        found = found << np.uint64(low)
    if high < 64:
        found = found & (_ALL >> np.uint64(64 - high))
    return found


@compiled
def meets(marks, row, first, last):
    """Whether a slot of [first, last) is marked in this row."""
    for word in range(first >> 6, ((last - 1) >> 6) + 1):
        if marks[row, word] & between(first, last, word):
            return True
    return False


@compiled
def last_met(marks, row, first, last):
    """The last marked slot of [first, last), -1 when none is."""
    for slot in range(last - 1, first - 1, -1):
        if (marks[row, slot >> 6] >> np.uint64(slot & 63)) & _ONE:
            return slot
    return -1


@compiled
def mark(marks, row, slot, on):
    """Mark a slot, or take the mark away."""
    if on:
        marks[row, slot >> 6] |= _ONE << np.uint64(slot & 63)
    else:
        marks[row, slot >> 6] &= ~(_ONE << np.uint64(slot & 63))


@compiled
def mark_all(marks, row, first, last, on):
    """Mark the slots of [first, last), or take their marks away."""
    for word in range(first >> 6, ((last - 1) >> 6) + 1):
        if on:
            marks[row, word] |= between(first, last, word)
        else:
            marks[row, word] &= ~between(first, last, word)
