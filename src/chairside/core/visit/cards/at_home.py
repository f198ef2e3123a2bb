"""The cards that only a visit at home has: the kit, the way there, the signature from elsewhere."""

from __future__ import annotations

from datetime import datetime

from chairside.core.visit.cards.card import NextAction
from chairside.core.visit.guards.arrival import standing_assessed
from chairside.core.visit.guards.home import standing_home
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState


def at_home(state: VisitState, plan: VisitPlan, at: datetime) -> NextAction | None:
    """Before the door: kit and way. After the assessment: somebody elsewhere signs before anything is given."""
    home = plan.home
    if home is None or state.any_started or state.discharged_at or state.deferred or state.signed_at:
        return None
    open_now = standing_home(state, plan)
    if state.identified_at is None:
        if any(reason.field == "home.kit" for reason in open_now):
            return NextAction("kit_checked", "Check the kit", "Item by item, before leaving.", reasons=open_now[:1])
        if state.set_out_at is None:
            return NextAction("set_out", "Set out", f"Expected at {home.address or 'the address on record'}.", due=home.latest)
        return None
    if standing_assessed(state, plan):
        return None
    unsigned = tuple(reason for reason in open_now if reason.field == "home.sign_off")
    if unsigned:
        who = "pharmacist or prescriber, from elsewhere"
        return NextAction("remotely_signed", "Signature from elsewhere", unsigned[0].message, who=who, reasons=unsigned)
    return None
