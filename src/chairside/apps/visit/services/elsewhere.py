"""Doses given elsewhere: they count in every later decision, so they come in with their source and never as a visit of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record
from chairside.apps.people.models import Patient
from chairside.apps.visit.models import DoseGivenRecord
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.fact import DoseGiven


def dose_given_report(
    *, patient: Patient, given: DoseGiven, source: str, today: date, actor: Actor, at: datetime
) -> Decision[DoseGivenRecord]:
    """Record a dose that another place gave. `source` names that place and paper; `today` is the day at the site.

    The same dose of the same day again changes nothing; another amount for it is refused, for a person to find out which is right.
    """
    decision: Decision[DoseGivenRecord] = actor.may(Action.FACT_RECORD).without_value()
    decision = decision.because(*_against(given, source, today))
    if not decision.allowed:
        return decision
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        Patient.objects.select_for_update(no_key=True).get(id=patient.id)
        known = DoseGivenRecord.objects.filter(patient=patient, protocol=given.protocol, dose_number=given.dose_number, on=given.on)
        row = known.first()
        if row is not None:
            same = (row.amount, row.unit) == (given.dose.amount, given.dose.unit.code)
            return Decision(row) if same else Decision(None, (_another(row),))
        row = DoseGivenRecord.objects.create(
            organization_id=actor.organization,
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
            source=source.strip(),
        )
        entry_record(
            actor=actor,
            action="dose_given.report",
            subject_type="dose_given",
            subject=row.id,
            patient=patient.id,
            at=at,
            detail=f"{given.protocol} dose {given.dose_number} on {given.on}",
            digest=digest(repr(given)),
        )
        notify_on_commit("patient", patient.id)
    return Decision(row)


def _against(given: DoseGiven, source: str, today: date) -> Iterator[Reason]:
    if not source.strip():
        yield unknown("missing_fact", "Write who gave the dose and where it is written.", field="source")
    if given.on > today:
        yield refused("out_of_range", "A dose that lies ahead was not given yet.", field="given.on", limit=today.isoformat())
    if given.dose.amount <= 0:
        yield refused("out_of_range", "Write the amount that was given.", field="given.dose")
    if given.dose_number < 1:
        yield refused("out_of_range", "Doses are counted from 1.", field="given.dose_number", limit="1")


def _another(row: DoseGivenRecord) -> Reason:
    message = f"Dose {row.dose_number} of {row.on} is on record with {row.amount.normalize():f} {row.unit} ({row.source})."
    return refused("mismatch", message, field="given.dose", source=row.source)
