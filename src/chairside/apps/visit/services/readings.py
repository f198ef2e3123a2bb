"""Vital signs of a visit as facts about the person.

Facts are append-only: a correction is a new fact that names the old one.
"""

from __future__ import annotations

from chairside.apps.people.models import Fact
from chairside.apps.visit.models import Visit
from chairside.core.kernel.quantity import plain
from chairside.core.visit.encoding import from_text
from chairside.core.visit.events import Corrected, Event, VitalsRecorded
from chairside.core.visit.state import VisitState


def readings_record(visit: Visit, state: VisitState, since: int = 0) -> None:
    """Add the facts that the log holds after `since` and the person's record does not have yet. Safe to repeat."""
    wanted = [
        event
        for event in state.log
        if event.sequence > since and (isinstance(event.payload, VitalsRecorded) or _corrects_vitals(state, event))
    ]
    if not wanted:
        return
    source = f"visit:{visit.pk}:"
    known = set(Fact.objects.filter(patient_id=visit.patient_id, source__startswith=source).values_list("source", flat=True))
    for event in wanted:
        if source + event.id not in known:
            _record_one(visit, state, event, source)


def _corrects_vitals(state: VisitState, event: Event) -> bool:
    payload = event.payload
    return isinstance(payload, Corrected) and any(
        old.id == payload.event and isinstance(old.payload, VitalsRecorded) for old in state.log
    )


def _record_one(visit: Visit, state: VisitState, event: Event, source: str) -> None:
    old: dict[str, Fact] = {}
    payload, at = event.payload, event.at
    if isinstance(payload, Corrected):
        chain = [
            payload.event,
            *(item.id for item in state.log if isinstance(item.payload, Corrected) and item.payload.event == payload.event),
        ]
        rows = Fact.objects.filter(patient_id=visit.patient_id, source__in=[source + name for name in chain], corrected_by=None)
        old = {row.code: row for row in rows}
        at = payload.claimed_at or next(item.at for item in state.log if item.id == payload.event)
        meant = from_text(VitalsRecorded.kind, payload.replacement) if payload.replacement else VitalsRecorded(())
    else:
        meant = payload
    assert isinstance(meant, VitalsRecorded)
    common = {
        "organization_id": visit.organization_id,
        "patient_id": visit.patient_id,
        "kind": "vital",
        "at": at,
        "on": at.astimezone(visit.site.zone).date(),
        "source": source + event.id,
        "recorded_at": event.received_at,
    }
    made = [
        Fact(
            **common,
            code=reading.code,
            amount=reading.value.amount,
            exact=plain(reading.value.amount, group=False),
            unit=reading.value.unit.code,
            corrects=old.pop(reading.code, None),
        )
        for reading in meant.readings
        if reading.value is not None
    ]
    made += [Fact(**common, code=code, status="entered_in_error", corrects=row) for code, row in old.items()]
    Fact.objects.bulk_create(made)
