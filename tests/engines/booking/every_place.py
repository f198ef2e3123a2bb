"""Booking by brute force, for the tests: every start, chair, nurse and begin of the preparation, asked of the judge.

The judge's rule 9 looks at the start and the preparation only, and no other rule looks at the preparation.
"""

from collections.abc import Iterator
from dataclasses import replace

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Visit
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.rules import violations
from chairside.core.scheduling.day.schedule import Schedule


class EveryPlace:
    def __init__(self, day: DayInstance, schedule: Schedule, request: Visit, minutes: range) -> None:
        self.schedule, self.request, self.minutes = schedule, request, minutes
        self.day = replace(day, patients=(*day.patients, request))
        before = objective(day, schedule)
        self.deltas: dict[int, float] = {}
        self.broken: set[frozenset[int]] = set()
        for start in minutes:
            mixed = self._mixed(start)
            for place in self._places(start):
                found = self.rules(place) - {9} | mixed
                self.broken.add(found)
                if not found:
                    delta = round(objective(self.day, self.with_(place)) - before, 6)
                    self.deltas[start] = min(delta, self.deltas.get(start, delta))

    def with_(self, place: Assignment) -> Schedule:
        return replace(self.schedule, assignments=(*self.schedule.assignments, place))

    def rules(self, place: Assignment) -> frozenset[int]:
        """The rules that the schedule with this place breaks."""
        return frozenset(each.rule for each in violations(self.day, self.with_(place)))

    def best(self, offers: int, apart: int) -> list[tuple[float, int]]:
        """The offers: delta and start."""
        found: list[tuple[float, int]] = []
        for delta, start in sorted((delta, start) for start, delta in self.deltas.items()):
            if len(found) < offers and all(abs(start - other) >= apart for _, other in found):
                found.append((delta, start))
        return found

    def blocking(self) -> tuple[int, ...]:
        """The rules of which each, dropped alone, leaves a place."""
        return tuple(rule for rule in range(1, 11) if frozenset({rule}) in self.broken) or (0,)

    def _places(self, start: int) -> Iterator[Assignment]:
        for chair in self.day.chairs:
            for nurse in self.day.nurses:
                yield Assignment(self.request.id, start, chair.id, nurse.id)

    def _mixed(self, start: int) -> frozenset[int]:
        """Rule 9 when no preparation serves this start."""
        if self.request.drug is None or not self.day.chairs or not self.day.nurses:
            return frozenset()
        place = next(self._places(start))
        if any(9 not in self.rules(replace(place, mix_start=mix)) for mix in self.minutes):
            return frozenset()
        return frozenset({9})
