"""Double checks that wait where a person may verify: which drug, which stage, since when. Never an entry (H-014)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import Self, TypeVar

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Membership
from chairside.apps.visit.log import core_event, without_secret
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.plan_text import from_text
from chairside.core.access import Action, Actor, Role
from chairside.core.visit import double_check
from chairside.core.visit.events import Event
from chairside.core.visit.fold import fold
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import VisitState


@dataclass(frozen=True, slots=True)
class Waiting:
    """One stage of one drug's check that can be entered now.

    entered  who has entered the first check, "" while nobody has
    closed   why this person may not enter it from where they are, "" when they may
    """

    visit: Visit
    drug: DrugPlan
    stage: str
    since: datetime
    entered: str
    here: bool
    closed: str

    @property
    def site(self) -> str:
        return self.visit.site.name

    @property
    def home(self) -> bool:
        return self.visit.site.kind == Site.Kind.HOME

    @property
    def patient(self) -> str:
        return self.visit.patient.name

    @property
    def title(self) -> str:
        return self.drug.title

    @property
    def standing(self) -> str:
        return f"one check is in, by {self.entered}" if self.entered else "two checks are to be entered"


_Row = TypeVar("_Row")


class ShortList(list[_Row]):
    """A short list that pages and sorts like the rows of a table."""

    def order_by(self, *fields: str) -> Self:
        made = type(self)(self)
        for name in reversed([name for name in fields if name.removeprefix("-") != "pk"]):
            made.sort(key=attrgetter(name.removeprefix("-")), reverse=name.startswith("-"))
        return made

    def count(self) -> int:  # type: ignore[override]
        return len(self)


class WaitingChecks(ShortList[Waiting]):
    """Checks that wait."""


def verifier_at(actor: Actor, memberships: Sequence[Membership], site: Site) -> Actor | None:
    """The person with the roles that they hold at a site, named as the log names them; None where none of them verifies."""
    roles = frozenset(Role(item.role) for item in memberships if item.site_id == site.pk)
    there = replace(without_secret(actor), roles=roles)
    return there if there.may(Action.VISIT_VERIFY).allowed else None


def checks_waiting(
    actor: Actor, memberships: Sequence[Membership], here: Site | None, at: datetime, asked: Mapping[str, str]
) -> WaitingChecks:
    """Everything that waits for a check today at the sites where this person verifies. Two queries, whatever waits."""
    sites = {item.site_id: item.site for item in memberships}
    people = {key: there for key, site in sites.items() if (there := verifier_at(actor, memberships, site)) is not None}
    days = {at.astimezone(sites[key].zone).date() for key in people}
    visits = Visit.objects.filter(site__in=people, day__in=days, closed=False).select_related("site", "patient", "chair")
    if wanted := asked.get("site", ""):
        visits = visits.filter(site__name=wanted)
    rows = [visit for visit in visits if visit.day == at.astimezone(visit.site.zone).date()]
    logs: dict[object, list[Event]] = defaultdict(list)
    for row in VisitEvent.objects.filter(visit__in=rows).order_by("visit", "sequence").iterator():
        logs[row.visit_id].append(core_event(row))
    found = WaitingChecks()
    for visit in rows:
        plan = from_text(visit.plan_text)
        found += _waiting(visit, plan, fold(logs[visit.pk], plan), people[visit.site_id], here)
    text = asked.get("q", "").strip().casefold()
    return WaitingChecks(item for item in found if text in f"{item.patient} {item.title}".casefold())


def _waiting(visit: Visit, plan: VisitPlan, state: VisitState, actor: Actor, here: Site | None) -> Iterable[Waiting]:
    at_hand = here is not None and here.pk == visit.site_id and plan.home is None  # a home is not where the site is
    for drug in plan.drugs:
        region = state.infusions[drug.key]
        stage = double_check.due(plan, drug, region) if state.cleared_at and not (region.timeline or region.over) else None
        if stage is None or (region.prepared is None and region.released_at is None):
            continue
        entered = double_check.round_of(region, stage)
        names = {event.id: event.actor.name for event in state.log}
        against = double_check.may_enter(plan, drug, region, actor, stage_key=stage.key, remote=not at_hand)
        since = entered[-1].at if entered else _since(state, drug.key)
        yield Waiting(
            visit,
            drug,
            stage.title,
            since,
            names.get(entered[-1].event, "") if entered and stage.people == 2 else "",
            at_hand,
            against[0].message if against else "",
        )


def _since(state: VisitState, drug: str) -> datetime:
    """When what is to be checked came about: the newest release, preparation or comparison of this drug."""
    kinds = ("released_to_prepare", "preparation_recorded", "unit_received", "check_compared")
    return max(event.at for event in state.log if event.kind in kinds and getattr(event.payload, "drug", "") == drug)
