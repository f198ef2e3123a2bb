"""Doses given elsewhere: they count in every later decision, so they come in with their source and never as a visit of ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.apps.visit.models import DoseGivenRecord
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.fact import DoseGiven


def doses_given_report(
    *, patient: Patient, doses: Sequence[DoseGiven], source: str, today: date, actor: Actor, at: datetime
) -> Decision[tuple[DoseGivenRecord, ...]]:
    """Record the doses that one paper tells of. `source` names place and paper; `today` is the day at the site.

    All of them or none. The same dose of the same day again changes nothing; another amount for it is refused, for a person to
    find out which is right.
    """
    decision: Decision[tuple[DoseGivenRecord, ...]] = actor.may(Action.FACT_RECORD).without_value()
    decision = decision.because(*_against(doses, source, today))
    if not decision.allowed:
        return decision
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        Patient.objects.select_for_update(no_key=True).get(id=patient.id)
        standing = {
            (row.protocol, row.dose_number, row.on): row
            for row in DoseGivenRecord.objects.filter(patient__in=records_of(patient))
        }
        other = [row for given in doses if (row := standing.get(_key(given))) and not _same(row, given)]
        if other:
            return Decision(None, tuple(_another(row) for row in other))
        new = [_row(patient, given, source.strip()) for given in doses if _key(given) not in standing]
        DoseGivenRecord.objects.bulk_create(new)
        if new:
            told = ", ".join(f"{row.protocol} dose {row.dose_number} on {row.on}" for row in new)
            entry_record(
                actor=actor,
                action="doses_given.report",
                subject_type="patient",
                subject=patient.id,
                patient=patient.id,
                at=at,
                detail=f"{told}; {source.strip()}",
                digest=digest(repr(tuple(doses))),
            )
            notify_on_commit("patient", patient.id)
    made = {(row.protocol, row.dose_number, row.on): row for row in new}
    return Decision(tuple(standing.get(_key(given)) or made[_key(given)] for given in doses))


def _against(doses: Sequence[DoseGiven], source: str, today: date) -> Iterator[Reason]:
    if not source.strip():
        yield unknown("missing_fact", "Write who gave the doses and where it is written.", field="source")
    if len({_key(given) for given in doses}) < len(doses):
        yield refused("mismatch", "One of the doses is listed twice.", field="doses")
    for given in doses:
        if given.on > today:
            message = f"Dose {given.dose_number}: {given.on} lies ahead, so it was not given yet."
            yield refused("out_of_range", message, field="given.on", limit=today.isoformat())
        if given.dose.amount <= 0:
            message = f"Dose {given.dose_number}: write the amount that was given."
            yield refused("out_of_range", message, field="given.dose")
        if given.dose_number < 1:
            yield refused("out_of_range", "Doses are counted from 1.", field="given.dose_number", limit="1")


def _key(given: DoseGiven) -> tuple[str, int, date]:
    return given.protocol, given.dose_number, given.on


def _same(row: DoseGivenRecord, given: DoseGiven) -> bool:
    return (row.amount, row.unit) == (given.dose.amount, given.dose.unit.code)


def _row(patient: Patient, given: DoseGiven, source: str) -> DoseGivenRecord:
    return DoseGivenRecord(
        organization_id=patient.organization_id,
        patient=patient,
        protocol=given.protocol,
        brand=given.brand,
        dose_number=given.dose_number,
        on=given.on,
        amount=given.dose.amount,
        unit=given.dose.unit.code,
        reaction_grade=given.reaction.grade if given.reaction else None,
        reaction_term=given.reaction.term if given.reaction else "",
        tolerated=given.tolerated,
        source=source,
    )


def _another(row: DoseGivenRecord) -> Reason:
    message = f"Dose {row.dose_number} of {row.on} is on record with {row.amount.normalize():f} {row.unit} ({row.source})."
    return refused("mismatch", message, field="given.dose")
