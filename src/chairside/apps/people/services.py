"""Recording facts about a patient, and that a chart was read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record, key_claim, key_settle
from chairside.apps.people.models import Fact, Patient
from chairside.apps.people.selectors import person_of
from chairside.core.access import Action, Actor
from chairside.core.intake.recording import judge
from chairside.core.kernel import fact as core
from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.kernel.fact import FactKind
from chairside.core.visit.vitals import GUARDRAILS


def fact_record(
    *,
    patient: Patient,
    fact: core.Fact,
    today: date,
    actor: Actor,
    at: datetime,
    source: str = "",
    display: str = "",
    moment: datetime | None = None,
    confirmed: bool = False,
    corrects: Fact | None = None,
    key: str = "",
) -> Decision[Fact]:
    """Record one fact that a person gives: a lab, an answer, a consent. `today` is the day at the site.

    An unusual value is recorded once it is `confirmed`; an impossible one never is. A correction is a new fact that names the
    old one, which then no longer stands. The same `key` again gives the fact that was recorded the first time.
    """
    decision: Decision[Fact] = actor.may(Action.FACT_RECORD).without_value()
    judged = judge(fact, today=today, rails=GUARDRAILS)
    decision = decision.because(*(reason for reason in judged.reasons if not (confirmed and reason.outcome.word == "review")))
    if corrects is not None:
        decision = decision.because(*_against_correcting(corrects, patient, fact))
    if not decision.allowed:
        return decision
    try:
        with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
            if key and (done := key_claim(actor=actor, key=key, action="fact.record", request=repr((patient.id, fact)), at=at)):
                return Decision(Fact.objects.get(id=done.subject))
            row = Fact.objects.create(
                organization_id=actor.organization,
                patient=corrects.patient if corrects else patient,  # of merged records, the one that it stands under
                source=source or f"person:{actor.id}",
                display=display,
                at=moment,
                recorded_at=at,
                corrects=corrects,
                **_columns(fact),
            )
            entry_record(
                actor=actor,
                action="fact.correct" if corrects else "fact.record",
                subject_type="fact",
                subject=row.id,
                at=at,
                patient=patient.id,
                detail=f"{fact.kind.value}.{fact.code}",
                digest=digest(repr(fact)),
            )
            if key:
                key_settle(actor=actor, key=key, subject=row.id)
            notify_on_commit("patient", patient.id)
    except IntegrityError:
        if corrects is None:
            raise
        return decision.because(_corrected_already())
    return Decision(row)


def reading_record(*, actor: Actor, what: str, subject: object, patient: object, at: datetime) -> None:
    """Every read of a chart is logged: who, whose, when, what."""
    with transaction.atomic():
        entry_record(actor=actor, action="chart.read", subject_type=what, subject=subject, patient=patient, at=at)


def _against_correcting(old: Fact, patient: Patient, fact: core.Fact) -> list[Reason]:
    reasons = []
    if old.patient_id != patient.id and person_of(old.patient) != person_of(patient):
        reasons.append(refused("wrong_person", "The fact to correct belongs to another patient.", field="fact.corrects"))
    if (old.kind, old.code) != (fact.kind.value, fact.code):
        message = f"A correction is about the same thing: {old.kind}.{old.code}, not {fact.kind.value}.{fact.code}."
        reasons.append(refused("mismatch", message, field="fact.corrects"))
    if Fact.objects.filter(corrects=old).exists():
        reasons.append(_corrected_already())
    return reasons


def _corrected_already() -> Reason:
    return refused("wrong_state", "Someone has already corrected this fact. Correct the newer one.", field="fact.corrects")


def _columns(fact: core.Fact) -> dict[str, object]:
    """A plain fact as the table keeps it, digit for digit."""
    number = fact.value if isinstance(fact.value, Decimal) else None
    return {
        "kind": FactKind(fact.kind).value,
        "code": fact.code,
        "amount": number,
        "exact": "" if number is None else format(number, "f"),
        "word": "" if number is not None else str(fact.value or ""),
        "unit": fact.unit,
        "on": fact.on,
        "status": fact.status,
        "note": fact.note,
        "lower": fact.lower,
        "upper": fact.upper,
        "before_dose": fact.before_dose,
    }
