"""Reading what is worked on after the chair: incidents, calls that are due, and how often each rule was released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from chairside.apps.organizations.models import Site
from chairside.apps.visit.models import FollowUpCall, Incident, RuleHeld, RuleReleased
from chairside.web.paging import Column

INCIDENT_FILTERS = ("q", "state", "trigger")
CALL_FILTERS = ("q", "state")
RETIRE_PERCENT = 90  # a rule that is released more often than this tells nobody anything any more (H-024)

INCIDENT_COLUMNS = (
    Column(
        "opened", "Opened", ("opened_at",), value=lambda row: timezone.localtime(row.opened_at).isoformat(timespec="minutes")
    ),
    Column("patient", "Patient", ("visit__patient__family",), value=lambda row: row.visit.patient.name),
    Column("trigger", "Trigger", ("trigger",), value=lambda row: row.trigger.replace("_", " ")),
    Column("detail", "Detail", value=lambda row: row.detail),
    Column("harm", "Harm", ("harm",), value=lambda row: row.harm),
    Column("state", "Report", ("state",), value=lambda row: row.get_state_display()),
    Column("act", "Next step"),
)
CALL_COLUMNS = (
    Column("due", "Due", ("due_at",), value=lambda row: timezone.localtime(row.due_at).isoformat(timespec="minutes")),
    Column("patient", "Patient", ("visit__patient__family",), value=lambda row: row.visit.patient.name),
    Column("phone", "Phone", value=lambda row: row.visit.patient.phone),
    Column("left", "Left", ("left_at",), value=lambda row: timezone.localtime(row.left_at).isoformat(timespec="minutes")),
    Column("tries", "Tries", ("tries",), number=True, value=lambda row: row.tries),
    Column("concerns", "Told of", value=lambda row: row.concerns.replace("_", " ")),
    Column("act", "Next step"),
)
RULE_COLUMNS = (
    Column("rule", "Rule", ("rule",), value=lambda row: row.rule),
    Column("held", "Visits held", ("held",), number=True, value=lambda row: row.held),
    Column("released", "Released", ("released",), number=True, value=lambda row: row.released),
    Column("percent", "Share", ("percent",), number=True, value=lambda row: row.percent),
    Column("by", "Released by", value=lambda row: row.by),
    Column("message", "What it says", value=lambda row: row.message),
)


def incidents_at(site: Site | None, asked: Mapping[str, str]) -> QuerySet[Incident]:
    """Incidents of a site; those without a complete report unless another state is asked for."""
    rows = Incident.objects.filter(visit__site=site).select_related("visit__patient")
    state = asked.get("state", "")
    if state != "all":
        rows = rows.filter(state=state) if state in Incident.State else rows.exclude(state=Incident.State.DONE)
    if trigger := asked.get("trigger", ""):
        rows = rows.filter(trigger=trigger)
    return rows.filter(_named(asked))


def triggers_at(site: Site | None) -> list[str]:
    """The triggers that ever opened an incident here."""
    return list(Incident.objects.filter(visit__site=site).order_by("trigger").values_list("trigger", flat=True).distinct())


def calls_at(site: Site | None, at: datetime, asked: Mapping[str, str]) -> QuerySet[FollowUpCall]:
    """Calls of a site: due ones first asked for; also those ahead, late, or made."""
    rows = FollowUpCall.objects.filter(visit__site=site).select_related("visit__patient")
    by_state = {
        "ahead": Q(reached_at=None, due_at__gt=at),
        "late": Q(reached_at=None, late_at__lte=at),
        "made": Q(reached_at__isnull=False),
        "all": Q(),
    }
    return rows.filter(by_state.get(asked.get("state", ""), Q(reached_at=None, due_at__lte=at)), _named(asked))


def _named(asked: Mapping[str, str]) -> Q:
    text = asked.get("q", "").strip()
    return Q(visit__patient__family__icontains=text) | Q(visit__patient__given__icontains=text) if text else Q()


@dataclass(frozen=True, slots=True)
class RuleUse:
    """One rule in a span of days: in how many visits it held, in how many it was released, by whom."""

    rule: str
    held: int
    released: int
    by: str
    message: str

    @property
    def percent(self) -> int:
        return round(100 * self.released / self.held) if self.held else 0

    @property
    def tiring(self) -> bool:
        """Released so often that it should be looked at, or retired."""
        return self.percent > RETIRE_PERCENT


class RuleUses(list[RuleUse]):
    """A short list that pages and sorts like the rows of a table."""

    def order_by(self, *fields: str) -> RuleUses:
        made = RuleUses(self)
        for name in reversed(fields):
            key = name.removeprefix("-")
            if hasattr(RuleUse, key):
                made.sort(key=attrgetter(key), reverse=name.startswith("-"))
        return made

    def count(self) -> int:  # type: ignore[override]
        return len(self)


def rule_uses(site: Site, first: date, last: date) -> RuleUses:
    """How each rule was used at a site from one day to another, both included. Three queries."""
    begin = datetime.combine(first, time.min, tzinfo=site.zone)
    end = datetime.combine(last + timedelta(days=1), time.min, tzinfo=site.zone)
    released_rows = RuleReleased.objects.filter(visit__site=site, at__gte=begin, at__lt=end).order_by()
    released = {row["rule"]: row["n"] for row in released_rows.values("rule").annotate(n=Count("visit", distinct=True))}
    roles: dict[str, set[str]] = {}
    for rule, held in released_rows.values_list("rule", "roles").distinct():
        roles.setdefault(rule, set()).add(held.split()[0].replace("_", " ") if held else "")
    held_rows = RuleHeld.objects.filter(visit__site=site, at__gte=begin, at__lt=end).order_by()
    seen = {row["rule"]: row for row in held_rows.values("rule").annotate(n=Count("visit", distinct=True), said=Max("message"))}
    return RuleUses(
        RuleUse(
            rule,
            max(seen[rule]["n"] if rule in seen else 0, released.get(rule, 0)),  # one released unasked was held all the same
            released.get(rule, 0),
            ", ".join(sorted(roles.get(rule, ()))),
            seen[rule]["said"] if rule in seen else "",
        )
        for rule in sorted({*seen, *released})
    )
