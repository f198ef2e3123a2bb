"""A visit told as a script (`08:15 arrive; 08:22 assess; …`), played through the visit's own services.

Every line is a live command at its own time, so each guard passes as it would have passed then, or the seeding fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import uuid4

from django.db import transaction

from chairside.apps.people.models import Patient
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit import services
from chairside.apps.visit.models import Visit
from chairside.apps.visit.selectors import plan_of
from chairside.cli.demo_center.center import Center, must
from chairside.cli.demo_center.shelf import Drawn, Shelf
from chairside.cli.demo_center.table import Person
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit import events as e
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.values import Answer, Identifiers, Reading, Said

_UNITS = {"sbp": "mm[Hg]", "dbp": "mm[Hg]", "pulse": "/min", "temp": "Cel", "rr": "/min", "spo2": "%"}


@dataclass
class Playing:
    """One visit while its script is played."""

    center: Center
    shelf: Shelf
    person: Person
    patient: Patient
    appointment: Appointment
    nurse: str
    second: str
    visit: Visit

    def __post_init__(self) -> None:
        self.plan = plan_of(self.visit)
        self.drug = self.plan.drugs[0]
        self.said = Identifiers(f"{self.person.given} {self.person.family}", self.person.birth_date)
        self.step = self.sequence = 0
        self.bag: e.PreparationRecorded | None = None

    def do(self, at: datetime, payload: e.Payload, who: str = "") -> None:
        made = must(
            services.event_append(
                visit=self.visit, event_id=uuid4(), payload=payload, actor=self.center.actors[who or self.nurse], at=at,
                expected_sequence=self.sequence,
            )
        )  # fmt: skip
        self.sequence = made.sequence
        if isinstance(payload, e.CheckEntered):  # the comparison may follow it
            self.visit.refresh_from_db(fields=["sequence"])
            self.sequence = self.visit.sequence

    def prepare(self, at: datetime, drawn: Drawn) -> None:
        lasts = timedelta(hours=3 if not self.person.iron else 72)
        diluent = "0.9% sodium chloride"
        prepared = at - timedelta(minutes=1)
        self.bag = e.PreparationRecorded(self.drug.key, drawn.draws, self.drug.volume, diluent, prepared, prepared + lasts)
        made = must(
            services.preparation_record(
                visit=self.visit, event_id=uuid4(), payload=self.bag, lots=drawn.lots, actor=self.center.actors["pharmacist"],
                at=at, expected_sequence=self.sequence,
            )
        )  # fmt: skip
        self.sequence = made.sequence

    def vitals(
        self, at: datetime, who: str = "", site_ok: bool | None = True, changes: Mapping[str, str] | None = None
    ) -> None:
        """A set near the person's own usual, a little different each time."""
        number = self.person.number
        drift = (at.minute * 7 + number) % 9 - 4
        values = {
            "sbp": str(122 + number % 17 + drift),
            "dbp": str(74 + drift % 2),
            "pulse": str(72 + number % 10 + drift),
            "temp": f"36.{6 + drift % 3}",
            "rr": str(14 + drift % 2),
            "spo2": str(98 + drift % 2),
            **(changes or {}),
        }
        readings = [Reading(code, quantity(values[code], unit)) for code, unit in _UNITS.items()]
        if "weight_kg" in values:
            readings.append(Reading("weight_kg", quantity(values["weight_kg"], "kg")))
        self.do(at, e.VitalsRecorded(tuple(readings), False, "A", site_ok), who)


def play(center: Center, shelf: Shelf, person: Person, appointment: Appointment, nurse: str, second: str, script: str) -> Visit:
    """Open the visit at the first line and play every line."""
    lines = [line.split(maxsplit=2) for line in script.split(";")]
    first = center.at(lines[0][0])
    visit = must(services.visit_open(appointment=appointment, actor=center.actors["desk"], at=first))
    playing = Playing(center, shelf, person, appointment.patient, appointment, nurse, second, visit)
    for drawing, together in groupby(lines, key=lambda line: line[1] == "prepare"):
        with nullcontext() if drawing else transaction.atomic():  # vials leave the shelf in a transaction of their own
            for clock, verb, *rest in together:
                _VERBS[verb](playing, center.at(clock), rest[0] if rest else "")
    return visit


# --- what happens, a verb each ------------------------------------------------------------------------------------------------


