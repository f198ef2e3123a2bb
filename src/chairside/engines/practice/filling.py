"""A day filled one visit after another, none of which moves again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Nurse, Visit
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import NurseBreak, Schedule
from chairside.engines.booking.insertion import book
from chairside.engines.booking.masks import amount, at_least, runs
from chairside.engines.booking.standing import Standing

Starts = dict[int, Assignment]  # every start at which a visit has a place, and the best place there
Choice = Callable[[Schedule, Visit, Starts], int | None]  # one of these starts, or none


class NoSchedule(ValueError):
    """No schedule begins this way: a fixed visit or a break has no place. The text says which."""


def filled(day: DayInstance, order: Iterable[Visit], choose: Choice) -> Schedule:
    """The breaks, the fixed visits, then each visit in this order at the start that is chosen for it, if any. Raises
    NoSchedule."""
    schedule = begun(day)
    fixed = {place.patient for place in day.fixed}
    for visit in order:
        if visit.id in fixed:
            continue
        standing = Standing(day, schedule)
        offers = book(standing, visit, offers=standing.width, apart=1).offers
        starts = {offer.place.start: offer.place for offer in sorted(offers, key=lambda offer: offer.place.start)}
        chosen = choose(schedule, visit, starts) if starts else None
        if chosen is not None:
            schedule = replace(schedule, assignments=(*schedule.assignments, starts[chosen]))
    return schedule


def begun(day: DayInstance) -> Schedule:
    """The fixed visits and a break for everybody, before anything else is placed. Raises NoSchedule."""
    schedule = Schedule(day.id, (), ())
    awake = replace(day, nurses=tuple(replace(nurse, rest=None) for nurse in day.nurses))
    for place in day.fixed:
        visit = day.visit[place.patient]
        there = replace(visit, release=max(place.start, visit.release), latest_start=min(place.start, visit.latest_start))
        offers = book(Standing(awake, schedule), there, offers=1).offers
        if not offers:
            raise NoSchedule(f"the fixed visit of {visit.id} has no place beside the other fixed visits")
        placed = replace(place, mix_start=offers[0].place.mix_start)
        schedule = replace(schedule, assignments=(*schedule.assignments, placed))
    nurses = list(awake.nurses)
    for number, nurse in enumerate(day.nurses):
        if nurse.rest is not None:
            standing = Standing(replace(day, nurses=tuple(nurses)), schedule)
            rest = NurseBreak(nurse.id, _rest(standing, nurse, _wished(day.nurses, number)))
            schedule, nurses[number] = replace(schedule, breaks=(*schedule.breaks, rest)), nurse
    if found := violations(day, schedule):
        raise NoSchedule(found[0].message)
    return schedule


def _wished(nurses: Sequence[Nurse], number: int) -> float:
    """When this nurse would rest, if those with her window take turns evenly."""
    rest = nurses[number].rest
    assert rest is not None
    peers = [place for place, nurse in enumerate(nurses) if nurse.rest == rest]
    share = (peers.index(number) + 0.5) / len(peers)
    return rest.window[0] + share * (rest.last_start - rest.window[0])


def _rest(standing: Standing, nurse: Nurse, wished: float) -> int:
    """The minute nearest the wished one at which she may rest and those who stay can do without her."""
    rest = nurse.rest
    assert rest is not None
    hands = next(hands for hands in standing.nurses if hands.nurse.id == nurse.id)
    spared = at_least(standing.cover, amount(nurse.max_load)) | ~standing.minutes(*nurse.shift)
    starts = runs(hands.free & spared, rest.dur) & (standing.fives if standing.on_fives else standing.all)
    window = range(rest.window[0], rest.last_start + 1)
    free = [minute for minute in window if starts & standing.minutes(minute, minute + 1)]
    if not free:
        raise NoSchedule(f"nurse {nurse.id} has no minute for her break that leaves the floor covered")
    return min(free, key=lambda minute: (abs(minute - wished), minute))
