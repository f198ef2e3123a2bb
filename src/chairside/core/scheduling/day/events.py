"""What happens on a day that has begun, and what each event makes of the day's question."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from chairside.core.scheduling.day.instance import Assignment, Chair, DayInstance, Nurse, Visit


@dataclass(frozen=True, slots=True)
class Late:
    """The patient, whose visit has not begun, arrives so many minutes after the booked start."""

    patient: str
    minutes: int


@dataclass(frozen=True, slots=True)
class NoShow:
    """The visit is not wanted, or no longer."""

    patient: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """A running visit, and its last task if it has several, come so many minutes later to their end. `acuity`: its load from
    now on, when it changes."""

    patient: str
    minutes: int
    acuity: float | None = None


@dataclass(frozen=True, slots=True)
class NurseOut:
    """She leaves now; her running visits are handed over."""

    nurse: str


@dataclass(frozen=True, slots=True)
class DrugLate:
    """The preparation, which has not begun, cannot begin before `release`."""

    patient: str
    release: int


@dataclass(frozen=True, slots=True)
class ChairDown:
    """The chair is gone from now on. Who sits on it stays until the visit ends, and is to be given another seat by hand."""

    chair: str


Event = Late | NoShow | Reaction | NurseOut | DrugLate | ChairDown


class EventProblem(ValueError):
    """The event cannot be, as things are: its number among the events, its field, and a sentence."""

    def __init__(self, number: int, field: str, sentence: str) -> None:
        super().__init__(f"{field}: {sentence}")
        self.number, self.field, self.sentence = number, field, sentence


@dataclass
class Course:
    """A day from the minute `now`, event by event. `places` are those of the schedule, `rests` the starts of the breaks."""

    now: int
    places: Mapping[str, Assignment]
    rests: Mapping[str, int]
    visits: dict[str, Visit]
    nurses: dict[str, Nurse]
    chairs: dict[str, Chair]
    late: set[str] = field(default_factory=set)
    handover: dict[str, None] = field(default_factory=dict)
    reseat: dict[str, None] = field(default_factory=dict)
    number: int = 0

    def begun(self, patient: str) -> bool:
        """Whether the visit began before now."""
        return patient in self.places and self.places[patient].start < self.now

    def running(self, patient: str) -> bool:
        """Whether the visit has begun and not ended."""
        return self.begun(patient) and self.places[patient].start + self.visits[patient].duration > self.now

    def take(self, number: int, event: Event) -> None:
        """Let the event happen. Raises EventProblem."""
        self.number = number
        match event:
            case Late():
                self._late(event)
            case NoShow():
                visit = self._visit(event.patient)
                if self.begun(visit.id) and not self.running(visit.id):
                    self._refuse("patient", f"the visit of {visit.id} is over, at minute {self.now}")
                del self.visits[visit.id]
                self.handover.pop(visit.id, None)
                self.reseat.pop(visit.id, None)
            case Reaction():
                self._reaction(event)
            case NurseOut():
                self._out(event)
            case DrugLate():
                self._drug_late(event)
            case ChairDown():
                self._down(event)

    def _late(self, event: Late) -> None:
        visit = self._visit(event.patient)
        self._at_least_0("minutes", event.minutes)
        if visit.id not in self.places:
            self._refuse("patient", f"{visit.id} has no place in the schedule to be late for")
        if self.begun(visit.id):
            self._refuse("patient", f"the visit of {visit.id} has begun, at minute {self.places[visit.id].start}")
        self.visits[visit.id] = replace(visit, release=self.places[visit.id].start + event.minutes)
        self.late.add(visit.id)

    def _reaction(self, event: Reaction) -> None:
        visit = self._visit(event.patient)
        self._at_least_0("minutes", event.minutes)
        if not self.running(visit.id):
            self._refuse("patient", f"the visit of {visit.id} is not running at minute {self.now}")
        if event.acuity is not None:
            self._at_least_0("acuity", event.acuity)
            visit = replace(visit, acuity=event.acuity)
        tasks = sorted(visit.tasks)
        if len(tasks) > 1:
            tasks[-1] = (tasks[-1][0] + event.minutes, tasks[-1][1])
        self.visits[visit.id] = replace(visit, duration=visit.duration + event.minutes, tasks=tuple(tasks))

    def _out(self, event: NurseOut) -> None:
        nurse = self.nurses.get(event.nurse)
        if nurse is None:
            raise EventProblem(self.number, "nurse", f"there is no nurse “{event.nurse}”")
        begin, end = (min(at, self.now) for at in nurse.shift)
        rested = nurse.id in self.rests and self.rests[nurse.id] < self.now
        self.nurses[nurse.id] = replace(nurse, shift=(begin, end), rest=nurse.rest if rested else None)
        self.handover.update(dict.fromkeys(self._running_where(lambda place: place.nurse == nurse.id)))

    def _down(self, event: ChairDown) -> None:
        if event.chair not in self.chairs:
            self._refuse("chair", f"there is no chair “{event.chair}” at minute {self.now}")
        del self.chairs[event.chair]
        self.reseat.update(dict.fromkeys(self._running_where(lambda place: place.chair == event.chair)))

    def _running_where(self, here: Callable[[Assignment], bool]) -> Iterator[str]:
        places = (place for place in self.places.values() if place.patient in self.visits and here(place))
        return (place.patient for place in places if self.running(place.patient))

    def _drug_late(self, event: DrugLate) -> None:
        visit = self._visit(event.patient)
        if visit.drug is None:
            self._refuse("patient", f"{visit.id} has no drug")
            return
        place = self.places.get(visit.id)
        if place and place.mix_start is not None and place.mix_start < self.now:
            self._refuse("patient", f"the preparation for {visit.id} has begun, at minute {place.mix_start}")
        drug = replace(visit.drug, release=max(visit.drug.release, event.release))
        self.visits[visit.id] = replace(visit, drug=drug)

    def _visit(self, patient: str) -> Visit:
        if patient not in self.visits:
            self._refuse("patient", f"there is no patient “{patient}” on this day")
        return self.visits[patient]

    def _at_least_0(self, field: str, value: float) -> None:
        if not 0 <= value < float("inf"):
            self._refuse(field, f"{value} must be a number of 0 or more")

    def _refuse(self, field: str, sentence: str) -> None:
        raise EventProblem(self.number, field, sentence)


def course(day: DayInstance, places: Mapping[str, Assignment], rests: Mapping[str, int], now: int) -> Course:
    """The day as it stands before any event."""
    return Course(now, places, rests, dict(day.visit), dict(day.nurse), dict(day.chair))
