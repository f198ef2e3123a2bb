"""Care around the drug: the site, the provider, treatments by the site's order set, their signature.

Nothing here stands between a patient and what they need: what was given anyway is reported, and a provider's order, told and
read back, carries what the signed set does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from chairside.core.access import Actor
from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.visit import events as e
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.reactions.order_set import ItemDose, OrderItem, dose_for, too_soon
from chairside.core.visit.reactions.reaction import severe
from chairside.core.visit.reactions.site import PHLEBITIS, SEEN, scale_name, site_grade
from chairside.core.visit.reactions.symptoms import age_of, suspicion
from chairside.core.visit.state import Reaction, VisitState

_MOVES_FROM = 2  # from this grade of phlebitis on, the line moves
NO_SET = (
    "No signed order set belongs to this visit. Call the provider. What they order is recorded with “Provider told”, read back."
)


def assess_site(state: VisitState, plan: VisitPlan, command: e.SiteAssessed, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """The site as it was seen. A leak, and an inflamed vein from grade 2 on, end its use; what ran there is paused first."""
    reasons: list[Reason] = []
    if plan.access_needed and state.access_site is None:
        reasons.append(refused("wrong_state", "There is no access on record.", field="access"))
    graded = site_grade(state, plan, command)
    reasons += graded.reasons
    known = SEEN.get(command.scale, ())
    reasons += [
        refused("out_of_range", f"“{sign}” is not a sign of this scale.", field="site.seen", source=scale_name(command.scale))
        for sign in (*command.seen, *command.not_seen)
        if sign not in known
    ]
    for name, size in (("edema_cm", command.edema_cm), ("cord_cm", command.cord_cm)):
        if size is not None and not 0 <= size <= 100:
            reasons.append(refused("out_of_range", f"{size:f} cm cannot be right. Measure again.", field=name, limit="100 cm"))
    leaks, grade = command.scale != PHLEBITIS, graded.value
    if not command.stopped and grade is not None and grade >= (1 if leaks else _MOVES_FROM):
        message = "The drug does not go on here. Choose that the site is not used any more."
        reasons.append(refused("risk_alert", message, field="site.stopped", source=scale_name(command.scale)))
    if command.stopped and any(region.running for region in state.infusions.values()):
        reasons.append(refused("wrong_state", "Stop the pump and press PAUSE first.", field="infusion"))
    return tuple(reasons)


def notify(state: VisitState, plan: VisitPlan, command: e.ProviderNotified, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """One tap is enough to record that a provider was told. An order by word of mouth has a name and was read back."""
    reasons: list[Reason] = []
    if not command.about.strip():
        reasons.append(unknown("missing_fact", "What was the provider told about?", field="told.about"))
    if command.follows and not any(item.event == command.follows and not item.entry.orders for item in state.told):
        message = "That entry is not on record in this visit, or has its order already."
        reasons.append(refused("wrong_state", message, field="told.follows"))
    if command.orders.strip():
        if not command.who.strip():
            reasons.append(unknown("missing_fact", "Who gave the order?", field="told.who"))
        if not command.read_back:
            reasons.append(unknown("missing_fact", "Read the order back to them.", field="told.read_back"))
    return tuple(reasons)


def treat(state: VisitState, plan: VisitPlan, command: e.TreatmentGiven, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    """A dose of the signed set for this patient and this reaction. Sooner, more often or for another grade takes an order."""
    orders = plan.order_set
    if orders is None or orders.signed_on is None:
        return (refused("not_signed", NO_SET, field="order_set"),)
    item = orders.item(command.item)
    if item is None or command.order_set != orders.id:
        return (refused("wrong_product", "That is not an item of the signed order set of this visit.", field="treatment.item"),)
    reaction = state.reactions.get(command.reaction)
    if reaction is None:
        return (refused("wrong_state", "Press REACTION first: a treatment belongs to a reaction.", field="reaction"),)
    reasons = list(_as_ordered(item, command, item_dose(state, plan, item)))
    if not ordered_since(state, item.key):
        reasons += standing_item(state, plan, reaction, item, at)
    return tuple(reasons)


def _as_ordered(item: OrderItem, command: e.TreatmentGiven, dose: Decision[ItemDose]) -> Iterator[Reason]:
    if dose.value is None:
        yield from dose.reasons
    elif not (command.dose.unit.comparable(dose.value.dose.unit) and command.dose.same(dose.value.dose)):
        said = dose.value.dose.spelled()
        message = f"{item.title}: the set says {said} for this patient, not {command.dose.spelled()}."
        yield refused("mismatch", message, field="treatment.dose", limit=said, source=item.source)
    if command.route.casefold() != item.route.casefold():
        message = f"{item.title} is ordered {item.route}."
        yield refused("wrong_route", message, field="treatment.route", limit=item.route, source=item.source)


def item_dose(state: VisitState, plan: VisitPlan, item: OrderItem) -> Decision[ItemDose]:
    """The dose of an item for this patient: by today's weight, else by the dosing weight of record."""
    return dose_for(item, weight=weight_of(state, plan), age=age_of(plan))


def weight_of(state: VisitState, plan: VisitPlan) -> Quantity | None:
    return state.weighed or plan.dosing_weight


def given_times(state: VisitState, item: str) -> tuple[datetime, ...]:
    """When an item was given in this visit, oldest first."""
    return tuple(sorted(entry.at for entry in state.treatments if entry.entry.item == item))


def ordered_since(state: VisitState, item: str) -> bool:
    """Whether a provider's order by word of mouth came after the last dose of an item and since the last reaction began.

    After, in the order in which entries were accepted: an order carries one dose, not two of the same minute.
    """
    place = {event.id: event.sequence for event in state.log}
    given = [place[entry.event] for entry in state.treatments if entry.entry.item == item]
    begun = [place.get(reaction.key, 0) for reaction in state.reactions.values()]
    after = max((*given, *begun), default=0)
    return any(told.entry.orders.strip() and place[told.event] > after for told in state.told)


def standing_item(state: VisitState, plan: VisitPlan, reaction: Reaction, item: OrderItem, at: datetime) -> tuple[Reason, ...]:
    """Why the set alone does not carry this item now: given too recently, often enough, or not for this grade."""
    reasons = list(too_soon(item, given_times(state, item.key), at))
    if not item.serves(reaction.worst, suspected(state, plan, reaction)):
        message = f"{item.title} is for {item.for_words}. Tell the provider."
        field = f"treatment.{item.key}.grade"
        reasons.append(review("risk_alert", message, field=field, source=item.source, override="prescriber"))
    return tuple(reasons)


def suspected(state: VisitState, plan: VisitPlan, reaction: Reaction) -> bool:
    """Anaphylaxis is named, graded so, or a criterion of it is met now."""
    return severe(reaction.worst, reaction.latest.term) or suspicion(state, plan) is not None


def standing_treatments(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Reason, ...]:
    """What of the set is open to a prescriber's release while a reaction is open."""
    reaction = state.open_reaction
    if reaction is None or plan.order_set is None or plan.order_set.signed_on is None:
        return ()
    return tuple(
        reason
        for item in plan.order_set.items
        for reason in too_soon(item, given_times(state, item.key), at)
        if item.serves(reaction.worst, suspected(state, plan, reaction))
    )


def acknowledge(state: VisitState, plan: VisitPlan, command: e.Acknowledged, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    if command.event not in state.unacknowledged:
        return (refused("wrong_state", "That entry does not wait for a signature.", field="acknowledge"),)
    return ()
