"""THE judge of a day's schedule: the ten hard rules, by number. It shares no code with any engine.

Every rule is judged separately: a visit that breaks one still counts for the others as far as its data make sense. A visit
of an unknown patient has no length and counts for rule 1 only; one whose start is no whole minute takes no time; an unknown
chair or nurse breaks rule 3 or 4; a patient listed twice counts as two visits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Drug, Nurse
from chairside.core.scheduling.day.judged import BREAK, Case, Listed, Violation, last_visit, names, said, when, whole
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.day.use import Amount, Use, exact, excesses


def violations(day: DayInstance, schedule: Schedule) -> tuple[Violation, ...]:
    """What the schedule breaks, at least one entry for each broken rule, in their order. A time may be anything that was
    written; what should be a whole minute and is not is a violation."""
    case = Case(day, schedule)
    return tuple(found for rule in _RULES for found in rule(case))


def broken(case: Case, numbers: Container[int]) -> tuple[Violation, ...]:
    """What the schedule breaks of the rules with these numbers, each judged by itself."""
    return tuple(found for number, rule in enumerate(_RULES, 1) if number in numbers for found in rule(case))


def feasible(day: DayInstance, schedule: Schedule) -> bool:
    """Whether no rule is broken."""
    return not violations(day, schedule)


def _patients(case: Case) -> Iterator[Violation]:
    for patient, times in Counter(place.patient for place in case.schedule.assignments).items():
        if patient not in case.day.visit:
            yield Violation(1, f"There is no patient {patient} on this day.", patient)
        if times > 1:
            yield Violation(1, f"{patient} is listed {times} times.", patient)


def _starts(case: Case) -> Iterator[Violation]:
    day = case.day
    for each in case.listed:
        start, visit = each.start, each.visit
        if start is None:
            yield each.violation(2, f"{visit.id} has no whole minute as its start, but “{each.place.start}”.")
            continue
        end = start + visit.duration
        if start < visit.release:
            yield each.violation(2, f"{visit.id} starts at minute {start} and cannot before {visit.release}.")
        if start > visit.latest_start:
            yield each.violation(2, f"{visit.id} starts at minute {start} and must by {visit.latest_start}.")
        if start < day.open:
            yield each.violation(2, f"{visit.id} starts at minute {start}, before the day opens at {day.open}.")
        if end > day.latest_end:
            yield each.violation(2, f"{visit.id} ends at minute {end}, after the latest end, {day.latest_end}.")


def _chairs(case: Case) -> Iterator[Violation]:
    for each in case.listed:
        chair, allowed = case.day.chair.get(each.place.chair), each.visit.chair_types
        if chair is None:
            yield each.violation(3, f"{each.visit.id} is on chair {each.place.chair}, which is not there.")
        elif chair.type not in allowed:
            named = " or ".join(allowed) or "no chair at all"
            yield each.violation(3, f"{each.visit.id} is on chair {chair.id}, type {chair.type}, and may be on: {named}.")
    for chair in case.day.chairs:
        for found in excesses((use for each in case.of_chair.get(chair.id, ()) for use in each.span()), 1):
            message = f"Chair {chair.id} has more than one visit {when(found)}: {names(found)}."
            yield Violation(3, message, found.names[-1], chair.id, at=found.start)


def _nurses(case: Case) -> Iterator[Violation]:
    for each in case.listed:
        nurse, visit = case.day.nurse.get(each.place.nurse), each.visit
        if nurse is None:
            yield each.violation(4, f"{visit.id} is with nurse {each.place.nurse}, who is not there.")
            continue
        if visit.skill not in nurse.skills:
            yield each.violation(4, f"{visit.id} needs the skill {visit.skill}, which nurse {nurse.id} does not have.")
        for use in each.span():
            if use.start < nurse.shift[0] or use.end > nurse.shift[1]:
                shift = f"{nurse.shift[0]} to {nurse.shift[1]}"
                message = f"{visit.id} runs {when(use)}, outside the shift of nurse {nurse.id}, {shift}."
                yield each.violation(4, message)


def _hands(case: Case) -> Iterator[Violation]:
    for nurse in case.day.nurses:
        tasks = [use for each in case.of_nurse.get(nurse.id, ()) for use in each.tasks()]
        # Breaks written twice are for rule 7: here they are one.
        rests = [Use(rest.start, rest.end, BREAK) for rest in excesses(case.breaks.get(nurse.id, ()), 0)]
        for found in excesses((*tasks, *rests), 1):
            message = f"Nurse {nurse.id} has more than one thing in hand {when(found)}: {names(found)}."
            yield Violation(5, message, last_visit(found), nurse=nurse.id, at=found.start)


def _loads(case: Case) -> Iterator[Violation]:
    for nurse in case.day.nurses:
        limit = exact(nurse.max_load)
        uses = (use for each in case.of_nurse.get(nurse.id, ()) for use in each.span(exact(each.visit.acuity)))
        for found in excesses(uses, limit):
            message = f"Nurse {nurse.id} has a load of up to {said(found.total)} {when(found)} and may have {said(limit)}"
            yield Violation(6, f"{message}: {names(found)}.", found.names[-1], nurse=nurse.id, at=found.start)


def _breaks(case: Case) -> Iterator[Violation]:
    written: dict[str, list[object]] = defaultdict(list)
    for rest in case.schedule.breaks:
        written[rest.nurse].append(rest.start)
    for nurse in case.day.nurses:
        if nurse.rest is None:
            continue
        if len(times := written[nurse.id]) != 1:
            count = f"has {len(times)} breaks and must have one" if times else "has no break"
            yield Violation(7, f"Nurse {nurse.id} {count}.", nurse=nurse.id)
        earliest, latest = nurse.rest.window
        for start in times:
            begin = whole(start)
            if begin is None:
                message = f"The break of nurse {nurse.id} has no whole minute as its start, but “{start}”."
            elif begin < earliest or begin + nurse.rest.dur > latest:
                from_to = f"from minute {begin} to {begin + nurse.rest.dur}"
                message = f"The break of nurse {nurse.id} is {from_to} and must be within {earliest} to {latest}."
            else:
                continue
            yield Violation(7, message, nurse=nurse.id, at=begin)


def _cover(case: Case) -> Iterator[Violation]:
    """Is there somebody for every patient, also while nurses rest?"""
    limits = {nurse.id: exact(nurse.max_load) for nurse in case.day.nurses}

    def there(nurse: Nurse, at: int) -> bool:
        resting = any(rest.start <= at < rest.end for rest in case.breaks.get(nurse.id, ()))
        return nurse.shift[0] <= at < nurse.shift[1] and not resting

    def cover(at: int) -> Amount:
        return sum(limits[nurse.id] for nurse in case.day.nurses if there(nurse, at))

    rests = (rest for times in case.breaks.values() for rest in times)
    cuts = {at for nurse in case.day.nurses for at in nurse.shift} | {at for rest in rests for at in (rest.start, rest.end)}
    for found in excesses((use for each in case.listed for use in each.span(exact(each.visit.acuity))), cover, cuts):
        held = f"the nurses who are there and not on a break may have {said(found.limit)}"
        message = f"The visits {when(found)} are a load of up to {said(found.total)}, and {held}: {names(found)}."
        yield Violation(8, message, found.names[-1], at=found.start)


def _preparations(case: Case) -> Iterator[Violation]:
    mixing = []
    for each in case.listed:
        if (drug := each.visit.drug) is None:
            continue
        if (mix := whole(each.place.mix_start)) is None:
            written = "nothing" if each.place.mix_start is None else f"“{each.place.mix_start}”"
            yield each.violation(9, f"The preparation for {each.visit.id} has no whole minute as its start, but {written}.")
            continue
        mixing.append(Use(mix, mix + drug.prep, each.visit.id))
        yield from (each.violation(9, message, mix) for message in _drug(case.day, each, drug, mix))
    for found in excesses(mixing, case.day.pharmacy.hoods):
        message = f"{found.total} preparations run at once {when(found)}, and there are {found.limit} hoods"
        yield Violation(9, f"{message}: {names(found)}.", found.names[-1], at=found.start)


def _drug(day: DayInstance, each: Listed, drug: Drug, mix: int) -> Iterator[str]:
    """What is wrong with one preparation by itself."""
    name, ready, (opens, closes) = each.visit.id, mix + drug.prep, day.pharmacy.open
    if mix < drug.release:
        yield f"The preparation for {name} begins at minute {mix} and cannot before {drug.release}."
    if mix < opens or ready > closes:
        yield f"The preparation for {name} is from minute {mix} to {ready}; the pharmacy's hours are {opens} to {closes}."
    if each.start is None:
        return
    needed, end = each.start + drug.need_offset, each.start + drug.infusion_end_offset
    if ready > needed:
        yield f"The preparation for {name} is ready at minute {ready} and needed at {needed}."
    if end - ready > drug.stability:
        yield f"The infusion of {name} ends at minute {end}; what is ready at {ready} keeps until {ready + drug.stability}."


def _fixed(case: Case) -> Iterator[Violation]:
    def key(place: Assignment) -> tuple[object, ...]:
        return place.patient, whole(place.start), place.chair, place.nurse

    there = {key(place) for place in case.schedule.assignments}
    for place in case.day.fixed:
        if key(place) not in there:
            fixed = f"at minute {place.start} on chair {place.chair} with nurse {place.nurse}"
            message = f"{place.patient} is fixed {fixed}, and is not so in the schedule."
            yield Violation(10, message, place.patient, place.chair, place.nurse, place.start)


_RULES = (_patients, _starts, _chairs, _nurses, _hands, _loads, _breaks, _cover, _preparations, _fixed)
