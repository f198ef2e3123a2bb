"""THE judge of a repair: the ten hard rules for a day that has begun. It shares no code with any engine.

Facts are not mistakes: what begun visits and begun breaks break among themselves is excused. At each minute no more may be in
use than the limit or, where that is more, than frozen things alone use; so nothing unfrozen takes part in an overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from chairside.core.scheduling.day.facts import Facts
from chairside.core.scheduling.day.instance import Nurse
from chairside.core.scheduling.day.judged import BREAK, Case, Listed, Violation, last_visit, names, said, when, whole
from chairside.core.scheduling.day.rules import broken
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.core.scheduling.day.use import Amount, Excess, Use, exact, excesses


def repair_violations(facts: Facts, schedule: Schedule) -> tuple[Violation, ...]:
    """What the schedule of the whole day, begun visits included, breaks, in the order of the rules. Begun visits and breaks
    are judged where they are, whatever the schedule says of them; to say something else breaks rule 10, or 7 for a break."""
    case = _Case(facts, schedule)
    found = (
        *broken(case.all, {1, 10}),
        *broken(case.open, {2, 3, 4}),
        *(each for rule in _RULES for each in rule(case)),
    )
    return tuple(sorted(found, key=lambda each: each.rule))


@dataclass(frozen=True)
class _Case:
    """`all` as the schedule has it, `frozen` what has begun as it is, `open` the rest."""

    facts: Facts
    schedule: Schedule

    @cached_property
    def all(self) -> Case:
        return Case(self.facts.day, self.schedule)

    @cached_property
    def frozen(self) -> Case:
        begun = tuple(NurseBreak(nurse, start) for nurse, start in self.facts.breaks.items())
        return Case(self.facts.day, replace(self.schedule, assignments=tuple(self.facts.visits.values()), breaks=begun))

    @cached_property
    def open(self) -> Case:
        places = tuple(each for each in self.schedule.assignments if each.patient not in self.facts.visits)
        breaks = tuple(each for each in self.schedule.breaks if each.nurse not in self.facts.breaks)
        return Case(self.facts.day, replace(self.schedule, assignments=places, breaks=breaks))

    def handed(self, nurse: str) -> Iterator[Listed]:
        """The begun visits that are this nurse's to look after: not those that she has handed over."""
        return (each for each in self.frozen.of_nurse.get(nurse, ()) if each.visit.id not in self.facts.handover)


def _beyond(
    frozen: Iterable[Use], others: Iterable[Use], limit: Amount | Callable[[int], Amount], cuts: Iterable[int] = ()
) -> Iterator[Excess]:
    """Where more is in use than the limit, which changes at `cuts` only, and than what is frozen uses alone."""
    begun = tuple(frozen)

    def most(at: int) -> Amount:
        usual = limit(at) if callable(limit) else limit
        return max(usual, sum(use.amount for use in begun if use.start <= at < use.end))

    yield from excesses((*begun, *others), most, cuts)


def _frozen(case: _Case) -> Iterator[Violation]:
    listed = {place.patient: place for place in case.schedule.assignments}
    for patient, place in case.facts.visits.items():
        new = listed.get(patient)
        if new is None or (whole(new.start), new.chair, new.nurse) != (place.start, place.chair, place.nurse):
            message = f"{patient} has begun at minute {place.start} on chair {place.chair} with nurse {place.nurse}, and stays."
            yield Violation(10, message, patient, place.chair, place.nurse, place.start)


def _past(case: _Case) -> Iterator[Violation]:
    now = case.facts.now
    for each in case.open.listed:
        if each.start is not None and each.start < now:
            yield each.violation(2, f"{each.visit.id} has not begun and starts at minute {each.start}; it is {now}.")


def _chairs(case: _Case) -> Iterator[Violation]:
    for chair in case.facts.day.chairs:
        begun = [use for each in case.frozen.of_chair.get(chair.id, ()) for use in each.span()]
        others = [use for each in case.open.of_chair.get(chair.id, ()) for use in each.span()]
        held = {use.name for use in begun}
        for found in _beyond(begun, others, 1):
            if held.intersection(found.names):  # the others among themselves are judged as on any day
                message = f"Chair {chair.id} has more than one visit {when(found)}: {names(found)}."
                yield Violation(3, message, found.names[-1], chair.id, at=found.start)


def _hands(case: _Case) -> Iterator[Violation]:
    for nurse in case.facts.day.nurses:
        begun = [use for each in case.handed(nurse.id) for use in each.tasks()]
        begun += case.frozen.breaks.get(nurse.id, ())
        others = [use for each in case.open.of_nurse.get(nurse.id, ()) for use in each.tasks()]
        # A break that can be nowhere is a fact like those that leave it no room.
        rests = [Use(rest.start, rest.end, BREAK) for rest in excesses(case.open.breaks.get(nurse.id, ()), 0)]
        (begun if nurse.id in case.facts.pinned else others).extend(rests)
        for found in _beyond(begun, others, 1):
            message = f"Nurse {nurse.id} has more than one thing in hand {when(found)}: {names(found)}."
            yield Violation(5, message, last_visit(found), nurse=nurse.id, at=found.start)


