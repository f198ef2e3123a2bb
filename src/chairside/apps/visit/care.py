"""What the screen shows beside a reaction: grades, criteria that are met, the signed order set, the restart rule, the site.

It presents what the site signed and what the record holds; it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from chairside.apps.visit.forms.care import picked
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.visit.decide import lifted
from chairside.core.visit.events import ProviderNotified, SiteAssessed
from chairside.core.visit.guards.care import given_times, item_dose, ordered_since, standing_item, suspected
from chairside.core.visit.ladder import restart_ceiling
from chairside.core.visit.plan import DrugPlan
from chairside.core.visit.reactions.grading import ALLERGIC, NEVER_BOTH, Graded, series
from chairside.core.visit.reactions.order_set import ItemDose, OrderItem, OrderSet, again_at
from chairside.core.visit.reactions.reaction import Restart, key_of, rule_for
from chairside.core.visit.reactions.site import scale_name, site_grade
from chairside.core.visit.reactions.symptoms import Suspicion, suspicion
from chairside.core.visit.state import Dated, Reaction

if TYPE_CHECKING:
    from chairside.apps.visit.screen import Screen


@dataclass(frozen=True, slots=True)
class ItemNow:
    """One item of the set for this patient, now. `reasons`: why the set alone does not carry it; empty when one tap does."""

    item: OrderItem
    dose: Decision[ItemDose]
    given: tuple[datetime, ...]
    again: datetime | None
    reasons: tuple[Reason, ...]
    key: UUID

    @property
    def ready(self) -> bool:
        return self.dose.value is not None and not self.reasons

    @property
    def pick(self) -> str:
        """What the tap posts."""
        return picked(self.item, self.dose.value) if self.dose.value else ""


@dataclass(frozen=True, slots=True)
class RestartNow:
    """How a drug may start again after its reaction: the rule with its source, or every reason why not."""

    drug: DrugPlan
    ceiling: Decision[Restart]
    reasons: tuple[Reason, ...]
    source: str

    @property
    def words(self) -> str:
        """“100 mL/h at onset x 50 % = 50 mL/h, hold 30 min, then the ladder”; the rate alone where none was slowed."""
        value = self.ceiling.value
        if value is None:
            return ""
        said = self.ceiling.working[0] if self.ceiling.working else f"At up to {value.rate.spelled()}"
        return f"{said}, then the ladder."

    @property
    def by_order(self) -> bool:
        """A prescriber's new order could let it go on today."""
        return any(reason.override == "prescriber" for reason in self.reasons)

    @property
    def over(self) -> bool:
        """Nothing lets it go on today."""
        return any(reason.code == "contraindicated" and reason.override == "none" for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class SiteSeen:
    seen: Dated[SiteAssessed]
    grade: int | None
    tool: str


@dataclass(frozen=True, slots=True)
class Care:
    """Everything of the panel. Empty when nothing of the kind happened."""

    reaction: Reaction | None
    grades: tuple[Graded, ...]
    met: Suspicion | None
    never_both: str
    told: tuple[Dated[ProviderNotified], ...]
    told_key: UUID
    orders: OrderSet | None
    items: tuple[ItemNow, ...]
    other_items: tuple[ItemNow, ...]
    restarts: tuple[RestartNow, ...]
    sites: tuple[SiteSeen, ...]
    transferred: bool

    def __bool__(self) -> bool:
        return bool(self.reaction or self.met or self.sites or self.told or self.transferred)


def care_of(screen: Screen) -> Care:
    """The panel of a visit at this moment."""
    state, plan = screen.state, screen.plan
    reaction = state.open_reaction or (list(state.reactions.values())[-1] if state.reactions else None)
    met = suspicion(state, plan)
    orders = plan.order_set if plan.order_set and plan.order_set.signed_on else None
    rows = [_item(screen, reaction, item) for item in orders.items] if orders and reaction and not state.discharged_at else []
    serving = [row for row in rows if reaction and row.item.serves(reaction.worst, suspected(state, plan, reaction))]
    return Care(
        reaction,
        series(reaction) if reaction else (),
        met,
        NEVER_BOTH if reaction and key_of(reaction.latest.term) == ALLERGIC else "",
        tuple(sorted(state.told, key=lambda item: item.at)),
        uuid4(),
        orders,
        tuple(serving),
        tuple(row for row in rows if row not in serving),
        tuple(_restarts(screen)),
        tuple(SiteSeen(seen, site_grade(state, plan, seen.entry).value, scale_name(seen.entry.scale)) for seen in state.sites),
        state.transferred is not None,
    )


def _item(screen: Screen, reaction: Reaction, item: OrderItem) -> ItemNow:
    state, plan = screen.state, screen.plan
    given = given_times(state, item.key)
    standing = () if ordered_since(state, item.key) else standing_item(state, plan, reaction, item, screen.at)
    return ItemNow(
        item, item_dose(state, plan, item), given, again_at(item, given), lifted(state, standing), uuid4()
    )  # fmt: skip


def _restarts(screen: Screen) -> list[RestartNow]:
    """For each drug that was begun and is not over, once it had a reaction."""
    state, found = screen.state, []
    for drug in screen.plan.drugs:
        region = state.infusions[drug.key]
        mine = [item for item in state.reactions.values() if item.drug in ("", drug.key)]
        if not mine or not region.timeline or region.over or state.discharged_at:
            continue
        worst = max(mine, key=lambda item: item.worst or 0)
        ceiling = restart_ceiling(state, drug)
        rule = rule_for(drug.restarts, worst.worst, worst.latest.term, len(mine)) if worst.worst else None
        found.append(RestartNow(drug, ceiling, lifted(state, ceiling.reasons), rule.source if rule else ""))
    return found
