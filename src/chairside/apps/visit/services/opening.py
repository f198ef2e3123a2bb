"""Opening a visit for an appointment: signed order, decided dose and plan are pinned here, for this visit and for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record
from chairside.apps.clearance.services import clearance_evaluate
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.models import OrderVersion
from chairside.apps.intake.premedications import premedications_of
from chairside.apps.organizations.models import Site
from chairside.apps.people.selectors import system_actor
from chairside.apps.plans.models import DoseDecision, PlannedDose
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit import plan_text
from chairside.apps.visit.history import course_of, dose_per_of, known_of, questions_to_skip
from chairside.apps.visit.models import Visit
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.plans.selection import indication_for
from chairside.core.visit.from_protocol import visit_plan
from chairside.core.visit.plan import OrderOfRecord, Subject, VisitPlan

_OPEN_TO = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)


def visit_open(*, appointment: Appointment, actor: Actor, at: datetime) -> Decision[Visit]:
    """Open the visit of an appointment, or say why not. Opening it again gives the same visit.

    Without a signed order version and a decided dose there is no visit to plan: no infusion without a prescriber's signed
    order.
    """
    may = actor.may(Action.VISIT_CHECK_IN)
    if not may.allowed:
        return may.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
        opened = Visit.objects.filter(appointment=locked).first()
        if opened is not None:
            return Decision(opened)
        site = Site.objects.get(pk=locked.site_id)
        reasons = _appointment_reasons(locked, site, at)
        decided, planned = _plan(locked, site, at)
        reasons += planned.reasons
        if reasons or planned.value is None or decided is None:
            return Decision(None, tuple(reasons))
        text = plan_text.to_text(planned.value)
        visit = Visit.objects.create(
            organization_id=locked.organization_id,
            patient_id=locked.patient_id,
            site=site,
            appointment=locked,
            chair_id=locked.chair_id,
            planned_dose_id=locked.planned_dose_id,
            dose_decision=decided,
            protocol_sha256=planned.value.protocol_sha256,
            plan_text=text,
            opened_at=at,
            day=at.astimezone(site.zone).date(),
            stage="booked",
        )
        clearance_evaluate(planned_dose=decided.planned_dose, day=visit.day, actor=system_actor(locked.organization_id), at=at)
        entry_record(
            actor=actor,
            action="visit.open",
            subject_type="visit",
            subject=visit.pk,
            at=at,
            patient=visit.patient_id,
            digest=digest(text),
        )
        notify_on_commit("site", site.pk)
        return Decision(visit, working=planned.working)


def _appointment_reasons(appointment: Appointment, site: Site, at: datetime) -> list[Reason]:
    reasons = []
    if appointment.status not in _OPEN_TO:
        reasons.append(
            refused(
                "wrong_state", f"This appointment is marked “{appointment.get_status_display().lower()}”.", field="appointment"
            )
        )
    booked, today = appointment.during.lower.astimezone(site.zone).date(), at.astimezone(site.zone).date()
    if booked != today:
        reasons.append(
            refused(
                "too_early" if booked > today else "too_late",
                f"This appointment is on {booked:%b} {booked.day}, not today. Book it for today first.",
                field="appointment",
                limit=booked.isoformat(),
            )
        )
    return reasons


def _plan(appointment: Appointment, site: Site, at: datetime) -> tuple[DoseDecision | None, Decision[VisitPlan]]:
    """The dose as it was last decided, and the plan that follows from it, the order and the protocol."""
    if appointment.planned_dose_id is None:
        reason = unknown(
            "missing_fact", "This appointment is for no planned dose. Sign the order and plan its doses first.", field="dose"
        )
        return None, Decision(None, (reason,))
    dose = PlannedDose.objects.select_related("plan__order_version", "plan__patient").get(pk=appointment.planned_dose_id)
    version = dose.plan.order_version
    decided = DoseDecision.objects.filter(planned_dose=dose).order_by("-decided_at", "-id").first()
    reasons = _order_reasons(version) + _dose_reasons(decided)
    if reasons or decided is None or decided.amount is None or decided.volume_ml is None:
        return decided, Decision(None, tuple(reasons))
    protocol = protocol_of(decided.protocol_sha256)
    patient, day = dose.plan.patient, at.astimezone(site.zone).date()
    known = known_of(patient, protocol.id, day)
    indication = indication_for(protocol, version.indication, known)
    made = visit_plan(
        protocol,
        subject=Subject(f"{patient.given} {patient.family}".strip(), patient.birth_date, patient.mrn),
        order=OrderOfRecord(str(version.order_id), _day(version.signed_at, site), version.ends_on),
        indication=indication.value.key if indication.value else "",
        brand=version.brand,
        dose=quantity(decided.amount, decided.unit),
        volume=quantity(decided.volume_ml, "mL"),
        course=course_of(known),
        weight=_weight(version),
        dose_per=dose_per_of(protocol, version, dose, known),
        ordered=premedications_of(version),
        skip_questions=questions_to_skip(protocol, known),
    )
    return decided, Decision(replace(made.value, day=day) if made.value else None, made.reasons, made.working)


def _order_reasons(version: OrderVersion) -> list[Reason]:
    if version.status == OrderVersion.Status.SIGNED:
        return []
    state = version.get_status_display().lower()
    return [
        refused(
            "not_signed",
            f"The order of this dose is marked “{state}”. No infusion without a prescriber's signed order.",
            field="order",
            limit=f"version {version.number}",
        )
    ]


def _dose_reasons(decided: DoseDecision | None) -> list[Reason]:
    if decided is None or decided.amount is None or decided.volume_ml is None:
        return [
            unknown(
                "missing_fact",
                "The dose has not been decided yet, or its bag is not known. Decide the dose first.",
                field="dose",
            )
        ]
    if decided.outcome in ("refused", "unknown"):
        return [
            refused(
                "wrong_state",
                f"The dose was last decided as “{decided.outcome}”. A prescriber or pharmacist decides it first.",
                field="dose",
            )
        ]
    return []


def _weight(version: OrderVersion) -> Quantity | None:
    return quantity(version.dosing_weight_kg, "kg") if version.dosing_weight_kg is not None else None


def _day(moment: datetime | None, site: Site) -> date | None:
    return moment.astimezone(site.zone).date() if moment else None
