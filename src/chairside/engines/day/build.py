"""From an instance, and what already stands of it, to the question as arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Visit
from chairside.engines.day.question import ALWAYS, NEVER, Numbers, Prices, Question, Standing, Taken, Words


def build(day: DayInstance, standing: Standing | None = None) -> tuple[Question, Taken]:
    """The question over the visits that are free. An instance in which all times are multiples of five has a grid of five."""
    standing = standing or Standing()
    held = {each.patient for each in standing.visits}
    free = [visit for visit in day.patients if visit.id not in held]
    fixed = {each.patient: each for each in day.fixed if each.patient not in held}
    grid = math.gcd(*_times(day, standing)) or 1
    origin = min(day.open, day.pharmacy.open[0], *(nurse.shift[0] for nurse in day.nurses), *_breaks_from(day))
    last = max(day.latest_end, day.pharmacy.open[1], *(nurse.shift[1] for nurse in day.nurses), *_breaks_to(day))
    slots = max((last - origin) // grid, 1)
    axis = _Axis(origin, grid, slots)
    scale = math.lcm(*(Fraction(str(load)).denominator for load in _loads(day)))
    names = _class_names(day, standing)
    cost = np.full((len(free), slots), NEVER)
    change = np.zeros((len(free), len(day.nurses)))
    for row, visit in enumerate(free):
        cost[row] = _prices(day, visit, axis, standing)
        for column, nurse in enumerate(day.nurses):
            old = _priced(standing, visit)
            change[row, column] = standing.changed if old is not None and old.nurse != nurse.id else 0
            if visit.skill not in nurse.skills or (visit.id in fixed and fixed[visit.id].nurse != nurse.id):
                change[row, column] = NEVER
        if visit.id in fixed:
            at = axis.slot(fixed[visit.id].start)
            cost[row, :at] = cost[row, at + 1 :] = NEVER
    question = Question(
        slots=slots,
        origin=origin,
        minutes=grid,
        duration=_ints(visit.duration // grid for visit in free),
        units=_ints(int(Fraction(str(visit.acuity)) * scale) for visit in free),
        hands=np.array([visit.hands_on for visit in free], float),
        cost=cost,
        starts=np.argsort(cost, axis=1, kind="stable").astype(np.int64),
        many=np.isfinite(cost).sum(axis=1).astype(np.int64),
        leave=np.array([ALWAYS if visit.id in fixed else day.weights.unscheduled * visit.weight for visit in free], float),
        change=change,
        work=_work(_tasks(free, axis), cost),
        drug=_drugs(free, axis, standing),
        kept=_ints(axis.slot(standing.kept[visit.id]) if visit.id in standing.kept else -1 for visit in free),
        remix=standing.remix,
        classes=_classes(day, free, names, fixed={key: each.chair for key, each in fixed.items()}),
        chairs=_ints(len(chairs) for chairs in names.values()),
        shift=np.array([[axis.slot(end) for end in nurse.shift] for nurse in day.nurses], np.int64).reshape(-1, 2),
        most=_ints(int(Fraction(str(nurse.max_load)) * scale) for nurse in day.nurses),
        pause=_pauses(day, axis, standing),
        pharmacy=_ints(axis.slot(end) for end in day.pharmacy.open),
        peak=float(day.weights.peak),
        balance=float(day.weights.balance),
    )
    return question, _taken(day, standing, axis, names, scale)


class _Axis:
    """Minutes to slots, within the day."""

    def __init__(self, origin: int, grid: int, slots: int) -> None:
        self.origin, self.grid, self.slots = origin, grid, slots
        self.starts = origin + np.arange(slots) * grid

    def slot(self, minute: int) -> int:
        return min(max((minute - self.origin) // self.grid, 0), self.slots)

    def after(self, minute: int) -> int:
        """The first slot that does not begin before the minute."""
        return -(-(minute - self.origin) // self.grid)

    def minute(self, slot: int) -> int:
        return self.origin + slot * self.grid


def class_members(day: DayInstance, standing: Standing | None = None) -> list[list[str]]:
    """The chairs of each class, in the order of `Question.chairs`."""
    return list(_class_names(day, standing or Standing()).values())


def _class_names(day: DayInstance, standing: Standing) -> dict[tuple[str, str], list[str]]:
    """Chairs that are alike. One that a fixed visit names is alike to none: visits before and after it are told apart here."""
    alone = {each.chair for each in day.fixed} - {each.chair for each in standing.visits}
    names: dict[tuple[str, str], list[str]] = {}
    for chair in day.chairs:
        names.setdefault((chair.type, chair.id if chair.id in alone else ""), []).append(chair.id)
    return names


def _prices(day: DayInstance, visit: Visit, axis: _Axis, standing: Standing) -> Prices:
    """What each start costs, infinite where the visit's own data allow none."""
    weights, old, starts = day.weights, _priced(standing, visit), axis.starts
    first = max(visit.release, day.open, day.open if standing.now is None else standing.now)
    may = (starts >= first) & (starts <= visit.latest_start) & (starts + visit.duration <= day.latest_end)
    if visit.drug is not None and visit.id not in standing.kept:
        for slot in np.flatnonzero(may):
            mix_first, mix_last = visit.drug.mix_window(axis.minute(int(slot)), day.pharmacy.open)
            may[slot] = max(mix_first, mix_first if standing.now is None else standing.now) <= mix_last
    price = weights.overtime * np.maximum(0, starts + visit.duration - day.close)
    if visit.linked:
        price = price + weights.wait * (starts - visit.release)
    else:
        price = price + weights.pref * np.maximum(0, np.maximum(visit.pref[0] - starts, starts - visit.pref[1]))
    if old is not None:
        price = price + standing.moved * np.abs(starts - old.start)
    return np.where(may, price, NEVER)


