"""CP-SAT alone: one interval a visit for each chair type and each nurse, chairs of a type coloured afterwards.

Chairs as one cumulative a type are exact, for intervals of one type are coloured by first fit; a chair each was slower.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from ortools.sat.python import cp_model

from tests.bench.peers.grid import Day, Place, Visit
from tests.bench.peers.told import Answer, Gone, answer

_CENTS = 100  # prices are whole numbers of these


class _Placed:
    """The variables of one visit. The start of one that is left out is free, so that nothing that holds of it alone needs to
    ask whether it is served."""

    def __init__(self, model: cp_model.CpModel, day: Day, visit: Visit) -> None:
        self.visit = visit
        self.served = model.new_bool_var("")
        self.start = model.new_int_var(visit.first, visit.last, "")
        self.of_type = {kind: model.new_bool_var("") for kind in visit.types}
        self.of_nurse = {number: model.new_bool_var("") for number in visit.nurses}
        model.add(sum(self.of_type.values()) == self.served)
        model.add(sum(self.of_nurse.values()) == self.served)
        self.whole = model.new_optional_fixed_size_interval_var(self.start, visit.duration, self.served, "")
        for number, hers in self.of_nurse.items():
            begin, end = day.nurses[number].shift
            if visit.first < begin:
                model.add(self.start >= begin).only_enforce_if(hers)
            if visit.last + visit.duration > end:
                model.add(self.start + visit.duration <= end).only_enforce_if(hers)
        self.mix = self.mixing = None
        if visit.drug:
            drug = visit.drug
            first, last = max(drug["release"], day.hours[0]), day.hours[1] - drug["prep"]
            self.mix = model.new_int_var(first, last, "")
            ready = self.mix + drug["prep"]
            model.add(ready <= self.start + drug["need_offset"])
            keeps = drug["infusion_end_offset"] - drug["stability"]
            model.add(self.start + keeps <= ready)
            self.mixing = model.new_optional_fixed_size_interval_var(self.mix, drug["prep"], self.served, "")


def solve(day: Day, until: float, cores: int) -> Answer:
    """What CP-SAT finds until then."""
    model = cp_model.CpModel()
    placed = [_Placed(model, day, visit) for visit in day.visits]
    for kind, chairs in day.chairs.items():
        spans = [
            model.new_optional_fixed_size_interval_var(each.start, each.visit.duration, each.of_type[kind], "")
            for each in placed
            if kind in each.of_type
        ]
        model.add_cumulative(spans, [1] * len(spans), len(chairs))
    mixing = [each.mixing for each in placed if each.mixing is not None]
    model.add_cumulative(mixing, [1] * len(mixing), day.hoods)
    rests = _nurses(model, day, placed)
    model.minimize(sum(_prices(model, day, placed)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2 * cores  # two threads a core found far more here than one
    solver.parameters.max_time_in_seconds = until - monotonic()
    if until <= monotonic():
        raise Gone("the model was not built in time")
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Gone("no schedule in time")
    places = {
        each.visit.id: Place(
            solver.value(each.start),
            next(kind for kind, it in each.of_type.items() if solver.value(it)),
            next(number for number, it in each.of_nurse.items() if solver.value(it)),
            None if each.mix is None else solver.value(each.mix),
        )
        for each in placed
        if solver.value(each.served)
    }
    said = f"bound {max(0, solver.best_objective_bound) / _CENTS:.0f}"
    return places, {number: solver.value(start) for number, start in rests.items()}, said


def _nurses(model: cp_model.CpModel, day: Day, placed: list[_Placed]) -> dict[int, Any]:
    """Hands-on work, load, breaks and the cover of the floor; the starts of the breaks."""
    floor = [each.whole for each in placed]
    loads = [each.visit.acuity for each in placed]
    rests = {}
    for number, nurse in enumerate(day.nurses):
        hers = [(each, each.of_nurse[number]) for each in placed if number in each.of_nurse]
        hands = [
            model.new_optional_fixed_size_interval_var(each.start + offset, length, it, "")
            for each, it in hers
            for offset, length in each.visit.tasks
        ]
        away = [(0, nurse.shift[0]), (nurse.shift[1], max(day.end, nurse.shift[1]))]
        floor += [model.new_fixed_size_interval_var(begin, end - begin, "") for begin, end in away if begin < end]
        loads += [nurse.most for begin, end in away if begin < end]
        if nurse.rest is not None:
            rests[number] = model.new_int_var(nurse.window[0], nurse.window[1] - nurse.rest, "")
            rest = model.new_fixed_size_interval_var(rests[number], nurse.rest, "")
            hands.append(rest)
            floor.append(rest)
            loads.append(nurse.most)
        model.add_no_overlap(hands)
        spans = [model.new_optional_fixed_size_interval_var(each.start, each.visit.duration, it, "") for each, it in hers]
        model.add_cumulative(spans, [each.visit.acuity for each, _ in hers], nurse.most)
    model.add_cumulative(floor, loads, sum(nurse.most for nurse in day.nurses))
    return rests


def _prices(model: cp_model.CpModel, day: Day, placed: list[_Placed]) -> list[Any]:
    """The objective, in its parts."""
    price = {name: round(each * _CENTS) for name, each in day.price.items()}
    parts: list[Any] = []
    for each in placed:
        visit = each.visit
        parts.append(round(visit.leave * _CENTS) * (1 - each.served))
        soft = [visit.release, visit.release] if visit.linked else visit.wish
        off = model.new_int_var(0, day.end, "")
        model.add(off >= each.start - soft[1])
        if not visit.linked and visit.first < soft[0]:
            model.add(off >= soft[0] - each.start)
        parts.append(price["wait" if visit.linked else "pref"] * day.slot * off)
        if visit.last + visit.duration > day.close:
            late = model.new_int_var(0, day.end - day.close, "")
            model.add(late >= each.start + visit.duration - day.close)
            parts.append(price["overtime"] * day.slot * late)
    peak = model.new_int_var(0, sum(map(len, day.chairs.values())), "")
    model.add_cumulative([each.whole for each in placed], [1] * len(placed), peak)
    busiest = model.new_int_var(0, sum(visit.hands_on for visit in day.visits), "")
    for number in range(len(day.nurses)):
        hers = [each.visit.hands_on * each.of_nurse[number] for each in placed if number in each.of_nurse]
        model.add(busiest >= sum(hers))
    return [*parts, price["peak"] * peak, price["balance"] * day.slot * busiest]


if __name__ == "__main__":
    answer(solve)
