"""Evaluating what a dose asks for, and releasing what was held: a typed record by a named person, never a click past it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.clearance.models import Evaluation, HoldRelease, RequirementResult
from chairside.apps.clearance.releases import releases_of, standing
from chairside.apps.clearance.staleness import doses_known, facts_known
from chairside.apps.coverage.selectors import billing_code, coverages_on
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.intake.ordered_dose import patient_of_record
from chairside.apps.people.history import history_for
from chairside.apps.people.models import User
from chairside.apps.people.selectors import facts_for
from chairside.apps.plans.models import PlannedDose
from chairside.core.access import Action, Actor, may_override
from chairside.core.clearance.ask import ExtraLimit
from chairside.core.clearance.evaluate import evaluate
from chairside.core.clearance.item import Clearance, Item, State
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import quantity
from chairside.core.protocols import Protocol
from chairside.formulary.payers import ages_asked

_NO_AMOUNT = quantity(0, "1")  # of a dose taken as given only its day and number count


def clearance_evaluate(*, planned_dose: PlannedDose, day: date, actor: Actor, at: datetime) -> Decision[Evaluation]:
    """Evaluate a dose for a day from the facts as they stand, and store every requirement with its evidence.

    Facts after today are not known yet; results are as old as they will be on `day`. The newest evaluation for a day holds.
    """
    permitted: Decision[Evaluation] = actor.may(Action.CLEARANCE_EVALUATE).without_value()
    if not permitted.allowed:
        return permitted
    with transaction.atomic():
        row = _dose(planned_dose)
        version, patient = row.plan.order_version, row.plan.patient
        protocol = protocol_of(version.release_id)
        # Before they are read: one that comes in between makes this evaluation an old one.
        counted, doses = facts_known(patient.id), doses_known(patient.id)
        facts, given = facts_for(patient), history_for(patient)
        today = at.astimezone(version.order.site.zone).date()
        judged = evaluate(
            protocol,
            indication=version.indication,
            dose_number=row.number,
            day=day,
            as_of=min(today, day),
            patient=patient_of_record(version, facts),
            facts=facts,
            history=(*given, *_taken_as_given(row, today, day)),
            regimen=version.regimen,
            brand=version.brand,
            start=row.plan.started_on,
            extra_limits=_payers_ages(row, day),
            desensitization=version.desensitization,
        )
        if judged.value is None:
            return judged.without_value()
        stored = Evaluation.objects.create(
            organization_id=row.organization_id,
            planned_dose=row,
            day=day,
            evaluated_at=at,
            outcome=word_for(judged.value),
            protocol_sha256=version.release_id,
            doses_known=doses,
            facts_known=counted,
        )
        RequirementResult.objects.bulk_create(_results(stored, judged.value, protocol))
        entry_record(
            actor=actor,
            action="clearance.evaluate",
            subject_type="dose",
            subject=row.id,
            patient=patient.id,
            at=at,
            detail=f"dose {row.number} for {day}: {stored.outcome}",
        )
        notify_on_commit("patient", patient.id)
    return Decision(stored, judged.reasons)


def clearances_evaluate(*, planned_doses: Iterable[PlannedDose], actor: Actor, at: datetime) -> int:
    """Evaluate several doses, each for its own day; how many were evaluated."""
    made = 0
    for dose in planned_doses:
        today = at.astimezone(dose.plan.order_version.order.site.zone).date()
        made += clearance_evaluate(planned_dose=dose, day=day_of(dose, today), actor=actor, at=at).value is not None
    return made


def day_of(dose: PlannedDose, today: date) -> date:
    """The day that a dose is evaluated for: its target, today when that has passed."""
    return max(dose.target_on, today)


def hold_release(
    *,
    planned_dose: PlannedDose,
    requirement: str,
    day: date,
    reason: str,
    actor: Actor,
    at: datetime,
    second: User | None = None,
) -> Decision[HoldRelease]:
    """Release one requirement of a dose for one day: it expires with that day's visit.

    Only by a person in a role that the requirement names, with a reason. What is not known cannot be released: it is found out.
    It holds for the result that was seen; a newer or different fact makes it void (`releases.ground`).
    """
    permitted: Decision[HoldRelease] = actor.may(Action.HOLD_RELEASE).without_value()
    if not permitted.allowed:
        return permitted
    with transaction.atomic():
        row = PlannedDose.objects.select_for_update().select_related("plan").get(id=planned_dose.id)
        newest = Evaluation.objects.filter(planned_dose=row, day=day).order_by("-evaluated_at", "-id").first()
        held = RequirementResult.objects.filter(evaluation=newest, requirement=requirement).first() if newest else None
        reasons = list(_against_releasing(held, actor, reason, second))
        if held is not None and standing([held], releases_of(row.id, day)):
            reasons.append(refused("wrong_state", "It is released for that day already.", field="requirement"))
        if reasons or held is None:
            return Decision(None, tuple(reasons))
        released = HoldRelease.objects.create(
            organization_id=row.organization_id,
            planned_dose=row,
            requirement=requirement,
            result=held,
            day=day,
            released_by_id=actor.id,
            role=held.release_by,
            second=second,
            reason=reason.strip(),
            at=at,
        )
        entry_record(
            actor=actor,
            action="hold.release",
            subject_type="dose",
            subject=row.id,
            patient=row.plan.patient_id,
            at=at,
            reason=reason.strip(),
            detail=f"{requirement} for {day}",
        )
        notify_on_commit("patient", row.plan.patient_id)
    return Decision(released)


def word_for(clearance: Clearance) -> str:
    """The word for a whole clearance: what is worst in it. What is only asked at the visit does not stand against it."""
    states = {item.state for item in clearance.held_by}
    for state in (State.HELD, State.UNKNOWN, State.REVIEW):
        if state in states:
            return state.value
    return "cleared" if clearance.ready_ahead else "due"


def _dose(planned_dose: PlannedDose) -> PlannedDose:
    return PlannedDose.objects.select_related(
        "plan__patient",
        "plan__order_version__order__site",
        "plan__order_version__order__patient",
        "plan__order_version__release",
    ).get(id=planned_dose.id)


def _taken_as_given(dose: PlannedDose, today: date, day: date) -> Iterator[DoseGiven]:
    """Ahead of time the doses planned before this one are taken as given on their days: intervals are judged as planned.

    On the day itself nothing is assumed: a dose that was not given is not on record.
    """
    if day <= today:
        return
    before = PlannedDose.objects.filter(plan=dose.plan_id, number__lt=dose.number, status__in=["planned", "booked"])
    for earlier in before.order_by("number"):
        yield DoseGiven(dose.plan.order_version.release.protocol, earlier.number, max(earlier.target_on, today), _NO_AMOUNT)


def _payers_ages(dose: PlannedDose, day: date) -> list[ExtraLimit]:
    """The payers who insure the patient on the day may want results fresher than the protocol does.

    Where the order names no brand, every brand's code counts: the strictest then holds.
    """
    version = dose.plan.order_version
    payers = {cover.payer_code for cover in coverages_on(dose.plan.patient, day) if cover.payer_code}
    code = billing_code(version, day)
    brands = protocol_of(version.release_id).products
    codes = {code.code} if code else {item.code for product in brands for item in product.billing}
    return [ExtraLimit(asked.fact, asked.days, f"payer policy {asked.policy}") for asked in ages_asked(payers, codes)]


def _against_releasing(held: RequirementResult | None, actor: Actor, reason: str, second: User | None) -> Iterator[Reason]:
    if held is None:
        yield refused("wrong_state", "This dose was not evaluated for that day. Evaluate it first.", field="requirement")
        return
    if held.state in ("unknown", "due"):
        message = f"Nobody can release what is not known: {held.message} Record the result instead."
        yield refused("missing_fact", message, field="requirement", source=held.source)
    elif held.state == "met":
        yield refused("wrong_state", "It is met: there is nothing to release.", field="requirement")
    elif not may_override(actor, held.release_by):
        who = held.release_by.replace("_", " ") if held.release_by not in ("", "none") else "nobody"
        yield refused(
            "not_permitted", f"It may be released by: {who}.", field="actor", limit=held.release_by, source=held.source
        )
    if not reason.strip():
        yield unknown("missing_fact", "Write why the dose may be given all the same.", field="reason")
    if second is not None and str(second.id) == actor.id:
        yield refused("not_independent", "The second person must be someone else.", field="second")


def _results(stored: Evaluation, clearance: Clearance, protocol: Protocol) -> Iterator[RequirementResult]:
    """One row an item. Keys are made unique, so that a release of one requirement never releases another."""
    wanted = {item.key: item.fact for item in protocol.requirements} | {item.key: item.fact for item in protocol.questions}
    for item, key in zip(clearance.items, _unique(clearance.items), strict=True):
        yield RequirementResult(
            organization_id=stored.organization_id,
            evaluation=stored,
            requirement=key,
            what=item.what,
            code=item.code,
            state="due" if item.advice and item.state is not State.MET else item.state.value,
            message=item.message,
            source=item.source,
            release_by=item.release[0] if item.release else "none",
            due_on=item.by,
            ask_from=item.ask_from,
            limit=item.limit[:200],
            fact=wanted.get(item.key, ""),
            on_the_day=item.on_the_day,
            advice=item.advice,
            evidence="\n".join(item.evidence),
        )


def _unique(items: Sequence[Item]) -> list[str]:
    seen: dict[str, int] = {}
    keys = []
    for item in items:
        count = seen[item.key] = seen.get(item.key, 0) + 1
        keys.append((item.key if count == 1 else f"{item.key}.{count}")[:80])
    return keys