def _priced(standing: Standing, visit: Visit) -> Assignment | None:
    """The old place of a visit whose moving costs something."""
    return None if visit.id in standing.unpriced else standing.old.get(visit.id)


def _classes(day: DayInstance, free: list[Visit], names: dict[tuple[str, str], list[str]], fixed: dict[str, str]) -> Numbers:
    """The classes that will do, the least scarce first: what only few visits can use is left for them."""
    kinds = list(names)
    wanted = {kind: sum(visit.chair_types == (kind[0],) for visit in free) / len(names[kind]) for kind in kinds}
    order = sorted(range(len(kinds)), key=lambda place: (wanted[kinds[place]], -len(names[kinds[place]])))
    found = np.full((len(free), len(kinds)), -1, np.int64)
    for row, visit in enumerate(free):
        fit = [place for place in order if kinds[place][0] in visit.chair_types]
        if visit.id in fixed:
            fit = [place for place in fit if names[kinds[place]] == [fixed[visit.id]]]
        found[row, : len(fit)] = fit
    return found


def _work(tasks: Numbers, cost: Prices) -> Words:
    found = np.zeros((*cost.shape, (cost.shape[1] + 63) // 64), np.uint64)
    for row, own in enumerate(tasks):
        starts = np.flatnonzero(np.isfinite(cost[row]))
        for offset in own[own >= 0]:
            found[row, starts, starts + offset >> 6] |= np.uint64(1) << (starts + offset & 63).astype(np.uint64)
    return found


def _tasks(free: list[Visit], axis: _Axis) -> Numbers:
    """The slots of each visit's hands-on work, from its start; -1 ends them."""
    slots = [[(at + more) // axis.grid for at, length in visit.tasks for more in range(0, length, axis.grid)] for visit in free]
    found = np.full((len(free), max(map(len, slots), default=0)), -1, np.int64)
    for row, own in enumerate(slots):
        found[row, : len(own)] = own
    return found


def _drugs(free: list[Visit], axis: _Axis, standing: Standing) -> Numbers:
    found = np.zeros((len(free), 5), np.int64)
    for row, visit in enumerate(free):
        if (drug := visit.drug) is not None:
            release = max(drug.release, drug.release if standing.now is None else standing.now)
            lengths = (drug.need_offset, drug.infusion_end_offset, drug.stability)
            found[row] = drug.prep // axis.grid, axis.after(release), *(length // axis.grid for length in lengths)
    return found


def _pauses(day: DayInstance, axis: _Axis, standing: Standing) -> Numbers:
    """The breaks that are still to be given."""
    given = {rest.nurse for rest in standing.breaks}
    found = np.zeros((len(day.nurses), 3), np.int64)
    for row, nurse in enumerate(day.nurses):
        if nurse.rest is not None and nurse.id not in given:
            first = max(nurse.rest.window[0], nurse.rest.window[0] if standing.now is None else standing.now)
            last = (nurse.rest.last_start - axis.origin) // axis.grid
            found[row] = nurse.rest.dur // axis.grid, axis.after(first), last
    return found


def _taken(day: DayInstance, standing: Standing, axis: _Axis, names: dict[tuple[str, str], list[str]], scale: int) -> Taken:
    """What stands, taken from what there is. Where it takes more than there is, nothing is left."""
    place_of = {chair: place for place, chairs in enumerate(names.values()) for chair in chairs}
    row_of = {nurse.id: row for row, nurse in enumerate(day.nurses)}
    most = [int(Fraction(str(nurse.max_load)) * scale) for nurse in day.nurses]
    spare = np.zeros((len(day.nurses), axis.slots), np.int64)
    busy = np.zeros((len(day.nurses), (axis.slots + 63) // 64), np.uint64)
    hands = np.zeros(len(day.nurses))
    free = np.repeat(_ints(len(chairs) for chairs in names.values())[:, None], axis.slots, axis=1)
    cover, hood = np.zeros(axis.slots, np.int64), np.zeros(axis.slots, np.int64)
    running = np.zeros(axis.slots, np.int64)
    for row, nurse in enumerate(day.nurses):
        on = slice(*(axis.slot(end) for end in nurse.shift))
        spare[row, on] += most[row]
        cover[on] += most[row]
    hood[slice(*(axis.slot(end) for end in day.pharmacy.open))] = day.pharmacy.hoods
    for each in standing.visits:
        visit, nurse_row = day.visit[each.patient], row_of.get(each.nurse)
        on = slice(axis.slot(each.start), axis.slot(each.start + visit.duration))
        units = int(Fraction(str(visit.acuity)) * scale)
        running[on] += 1
        cover[on] -= units
        free[place_of[each.chair], on] -= 1
        if nurse_row is not None:
            spare[nurse_row, on] -= units
            hands[nurse_row] += visit.hands_on
            for offset, length in visit.tasks:
                _occupy(busy, nurse_row, axis.slot(each.start + offset), axis.slot(each.start + offset + length))
    for rest in standing.breaks:
        nurse, row = day.nurse[rest.nurse], row_of[rest.nurse]
        first, end = axis.slot(rest.start), axis.slot(rest.start + (nurse.rest.dur if nurse.rest else 0))
        _occupy(busy, row, first, end)
        cover[max(first, axis.slot(nurse.shift[0])) : min(end, axis.slot(nurse.shift[1]))] -= most[row]
    for first, end in standing.mixing:
        hood[axis.slot(first) : axis.slot(end)] -= 1
    for row, nurse in enumerate(day.nurses):
        on_shift = np.zeros(axis.slots, bool)
        on_shift[slice(*(axis.slot(end) for end in nurse.shift))] = True
        spare[row] = np.where(on_shift, spare[row].clip(0), -1)  # outside it not even a load of nothing
    return Taken(spare, busy, hands, free.clip(0), cover.clip(0), hood.clip(0), running)


def _occupy(busy: Words, row: int, first: int, end: int) -> None:
    for slot in range(first, end):
        busy[row, slot >> 6] |= np.uint64(1 << (slot & 63))


def _ints(values: object) -> Numbers:
    return np.array(list(values), np.int64)  # type: ignore[call-overload]


def _loads(day: DayInstance) -> Iterator[float]:
    yield 1
    yield from (nurse.max_load for nurse in day.nurses)
    yield from (visit.acuity for visit in day.patients)


def _breaks_from(day: DayInstance) -> Iterator[int]:
    return (nurse.rest.window[0] for nurse in day.nurses if nurse.rest)


def _breaks_to(day: DayInstance) -> Iterator[int]:
    return (nurse.rest.window[1] for nurse in day.nurses if nurse.rest)


def _times(day: DayInstance, standing: Standing) -> Iterator[int]:
    """Every time and length of the question: the grid divides them all."""
    yield from (day.open, day.close, day.latest_end, *day.pharmacy.open)
    for nurse in day.nurses:
        yield from (*nurse.shift, *((nurse.rest.dur, *nurse.rest.window) if nurse.rest else ()))
    for visit in day.patients:
        yield from (visit.release, visit.latest_start, visit.duration, *visit.pref)
        yield from (part for task in visit.tasks for part in task)
        if (drug := visit.drug) is not None:
            yield from (drug.prep, drug.release, drug.need_offset, drug.infusion_end_offset, drug.stability)
    for each in (*day.fixed, *standing.visits, *standing.old.values()):
        yield each.start
    yield from (rest.start for rest in standing.breaks)
    yield from (part for piece in standing.mixing for part in piece)
    yield from standing.kept.values()
    yield standing.now or 0
