"""The four rules of practice. Each is blind to the visits that it has not come to; `seed` decides in which order the requests
come, or which of two equal ones is first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from chairside.core.scheduling.day.instance import DayInstance, Visit
from chairside.core.scheduling.day.schedule import Schedule
from chairside.engines.practice.filling import Starts, filled

SLOT, BLOCK = 15, 30  # minutes between the starts that are given out
BLOCKS = (60, 120, 240, 360)  # lengths that are given out; what is longer keeps its own
FLAT = 60  # minutes from the best start within which a flatter one is taken


def first_come(day: DayInstance, seed: int) -> Schedule:
    """Requests as they come, each at the free start nearest its wish, every quarter of an hour."""
    return filled(day, _as_they_come(day, seed), lambda _, visit, starts: _nearest(visit, _every(starts, SLOT, day.open)))


def block(day: DayInstance, seed: int) -> Schedule:
    """Starts on the half hour, and each chair and nurse kept for one, two, four or six hours."""
    fixed = {place.patient for place in day.fixed}
    kept = replace(
        day, patients=tuple(visit if visit.id in fixed else replace(visit, duration=_rounded(visit)) for visit in day.patients)
    )
    order = (kept.visit[visit.id] for visit in _as_they_come(day, seed))
    return filled(kept, order, lambda _, visit, starts: _nearest(visit, _every(starts, BLOCK, day.open)))


def longest_first(day: DayInstance, seed: int) -> Schedule:
    """The longest visit first, each at the free start nearest its wish."""
    order = sorted(_as_they_come(day, seed), key=lambda visit: -visit.duration)
    return filled(day, order, lambda _, visit, starts: _nearest(visit, starts))


def levelling(day: DayInstance, seed: int) -> Schedule:
    """Requests as they come, each within an hour of its best start where the fewest visits run beside it."""

    def flattest(schedule: Schedule, visit: Visit, starts: Starts) -> int | None:
        best = min(_off(visit, start) for start in starts)
        near = [start for start in starts if _off(visit, start) <= best + FLAT]
        spans = [(place.start, place.start + day.visit[place.patient].duration) for place in schedule.assignments]

        def height(start: int) -> int:
            """Minutes for which others run beside a visit that starts here."""
            end = start + visit.duration
            return sum(max(0, min(end, to) - max(start, since)) for since, to in spans)

        return min(near, key=lambda start: (height(start), _off(visit, start), start))

    return filled(day, _as_they_come(day, seed), flattest)


RULES: Mapping[str, Callable[[DayInstance, int], Schedule]] = {
    "first_come": first_come,
    "block": block,
    "longest_first": longest_first,
    "levelling": levelling,
}


def _as_they_come(day: DayInstance, seed: int) -> list[Visit]:
    return Random(seed).sample(day.patients, len(day.patients))


def _every(starts: Starts, minutes: int, opens: int) -> list[int]:
    return [start for start in starts if (start - opens) % minutes == 0]


def _rounded(visit: Visit) -> int:
    return next((length for length in BLOCKS if visit.duration <= length), visit.duration)


def _off(visit: Visit, start: int) -> int:
    """Minutes of waiting, or off the wish."""
    if visit.linked:
        return start - visit.release
    return max(0, visit.pref[0] - start, start - visit.pref[1])


def _nearest(visit: Visit, starts: Starts | list[int]) -> int | None:
    return min(starts, key=lambda start: (_off(visit, start), start), default=None)
