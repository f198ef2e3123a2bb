"""HiGHS alone: a program over the grid, one column for each start of a visit with each nurse, and one with each chair type."""

from __future__ import annotations

from collections import defaultdict
from time import monotonic
from typing import Any

import highspy
import numpy as np

from tests.bench.peers.grid import Day, Place, Visit
from tests.bench.peers.told import Answer, Gone, answer

_MOST = 100_000  # columns; more take gigabytes here, and far longer to build than there is time


class _Program:
    """Columns and rows as they come; each row is a sum of columns between two numbers."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.most: list[float] = []
        self.rows: dict[Any, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self.between: dict[Any, tuple[float, float]] = {}

    def column(self, cost: float = 0, most: float = 1) -> int:
        self.cost.append(cost)
        self.most.append(most)
        return len(self.cost) - 1

    def solved(self, whole: int, until: float, cores: int) -> tuple[np.ndarray, float]:
        """The first `whole` columns are whole numbers. Their values, and the bound."""
        solver = highspy.Highs()
        solver.silent()
        for name, value in (("threads", cores), ("time_limit", until - monotonic()), ("random_seed", 1)):
            solver.setOptionValue(name, value)
        many, infinite = len(self.cost), highspy.kHighsInf
        solver.addVars(many, np.zeros(many), np.array(self.most))
        solver.changeColsCost(many, np.arange(many, dtype=np.int32), np.array(self.cost))
        solver.changeColsIntegrality(
            whole, np.arange(whole, dtype=np.int32), np.full(whole, highspy.HighsVarType.kInteger, dtype=np.uint8)
        )
        keys = list(self.rows)
        low, high = (np.array([self.between[key[0]][end] for key in keys], float) for end in (0, 1))
        low, high = np.where(np.isneginf(low), -infinite, low), np.where(np.isposinf(high), infinite, high)
        starts = np.cumsum([0, *(len(self.rows[key]) for key in keys)])
        places = np.fromiter((column for key in keys for column in self.rows[key]), np.int32, starts[-1])
        values = np.fromiter((value for key in keys for value in self.rows[key].values()), float, starts[-1])
        solver.addRows(len(keys), low, high, int(starts[-1]), starts[:-1].astype(np.int32), places, values)
        if until <= monotonic():
            raise Gone("the program was not built in time")
        solver.setOptionValue("time_limit", until - monotonic())
        solver.run()
        info = solver.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise Gone(f"no schedule in time, bound {max(0.0, info.mip_dual_bound):.0f}")
        return np.array(solver.getSolution().col_value), info.mip_dual_bound


def solve(day: Day, until: float, cores: int) -> Answer:
    """What HiGHS finds until then."""
    sizes = sum((visit.last - visit.first + 1) * len(visit.nurses) for visit in day.visits)
    if sizes > _MOST:
        raise Gone(f"not tried: {sizes:,} columns")
    program = _Program()
    of_nurse = {
        (visit.id, number, start): program.column()
        for visit in day.visits
        for number in visit.nurses
        for start in range(
            max(visit.first, day.nurses[number].shift[0]),
            min(visit.last, day.nurses[number].shift[1] - visit.duration) + 1,
        )
    }
    of_type = {
        (visit.id, kind, start): program.column(day.soft(visit, start) - visit.leave)
        for visit in day.visits
        for kind in visit.types
        for start in range(visit.first, visit.last + 1)
    }
    rests = {
        (number, start): program.column()
        for number, nurse in enumerate(day.nurses)
        if nurse.rest is not None
        for start in range(nurse.window[0], nurse.window[1] - nurse.rest + 1)
    }
    mixing = {
        (visit.id, start): program.column()
        for visit in day.visits
        if visit.drug
        for start in range(max(visit.drug["release"], day.hours[0]), day.hours[1] - visit.drug["prep"] + 1)
    }
    whole = len(program.cost)  # those after are as whole as these make them
    peak = program.column(day.price["peak"], np.inf)
    busiest = program.column(day.price["balance"] * day.slot, np.inf)
    visits = {visit.id: visit for visit in day.visits}
    _lay_nurses(program, day, visits, of_nurse, rests, busiest)
    _lay_floor(program, day, visits, of_nurse, of_type, rests, peak)
    _lay_mixing(program, day, visits, of_type, mixing)
    value, bound = program.solved(whole, until, cores)
    chosen = {name: (number, start) for (name, number, start), column in of_nurse.items() if value[column] > 0.5}
    kinds = {name: kind for (name, kind, _), column in of_type.items() if value[column] > 0.5}
    mixed = {name: start for (name, start), column in mixing.items() if value[column] > 0.5}
    places = {
        name: Place(start, kinds[name], number, mixed[name] if visits[name].drug else None)
        for name, (number, start) in chosen.items()
    }
    found = {number: start for (number, start), column in rests.items() if value[column] > 0.5}
    return places, found, f"bound {max(0.0, bound + sum(visit.leave for visit in day.visits)):.0f}"


def _lay_nurses(
    program: _Program, day: Day, visits: dict[str, Visit], of_nurse: dict[Any, int], rests: dict[Any, int], busiest: int
) -> None:
    """Hands, load, breaks and the busiest of the nurses."""
    rows, between = program.rows, program.between
    between |= {"hands": (-np.inf, 1), "rest": (1, 1), "busy": (-np.inf, 0)}
    for (name, number, start), column in of_nurse.items():
        visit = visits[name]
        for offset, length in visit.tasks:
            for slot in range(start + offset, start + offset + length):
                rows["hands", number, slot][column] = 1
        key = f"load {number}"
        between[key] = (-np.inf, day.nurses[number].most)
        for slot in range(start, start + visit.duration):
            rows[key, slot][column] = visit.acuity
        rows["busy", number][column] = visit.hands_on
        rows["busy", number][busiest] = -1
    for (number, start), column in rests.items():
        rows["rest", number][column] = 1
        for slot in range(start, start + (day.nurses[number].rest or 0)):
            rows["hands", number, slot][column] = 1


def _lay_floor(
    program: _Program,
    day: Day,
    visits: dict[str, Visit],
    of_nurse: dict[Any, int],
    of_type: dict[Any, int],
    rests: dict[Any, int],
    peak: int,
) -> None:
    """Once each, one chair and one nurse at one start; chairs, their largest number, and the cover of the floor."""
    rows, between = program.rows, program.between
    between |= {"once": (-np.inf, 1), "same": (0, 0), "peak": (-np.inf, 0)}
    for (name, _, start), column in of_nurse.items():
        rows["same", name, start][column] = -1
    for (name, kind, start), column in of_type.items():
        visit = visits[name]
        rows["once", name][column] = 1
        rows["same", name, start][column] = 1
        between[kind] = (-np.inf, len(day.chairs[kind]))
        for slot in range(start, start + visit.duration):
            rows[kind, slot][column] = 1
            rows["peak", slot][column] = 1
            rows["peak", slot][peak] = -1
            there = sum(nurse.most for nurse in day.nurses if nurse.shift[0] <= slot < nurse.shift[1])
            between[f"cover {slot}"] = (-np.inf, there)
            rows[f"cover {slot}", slot][column] = visit.acuity
    for (number, start), column in rests.items():
        nurse = day.nurses[number]
        for slot in range(start, start + (nurse.rest or 0)):
            if nurse.shift[0] <= slot < nurse.shift[1] and f"cover {slot}" in between:
                rows[f"cover {slot}", slot][column] = nurse.most


def _lay_mixing(program: _Program, day: Day, visits: dict[str, Visit], of_type: dict[Any, int], mixing: dict[Any, int]) -> None:
    """Hoods, and each preparation ready in time and not too early: how much has begun by each slot is compared."""
    rows, between = program.rows, program.between
    between |= {"hoods": (-np.inf, day.hoods), "ready": (-np.inf, 0), "keeps": (-np.inf, 0), "begun": (0, 0)}
    starts: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    begins: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (name, _, start), column in of_type.items():
        starts[name][start].append(column)
    for (name, start), column in mixing.items():
        begins[name][start].append(column)
        for slot in range(start, start + visits[name].drug["prep"]):  # type: ignore[index]
            rows["hoods", slot][column] = 1
    for name, mixed in begins.items():
        drug = visits[name].drug
        assert drug
        started, ready = (_begun(program, name, kind, of, day.end) for kind, of in (("s", starts[name]), ("m", mixed)))
        latest, earliest = drug["need_offset"] - drug["prep"], drug["infusion_end_offset"] - drug["stability"] - drug["prep"]
        rows["begun", name, "whole"] |= {started[-1]: 1, ready[-1]: -1}
        for slot in range(day.end):
            rows["ready", name, slot] |= {started[slot]: 1} | _up_to(ready, slot + latest)
            rows["keeps", name, slot] |= {ready[slot]: 1} | _up_to(started, slot - earliest)


def _up_to(begun: list[int], slot: int) -> dict[int, float]:
    """Less what has begun by this slot."""
    return {begun[min(slot, len(begun) - 1)]: -1} if slot >= 0 else {}


def _begun(program: _Program, name: str, kind: str, of: dict[int, list[int]], slots: int) -> list[int]:
    """A column for each slot: the sum of those that begin by then."""
    found: list[int] = []
    for slot in range(slots):
        column = program.column()
        row = program.rows["begun", name, kind, slot]
        row |= dict.fromkeys(of.get(slot, ()), 1.0) | {column: -1.0}
        if found:
            row[found[-1]] = 1
        found.append(column)
    return found


if __name__ == "__main__":
    answer(solve)
