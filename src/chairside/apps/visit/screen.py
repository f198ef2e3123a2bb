"""Everything that the visit screen shows one person at one moment: state as they may see it, the card, other choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.scheduling.models import Chair
from chairside.apps.visit.allergies import allergy_facts
from chairside.apps.visit.blind import as_seen_by
from chairside.apps.visit.care import Care, care_of
from chairside.apps.visit.checklist import Region, checklist
from chairside.apps.visit.choices import Choice, choices_of
from chairside.apps.visit.doses import dose_for
from chairside.apps.visit.drawing import rungs
from chairside.apps.visit.forms import FORMS, Around, EventForm
from chairside.apps.visit.forms.base import OF_A_DRUG
from chairside.apps.visit.impossible import NotPossible, impossible_now, stop_unread
from chairside.apps.visit.lots import lots_for, with_lots
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.planning import replanned
from chairside.apps.visit.selectors import plan_of, state_of
from chairside.apps.visit.telling import told
from chairside.core.access import Actor
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.product import Storage
from chairside.core.stock.beyond_use import use_by
from chairside.core.visit import double_check
from chairside.core.visit.decide import GUARDS, standing
from chairside.core.visit.next_action import NextAction, next_action
from chairside.core.visit.outlook import Outlook, outlook
from chairside.core.visit.plan import DrugPlan, Manner, VisitPlan
from chairside.core.visit.replanning import REPLANNERS, differences
from chairside.core.visit.settling import settled
from chairside.core.visit.state import VisitState

_WHOLE = Decimal(1)
_FORM_OF = {
    "checked_in": "check-in",
    "seated": "seat",
    "vitals_recorded": "vitals",
    "allergies_reviewed": "allergies",
    "questions_answered": "questions",
    "cleared": "clear",
    "held": "override",
    "released_to_prepare": "release",
    "access_placed": "access",
    "premedication_given": "premedication",
    "preparation_recorded": "preparation",
    "check_entered": "check",
    "infusion_started": "start",
    "step_changed": "raise",
    "resumed": "resume",
    "stopped": "stop",
    "flushed": "flush",
    "reaction_recorded": "reaction",
    "observation_started": "observe",
    "access_removed": "access-out",
    "discharged": "discharge",
    "signed": "sign",
    "kit_checked": "kit",
    "set_out": "set-out",
    "remotely_signed": "sign-remotely",
    "call_made": "call",
    "incident_reported": "incident",
    "dose_given": "injection",
    "push_started": "push",
    "push_ended": "push-end",
    "draw_started": "draw",
    "draw_ended": "draw-end",
    "pump_connected": "pump",
    "pump_disconnected": "pump-off",
    "unit_received": "unit",
    "bag_changed": "bag",
}
_KIND_OF = {form: kind for kind, form in _FORM_OF.items()} | {
    "hold": "held",
    "override": "overridden",
    "lower": "step_changed",
    "symptom": "symptom_reported",
    "note": "note_added",
    "correct": "corrected",
    "claim": "claimed",
    "treatment": "treatment_given",
    "told": "provider_notified",
    "site": "site_assessed",
    "transfer": "transferred",
    "against-advice": "discharged",
    "defer": "deferred",
}


@dataclass(frozen=True)
class Screen:
    visit: Visit
    plan: VisitPlan
    state: VisitState
    actor: Actor
    at: datetime
    now: Outlook
    card: NextAction

    @property
    def drug(self) -> DrugPlan | None:
        """The drug that the card is about, else the one that runs, else the first."""
        running = next((drug for drug in self.plan.drugs if self.state.infusions[drug.key].running), None)
        return self.plan.drug(self.card.drug) or running or (self.plan.drugs[0] if self.plan.drugs else None)

    @property
    def regions(self) -> tuple[Region, ...]:
        return checklist(self.state, self.plan, self.at)

    @property
    def ladders(self) -> list[dict[str, Any]]:
        return [
            {"drug": drug, "rungs": rungs(self.state, self.plan, drug, self.at)}
            for drug in self.plan.drugs
            if len(drug.ladder) > 1
        ]

    @cached_property
    def care(self) -> Care:
        """What stands beside a reaction: grades, criteria, the signed order set, the restart rule, the site."""
        return care_of(self)

    @property
    def urgent(self) -> bool:
        """A reaction is open, or its criteria are met: what is given in it stands before all but the pump that still runs."""
        waits = self.state.discharged_at is None and self.card.command != "paused"
        return waits and bool(self.state.open_reaction or self.care.met)

    @property
    def differing(self) -> str:
        """Where the last round of this drug's double check differed, never what (H-014); empty when nothing did."""
        drug = self.drug
        if drug is None or self.card.command != "check_entered":
            return ""
        asked = double_check.outcome(self.plan, drug, self.state.infusions[drug.key]).reasons
        return next((reason.message for reason in asked if reason.code == "mismatch"), "")

    @property
    def entered_mine(self) -> bool:
        """Whether this person's check is in and the second person's is what is waited for (H-013)."""
        drug = self.drug
        if drug is None or self.card.command != "check_entered":
            return False
        region = self.state.infusions[drug.key]
        stage = double_check.due(self.plan, drug, region)
        return stage is not None and any(check.actor_id == self.actor.id for check in double_check.round_of(region, stage))

    @property
    def elsewhere(self) -> bool:
        """Whether this person signed a visit at home from elsewhere: then their check is one from elsewhere too."""
        mine = (event for event in self.state.log if event.kind == "remotely_signed" and event.actor.id == self.actor.id)
        return self.plan.home is not None and any(mine)

    @property
    def may_treat(self) -> bool:
        return may(self.actor, "treatment")

    @property
    def may_tell(self) -> bool:
        return may(self.actor, "told")

    @property
    def running(self) -> bool:
        return any(region.running for region in self.state.infusions.values())

    @property
    def stoppable(self) -> bool:
        """STOP and REACTION stand on every open visit."""
        return self.state.discharged_at is None

    @cached_property
    def impossible(self) -> tuple[NotPossible, ...]:
        """What is not possible now, and why."""
        return impossible_now(self.state, self.plan, self.card, self.at)

    @property
    def stop_unread(self) -> datetime | None:
        """When STOP was pressed, until the pump's reading is in."""
        return stop_unread(self.state)

    @property
    def amounts(self) -> list[dict[str, Any]]:
        """Per drug: rate, volume given, of how much."""
        found = []
        for drug in self.plan.drugs:
            now = next(item for item in self.now.drugs if item.key == drug.key)
            by_hand = drug.manner in (Manner.PUSH, Manner.INJECTION, Manner.DRAW)
            given = Quantity(now.given.amount.quantize(_WHOLE), now.given.unit)
            found.append(
                {
                    "drug": drug,
                    "stage": now.stage,
                    "rate": now.rate,
                    "given": None if by_hand and now.stage == "infusing" else given,  # nobody reads a syringe meanwhile
                    "by_hand": by_hand,
                    "volume": drug.volume if drug.volume_stated else None,
                    "finish": now.finish,
                }
            )
        return found

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What else this person may do now, beside the card.

        What a role may not do is not offered; what a guard refuses is told. What the card does with one drug may be done
        with another.
        """
        return tuple(
            choice
            for choice in choices_of(self)
            if may(self.actor, choice.name) and (choice.name != self.card_form or choice.drug not in ("", self.card.drug))
        )

    @property
    def card_form(self) -> str:
        """The form of the card, empty when it waits or when it is someone else's to do."""
        name = _FORM_OF.get(self.card.command, "")
        if (name == "override" and not self.overridable) or self.entered_mine or (name == "check" and self.elsewhere):
            return ""
        return name if name and may(self.actor, name) else ""

    def is_another(self, form: EventForm) -> bool:
        """Whether a form is not the card's: another one, or the same for another drug."""
        drug = form.around.drug
        other = form.way in OF_A_DRUG and drug is not None and self.card.drug not in ("", drug.key)
        return form.way != self.card_form or other

    @property
    def overridable(self) -> tuple[tuple[str, str], ...]:
        """Open rules that a named role may release, with their words."""
        found = {
            reason.field: f"{reason.message} (released by: {reason.override.replace('_', ' ')})"
            for reason in standing(self.state, self.plan, self.at)
            if reason.override != "none" and reason.outcome.word != "unknown" and reason.field not in self.state.overrides
        }
        return tuple(found.items())