def _arrive(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, e.CheckedIn(now.said, consent_current=True), "desk")
    now.do(at + timedelta(minutes=1), e.Seated(now.appointment.chair.name), "desk")


def _weigh(now: Playing, at: datetime, rest: str) -> None:
    now.vitals(at, "assistant", site_ok=None, changes={"weight_kg": str(now.person.weight + 1)})


def _assess(now: Playing, at: datetime, rest: str) -> None:
    _weigh(now, at, "")
    now.do(at + timedelta(minutes=2), e.AllergiesReviewed(now.person.allergies, medicines_reviewed=True))
    now.do(at + timedelta(minutes=3), e.QuestionsAnswered(tuple(Answer(item.code, Said.NO) for item in now.plan.questions)))


def _clear(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, e.Cleared())
    now.do(at, e.ReleasedToPrepare(now.drug.key))


def _hold(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, e.Held(rest))


def _access(now: Playing, at: datetime, rest: str) -> None:
    side = "left" if now.person.number % 2 else "right"
    now.do(at, e.AccessPlaced("forearm", side, "peripheral catheter", "22 G", 1, True))


def _prepare(now: Playing, at: datetime, rest: str) -> None:
    now.prepare(at, now.shelf.take(now.person.brand or "Injectafer", now.drug.dose))


def _check(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, _entered(now))


def _verify(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, _entered(now), now.second)


def _entered(now: Playing) -> e.CheckEntered:
    """What a careful verifier reads from order, bag and pump."""
    bag, rate = now.bag, now.drug.ladder[0].rate
    if bag is None:
        raise AssertionError(f"{now.person.mrn}: nothing is prepared")
    weight = now.plan.dosing_weight or quantity(now.person.weight, "kg")
    lots = tuple(dict.fromkeys(draw.lot for draw in bag.draws))
    return e.CheckEntered(now.drug.key, now.said, bag.draws[0].product, lots, weight, now.drug.dose, now.drug.route, bag.volume,
                          rate, bag.use_by, rate, bag.volume, concentration=now.drug.concentration,
                          minutes=quantity(total_minutes(now.drug.ladder, bag.volume), "min"))  # fmt: skip


def _start(now: Playing, at: datetime, rest: str) -> None:
    now.vitals(at - timedelta(minutes=2))
    now.do(at, e.InfusionStarted(now.drug.key, now.said, now.drug.ladder[0].rate, line_traced=True, emergency_ready=True))


def _vitals(now: Playing, at: datetime, rest: str) -> None:
    now.vitals(at, changes=dict(word.split("=", 1) for word in rest.split()))


def _rise(now: Playing, at: datetime, rest: str) -> None:
    now.vitals(at - timedelta(minutes=1))
    now.step += 1
    now.do(at, e.StepChanged(now.drug.key, now.drug.ladder[now.step].rate))


def _symptom(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, e.SymptomReported(rest))


def _pause(now: Playing, at: datetime, rest: str) -> None:
    volume, _, why = rest.partition(" ")
    now.do(at, e.Paused(now.drug.key, why, quantity(volume, "mL")))


def _end(now: Playing, at: datetime, rest: str) -> None:
    """The bag is empty: the pump says the whole volume."""
    now.do(at, e.Stopped(now.drug.key, "complete", now.drug.volume, Quantity(quantity(0, "mL").amount, now.drug.volume.unit)))
    now.do(at + timedelta(minutes=1), e.Flushed(now.drug.key, quantity(20, "mL")))
    now.do(at + timedelta(minutes=1), e.ObservationStarted())
    now.vitals(at + timedelta(minutes=2))


def _leave(now: Playing, at: datetime, rest: str) -> None:
    now.vitals(at)
    now.do(at + timedelta(minutes=1), e.AccessRemoved(bleeding_stopped=True))
    now.do(at + timedelta(minutes=3), e.Discharged(advice_given=True, teach_back=True, walking_steady=True))


def _sign(now: Playing, at: datetime, rest: str) -> None:
    now.do(at, e.Signed())


_VERBS: dict[str, Callable[[Playing, datetime, str], None]] = {
    "arrive": _arrive, "weigh": _weigh, "assess": _assess, "clear": _clear, "hold": _hold, "access": _access,
    "prepare": _prepare, "check": _check, "verify": _verify, "start": _start, "vitals": _vitals, "rise": _rise,
    "symptom": _symptom, "pause": _pause, "end": _end, "leave": _leave, "sign": _sign,
}  # fmt: skip
