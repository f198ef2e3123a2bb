"""What else may be done now beside the card: for parallel regions, for down and stop, for notes and releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chairside.apps.visit.selectors import CHANGED_FIELDS
from chairside.core.visit.double_check import due
from chairside.core.visit.plan import DrugPlan, Manner
from chairside.core.visit.state import Infusion

if TYPE_CHECKING:
    from chairside.apps.visit.screen import Screen


@dataclass(frozen=True, slots=True)
class Choice:
    """Another thing that this person may do now."""

    name: str
    label: str
    query: str
    drug: str = ""


def choices_of(screen: Screen) -> list[Choice]:
    """All of them in the order of a visit; the caller leaves out what a role may not do."""
    state, found = screen.state, []

    def add(name: str, label: str, drug: str = "") -> None:
        found.append(Choice(name, label, f"?do={name}" + (f"&drug={drug}" if drug else ""), drug))

    if state.signed_at:
        return found
    holding = [*(screen.plan.clearance or ()), *(item for drug in screen.plan.drugs for item in drug.clearance or ())]
    if any(reason.field.endswith(CHANGED_FIELDS) for reason in holding) and not state.any_started:
        add("replan", "Take the new plan over")
    if state.identified_at and not state.discharged_at:
        add("vitals", "Vitals")
        _add_about_drugs(screen, add)
    if state.away:
        add("vitals", "Vitals")
    if state.cleared_at and not state.any_started:
        if any(item.code not in state.premedications for item in screen.plan.premedications):
            add("premedication", "Premedication")
        if screen.plan.access_needed and state.access_site is None:
            add("access", "Access")
    if state.identified_at and not state.any_started and not state.discharged_at:
        add("hold", "Hold")
    if state.reactions and not state.discharged_at:
        add("reaction", "Reaction")
    if screen.card.command == "access_placed" or any(reason.override != "none" for reason in screen.card.reasons):
        add("override", "Release a rule")
    if state.identified_at and not screen.running and not state.discharged_at:
        add("discharge", "Discharge")
    if not state.discharged_at:
        _add_care(screen, add)
    if screen.plan.home and state.kit and state.kit.missing and not state.any_started:
        add("kit", "Check the kit again")
    add("note", "Note")
    return found


def _add_care(screen: Screen, add: Any) -> None:
    """The site, the provider, and the ways out that are not a discharge."""
    state = screen.state
    if state.access_site is not None and state.access_removed_at is None:
        add("site", "Site not well")
        if state.site_failed_at is not None:
            add("access", "New access")
    if state.identified_at:
        add("told", "Provider told")
        add("transfer", "Transfer")
        if any(not region.timeline and not region.deferred for region in state.infusions.values()):
            add("defer", "Not given today")
        if not screen.running:
            add("against-advice", "Leaves against advice")


def _add_about_drugs(screen: Screen, add: Any) -> None:
    several = len(screen.plan.drugs) > 1
    for drug in screen.plan.drugs:
        region = screen.state.infusions[drug.key]
        suffix = f" {drug.title}" if several else ""
        if region.timeline and not region.stopped:
            _add_while_given(screen, drug, suffix, add)
        made_by = "unit_received" if drug.manner is Manner.UNIT else "preparation_recorded"
        if region.stage == "preparing" and (screen.card.command, screen.card.drug) != (made_by, drug.key):
            unit = drug.manner is Manner.UNIT
            add("unit" if unit else "preparation", f"{'Receive the unit' if unit else 'Prepare'}{suffix}", drug.key)
        ready = region.stage in ("preparing", "prepared") and due(screen.plan, drug, region)
        if ready and (screen.card.command, screen.card.drug) != ("check_entered", drug.key):
            add("check", f"Double check{suffix}", drug.key)


def _add_while_given(screen: Screen, drug: DrugPlan, suffix: str, add: Any) -> None:
    """What may be done with a drug that has begun, in the way in which it is given."""
    region = screen.state.infusions[drug.key]
    if drug.manner in (Manner.PUSH, Manner.DRAW):
        name, words = ("push", "push") if drug.manner is Manner.PUSH else ("draw", "draw")
        if region.paused:
            add(name, f"Go on with the {words}{suffix}", drug.key)
        add(f"{name}-end", f"End of the {words}{suffix}", drug.key)
        return
    if region.running and drug.ladder:
        add("lower", f"Lower the rate{suffix}", drug.key)
    if region.paused:
        add("resume", f"Resume{suffix}", drug.key)
    if region.connected:
        add("pump-off", f"Take the pump off{suffix}", drug.key)
        return
    if drug.manner is Manner.INFUSION and (drug.bags or _several_lots(region)):
        add("bag", f"Next bag{suffix}", drug.key)
    add("stop", f"Stop for good{suffix}", drug.key)


def _several_lots(region: Infusion) -> bool:
    """More was prepared than one vial of one lot: the dose may hang in several bags or bottles."""
    draws = [draw for bag in region.preparations for draw in bag.draws]
    return len(draws) > 1 or any(draw.vials > 1 for draw in draws)
