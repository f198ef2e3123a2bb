"""Recording what payers say: insurance, checked benefits, authorizations."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.coverage.models import Authorization, Coverage
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import Order
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import person_of
from chairside.core.access import Action, Actor
from chairside.core.coverage.authorization import judge_record
from chairside.core.kernel.decision import Decision, Reason, refused, unknown


def coverage_record(
    *,
    patient: Patient,
    payer: str,
    line: str,
    plan: str = "",
    member: str = "",
    rank: int = 1,
    starts_on: date | None = None,
    ends_on: date | None = None,
    payer_code: str = "",
    actor: Actor,
    at: datetime,
) -> Decision[Coverage]:
    """Record an insurance that someone read from a card or was told. Self-pay is a line of its own, with no payer to ask."""
    decision: Decision[Coverage] = actor.may(Action.COVERAGE_RECORD).without_value()
    if not payer.strip():
        decision = decision.because(unknown("missing_fact", "Write the payer's name as it stands on the card.", field="payer"))
    if line not in Coverage.Line.values:
        decision = decision.because(unknown("missing_fact", "Choose the line of business.", field="line"))
    if starts_on and ends_on and ends_on < starts_on:
        decision = decision.because(refused("out_of_range", "The insurance cannot end before it starts.", field="ends_on"))
    if not decision.allowed:
        return decision
    with transaction.atomic():
        row = Coverage.objects.create(
            organization_id=actor.organization,
            patient=patient,
            payer=payer.strip(),
            line=line,
            plan=plan.strip(),
            member=member.strip(),
            rank=rank,
            starts_on=starts_on,
            ends_on=ends_on,
            payer_code=payer_code.strip(),
            source=f"person:{actor.id}:{uuid.uuid4()}",
        )
        entry_record(actor=actor, action="coverage.record", subject_type="coverage", subject=row.id, patient=patient.id, at=at)
        notify_on_commit("patient", patient.id)
    return Decision(row)


def benefits_verify(*, coverage: Coverage, on: date, note: str, today: date, actor: Actor, at: datetime) -> Decision[Coverage]:
    """Someone checked the benefits with the payer on that day; the note says what was told."""
    decision: Decision[Coverage] = actor.may(Action.COVERAGE_RECORD).without_value()
    if on > today:
        decision = decision.because(refused("out_of_range", "The day of the check lies ahead.", field="on", limit=str(today)))
    if not note.strip():
        decision = decision.because(
            unknown("missing_fact", "Write what the payer said: who, benefits, what it asks for.", field="note")
        )
    if not decision.allowed:
        return decision
    with transaction.atomic():
        row = Coverage.objects.select_for_update().get(id=coverage.id)
        if row.ends_on is not None and row.ends_on < on:
            message = f"This insurance ended on {row.ends_on}. Record the one that holds now."
            return decision.because(refused("wrong_state", message, field="on", limit=str(row.ends_on)))
        row.verified_on, row.verified_note = on, note.strip()
        row.save(update_fields=["verified_on", "verified_note"])
        entry_record(
            actor=actor,
            action="benefits.verify",
            subject_type="coverage",
            subject=row.id,
            patient=row.patient_id,
            at=at,
            detail=note.strip(),
        )
        notify_on_commit("patient", row.patient_id)
    return Decision(row)


def authorization_record(
    *,
    coverage: Coverage,
    order: Order,
    status: str,
    reference: str = "",
    product_code: str = "",
    units: Decimal | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    note: str = "",
    actor: Actor,
    at: datetime,
) -> Decision[Authorization]:
    """Record a payer's answer for an order. What was approved is kept as approved: product, units, days, number."""
    decision: Decision[Authorization] = actor.may(Action.COVERAGE_RECORD).without_value()
    decision = decision.because(
        *judge_record(status=status, reference=reference, units=units, starts=starts_on, ends=ends_on, note=note).reasons,
        *_against(coverage, order, status, product_code),
    )
    if not decision.allowed:
        return decision
    with transaction.atomic():
        Order.objects.select_for_update().get(id=order.id)
        row = Authorization.objects.create(
            organization_id=actor.organization,
            coverage=coverage,
            order=order,
            status=status,
            reference=reference.strip(),
            product_code=product_code.strip().upper(),
            units=units,
            starts_on=starts_on,
            ends_on=ends_on,
            note=note.strip(),
            recorded_at=at,
        )
        entry_record(
            actor=actor,
            action="authorization.record",
            subject_type="authorization",
            subject=row.id,
            patient=order.patient_id,
            at=at,
            detail=f"{status} {reference}".strip(),
        )
        notify_on_commit("patient", order.patient_id)
    return Decision(row)


def _against(coverage: Coverage, order: Order, status: str, product_code: str) -> list[Reason]:
    reasons = []
    if person_of(coverage.patient) != person_of(order.patient):
        reasons.append(refused("wrong_person", "This insurance belongs to another patient.", field="coverage"))
    if status not in Authorization.Status.values:
        reasons.append(unknown("missing_fact", "Choose the payer's answer.", field="status"))
    version = order.versions.select_related("release").order_by("-number").first()
    if product_code.strip() and version is not None:
        protocol = protocol_of(version.release_id)
        codes = sorted({code.code for product in protocol.products for code in product.billing})
        if product_code.strip().upper() not in codes:
            message = f"{product_code} is not a code of {protocol.names.en}. Its codes: {', '.join(codes)}."
            reasons.append(refused("wrong_product", message, field="product_code", limit=", ".join(codes)))
    return reasons
