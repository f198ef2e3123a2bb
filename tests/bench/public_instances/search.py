"""Start days by simulated annealing: a day costs its patients over the limit, and those that find no nurse."""

from __future__ import annotations

from threading import Event
from time import monotonic

import numba
import numpy as np

from tests.bench.public_instances.judging import Treatment
from tests.bench.public_instances.packing import NODES, packed
from tests.bench.public_instances.regimens import DAYS, Regimens

_OVER = 2.0  # price of a patient over the limit; of one without a nurse it is 1
_HOT, _COLD, _MILD = 1.0, 0.4, 0.6  # heat from chance's days, at the end, and from days that are given
_ROUNDS, _STEP = 60_000, 500
_KEPT = 1 << 20  # sets of patients whose packing is kept
_ALL = 10_000_000  # steps for a day that is known to fit, in another order


class Search:
    """The instance as arrays, asked for a schedule at one largest day after the other."""

    def __init__(self, regimens: Regimens, seed: int) -> None:
        self.regimens, self.seed = regimens, seed
        many = len(regimens.treated)
        self.begins = [regimens.begins(patient) for patient in range(many)]
        self.choices = np.array([len(begins) for begins in self.begins])
        self.needs = np.zeros((many, self.choices.max()), np.int64)
        for patient, begins in enumerate(self.begins):
            for choice, (_, slots) in enumerate(begins):
                self.needs[patient, choice] = sum(1 << slot for slot in slots)
        self.treated = np.zeros((many, 29), np.int64)
        for patient, treated in enumerate(regimens.treated):
            self.treated[patient, : len(treated)] = treated
        self.often = np.array([len(treated) for treated in regimens.treated])
        self.starts = np.array([len(regimens.starts(patient)) for patient in range(many)])
        signs = np.random.default_rng(seed).integers(1, 1 << 62, many)
        self.kept = signs, np.zeros(_KEPT, np.int64), np.zeros(_KEPT, np.int64)

    def schedule(self, largest: int, until: float, given: list[int] | None, done: Event) -> list[Treatment] | None:
        """A schedule with no day of more patients, if one is found until then or `done`. `given`: start days to begin from,
        with heat that keeps most of them; chance's own otherwise."""
        most = np.full(DAYS, largest)
        if self.regimens.most is not None:
            most = np.minimum(most, self.regimens.most)
        while monotonic() < until and not done.is_set():
            self.seed += 1
            first = np.array(given if given else [-1] * len(self.often))
            start, member, count, cost = _begin(self.seed, self.treated, self.often, self.starts, first)
            hot, given = (_MILD if given else _HOT), None
            for round_ in range(0, _ROUNDS, _STEP):
                heat = hot * (_COLD / hot) ** (round_ / _ROUNDS)
                arrays = (self.treated, self.often, self.starts, self.needs, self.choices, *self.kept)
                if _anneal(start, member, count, cost, most, self.regimens.nurses, *arrays, heat, _STEP, round_ == 0):
                    return self._told(member, count)
                if monotonic() >= until or done.is_set():
                    break
        return None

    def _told(self, member: np.ndarray, count: np.ndarray) -> list[Treatment]:
        found = []
        for day in range(DAYS):
            chosen = np.zeros((count[day] + 1, 2), np.int64)
            packed(member[day], count[day], self.needs, self.choices, self.regimens.nurses, _ALL, chosen)
            for row, patient in enumerate(member[day, : count[day]]):
                found.append(Treatment(int(patient), day, self.begins[patient][chosen[row, 0]][0], int(chosen[row, 1])))
        return found


@numba.njit(nogil=True)
def _begin(seed, treated, often, starts, given):
    np.random.seed(seed)
    many = len(often)
    start, count = np.zeros(many, np.int64), np.zeros(DAYS, np.int64)
    member, cost = np.zeros((DAYS, many), np.int64), np.zeros(DAYS)
    for patient in np.random.permutation(many):
        best, least = max(given[patient], 0), 1e18
        for day in range(starts[patient] if given[patient] < 0 else 0):
            load = np.random.random()
            for each in range(often[patient]):
                load += count[day + treated[patient, each]] ** 3
            if load < least:
                best, least = day, load
        start[patient] = best
        for each in range(often[patient]):
            day = best + treated[patient, each]
            member[day, count[day]] = patient
            count[day] += 1
    return start, member, count, cost


@numba.njit(nogil=True)
def _cost(members, many, most, nurses, needs, choices, chosen, sign, known, left):
    """All days are alike, so that what was once found of a set of patients is kept, under the sum of their signs."""
    key = np.int64(0)
    for row in range(many):
        key ^= sign[members[row]]
    place = key & (len(known) - 1)
    if known[place] != key:
        known[place], left[place] = key, packed(members, many, needs, choices, nurses, NODES, chosen)
    return _OVER * max(0, many - most) + left[place]


@numba.njit(nogil=True)
def _anneal(
    start, member, count, cost, most, nurses, treated, often, starts, needs, choices, sign, known, left, heat, rounds, fresh
):
    """So many moves of one patient's start; true as soon as every day is possible."""
    chosen = np.zeros((len(often) + 1, 2), np.int64)
    if fresh:
        for day in range(DAYS):
            cost[day] = _cost(member[day], count[day], most[day], nurses, needs, choices, chosen, sign, known, left)
    changed, was, days = np.zeros(DAYS), np.zeros(DAYS, np.int64), np.zeros(2 * 28, np.int64)
    for _ in range(rounds):
        bad = np.flatnonzero(cost > 0)
        if len(bad) == 0:
            return True
        day = bad[np.random.randint(len(bad))]
        patient = member[day, np.random.randint(count[day])] if np.random.random() < 0.8 else np.random.randint(len(often))
        to = np.random.randint(starts[patient])
        if to == start[patient]:
            continue
        was[:] = 0
        for each in range(often[patient]):
            was[start[patient] + treated[patient, each]] -= 1
            was[to + treated[patient, each]] += 1
        delta, many = 0.0, 0
        for day in range(DAYS):
            if was[day] == 0:
                continue
            _put(member, count, day, patient, was[day])
            changed[day] = cost[day]
            if was[day] > 0 or cost[day] > 0:  # a day that loses somebody stays possible
                changed[day] = _cost(member[day], count[day], most[day], nurses, needs, choices, chosen, sign, known, left)
            delta += changed[day] - cost[day]
            days[many] = day
            many += 1
        if delta <= 0 or np.random.random() < np.exp(-delta / heat):
            start[patient] = to
            for each in range(many):
                cost[days[each]] = changed[days[each]]
        else:
            for each in range(many):
                _put(member, count, days[each], patient, -was[days[each]])
    return not np.any(cost > 0)


@numba.njit(nogil=True)
def _put(member, count, day, patient, way):
    """Add somebody to a day, or take him out."""
    if way > 0:
        member[day, count[day]] = patient
        count[day] += 1
        return
    for row in range(count[day]):
        if member[day, row] == patient:
            count[day] -= 1
            member[day, row] = member[day, count[day]]
            return
