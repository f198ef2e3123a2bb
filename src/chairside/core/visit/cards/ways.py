"""The cards of each way of giving: made ready, begun, going on, taken off. An infusion's own steps are in `next_action`."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from chairside.core.kernel.decision import Reason
from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.guards import giving
from chairside.core.visit.infusion import hanging, running_time
from chairside.core.visit.ladder import Position, shortest, unlocked
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan, minutes
from chairside.core.visit.state import Infusion, VisitState

_IDENTITY = "Identity again at the bedside, line traced."


def release(drug: DrugPlan) -> NextAction:
    if drug.manner is Manner.UNIT:
        return NextAction(
            "released_to_prepare",
            f"Ask for the unit: {drug.title}",
            "Assessed and cleared: it may be issued now.",
            drug=drug.key,
        )
    why = "Assessed and cleared: it may be mixed now."
    return NextAction("released_to_prepare", f"Release {drug.title} to prepare", why, drug=drug.key)


def make_ready(plan: VisitPlan, drug: DrugPlan) -> NextAction:
    """What is prepared, or the unit that comes from the blood bank."""
    if drug.manner is Manner.UNIT:
        why = f"Unit, group and sample against the label; start within {plan.policy.issue_to_start_minutes} min of issue."
        return NextAction("unit_received", f"Receive the unit: {drug.title}", why, drug=drug.key)
    told = f"{drug.prepared_dose.spelled()} in {drug.prepared_volume.spelled()}."
    if drug.bags:
        told = "; ".join(f"bag {bag.number}: {bag.dose.spelled()} in {bag.volume.spelled()}" for bag in drug.bags) + "."
    elif not drug.volume_stated:
        told = f"{drug.dose.spelled()}. No volume is stated: the preparation says it."
    return NextAction("preparation_recorded", f"Prepare {drug.title}", told, who="pharmacist or nurse", drug=drug.key)


def begin(drug: DrugPlan, region: Infusion, reasons: tuple[Reason, ...]) -> NextAction:
    """The start, in the words of the way it is given."""
    command, title, why = _start(drug)
    evidence = ["double check agrees"] if region.check_stages and region.checked else []
    if region.unit is not None:
        unit = region.unit
        evidence.append(f"unit {unit.unit}, {unit.group} for {unit.patient_group}")
    return NextAction(
        command, title, reasons[0].message if reasons else why, drug=drug.key, evidence=tuple(evidence), reasons=reasons
    )


def _start(drug: DrugPlan) -> tuple[str, str, str]:
    amount = f"{drug.dose.spelled()}" + (f" in {drug.volume.spelled()}" if drug.volume_stated else "")
    match drug.manner:
        case Manner.PUSH:
            return "push_started", f"Push {drug.title} {amount}", _IDENTITY + _not_sooner(drug)
        case Manner.INJECTION:
            return "dose_given", f"Give {drug.title} {amount} {drug.route.upper()}", _places(drug) + _not_sooner(drug)
        case Manner.PUMP:
            rate = f" at {drug.ladder[0].rate.spelled()}" if drug.ladder else ""
            hours = f"{(shortest(drug) / 60).quantize(Decimal('0.1')).normalize():f}"
            return "pump_connected", f"Connect {drug.title}{rate}", f"{amount} over {hours} h. The pump's display is read."
        case Manner.DRAW:
            return (
                "draw_started",
                f"Draw {drug.volume.spelled()}",
                "Identity again at the chair, needle in, lying or leaning back.",
            )
        case Manner.UNIT:
            first = f" at {drug.ladder[0].rate.spelled()}" if drug.ladder else ""
            return "infusion_started", f"Start the unit{first}", f"{_IDENTITY} Stay for the first 15 min."
        case _:
            why = f"{_IDENTITY} One nurse stays with this patient." if drug.scheme else _IDENTITY
            return "infusion_started", f"Start {drug.title} at {drug.ladder[0].rate.spelled()}", why


def _not_sooner(drug: DrugPlan) -> str:
    return f" Over at least {drug.min_minutes.normalize():f} min." if drug.min_minutes else ""


def _places(drug: DrugPlan) -> str:
    if drug.most_per_site is None or not drug.volume_stated or not drug.volume.unit.comparable(drug.most_per_site.unit):
        return "Identity again, then the place of the injection."
    count = int((drug.volume / drug.most_per_site).amount.to_integral_value(ROUND_CEILING))
    most = drug.most_per_site.spelled()
    return f"At most {most} at one place: {count} {'place' if count == 1 else 'places'}."


def by_hand(drug: DrugPlan, region: Infusion, at: datetime) -> NextAction:
    """A push or a draw that goes on: when the shortest time is over, and what ends it."""
    least, ran = minutes(drug.min_minutes or 0), running_time(region, at)
    command = "push_ended" if drug.manner is Manner.PUSH else "draw_ended"
    doing = f"{drug.title} is pushed" if drug.manner is Manner.PUSH else "Blood is let"
    if ran < least:
        why = f"Not sooner than {(drug.min_minutes or Decimal(0)).normalize():f} min in all. {_whole(drug)}"
        return NextAction(command, doing, why, due=at + (least - ran), drug=drug.key)
    return NextAction(command, doing, f"The shortest time is over. {_whole(drug)}", due=None, drug=drug.key)


def _whole(drug: DrugPlan) -> str:
    what = "ordered" if drug.manner is Manner.DRAW else "in all"
    return f"{drug.volume.spelled()} {what}. Record the end."


def paused_by_hand(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> NextAction:
    command = "push_started" if drug.manner is Manner.PUSH else "draw_started"
    reasons = giving.standing_resume(state, plan, drug, at)
    return NextAction(
        command, f"{drug.title} is paused", "Settle the reason, then go on or end it.", drug=drug.key, reasons=reasons
    )


def next_bag(state: VisitState, plan: VisitPlan, drug: DrugPlan, where: Position, at: datetime) -> NextAction:
    """The ladder goes on with the next bag, when the last step of this one is done."""
    assert where.then is not None
    reasons = unlocked(state, plan, drug, where, at)
    bag = hanging(state.infusions[drug.key], at)
    if any(reason.code == "too_early" for reason in reasons):
        title, left = f"{drug.title}: bag {bag} at {where.rate.spelled()}", reasons[0].message
        return NextAction("", title, left, due=at + where.left, drug=drug.key, reasons=reasons)
    if any(reason.field.startswith("vitals") for reason in reasons):
        why = "Each rise needs a fresh set."
        return NextAction("vitals_recorded", "Vitals and site, then the next bag", why, due=at, drug=drug.key, reasons=reasons)
    title = f"{drug.title}: hang bag {where.then.bag}, {where.then.rate.spelled()}"
    why = reasons[0].message if reasons else "Identity, lot and bag number at the chair. Nothing goes up by itself."
    return NextAction("bag_changed", title, why, due=at, drug=drug.key, reasons=reasons)


def take_off(drug: DrugPlan, region: Infusion, ends: datetime | None) -> NextAction:
    """The patient is away with the pump until it is taken off."""
    why = "Identity again, the pump's reading, what is left, any leak." if region.running else "The pump is paused."
    return NextAction("pump_disconnected", f"Take the pump of {drug.title} off", why, due=ends, drug=drug.key)
