"""Opening a visit for an appointment: signed order, decided dose and plan are pinned here, for this visit and for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record
from chairside.apps.clearance.services import clearance_evaluate
from chairside.apps.formulary.standing import withdrawal_reasons
from chairside.apps.organizations.models import Site
from chairside.apps.people.selectors import system_actor
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit import plan_text
from chairside.apps.visit.at_home import home_plan
from chairside.apps.visit.doses import also_today
from chairside.apps.visit.models import FurtherDose, Visit
from chairside.apps.visit.planning import plan_for, plan_together
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused

_OPEN_TO = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)


def visit_open(*, appointment: Appointment, actor: Actor, at: datetime, from_paper: bool = False) -> Decision[Visit]:
    """Open the visit of an appointment, or say why not. Opening it again gives the same visit.

    Other doses of the patient that are due on this day are part of it; the working names those that could not be, and why.

    Without a signed order version and a decided dose there is no visit to plan: no infusion without a prescriber's signed
    order. Nor is there one by a version of the protocol whose approval for the site was withdrawn.

    from_paper   what was given while the system was down is entered afterwards: the visit is opened for the day of its
                 appointment, by the plan as it stands now, and a withdrawal does not keep out of the record what happened.
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
        on = locked.during.lower if from_paper and locked.during.lower < at else at
        reasons = _appointment_reasons(locked, site, on)
        decided, planned = plan_for(locked.planned_dose_id, site, on)
        reasons += planned.reasons
        if decided is not None and not from_paper:
            reasons += withdrawal_reasons(decided.protocol_sha256, site)
        if reasons or planned.value is None or decided is None:
            return Decision(None, tuple(reasons))
        today = plan_together(planned.value, also_today(locked, on.astimezone(site.zone).date()), site, on)
        behind = [*((drug.key, decided) for drug in planned.value.drugs), *today.further]
        text = plan_text.to_text(replace(today.plan, home=home_plan(locked, today.plan, behind)))
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
            day=on.astimezone(site.zone).date(),
            stage="booked",
        )
        system = system_actor(locked.organization_id)
        clearance_evaluate(planned_dose=decided.planned_dose, day=visit.day, actor=system, at=at)
        for drug, decision in today.further:
            FurtherDose.objects.create(
                organization_id=locked.organization_id,
                visit=visit,
                planned_dose_id=decision.planned_dose_id,
                dose_decision=decision,
                drug=drug,
            )
            clearance_evaluate(planned_dose=decision.planned_dose, day=visit.day, actor=system, at=at)
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
        return Decision(visit, working=today.left_out)


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
