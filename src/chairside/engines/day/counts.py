"""Numbers of slots side by side: plane p of a word holds bit p of the numbers of its 64 slots. To add to a stretch of slots,
or to ask where a number is too small, is a few operations for a whole word, as long as the stretch may be."""

from __future__ import annotations

import numpy as np

from chairside.engines.day.compiled import inner
from chairside.engines.day.marks import ALL, NONE, between
from chairside.engines.day.question import Numbers, Words


def planes(numbers: Numbers, most: int) -> Words:
    """A table [rows, slots] of numbers from 0 as planes [rows, words, planes], with room for numbers up to `most`."""
    rows, slots = numbers.shape
    found = np.zeros((rows, (slots + 63) // 64, max(int(most), 1).bit_length()), np.uint64)
    for plane in range(found.shape[2]):
        for slot in np.flatnonzero((numbers >> plane & 1).any(axis=0)):
            found[:, slot >> 6, plane] |= (numbers[:, slot] >> plane & 1).astype(np.uint64) << np.uint64(slot & 63)
    return found


@inner
def add(numbers, row, first, last, units):
    """Units more in each slot of [first, last); less where they are below 0, and then each slot has so many."""
    amount = abs(units)
    for word in range(first >> 6, ((last - 1) >> 6) + 1):
        where, carry = between(first, last, word), NONE
        for plane in range(numbers.shape[2]):
            if not amount >> plane and not carry:
                break
            change = where if (amount >> plane) & 1 else NONE
            bits = numbers[row, word, plane]
            numbers[row, word, plane] = bits ^ change ^ carry
            full = bits if units > 0 else ~bits  # from which one is carried on, or borrowed
            carry = (full & change) | (carry & (full | change))


@inner
def below(numbers, row, word, units):
    """The slots of a word that have fewer units, as marks."""
    fewer, same = NONE, ALL
    for plane in range(numbers.shape[2] - 1, -1, -1):
        bits = numbers[row, word, plane]
        if (units >> plane) & 1:
            fewer |= same & ~bits
            same &= bits
        else:
            same &= ~bits
    return fewer


@inner
def equal(numbers, row, word, units):
    """The slots of a word that have so many units, as marks."""
    same = ALL
    for plane in range(numbers.shape[2]):
        bits = numbers[row, word, plane]
        same &= bits if (units >> plane) & 1 else ~bits
    return same


@inner
def lacks(numbers, row, first, last, units):
    """Whether a slot of [first, last) has fewer units."""
    for word in range(first >> 6, ((last - 1) >> 6) + 1):
        if below(numbers, row, word, units) & between(first, last, word):
            return True
    return False


@inner
def last_lacking(numbers, row, first, last, units):
    """The last slot of [first, last) that has fewer units, -1 when none has."""
    for word in range((last - 1) >> 6, (first >> 6) - 1, -1):
        found = below(numbers, row, word, units) & between(first, last, word)
        if found:
            slot = word * 64 + 63
            while not (found >> np.uint64(slot & 63)) & np.uint64(1):
                slot -= 1
            return slot
    return -1


@inner
def highest(numbers, where):
    """The largest number of the first row; the slots that have it are written to `where`, as marks."""
    most = 0
    where[:] = ALL
    for plane in range(numbers.shape[2] - 1, -1, -1):
        found = NONE
        for word in range(where.size):
            found |= where[word] & numbers[0, word, plane]
        if found:
            most += 1 << plane
            for word in range(where.size):
                where[word] &= numbers[0, word, plane]
    return most
