"""A busy morning at one site: many visits in progress, each with a log as a day makes it, written the quick way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import uuid4

from chairside.core.kernel.quantity import quantity
from chairside.core.visit import events as e

_LEAST, _MOST = 60, 120  # events of a log
_NAMES = ("Abara", "Bakshi", "Castillo", "Duarte", "Engel", "Fontaine", "Goh", "Hassan", "Ivanova", "Jansen")


def busy_morning(cast: Any, visits: int, at: datetime) -> None:
    """Chairs with as many visits as asked, all infusing at `at`, their logs of 60 to 120 events. In the scope of the cast.

    Each begins with what the cast's own visit has in its log (run it first), then goes on by what a nurse enters.
    """
    from chairside.apps.people.models import Patient
    from chairside.apps.scheduling.models import Appointment, Chair
    from chairside.apps.visit.log import core_events, row_for
    from chairside.apps.visit.models import Visit, VisitEvent

    own = {"organization": cast.organization}
    begun = core_events(VisitEvent.objects.filter(visit=cast.visit))
    for number in range(visits):
        length = _LEAST + (_MOST - _LEAST) * number // max(visits - 1, 1)
        log = list(log_of(begun, length, at - timedelta(minutes=number % 13)))
        chair = Chair.objects.create(**own, site=cast.site, name=f"Chair {number + 2}", place=number + 2)
        family = f"{_NAMES[number % len(_NAMES)]} {chr(65 + number // len(_NAMES))}"
        patient = Patient.objects.create(
            **own, mrn=f"BUSY-{number}", family=family, given="Rosa", birth_date=cast.patient.birth_date
        )
        start = log[0].received_at.replace(second=0, microsecond=0)
        appointment = Appointment.objects.create(
            **own, site=cast.site, patient=patient, chair=chair, nurse=cast.users["nurse" if number % 2 else "second"],
            during=(start, start + timedelta(hours=5)), booked_at=start, booked_by="bench", status="arrived",
        )  # fmt: skip
        visit = Visit.objects.create(
            **own, patient=patient, site=cast.site, appointment=appointment, chair=chair, protocol_sha256="a" * 64,
            plan_text=cast.visit.plan_text, opened_at=start, day=cast.visit.day, stage="infusing", sequence=length,
        )  # fmt: skip
        VisitEvent.objects.bulk_create(row_for(visit, event) for event in log)


def log_of(begun: tuple[e.Event, ...], length: int, at: datetime) -> Iterator[e.Event]:
    """A log of this length whose last entry is at `at`: the beginning given, then vitals, steps, notes and symptoms."""
    nurse = begun[-1].actor
    names = {event.id: str(uuid4()) for event in begun}  # an event names others by their ids
    entries = _entries(begun)
    shift = at - timedelta(minutes=2 * (length - len(begun))) - begun[-1].received_at
    for event in begun:
        payload = event.payload
        if isinstance(payload, e.CheckCompared):
            payload = replace(payload, first=names[payload.first], second=names[payload.second])
        yield replace(event, id=names[event.id], payload=payload, received_at=event.received_at + shift, claimed_at=None)
    for number in range(len(begun) + 1, length + 1):
        moment = at - timedelta(minutes=2 * (length - number))
        yield e.Event(str(uuid4()), number, moment, nurse, next(entries), protocol_sha256=begun[-1].protocol_sha256)


def _entries(begun: tuple[e.Event, ...]) -> Iterator[e.Payload]:
    """What a nurse enters at a running ladder, over and over."""
    vitals = [event.payload for event in begun if isinstance(event.payload, e.VitalsRecorded)][-1]
    drug = next(event.payload.drug for event in begun if isinstance(event.payload, e.InfusionStarted))
    rate = cycle([quantity(amount, "mL/h") for amount in ("10", "12", "14", "12")])
    while True:
        yield vitals
        yield e.StepChanged(drug, next(rate))
        yield e.NoteAdded("Comfortable, reading.")
        yield e.SymptomReported("itching")
        yield vitals
        yield e.SymptomReported("itching", present=False)
