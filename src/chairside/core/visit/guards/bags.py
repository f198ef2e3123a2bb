"""The next bag or bottle of the same dose: same rate for the same product, only lots that were prepared and checked."""

from __future__ import annotations

from datetime import datetime

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import desensitization
from chairside.core.visit import events as e
from chairside.core.visit.guards.giving import in_date, standing_resume
from chairside.core.visit.guards.readiness import known_drug, standing_access
from chairside.core.visit.guards.stopping import reading_possible
from chairside.core.visit.identity import compare
from chairside.core.visit.infusion import hanging, volume_given
from chairside.core.visit.ladder import position, restart_ceiling, total_minutes, unlocked
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import Infusion, VisitState


def change(state: VisitState, plan: VisitPlan, command: e.BagChanged, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """The next bag hangs. Another brand begins the ladder again; a ladder that names its bags goes on with the next one."""
    drug = plan.drug(command.drug)
    if drug is None:
        return known_drug(plan, command.drug)
    region = state.infusions[drug.key]
    if not region.timeline or region.stopped or not drug.ladder:
        return (refused("wrong_state", "Nothing of it hangs that could be changed.", field="infusion"),)
    reasons = [
        *compare(plan.subject, command.identifiers).reasons,
        *standing_access(state, plan),
        *(standing_resume(state, plan, drug, at) if region.paused else ()),
        *_lots(region, command),
        *(_of_scheme if drug.bags else _alike)(state, plan, drug, command, at),
    ]
    if command.pump_volume is None:
        message = "Read the volume given from the pump before the next bag runs."
        reasons.append(unknown("missing_fact", message, field="pump_volume"))
    else:
        reasons.extend(reading_possible(drug, region, command.pump_volume))
    left = drug.volume.to("mL") - volume_given(region, at)
    if left.amount > 0:
        reasons.extend(in_date(drug, region, at, total_minutes(drug.ladder[-1:], left), starting=False))
    return tuple(reasons)


def _lots(region: Infusion, command: e.BagChanged) -> list[Reason]:
    """Every lot that hangs was prepared for this patient, and the preparation was checked."""
    known = {draw.lot.strip().casefold() for bag in region.preparations for draw in bag.draws}
    named = [lot for lot in command.lots if lot.strip()]
    if not named:
        return [unknown("missing_fact", "Scan the lot of the bag or bottle.", field="bag.lots")]
    strangers = [lot for lot in named if lot.strip().casefold() not in known]
    reasons: list[Reason] = []
    if strangers:
        message = f"Lot {', '.join(strangers)} was not prepared for this patient."
        reasons.append(refused("wrong_product", message, field="bag.lots"))
    products = {draw.product for bag in region.preparations for draw in bag.draws if draw.lot in named}
    if not strangers and command.product not in products:
        message = f"{command.product or 'That'} is not what was prepared under this lot ({', '.join(sorted(products))})."
        reasons.append(refused("wrong_product", message, field="bag.product"))
    if not region.checked:
        message = "The preparation has not passed its double check."
        reasons.append(refused("wrong_state", message, field="check"))
    return reasons


def _alike(state: VisitState, plan: VisitPlan, drug: DrugPlan, command: e.BagChanged, at: datetime) -> list[Reason]:
    """The same product goes on at its rate or lower; another brand starts at the first rate of the ladder."""
    region = state.infusions[drug.key]
    now = next((change.rate for change in reversed(region.timeline) if change.rate is not None), None)
    first = drug.ladder[0].rate
    if command.product != product_now(region):
        most, why = first, f"{command.product} is another brand: the ladder begins again at {first.spelled()}."
    else:
        most, why = now or first, f"The next bag goes on at {(now or first).spelled()} or less. A rise is a step of its own."
    ceiling = restart_ceiling(state, drug).value if region.paused else None
    if ceiling is not None and ceiling.rate < most:
        most, why = ceiling.rate, f"It may go on at up to {ceiling.rate.spelled()}."
    if command.rate.amount <= 0 or most < command.rate:
        return [refused("rate_limit", why, field="rate", limit=most.spelled(), source=drug.source)]
    return []


def product_now(region: Infusion) -> str:
    """The brand that hangs."""
    if region.bags:
        return region.bags[-1].entry.product
    return region.prepared.draws[0].product if region.prepared and region.prepared.draws else ""


def _of_scheme(state: VisitState, plan: VisitPlan, drug: DrugPlan, command: e.BagChanged, at: datetime) -> list[Reason]:
    """The next bag of a ladder that names its bags: in order, after the last step of the one before, at its first rate."""
    region = state.infusions[drug.key]
    where = position(drug, region, at)
    if where is None:
        return [refused("wrong_state", "The drug does not run. Go on first, or stop.", field="infusion")]
    if where.then is None:
        message = f"Bag {hanging(region, at)} still has steps to go."
        return [refused("wrong_state", message, field="bag.number")]
    reasons: list[Reason] = list(unlocked(state, plan, drug, where, at))
    if command.bag != where.then.bag:
        message = f"Bag {where.then.bag} comes next."
        reasons.append(refused("mismatch", message, field="bag.number", limit=str(where.then.bag)))
    if command.rate.amount <= 0 or where.then.rate < command.rate:
        reasons.append(_first(drug, where.then.rate, where.then.bag))
    return [*reasons, *desensitization.interrupted(drug, region, at)]


def _first(drug: DrugPlan, rate: Quantity, bag: int) -> Reason:
    message = f"Bag {bag} begins at {rate.spelled()}."
    return refused("rate_limit", message, field="rate", limit=rate.spelled(), source=drug.source)