def _loads(case: _Case) -> Iterator[Violation]:
    def uses(visits: Iterable[Listed]) -> list[Use]:
        return [use for each in visits for use in each.span(exact(each.visit.acuity))]

    for nurse in case.facts.day.nurses:
        limit = exact(nurse.max_load)
        hers = uses(case.handed(nurse.id)), uses(case.open.of_nurse.get(nurse.id, ()))
        for found in _beyond(*hers, limit):
            message = f"Nurse {nurse.id} has a load of up to {said(found.total)} {when(found)} and may have {said(found.limit)}"
            yield Violation(6, f"{message}: {names(found)}.", found.names[-1], nurse=nurse.id, at=found.start)


def _breaks(case: _Case) -> Iterator[Violation]:
    facts = case.facts
    written = {nurse.id: [rest.start for rest in case.schedule.breaks if rest.nurse == nurse.id] for nurse in facts.day.nurses}
    for nurse in facts.day.nurses:
        if nurse.rest is None:
            continue
        message = _break(facts, nurse, written[nurse.id])
        if message:
            yield Violation(7, message, nurse=nurse.id, at=whole(written[nurse.id][0]) if written[nurse.id] else None)


def _break(facts: Facts, nurse: Nurse, written: list[int]) -> str:
    """What is wrong with the break of one nurse."""
    assert nurse.rest is not None
    if len(written) != 1:
        count = f"has {len(written)} breaks and must have one" if written else "has no break"
        return f"Nurse {nurse.id} {count}."
    start, dur, (earliest, latest) = whole(written[0]), nurse.rest.dur, nurse.rest.window
    stays = facts.breaks.get(nurse.id, facts.pinned.get(nurse.id))
    if stays is not None:
        return "" if start == stays else f"The break of nurse {nurse.id} is at minute {stays}, and stays there."
    if start is None:
        return f"The break of nurse {nurse.id} has no whole minute as its start, but “{written[0]}”."
    if start < facts.now:
        return f"The break of nurse {nurse.id} has not begun and starts at minute {start}; it is {facts.now}."
    if start < earliest or start + dur > latest:
        return (
            f"The break of nurse {nurse.id} is from minute {start} to {start + dur} and must be within {earliest} to {latest}."
        )
    return ""


def _cover(case: _Case) -> Iterator[Violation]:
    limits = {nurse.id: exact(nurse.max_load) for nurse in case.facts.day.nurses}
    rests = {
        nurse.id: (*case.frozen.breaks.get(nurse.id, ()), *case.open.breaks.get(nurse.id, ()))
        for nurse in case.facts.day.nurses
    }

    def there(nurse: Nurse, at: int) -> bool:
        return nurse.shift[0] <= at < nurse.shift[1] and not any(rest.start <= at < rest.end for rest in rests[nurse.id])

    def cover(at: int) -> Amount:
        return sum(limits[nurse.id] for nurse in case.facts.day.nurses if there(nurse, at))

    cuts = {at for nurse in case.facts.day.nurses for at in nurse.shift}
    cuts |= {at for times in rests.values() for rest in times for at in (rest.start, rest.end)}
    begun, others = (
        [use for each in of.listed for use in each.span(exact(each.visit.acuity))] for of in (case.frozen, case.open)
    )
    for found in _beyond(begun, others, cover, cuts):
        held = f"the nurses who are there and not on a break may have {said(found.limit)}"
        message = f"The visits {when(found)} are a load of up to {said(found.total)}, and {held}: {names(found)}."
        yield Violation(8, message, found.names[-1], at=found.start)


def _preparations(case: _Case) -> Iterator[Violation]:
    facts, visit = case.facts, case.facts.day.visit
    begun = [Use(mix, mix + drug.prep, name) for name, mix in facts.preparations.items() if (drug := visit[name].drug)]
    others = []
    for each in case.all.listed:
        start = facts.visits[each.visit.id].start if each.visit.id in facts.visits else each.start
        if (drug := each.visit.drug) is None:
            continue
        name, mix, (first, last) = each.visit.id, whole(each.place.mix_start), facts.mix_window(each.visit.id, start)
        if mix is None:
            written = "nothing" if each.place.mix_start is None else f"“{each.place.mix_start}”"
            yield each.violation(9, f"The preparation for {name} has no whole minute as its start, but {written}.")
            continue
        if not first <= mix <= last:
            may = f"must from {first} to {last}" if first <= last else "can at no time from now on"
            yield each.violation(9, f"The preparation for {name} begins at minute {mix}, and {may}.", mix)
        if mix != facts.preparations.get(name):
            others.append(Use(mix, mix + drug.prep, name))
    for found in _beyond(begun, others, facts.day.pharmacy.hoods):
        message = f"{found.total} preparations run at once {when(found)}, and there is room for {found.limit}: {names(found)}."
        yield Violation(9, message, found.names[-1], at=found.start)


_RULES = (_past, _chairs, _hands, _loads, _breaks, _cover, _preparations, _frozen)
