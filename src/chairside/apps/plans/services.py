"""Making a plan from a signed order, deciding its doses, and stopping it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import digest, entry_record
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.formulary.standing import withdrawal_reasons
from chairside.apps.intake.models import Order, OrderVersion
from chairside.apps.intake.ordered_dose import dose_of, patient_of_record
from chairside.apps.people.history import history_for
from chairside.apps.people.selectors import facts_for
from chairside.apps.plans import texts
from chairside.apps.plans.models import DoseDecision, PlannedDose, TreatmentPlan
from chairside.apps.plans.order import order_in_force
from chairside.core.access import Action, Actor, may_override
from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, unknown
from chairside.core.plans.dates.schedule import planned
from chairside.core.plans.dosing import Dose
from chairside.core.plans.selection import indication_for, regimen_for
from chairside.core.plans.stated import with_diagnosis
from chairside.core.protocols.truth import Known

_MICRO, _MILLI = Decimal("0.000001"), Decimal("0.001")


def plan_make(*, order_version: OrderVersion, start_on: date, actor: Actor, at: datetime) -> Decision[TreatmentPlan]:
    """Numbered doses with their windows, from a signed order version and from nothing else.

    Doses that were given keep their numbers and are not planned again. A plan of an earlier version of the order stops here.
    """
    permitted: Decision[TreatmentPlan] = actor.may(Action.PLAN_MAKE).without_value()
    if not permitted.allowed:
        return permitted
    with transaction.atomic():
        Order.objects.select_for_update().get(id=order_version.order_id)
        version = OrderVersion.objects.select_related("order__patient", "release").get(id=order_version.id)
        made = TreatmentPlan.objects.filter(order_version=version).first()
        if made is not None:
            return Decision(made)
        reasons = [*_against_planning(version, start_on), *_against_replacing(version)]
        reasons += withdrawal_reasons(version.release_id, version.order.site)
        regimen = _regimen(version, start_on)
        if reasons or not regimen.value:
            return Decision(None, (*reasons, *regimen.reasons), regimen.working)
        protocol = protocol_of(version.release_id)
        until = version.ends_on or start_on + timedelta(days=365)
        doses = planned(
            protocol, regimen=regimen.value, start=start_on, history=history_for(version.order.patient), until=until
        )
        ahead = [item for item in doses if item.given_on is None]
        if not ahead:
            return Decision(None, (refused("course_complete", "No dose of this course is left to plan.", field="start_on"),))
        plan = TreatmentPlan.objects.create(
            organization_id=actor.organization, patient=version.order.patient, order_version=version, started_on=start_on
        )
        PlannedDose.objects.bulk_create(
            PlannedDose(
                organization_id=plan.organization_id,
                plan=plan,
                number=item.number,
                phase=item.phase,
                target_on=item.target,
                earliest_on=item.window.first,
                latest_on=item.window.last,
            )
            for item in ahead
        )
        _replace_earlier(version, actor, at)
        entry_record(
            actor=actor,
            action="plan.make",
            subject_type="plan",
            subject=plan.id,
            patient=plan.patient_id,
            at=at,
            detail=f"{len(ahead)} doses of {regimen.value} from {start_on}",
            digest=version.signed_digest,
        )
        notify_on_commit("patient", plan.patient_id)
    return Decision(plan, working=regimen.working)


def dose_decide(*, planned_dose: PlannedDose, actor: Actor, at: datetime, reason: str = "") -> Decision[DoseDecision]:
    """Decide a dose by the rulebook, from the facts as they stand now, and store it with inputs, working and reasons.

    What is for review is stored only with a `reason` of a person whom every such reason names. A refusal is stored too: the
    newest decision holds, so a dose that was fine before its weight changed is fine no longer.
    """
    permitted: Decision[DoseDecision] = actor.may(Action.DOSE_DECIDE).without_value()
    if not permitted.allowed:
        return permitted
    with transaction.atomic():
        dose = PlannedDose.objects.select_for_update().select_related("plan").get(id=planned_dose.id)
        version = order_in_force(dose)
        against = [*_against_deciding(dose, version), *withdrawal_reasons(version.release_id, version.order.site)]
        if against:
            return Decision(None, tuple(against))
        facts, history = facts_for(version.order.patient), history_for(version.order.patient)
        decided = dose_of(version, facts=facts, history=history, dose_number=dose.number, day=dose.target_on)
        unmet = _against_accepting(decided, actor, reason)
        if unmet:
            return Decision(None, (*decided.reasons, *unmet), decided.working)
        accepted = reason.strip() if decided.outcome is Outcome.REVIEW else ""
        inputs = texts.inputs_text(
            day=dose.target_on, dose_number=dose.number, order=_order_inputs(version), facts=facts, history=history
        )
        row = DoseDecision.objects.create(
            organization_id=dose.organization_id,
            planned_dose=dose,
            decided_at=at,
            decided_by=actor.id,
            outcome=decided.outcome.word,
            working="\n".join(decided.working),
            reasons=texts.reasons_text(decided.reasons),
            inputs=inputs,
            reason=accepted,
            protocol_sha256=version.release_id,
            **_amounts(decided.value),
        )
        entry_record(
            actor=actor,
            action="dose.decide",
            subject_type="dose",
            subject=dose.id,
            patient=dose.plan.patient_id,
            at=at,
            reason=accepted,
            detail=f"dose {dose.number}: {decided.outcome.word}",
            digest=digest(inputs),
        )
        notify_on_commit("patient", dose.plan.patient_id)
    return Decision(row, decided.reasons, decided.working)


def plan_stop(*, plan: TreatmentPlan, reason: str, actor: Actor, at: datetime) -> Decision[TreatmentPlan]:
    """Stop a plan: what is planned and not booked is cancelled. What is booked is cancelled where it was booked, first."""
    decision: Decision[TreatmentPlan] = actor.may(Action.DOSE_DECIDE).without_value()
    if not reason.strip():
        decision = decision.because(unknown("missing_fact", "Say why the plan stops.", field="reason"))
    if not decision.allowed:
        return decision
    with transaction.atomic():
        row = TreatmentPlan.objects.select_for_update().get(id=plan.id)
        if row.status != TreatmentPlan.Status.ACTIVE:
            return decision.because(refused("wrong_state", f"The plan is {row.get_status_display().lower()}.", field="plan"))
        booked = row.doses.filter(status=PlannedDose.Status.BOOKED).values_list("number", flat=True)
        if booked:
            return decision.because(_booked(list(booked)))
        _stop(row)
        entry_record(
            actor=actor,
            action="plan.stop",
            subject_type="plan",
            subject=row.id,
            patient=row.patient_id,
            at=at,
            reason=reason.strip(),
        )
        notify_on_commit("patient", row.patient_id)
    return Decision(row)


def _against_planning(version: OrderVersion, start_on: date) -> list[Reason]:
    reasons = []
    if version.status != OrderVersion.Status.SIGNED:
        message = f"Version {version.number} of the order is not the signed one. A plan is made from a signed order only."
        reasons.append(refused("not_signed", message, field="order_version", limit=version.get_status_display()))
    if version.start_on and start_on < version.start_on:
        message = f"The order says: not before {version.start_on}."
        reasons.append(refused("too_early", message, field="start_on", limit=str(version.start_on), override="prescriber"))
    if version.ends_on and start_on > version.ends_on:
        message = f"The order ended on {version.ends_on}. It takes a new order."
        reasons.append(refused("too_late", message, field="start_on", limit=str(version.ends_on), override="prescriber"))
    return reasons


def _against_replacing(version: OrderVersion) -> list[Reason]:
    """A booked dose of an earlier version keeps its order: its appointment is cancelled before the new plan is made."""
    numbers = PlannedDose.objects.filter(plan__order_version__order=version.order_id, status=PlannedDose.Status.BOOKED)
    numbers = numbers.exclude(plan__order_version=version.id)
    booked = list(numbers.values_list("number", flat=True).order_by("number"))
    return [_booked(booked)] if booked else []


def _booked(numbers: list[int]) -> Reason:
    which = ", ".join(str(number) for number in numbers)
    return refused("wrong_state", f"Booked under the present plan: dose {which}. Cancel the appointment first.", field="doses")


def _replace_earlier(version: OrderVersion, actor: Actor, at: datetime) -> None:
    earlier = TreatmentPlan.objects.select_for_update().filter(
        order_version__order=version.order_id, status=TreatmentPlan.Status.ACTIVE
    )
    for plan in earlier.exclude(order_version=version).order_by("id"):
        _stop(plan)
        entry_record(
            actor=actor,
            action="plan.stop",
            subject_type="plan",
            subject=plan.id,
            patient=plan.patient_id,
            at=at,
            reason=f"replaced by version {version.number} of the order",
        )


def _stop(plan: TreatmentPlan) -> None:
    plan.status = TreatmentPlan.Status.STOPPED
    plan.save(update_fields=["status"])
    plan.doses.filter(status=PlannedDose.Status.PLANNED).update(status=PlannedDose.Status.CANCELLED)


def _regimen(version: OrderVersion, day: date) -> Decision[str]:
    """The regimen that the order names, else the one that the protocol chooses for this diagnosis and this patient."""
    protocol, patient = protocol_of(version.release_id), version.order.patient
    facts = facts_for(patient)
    known = Known(day, patient_of_record(version, facts), facts, history_for(patient))
    known = with_diagnosis(known, protocol, version.indication)
    indication = indication_for(protocol, version.indication, known)
    regimen = regimen_for(protocol, indication.value, version.regimen, known, version.brand)
    blocking = tuple(reason for reason in (*indication.reasons, *regimen.reasons) if reason.outcome > Outcome.REVIEW)
    key = regimen.value.key if regimen.value and not blocking else None
    return Decision(key, blocking, (*indication.working, *regimen.working))


def _against_deciding(dose: PlannedDose, version: OrderVersion) -> list[Reason]:
    if dose.status in (PlannedDose.Status.GIVEN, PlannedDose.Status.CANCELLED):
        return [refused("wrong_state", f"Dose {dose.number} is {dose.get_status_display().lower()}.", field="dose")]
    if version.status != OrderVersion.Status.SIGNED:
        message = "The order was changed since this plan was made. Make the plan from the version that is signed now."
        return [refused("not_signed", message, field="order_version", limit=version.get_status_display())]
    return []


def _against_accepting(decided: Decision[Dose], actor: Actor, reason: str) -> list[Reason]:
    """What is for review takes a reason, and a person whom the rule names."""
    if decided.outcome is not Outcome.REVIEW:
        return []
    asked = [item for item in decided.reasons if item.outcome is Outcome.REVIEW]
    if not all(may_override(actor, item.override) for item in asked):
        names = ", ".join(sorted({item.override.replace("_", " ") for item in asked}))
        return [refused("not_permitted", f"What is for review here is decided by: {names}.", field="actor", limit=names)]
    if not reason.strip():
        return [unknown("missing_fact", "Write why this dose is right all the same.", field="reason")]
    return []


def _order_inputs(version: OrderVersion) -> dict[str, object]:
    names = (
        "indication",
        "regimen",
        "brand",
        "dose_amount",
        "dose_unit",
        "dosing_weight_kg",
        "dosing_weight_on",
        "signed_digest",
    )
    return {"version": str(version.id), **{name: getattr(version, name) for name in names}}


def _amounts(dose: Dose | None) -> dict[str, object]:
    """The decided amounts as the table keeps them; a dose that could not be computed has none."""
    if dose is None or dose.amount.amount <= 0:
        return {}
    volume = dose.supply.final or dose.supply.draw
    return {
        "amount": dose.amount.amount.quantize(_MICRO, ROUND_HALF_UP),
        "unit": dose.amount.unit.code,
        "volume_ml": None if volume is None else volume.to("mL").amount.quantize(_MILLI, ROUND_HALF_UP),
        "vials": texts.vials_text(dose.supply.vials),
    }