def screen_of(visit: Visit, actor: Actor, at: datetime, before: VisitEvent | None = None) -> Screen:
    """The screen of a visit, or as it was right before an event: constant queries, whatever its log holds."""
    plan = plan_of(visit)
    state = as_seen_by(state_of(visit, plan, before), actor.id)
    plan = settled(with_lots(visit, plan, state), state)
    return Screen(visit, plan, state, actor, at, outlook(state, plan, at), next_action(state, plan, at))


def may(actor: Actor, form: str) -> bool:
    """Whether the matrix lets this person do what a form does."""
    actions = REPLANNERS if form == "replan" else GUARDS[_KIND_OF[form]][0]
    return any(actor.may(action).allowed for action in actions)


def form_for(screen: Screen, name: str, drug: str = "", data: Any = None, event: str = "") -> EventForm:
    """One form, ready to be filled in, or filled with what was posted."""
    chosen = screen.plan.drug(drug) or screen.drug
    around = _around(screen, name, chosen, event or (data.get("event", "") if data else ""))
    initial = {"event": event} if event else {}
    return FORMS[name](data, around=around, sequence=screen.visit.sequence, initial=initial)


def _around(screen: Screen, name: str, drug: DrugPlan | None, event: str) -> Around:
    visit, zone = screen.visit, screen.visit.site.zone
    more: dict[str, Any] = {}
    if name == "seat":
        chairs = Chair.objects.filter(site_id=visit.site_id, in_use=True)
        more = {"chairs": tuple((chair.name, chair.name) for chair in chairs), "chair": visit.chair.name if visit.chair else ""}
    elif name == "allergies":
        more = {"allergies": tuple(row.display or row.code.replace("_", " ") for row in allergy_facts(visit.patient))}
    elif name == "preparation" and drug is not None:
        protocol = protocol_of(drug.protocol_sha256 or visit.protocol_sha256)
        product = protocol.product(drug.products[0]) if drug.products else None
        rules = product.preparation.stability if product else ()
        dilution = product.preparation.dilution if product else None
        more = {
            "lots": lots_for(visit, drug.products, dose_for(visit, drug.key)),
            "diluents": dilution.diluents if dilution else (),
            "use_by": use_by(rules, storage=Storage.ROOM, prepared_at=screen.at).value,
        }
    elif name == "replan":
        new = replanned(visit, screen.at)[1].value
        more = {"extra": {"changes": "; ".join(differences(screen.plan, new.plan)) if new else ""}}
    elif name in ("correct", "claim"):
        line = next((line for line in told(screen.state, screen.plan) if line.id == event), None)
        more = {"extra": {"about": f"{line.title}, {line.at.astimezone(zone):%H:%M}, {line.who}" if line else ""}}
    elif name == "override":
        more = {"overridable": screen.overridable}
    return Around(screen.plan, screen.state, screen.at, zone, visit.day, drug, **more)
