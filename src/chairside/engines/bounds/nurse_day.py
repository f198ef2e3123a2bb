"""The best day of one nurse: who is served and when, where every start of a visit is worth something. Hands-on tasks and the
break do not overlap, the acuity stays within what she may have, nobody is served twice. Compiled, in whole numbers.

Labels are partial days, put together step by step, in rows of one table: what the day may still become worth, what it is
worth, whether the break is taken, the last visit begun at this step, the label before and the choice made; then, for each
unit of acuity, when it is free again; the steps from now on at which the hands are taken; and who was served (bits).

The prices of a step of hands-on and of a unit of acuity are only for judging what a label may become worth: they are paid
for what is left, and each visit counts with what it is worth above them. Whatever they are, no day that grows out of the
label is worth more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from chairside.engines.bounds.matrix import Whole
from chairside.engines.day.compiled import compiled

MAY, WORTH, RESTED, LAST, BEFORE, CHOICE, FREE = range(7)
BITS = 60  # a word of a mask
NEVER = -(1 << 60)
_NOTHING, _REST = -1, -2
_COMPARED, _DAYS, _ROWS = 400, 40, 150_000


class Choices(NamedTuple):
    """What a nurse may do, and what it is worth.

    first   choices from first[step] on begin at the step; of each: visit, gain, load, step of its end
    hands   of each visit, bits of the steps with hands-on from its start on; `rest_hands` of the break
    rest_cost   of the break at each step, NEVER where it cannot begin; none of these: she has no break
    cap     units of acuity that she may have at once
    people  how many visits there are
    """

    first: Whole
    visit: Whole
    gain: Whole
    load: Whole
    end: Whole
    hands: Whole
    rest_cost: Whole
    rest_hands: Whole
    cap: int
    people: int


@compiled
def worths(choices, slot, unit):
    """Of each choice its gain over the prices; by step and visit the best of these, and of the gains, from then on; the
    same of the break."""
    first, visit, gain, load, end, hands, rest_cost, rest_hands, _, people = choices
    steps, over = len(first) - 1, np.zeros_like(gain)
    hope, most = np.zeros((steps + 1, people), np.int64), np.zeros((steps + 1, people), np.int64)
    rest_over, rest_hope = np.full(steps + 1, NEVER), np.full(steps + 1, NEVER)
    for at in range(steps - 1, -1, -1):
        hope[at], most[at] = hope[at + 1], most[at + 1]
        for i in range(first[at], first[at + 1]):
            who = visit[i]
            over[i] = gain[i] - load[i] * unit[at : end[i]].sum() - _taken(hands[who], slot, at)
            hope[at, who], most[at, who] = max(hope[at, who], over[i]), max(most[at, who], gain[i])
        rest_hope[at] = rest_hope[at + 1]
        if rest_cost[at] != NEVER:
            rest_over[at] = -rest_cost[at] - _taken(rest_hands, slot, at)
            rest_hope[at] = max(rest_hope[at], rest_over[at])
    return over, hope, most, rest_over, rest_hope


@compiled
def _taken(hands, slot, at):
    total = 0
    for offset in range(min(len(hands) * BITS, len(slot) - at)):
        if hands[offset // BITS] >> (offset % BITS) & 1:
            total += slot[at + offset]
    return total


@compiled
def _extend(labels, count, at, sizes, choices, worth, floor):
    """Add to the labels what each becomes with the break or a visit begun at this step; gives their number, and what those
    for whom there was no room could be worth."""
    first, visit, gain, load, end, hands, rest_cost, rest_hands, cap, _ = choices
    begin, seen = sizes
    words = hands.shape[1]
    over, hope, _, rest_over, rest_hope = worth
    dropped, a = floor, 0
    while a < count:
        for i in range(first[at] - 1, first[at + 1]):
            rest = i < first[at]
            if rest:
                may, who = labels[a, MAY] + rest_over[at] - rest_hope[at], -1
                if labels[a, RESTED] or labels[a, LAST] >= 0 or rest_cost[at] == NEVER:
                    continue
            else:
                who = visit[i]
                may = labels[a, MAY] + over[i] - hope[at, who]
                if who <= labels[a, LAST] or labels[a, seen + who // BITS] >> (who % BITS) & 1:
                    continue
                if load[i] > cap or (load[i] and labels[a, FREE + load[i] - 1] > at):
                    continue
            if may <= floor:
                continue
            busy = 0
            for word in range(words):
                busy |= labels[a, begin + word] & (rest_hands[word] if rest else hands[who, word])
            if busy:
                continue
            if count == len(labels):
                dropped = max(dropped, may)
                continue
            for field in range(labels.shape[1]):
                labels[count, field] = labels[a, field]
            labels[count, MAY], labels[count, BEFORE], labels[count, CHOICE] = may, a, _REST if rest else i
            for word in range(words):
                labels[count, begin + word] |= rest_hands[word] if rest else hands[who, word]
            if rest:
                labels[count, RESTED] = 1
                labels[count, WORTH] -= rest_cost[at]
            else:
                labels[count, LAST] = who
                labels[count, WORTH] += gain[i]
                labels[count, seen + who // BITS] |= 1 << (who % BITS)
                for k in range(FREE, begin):
                    later = k + load[i]
                    moves = later < begin and labels[a, later] < end[i]
                    labels[count, k] = labels[a, later] if moves else max(end[i], labels[a, k])
            count += 1
        a += 1
    return count, dropped


@compiled
def _advance(labels, a, at, sizes, words, worth, slot, unit):
    """The label one step later: what was left free at this step is worth nothing any more."""
    begin, seen = sizes
    _, hope, most, _, rest_hope = worth
    if not labels[a, begin] & 1:
        labels[a, MAY] -= slot[at]
    for word in range(words):
        carried = labels[a, begin + word + 1] & 1 if word + 1 < words else 0
        labels[a, begin + word] = labels[a, begin + word] >> 1 | carried << (BITS - 1)
    for k in range(FREE, begin):
        if labels[a, k] <= at:
            labels[a, MAY] -= unit[at]
            labels[a, k] = at + 1
    for who in range(hope.shape[1]):
        bit = 1 << (who % BITS)
        if not labels[a, seen + who // BITS] & bit:
            labels[a, MAY] -= hope[at, who] - hope[at + 1, who]
        elif not most[at + 1, who]:
            labels[a, seen + who // BITS] &= ~bit
    if not labels[a, RESTED]:
        labels[a, MAY] = labels[a, MAY] - rest_hope[at] + rest_hope[at + 1] if rest_hope[at + 1] != NEVER else NEVER


@compiled
def _no_better(labels, b, a, at, begin, seen, most):
    """Whether whatever b becomes, a could become as well: without those whom a has served already, at their dearest."""
    lead = labels[a, WORTH] - labels[b, WORTH]
    if lead < 0 or labels[a, RESTED] < labels[b, RESTED]:
        return False
    for k in range(FREE, begin):
        if labels[a, k] > labels[b, k]:
            return False
    for word in range(begin, seen):
        if labels[a, word] & ~labels[b, word]:
            return False
    for word in range(seen, labels.shape[1]):
        more = labels[a, word] & ~labels[b, word]
        who = (word - seen) * BITS
        while more and lead >= 0:
            if more & 1:
                lead -= most[at, who]
            more >>= 1
            who += 1
    return lead >= 0


@compiled
def best_day(choices: Choices, slot: Whole, unit: Whole, width: int, floor: int) -> tuple[int, Whole]:
    """What no day of the nurse is worth more than, and the best days that were found: worth, begin of the break or -1, and
    the choices made. Of the labels of a step only `width` go on; the others count with what they might become.

    slot, unit   prices of a step of her hands and of a unit of acuity, for judging only
    floor        days that are worth no more than this are not looked for
    """
    first, _, _, _, _, hands, rest_cost, _, cap, people = choices
    steps, words = len(first) - 1, hands.shape[1]
    begin = FREE + cap
    seen = begin + words
    sizes = (begin, seen)
    worth = worths(choices, slot, unit)
    busiest = (first[1:] - first[:-1]).max()
    labels = np.zeros((min(_ROWS, width * (busiest + 2)), seen + (people + BITS - 1) // BITS), np.int64)
    has_break = (rest_cost != NEVER).any()
    labels[0, RESTED] = 0 if has_break else 1
    root = slot.sum() + cap * unit.sum() + worth[1][0].sum() + (worth[4][0] if has_break else 0)
    labels[0, MAY] = root
    count, most_dropped = 1, floor
    before, chosen, kept = [labels[:0, 0].copy()], [labels[:0, 0].copy()], [labels[:0, 0].copy()]
    for at in range(steps):
        labels[:count, LAST], labels[:count, CHOICE] = -1, _NOTHING
        count, dropped = _extend(labels, count, at, sizes, choices, worth, floor)
        most_dropped = max(most_dropped, dropped)
        before.append(labels[:count, BEFORE].copy())
        chosen.append(labels[:count, CHOICE].copy())
        for a in range(count):
            _advance(labels, a, at, sizes, words, worth, slot, unit)
        order = np.argsort(-labels[:count, MAY])
        keep, number = np.zeros(min(count, width), np.int64), 0
        for b in order:
            if labels[b, MAY] <= floor:
                break
            beaten = False
            for k in range(min(number, _COMPARED)):
                if _no_better(labels, b, keep[k], at + 1, begin, seen, worth[2]):
                    beaten = True
                    break
            if beaten:
                continue
            if number == width:
                most_dropped = max(most_dropped, labels[b, MAY])
                break
            keep[number] = b
            number += 1
        labels[:number] = labels[keep[:number]]
        kept.append(keep[:number].copy())
        count = number
    found = np.full((min(_DAYS, count), 2 + people), -1, np.int64)
    for rank in range(len(found)):
        label = np.argsort(-labels[:count, WORTH])[rank]
        found[rank, 0], column = labels[label, WORTH], 2
        for at in range(steps, 0, -1):
            label = kept[at][label]
            while chosen[at][label] != _NOTHING:
                if chosen[at][label] == _REST:
                    found[rank, 1] = at - 1
                else:
                    found[rank, column] = chosen[at][label]
                    column += 1
                label = before[at][label]
    best = found[0, 0] if len(found) else floor
    return min(root, max(best, most_dropped)), found
