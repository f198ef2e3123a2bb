"""Readiness: release, access, premedication, preparation, double check: in parallel, and all done before the start."""

from __future__ import annotations

from datetime import datetime, timedelta

from chairside.core.access import Actor, Role
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import events as e
from chairside.core.visit.double_check import lacking, may_enter
from chairside.core.visit.double_check import outcome as check_outcome
from chairside.core.visit.guards.arrival import identified
from chairside.core.visit.ladder import shortest
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.policy import Moment
from chairside.core.visit.state import Infusion, VisitState

SUBCUTANEOUS = "subcutaneous needle"  # the device of a needle under the skin


def is_cleared(state: VisitState) -> tuple[Reason, ...]:
    """Assess before you mix: nothing costly and nothing that sedates is given before the go decision (H-016)."""
    if state.held:
        return (refused("wrong_state", f"The visit is held: {state.held}.", field="clearance", override="none"),)
    if state.cleared_at is None:
        return (refused("wrong_state", "The go decision comes first: assess, then clear.", field="clearance"),)
    return ()


def known_drug(plan: VisitPlan, key: str) -> tuple[Reason, ...]:
    if plan.drug(key) is None:
        return (refused("wrong_product", f"“{key}” is not a drug of this visit.", field="drug"),)
    return ()


def release(state: VisitState, plan: VisitPlan, command: e.ReleasedToPrepare, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return (*is_cleared(state), *known_drug(plan, command.drug))


def access(state: VisitState, plan: VisitPlan, command: e.AccessPlaced, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Two attempts a clinician; after four in all the charge nurse and a provider come in."""
    reasons = list(identified(state))
    policy = plan.policy
    if not command.site.strip():
        reasons.append(unknown("missing_fact", "Name the access site.", field="access.site"))
    if command.attempts < 1:
        reasons.append(refused("out_of_range", "At least one attempt was made.", field="access.attempts"))
    if state.attempts.get(actor.id, 0) + command.attempts > policy.attempts_each:
        reasons.append(
            refused(
                "not_permitted",
                f"After {policy.attempts_each} attempts another clinician tries.",
                field="access.attempts",
                limit=str(policy.attempts_each),
                source="site policy",
            )
        )
    if (
        sum(state.attempts.values()) + command.attempts > policy.attempts_before_escalation
        and Role.CHARGE_NURSE not in actor.roles
    ):
        reasons.append(
            refused(
                "not_permitted",
                f"After {policy.attempts_before_escalation} attempts in all, call the charge nurse and the provider.",
                field="access.attempts.all",
                source="site policy",
            )
        )
    if command.placed and _under_the_skin(plan, command):
        reasons.extend(_no_vessel(command))
    elif command.placed and not command.blood_return:
        vesicant = any(drug.vesicant for drug in plan.drugs)
        text = "No blood return is recorded." + (" A vesicant is never given without it." if vesicant else "")
        reasons.append(refused("risk_alert", text, field="access.blood_return", override="none" if vesicant else "nurse"))
    return tuple(reasons)


def _under_the_skin(plan: VisitPlan, command: e.AccessPlaced) -> bool:
    """A needle under the skin: what the drugs of the visit need, or what was placed beside a line."""
    through = [drug for drug in plan.drugs if drug.manner is not Manner.INJECTION]
    return command.device == SUBCUTANEOUS or (bool(through) and all(drug.subcutaneous for drug in through))


def _no_vessel(command: e.AccessPlaced) -> list[Reason]:
    """Under the skin no blood comes back: where it does, the needle lies in a vessel."""
    if command.blood_return is None:
        return [unknown("missing_fact", "Draw back: does blood come?", field="access.blood_return")]
    if command.blood_return:
        message = "Blood came back: the needle lies in a vessel. Take it out and use another place."
        return [refused("risk_alert", message, field="access.blood_return")]
    if command.needles < 1:
        return [refused("out_of_range", "At least one needle is in.", field="access.needles")]
    return []


def premedicate(
    state: VisitState, plan: VisitPlan, command: e.PremedicationGiven, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    reasons = list(is_cleared(state))
    item = next((entry for entry in plan.premedications if entry.code == command.premedication), None)
    if item is None:
        return (
            *reasons,
            refused("wrong_product", f"“{command.premedication}” is not on the order of this visit.", field="premedication"),
        )
    if not (command.dose.unit.comparable(item.dose.unit) and command.dose.same(item.dose)):
        reasons.append(
            refused(
                "mismatch",
                f"{item.title}: the order is {item.dose.spelled()}, not {command.dose.spelled()}.",
                field="premedication.dose",
                limit=item.dose.spelled(),
            )
        )
    if command.route.casefold() != item.route.casefold():
        reasons.append(
            refused("wrong_route", f"{item.title} is ordered {item.route}.", field="premedication.route", limit=item.route)
        )
    if command.premedication in state.premedications:
        reasons.append(refused("duplicate_therapy", f"{item.title} has been given already.", field="premedication"))
    return tuple(reasons)


def prepare(
    state: VisitState, plan: VisitPlan, command: e.PreparationRecorded, actor: Actor, at: datetime
) -> tuple[Reason, ...]:
    reasons = [*is_cleared(state), *known_drug(plan, command.drug)]
    region = state.infusions.get(command.drug, Infusion(command.drug))
    drug = plan.drug(command.drug)
    if drug is None:
        return tuple(reasons)
    if region.released_at is None:
        reasons.append(refused("wrong_state", "The drug has not been released to prepare.", field="preparation"))
    reasons.extend(check_outcome(plan, drug, region, Moment.BEFORE_PREPARATION).reasons)
    reasons.extend(_products(drug, command))
    reasons.extend(_lasting(plan, drug, command))
    if command.use_by <= at:
        message, now = "The preparation is past its use-by time.", at.isoformat()
        reasons.append(refused("preparation_expired", message, field="preparation.use_by", limit=now))
    if command.prepared_at > at:
        reasons.append(refused("out_of_range", "It cannot have been prepared in the future.", field="preparation.prepared_at"))
    reasons.extend(_volume(drug, command))
    return tuple(reasons)


def _volume(drug: DrugPlan, command: e.PreparationRecorded) -> list[Reason]:
    """The volume of the plan; where the plan leaves it open, the one that the preparation states."""
    if drug.manner in (Manner.UNIT, Manner.DRAW):
        text = "A unit of blood is received, not prepared." if drug.manner is Manner.UNIT else "Nothing is prepared for a draw."
        return [refused("wrong_state", text, field="preparation")]
    if not drug.volume_stated:
        if command.volume.amount > 0:
            return []
        message = "No volume is stated for this dose: measure it and write it down."
        return [unknown("missing_fact", message, field="preparation.volume")]
    held = drug.prepared_volume
    if command.volume.same(held):
        return []
    message = f"The bag holds {command.volume.spelled()}; the plan says {held.spelled()}."
    return [refused("wrong_concentration", message, field="preparation.volume", limit=held.spelled(), source=drug.source)]


def _lasting(plan: VisitPlan, drug: DrugPlan, command: e.PreparationRecorded) -> list[Reason]:
    """Vials in date, a vial as sold, the protocol's diluent, and a use-by time no later than it allows (H-017)."""
    reasons = []
    for draw in command.draws:
        if draw.expires is not None and plan.day is not None and draw.expires < plan.day:
            message = f"Lot {draw.lot} expired on {draw.expires}. Take another vial."
            reasons.append(refused("preparation_expired", message, field="preparation.expires", limit=str(draw.expires)))
        if drug.strengths and not any(_is(draw.strength, sold) for sold in drug.strengths):
            known = ", ".join(strength.spelled() for strength in drug.strengths)
            message = f"There is no vial of {draw.strength.spelled()} of {draw.product} ({known})."
            reasons.append(refused("wrong_product", message, field="preparation.strength", limit=known))
    if drug.diluents and command.diluent.casefold() not in {name.casefold() for name in drug.diluents}:
        named = ", ".join(drug.diluents)
        message = f"{command.diluent or 'No diluent'} is not what this drug is diluted in: {named}."
        reasons.append(refused("wrong_diluent", message, field="preparation.diluent", limit=named, source=drug.source))
    hours = drug.usable_hours
    if hours is None:  # nothing is stated: the site's hours, and what an ambulatory pump then runs for
        hours = plan.policy.usable_hours + (shortest(drug) / 60 if drug.manner is Manner.PUMP else 0)
    if command.use_by > command.prepared_at + timedelta(microseconds=int(hours * 3_600_000_000)):
        message = f"It may be used for {hours:f} h from {command.prepared_at:%H:%M}, no longer."
        source = "site policy" if drug.usable_hours is None else drug.source
        reasons.append(refused("preparation_expired", message, field="preparation.use_by", limit=f"{hours:f} h", source=source))
    return reasons


def _is(one: Quantity, other: Quantity) -> bool:
    return one.unit.comparable(other.unit) and one.same(other)


def _products(drug: DrugPlan, command: e.PreparationRecorded) -> list[Reason]:
    """Product, lots and amount against the order. Another drug is never overridable (never list, item 4)."""
    reasons = []
    if not command.draws:
        return [unknown("missing_fact", "Scan the vials that were drawn.", field="preparation.draws")]
    for draw in command.draws:
        if draw.product not in drug.products:
            reasons.append(
                refused(
                    "wrong_product",
                    f"{draw.product} does not carry out this order ({', '.join(drug.products)} does).",
                    field="preparation.product",
                )
            )
        if not draw.lot.strip():
            reasons.append(unknown("missing_fact", "A vial has no lot number.", field="preparation.lot"))
        if draw.vials < 1 or draw.drawn.amount <= 0 or draw.opened < draw.drawn:
            reasons.append(
                refused(
                    "out_of_range",
                    f"{draw.drawn.spelled()} cannot come from {draw.vials} x {draw.strength.spelled()}.",
                    field="preparation.draws",
                )
            )
    total = total_drawn(command)
    if not total.same(drug.prepared_dose):
        reasons.append(
            refused(
                "mismatch",
                f"{total.spelled()} drawn; the dose is {drug.prepared_dose.spelled()}.",
                field="preparation.dose",
                limit=drug.prepared_dose.spelled(),
                source=drug.source,
            )
        )
    return reasons


def total_drawn(command: e.PreparationRecorded) -> Quantity:
    total = command.draws[0].drawn
    for draw in command.draws[1:]:
        total = total + draw.drawn
    return total


def enter_check(state: VisitState, plan: VisitPlan, command: e.CheckEntered, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """Who may enter, never what they entered: a wrong entry is found by the comparison, so that the check stays blind."""
    region = state.infusions.get(command.drug)
    if region is None:
        return known_drug(plan, command.drug)
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    started = (refused("wrong_state", "The drug has been started already.", field="check"),) if region.timeline else ()
    allowed = may_enter(plan, drug, region, actor, stage_key=command.stage, remote=command.remote)
    return (*started, *allowed, *lacking(plan, drug, command))


def standing_access(state: VisitState, plan: VisitPlan) -> tuple[Reason, ...]:
    if not plan.access_needed:
        return ()
    if state.access_site is None:
        return (refused("wrong_state", "There is no access yet.", field="access"),)
    needed = max((drug.needle_sites for drug in plan.drugs if drug.subcutaneous), default=1)
    placed = sum(entry.needles for entry in state.access if entry.placed)
    if placed < needed:
        message = f"{placed} of {needed} needles are in: the volume needs them all."
        return (refused("wrong_state", message, field="access", limit=str(needed)),)
    if state.access_removed_at is not None:
        return (refused("wrong_state", "The access has been removed.", field="access"),)
    if state.site_failed_at is not None:
        return (refused("wrong_state", "The access site is not used any more. Place a new access first.", field="access"),)
    return ()


def standing_premedication(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Reason, ...]:
    """Each premedication given and its wait over (H-015). A little short is the nurse's decision, more is the prescriber's."""
    reasons = []
    for item in plan.premedications:
        given = state.premedications.get(item.code)
        if given is None:
            if item.required:
                reasons.append(
                    refused(
                        "requires_prophylaxis",
                        f"{item.title} {item.dose.spelled()} has not been given.",
                        field=f"premedication.{item.code}",
                        override="prescriber",
                    )
                )
            continue
        left = given + timedelta(minutes=item.wait_minutes) - at
        if left > timedelta():
            short = left <= timedelta(minutes=plan.policy.premedication_short_minutes)
            whole = -(-int(left.total_seconds()) // 60)
            reasons.append(
                refused(
                    "too_early",
                    f"{item.title}: {whole} of {item.wait_minutes} min wait left.",
                    field="premedication.wait_short" if short else "premedication.wait",
                    limit=f"{item.wait_minutes} min",
                    override="nurse" if short else "prescriber",
                )
            )
    return tuple(reasons)
