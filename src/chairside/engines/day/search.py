"""Starts the search on all cores, and stops it in time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.day.anneal import anneal, room, settle
from chairside.engines.day.build import build
from chairside.engines.day.decode import decode, encode
from chairside.engines.day.insertion import insert, objective
from chairside.engines.day.placing import find_rest, rest
from chairside.engines.day.question import ALWAYS, Numbers, Question, Standing, Taken
from chairside.engines.day.state import State, empty

CORES = max(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 1)
_STEP = 250  # rounds between two looks at the clock
_HOT, _HOT_TO_LEAVE = 0.02, 0.1  # of the first day's price; of that of leaving somebody out, to come by it now and then
_BLINK = 0.03
_CYCLES, _CYCLES_OF_ONE = 8, 600  # at most, and on a small day over its visits; where there is time for more, they are longer
_SHUNNED = 30  # visits of a day up to which one is kept from its old start in each round
_FIRST = 200  # rounds without heat, from an empty day


class NoSchedule(ValueError):
    """No schedule can obey the rules, whoever is left out; the text says why. `nurse`: whose break has no place, if so."""

    def __init__(self, sentence: str, nurse: str = "") -> None:
        super().__init__(sentence)
        self.nurse = nurse


@dataclass(frozen=True)
class Effort:
    """How long to search: seconds of wall time, or so many rounds a core, which gives the same answer each time.

    heat    at the start, in minutes-equivalents; None: from the first day that is found; `cold` at the end
    size    visits taken out together, on average
    blink, noise    as `insert` has them; None: less often on a day of few visits
    cycle   rounds a visit from hot to cold, or more; where there is time for more than one, all cores begin the last from the
            best day that any has found, `last` times as hot
    """

    seconds: float | None = None
    iterations: int | None = None
    seed: int = 1
    cores: int = CORES
    heat: float | None = None
    cold: float = 1.0
    size: int = 4
    blink: float | None = None
    noise: float = 30.0
    cycle: float = 2000.0
    last: float = 0.2


def search(
    day: DayInstance,
    effort: Effort,
    standing: Standing | None = None,
    start: Schedule | None = None,
    told: Callable[[float], None] | None = None,
) -> Schedule:
    """The best schedule that is found in time. It obeys the ten rules, whatever it leaves out.

    start    a schedule to begin from; its places of free visits must be possible
    told     called with the best price now and then, from any thread
    Raises NoSchedule when a fixed visit or a break has no place.
    """
    standing = standing or Standing()
    question, taken = build(day, standing)
    known = encode(day, question, start, standing) if start is not None else None
    chains = [_Chain(question, taken, effort, number, known, told) for number in range(max(effort.cores, 1))]
    if effort.seconds is not None:
        begun = time.perf_counter()
        for chain in chains:
            chain.until = begun + effort.seconds
    meeting = threading.Barrier(len(chains))
    for chain in chains:
        chain.meeting, chain.all = meeting, chains
    threads = [threading.Thread(target=chain.run) for chain in chains[1:]]
    for thread in threads:
        thread.start()
    chains[0].run()
    for thread in threads:
        thread.join()
    for chain in chains:
        if chain.failed is not None and not isinstance(chain.failed, threading.BrokenBarrierError):
            raise chain.failed
    best = min(chains, key=lambda chain: chain.reached)
    held = {each.patient for each in standing.visits}
    _whole(day, [visit.id for visit in day.patients if visit.id not in held], question, best.best)
    return decode(day, question, best.best, standing)


class _Chain:
    """One core's search: a state of its own, and the best day that it has seen."""

    def __init__(
        self,
        question: Question,
        taken: Taken,
        effort: Effort,
        number: int,
        known: Numbers | None,
        told: Callable[[float], None] | None,
    ) -> None:
        self.question, self.taken, self.effort, self.told = question, taken, effort, told
        self.seed = effort.seed * 1000 + number
        self.best = np.full((5, max(len(question.duration), len(question.most), 1)), -1, np.int64)
        self.known = known
        self.reached = np.inf
        self.until = np.inf
        self.failed: BaseException | None = None
        self.meeting = threading.Barrier(1)
        self.all = [self]
        self.pace = 0.0

    def run(self) -> None:
        try:
            self._run()
        except BaseException as problem:  # shown by `search`, in the thread of who asked
            self.failed = problem
            self.meeting.abort()  # nobody waits for this one

    def _run(self) -> None:
        question, effort = self.question, self.effort
        state = empty(question, self.taken)
        space = room(question, state)
        anneal(question, state, space, self.best, self.seed, 0, 1.0, 1, 0.0, 0.0, 0.0, 0.0)  # seeds this thread's numbers
        if self.known is not None:
            settle(question, state, self.known)
        for visit in np.flatnonzero((question.leave >= ALWAYS) & (state.at < 0)):
            insert(question, state, visit, np.inf, 0.0, 0.0)  # the fixed ones, while nothing is in their way
        self._breaks(state)
        self._keep(state)
        if self.told is not None:
            self.told(self.reached)
        if 0 in (len(question.duration), len(question.most)):
            return

        blink = effort.blink if effort.blink is not None else min(_BLINK, len(question.duration) / 2000)
        shun = min(_SHUNNED / len(question.duration), 1.0)  # on a large day something else is near anyway

        def go(rounds: int, heat: float) -> None:
            asked = rounds, heat, effort.size, blink, effort.noise, shun, self.reached
            self.reached = anneal(question, state, space, self.best, -1, *asked)

        begun = time.perf_counter()
        go(_FIRST, 1e-9)
        leave = question.leave[question.leave < ALWAYS]
        first = max(_HOT * self.reached, _HOT_TO_LEAVE * leave.min() if leave.size else 0.0)
        hot = max(effort.heat if effort.heat is not None else first, effort.cold)
        self.pace = (time.perf_counter() - begun) / _FIRST
        self.meeting.wait()
        pace = max(chain.pace for chain in self.all)  # all have as many cycles
        whole = effort.iterations if effort.iterations is not None else (effort.seconds or 0.0) / pace
        most = max(_CYCLES, _CYCLES_OF_ONE // len(question.duration))
        cycles = min(max(int(whole / (effort.cycle * len(question.duration))), 1), most)
        done, cycle = 0, 0
        while True:
            if effort.iterations is not None:
                share = done / effort.iterations if effort.iterations else 1.0
            else:
                share = (time.perf_counter() - begun) / max(self.until - begun, 1e-9)
            if share >= 1:
                if cycle < cycles - 1:
                    self.meeting.abort()  # held up until it was too late to meet
                return
            if int(share * cycles) > cycle:
                cycle = int(share * cycles)
                if cycle == cycles - 1 and effort.last < 1:  # the last one, cooler, from the best day
                    hot = max(hot * effort.last, effort.cold)
                    state = empty(question, self.taken)
                    settle(question, state, self._best_of_all())
            rounds = _STEP if effort.iterations is None else min(_STEP, effort.iterations - done)
            go(rounds, hot * (effort.cold / hot) ** (share * cycles % 1))
            done += rounds
            if self.told is not None:
                self.told(self.reached)

    def _best_of_all(self) -> Numbers:
        try:
            self.meeting.wait()
            found = min(self.all, key=lambda chain: (chain.reached, chain.seed)).best.copy()
            self.meeting.wait()  # until all have looked
        except threading.BrokenBarrierError:  # one is not coming
            return self.best
        return found

    def _breaks(self, state: State) -> None:
        for nurse in range(len(self.question.most)):
            if self.question.pause[nurse, 0] > 0 and state.rest[nurse] < 0:
                start = find_rest(self.question, state, nurse)
                if start >= 0:
                    rest(self.question, state, nurse, start)

    def _keep(self, state: State) -> None:
        visits, nurses = len(self.question.duration), len(self.question.most)
        self.best[0, :visits], self.best[1, :visits], self.best[2, :visits] = state.at, state.who, state.chair
        self.best[3, :visits], self.best[4, :nurses] = state.mix, state.rest
        self.reached = float(objective(self.question, state))


def _whole(day: DayInstance, names: list[str], question: Question, best: Numbers) -> None:
    """Raise NoSchedule where what must be is not."""
    fixed = np.flatnonzero(question.leave >= ALWAYS)
    if (lost := fixed[best[0, fixed] < 0]).size:
        raise NoSchedule(f"the fixed visit of {names[lost[0]]} cannot stay where it is beside the other fixed visits")
    for row, nurse in enumerate(day.nurses):
        if question.pause[row, 0] > 0 and best[4, row] < 0:
            raise NoSchedule(f"nurse {nurse.id} has no minute for her break that leaves the floor covered", nurse.id)
