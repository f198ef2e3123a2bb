"""Visits at home that wait for the signature of a pharmacist or prescriber who is elsewhere: whose, since when, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from chairside.apps.organizations.models import Site
from chairside.apps.visit.log import core_event
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.plan_text import from_text
from chairside.apps.visit.waiting import ShortList
from chairside.core.visit.cards.at_home import at_home
from chairside.core.visit.events import Event
from chairside.core.visit.fold import fold
from chairside.core.visit.settling import settled
from chairside.web.paging import Column

FILTERS = ("q", "nurse")


@dataclass(frozen=True, slots=True)
class SignOff:
    """One visit at home whose patient was assessed and for whom nobody has signed yet.

    since  when the last entry of the assessment was made
    nurse  who made it
    """

    visit: Visit
    drugs: str
    since: datetime
    nurse: str

    @property
    def patient(self) -> str:
        return self.visit.patient.name


class SignOffs(ShortList[SignOff]):
    """Visits at home that wait."""


COLUMNS = (
    Column("since", "Waits since", ("since",), value=lambda item: timezone.localtime(item.since).strftime("%H:%M")),
    Column("patient", "Patient", ("patient",), value=lambda item: item.patient),
    Column("drugs", "Drug", ("drugs",), value=lambda item: item.drugs),
    Column("nurse", "At the patient", ("nurse",), value=lambda item: item.nurse),
    Column("act", "Next step"),
)


def sign_offs_waiting(site: Site | None, at: datetime, asked: Mapping[str, str]) -> SignOffs:
    """Today's open visits at home of a site that wait for a signature now. Two queries, whatever waits."""
    found = SignOffs()
    if site is None or site.kind != Site.Kind.HOME:
        return found
    day = at.astimezone(site.zone).date()
    visits = list(Visit.objects.filter(site=site, day=day, closed=False).select_related("site", "patient"))
    logs: dict[object, list[Event]] = defaultdict(list)
    for row in VisitEvent.objects.filter(visit__in=visits).order_by("visit", "sequence").iterator():
        logs[row.visit_id].append(core_event(row))
    text, nurse = (asked.get(name, "").strip().casefold() for name in FILTERS)
    for visit in visits:
        plan = from_text(visit.plan_text)
        state = fold(logs[visit.pk], plan)
        card = at_home(state, settled(plan, state), at)
        if card is None or card.command != "remotely_signed":
            continue
        last = [event for event in state.log if event.kind == "questions_answered"] or state.log
        item = SignOff(visit, ", ".join(drug.title for drug in plan.drugs), last[-1].at, last[-1].actor.name)
        if text in f"{item.patient} {item.drugs}".casefold() and nurse in item.nurse.casefold():
            found.append(item)
    return found
