"""What happened to the access site: the grade by what was seen, and what a leak of this visit's drugs means."""

from __future__ import annotations

from chairside.core.kernel.decision import Decision, refused
from chairside.core.visit.events import SiteAssessed
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.reactions import site_scale
from chairside.core.visit.state import VisitState

INFILTRATION, PHLEBITIS, EXTRAVASATION = "infiltration", "phlebitis", "extravasation"
SCALES = (INFILTRATION, PHLEBITIS, EXTRAVASATION)
ADVICE_HOURS = 72
SEEN: dict[str, tuple[str, ...]] = {
    INFILTRATION: ("blanched", "cool", "translucent", "numb", "tight", "leaking", "discolored", "deep_pitting",
                   "circulation_impaired", "irritant"),
    PHLEBITIS: site_scale.SEEN_VEIN,
}  # fmt: skip
SEEN[EXTRAVASATION] = SEEN[INFILTRATION]


def vesicants(state: VisitState, plan: VisitPlan) -> tuple[DrugPlan, ...]:
    """The vesicants that have run through the access in this visit."""
    return tuple(drug for drug in plan.drugs if drug.vesicant and state.infusions[drug.key].timeline)


def site_grade(state: VisitState, plan: VisitPlan, entry: SiteAssessed) -> Decision[int]:
    """The grade by its scale. A leak of a vesicant or of blood is 4 at once, whatever its size."""
    seen = dict.fromkeys(entry.not_seen, False) | dict.fromkeys(entry.seen, True)
    if entry.scale == PHLEBITIS:
        return site_scale.phlebitis(seen, entry.cord_cm)
    if entry.scale not in SCALES:
        return Decision(None, (refused("out_of_range", f"“{entry.scale}” is not a scale of the site.", field="site.scale"),))
    leaked = vesicants(state, plan)
    if leaked:
        return Decision(4, working=(f"{site_scale.INFILTRATION}: 4, {leaked[0].title} is a vesicant",))
    blood = any(drug.manner is Manner.UNIT and state.infusions[drug.key].timeline for drug in plan.drugs)
    return site_scale.infiltration(seen | ({"blood_product": True} if blood else {}), entry.edema_cm)


def scale_name(scale: str) -> str:
    """The tool that the grade is by: it is stored with each grade."""
    return site_scale.PHLEBITIS if scale == PHLEBITIS else site_scale.INFILTRATION


def is_extravasation(state: VisitState, plan: VisitPlan, entry: SiteAssessed) -> bool:
    """A leak that opens an incident: called so, or of a vesicant."""
    return entry.scale == EXTRAVASATION or (entry.scale == INFILTRATION and bool(vesicants(state, plan)))
