"""PyJobShop: a visit is a task on a chair, one with a nurse, and one for each piece of hands-on work and the preparation.

Its objectives price the end of a job, so two things are left out here that our price has: the largest number of visits at
once and the busiest nurse. A wish from `lo` to `hi` is two jobs, one due at each: their earliness and tardiness together are
twice the minutes off the wish, and a constant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from pyjobshop import Model

from tests.bench.peers.grid import Day, Place, Visit
from tests.bench.peers.told import Answer, Gone, answer


@dataclass
class _Tasks:
    """The tasks of one visit, and what their modes stand for."""

    chair: Any
    nurse: Any
    mix: Any = None
    others: list[Any] = field(default_factory=list)


class _Shop:
    def __init__(self, day: Day) -> None:
        self.day, self.model = day, Model()
        self.types = {kind: self.model.add_renewable(len(chairs)) for kind, chairs in day.chairs.items()}
        self.floor = self.model.add_renewable(sum(nurse.most for nurse in day.nurses))
        self.hoods = self.model.add_renewable(day.hoods, breaks=self._outside(day.hours))
        self.loads = [self.model.add_renewable(nurse.most, breaks=self._outside(nurse.shift)) for nurse in day.nurses]
        self.hands = [self.model.add_machine() for _ in day.nurses]
        self.meaning: dict[int, Any] = {}  # of the modes of chairs and nurses
        self.modes = 0
        for nurse in day.nurses:
            for begin, end in self._outside(nurse.shift):
                away = self.model.add_task(earliest_start=begin, latest_start=begin)
                self._mode(away, [self.floor], end - begin, [nurse.most])
        self.rests = {number: self._rest(number) for number, nurse in enumerate(day.nurses) if nurse.rest is not None}
        self.of_visit = {visit.id: self._visit(visit) for visit in day.visits}
        self.model.set_objective(weight_total_tardiness=1, weight_total_earliness=1)

    def _outside(self, within: tuple[int, int]) -> list[tuple[int, int]]:
        return [(begin, end) for begin, end in ((0, within[0]), (within[1], self.day.end)) if begin < end]

    def _mode(self, task: Any, resources: list[Any], length: int, demands: list[int], meaning: Any = None) -> Any:
        self.meaning[self.modes] = meaning
        self.modes += 1
        return self.model.add_mode(task, resources, length, demands)

    def _rest(self, number: int) -> Any:
        nurse = self.day.nurses[number]
        assert nurse.rest is not None
        rest = self.model.add_task(earliest_start=nurse.window[0], latest_end=nurse.window[1])
        self._mode(rest, [self.hands[number], self.floor], nurse.rest, [0, nurse.most])
        return rest

    def _visit(self, visit: Visit) -> _Tasks:
        model, price, length = self.model, self.day.price, visit.duration
        wish = (visit.release, visit.release) if visit.linked else visit.wish
        wished = round(price["wait" if visit.linked else "pref"])
        on_chair, with_nurse = (model.add_job(weight=wished, due_date=due + length) for due in reversed(wish))
        times = {"earliest_start": visit.first, "latest_start": visit.last, "optional": True}
        tasks = _Tasks(model.add_task(on_chair, **times), model.add_task(with_nurse, **times))
        for kind in visit.types:
            self._mode(tasks.chair, [self.types[kind], self.floor], length, [1, visit.acuity], kind)
        model.add_start_at_start(tasks.chair, tasks.nurse)
        hers = {n: self._mode(tasks.nurse, [self.loads[n]], length, [visit.acuity], n) for n in visit.nurses}
        for offset, lasts in visit.tasks:
            hand = model.add_task(optional=True)
            model.add_start_at_start(tasks.chair, hand, offset)
            for number, mode in hers.items():
                model.add_mode_dependency(mode, [self._mode(hand, [self.hands[number]], lasts, [0])])
            tasks.others.append(hand)
        if visit.drug:
            drug = visit.drug
            tasks.mix = model.add_task(earliest_start=max(drug["release"], self.day.hours[0]), optional=True)
            self._mode(tasks.mix, [self.hoods], drug["prep"], [1])
            model.add_end_before_start(tasks.mix, tasks.chair, -drug["need_offset"])
            model.add_start_before_end(tasks.chair, tasks.mix, drug["infusion_end_offset"] - drug["stability"])
            tasks.others.append(tasks.mix)
        if visit.last + length > self.day.close:
            over = model.add_job(weight=round(2 * price["overtime"]), due_date=self.day.close)
            late = model.add_task(over, earliest_end=self.day.close, optional=True)
            self._mode(late, [], 1, [])
            model.add_end_before_end(tasks.chair, late)
            tasks.others.append(late)
        dear = round(2 * visit.leave / self.day.slot) + wished * (wish[1] - wish[0])
        left_out = model.add_task(model.add_job(weight=dear, due_date=0), latest_start=0, optional=True)
        self._mode(left_out, [], 1, [])
        model.add_select_exactly_one([tasks.chair, left_out])
        model.add_select_all_or_none([tasks.chair, tasks.nurse, *tasks.others])
        return tasks


def solve(day: Day, until: float, cores: int) -> Answer:
    """What PyJobShop finds until then, with CP-SAT inside."""
    shop = _Shop(day)
    place = {id(task): number for number, task in enumerate(shop.model.tasks)}
    if until <= monotonic():
        raise Gone("the model was not built in time")
    found = shop.model.solve(time_limit=until - monotonic(), num_workers=2 * cores, display=False)
    if found.best is None or not found.best.tasks:
        raise Gone("no schedule in time")

    def of(task: Any) -> Any:
        return found.best.tasks[place[id(task)]]

    places = {
        name: Place(
            of(tasks.chair).start,
            shop.meaning[of(tasks.chair).mode],
            shop.meaning[of(tasks.nurse).mode],
            of(tasks.mix).start if tasks.mix is not None else None,
        )
        for name, tasks in shop.of_visit.items()
        if of(tasks.chair).present
    }
    rests = {number: of(rest).start for number, rest in shop.rests.items()}
    return places, rests, f"{found.status.value}, its own price {found.objective * day.slot / 2:.0f} with constants"


if __name__ == "__main__":
    answer(solve)
