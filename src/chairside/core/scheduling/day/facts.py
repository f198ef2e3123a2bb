"""The facts of a day that has begun: what can no longer be changed, and the day's question as it is now.

A visit, a preparation and a break have begun when their start is before now. What has begun is frozen: a visit keeps start,
chair and nurse, a break its start, a preparation its start while rule 9 allows it. Nothing else may be put before now.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from chairside.core.scheduling.day.instance import Assignment, DayInstance, Interval
from chairside.core.scheduling.day.schedule import Schedule


@dataclass(frozen=True)
class Facts:
    """A day after its events.

    day    the question as it is now: what cannot stay fixed after the events is not
    before    the schedule as it was booked
    visits    the places of begun visits, by patient
    preparations    the begins of begun preparations, by patient, of visits begun or not
    breaks    the starts of begun breaks, by nurse
    handover    the running visits of nurses who are out, by patient
    reseat    the running visits on chairs that are down, by patient; they stay there for every rule
    late    the patients who are late: moving them is not the repair's doing
    """

    now: int
    day: DayInstance
    before: Schedule
    visits: Mapping[str, Assignment]
    preparations: Mapping[str, int]
    breaks: Mapping[str, int]
    handover: tuple[str, ...]
    reseat: tuple[str, ...]
    late: frozenset[str]

    def mix_window(self, patient: str, start: int | None) -> Interval:
        """First and last begin of the preparation of a visit that starts then; empty when the first is after the last. With
        no start, what the drug and the pharmacy allow.

        One that has begun is kept while it is ready in time and keeps long enough. When a visit has begun and its preparation
        can no longer be in time, that is a fact: any begin from now on will do.
        """
        drug, hours = self.day.visit[patient].drug, self.day.pharmacy.open
        if drug is None:
            raise ValueError(f"{patient} has no drug")
        if start is None:
            return max(self.now, drug.release, hours[0]), hours[1] - drug.prep
        first, last = drug.mix_window(start, hours)
        kept = self.preparations.get(patient)
        if kept is not None and (first <= kept <= last or patient in self.visits):
            return kept, kept
        first = max(first, self.now)
        if first > last and patient in self.visits:
            return max(self.now, drug.release, hours[0]), max(self.day.latest_end, hours[1], self.now, drug.release)
        return first, last

    @cached_property
    def pinned(self) -> Mapping[str, int]:
        """Breaks that have not begun and, for what their nurse has begun, can be nowhere in their window: they stay."""
        rests = {rest.nurse: rest.start for rest in self.before.breaks}
        return {
            nurse.id: rests[nurse.id]
            for nurse in self.day.nurses
            if nurse.rest
            and nurse.id in rests
            and nurse.id not in self.breaks
            and not any(
                self.hands_free(nurse.id, at, at + nurse.rest.dur)
                for at in range(max(self.now, nurse.rest.window[0]), nurse.rest.last_start + 1)
            )
        }

    def hands_free(self, nurse: str, start: int, end: int) -> bool:
        """Whether no task of a begun visit of hers meets this time."""
        return not any(
            place.start + offset < end and start < place.start + offset + length
            for place in self.visits.values()
            if place.nurse == nurse
            for offset, length in self.day.visit[place.patient].tasks
        )
