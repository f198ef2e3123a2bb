"""Figures over all stages: how long from referral to first dose, and how the chairs are used today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min, Q

from chairside.apps.intake.models import Referral
from chairside.apps.organizations.models import Site
from chairside.apps.scheduling.models import Appointment, Chair


@dataclass(frozen=True, slots=True)
class StageDays:
    """Calendar days from one stage to the next: how many were measured, the median and the 90th percentile; None with none."""

    name: str
    count: int
    median: int | None
    ninetieth: int | None


@dataclass(frozen=True, slots=True)
class ChairUse:
    """One chair today: booked minutes of the minutes that the site is open."""

    chair: str
    booked: int
    open: int
    appointments: int

    @property
    def percent(self) -> int:
        return self.booked * 100 // self.open if self.open else 0


def stage_days(site: Site, since: date) -> list[StageDays]:
    """Referrals received since a day: to the signature, the first appointment, the first dose. One query."""
    rows = Referral.objects.filter(site=site, received_at__date__gte=since).annotate(
        signed=Min("orders__versions__signed_at"),
        booked=Min("orders__versions__plan__doses__appointments__booked_at",
                   filter=~Q(orders__versions__plan__doses__appointments__status="cancelled")),
        given=Min("orders__versions__plan__doses__visits__administrations__started_at"),
    )  # fmt: skip
    found = list(rows.values_list("received_at", "signed", "booked", "given"))
    return [
        _stage("Referral to signed order", [(row[0], row[1]) for row in found], site),
        _stage("Signed order to booked appointment", [(row[1], row[2]) for row in found], site),
        _stage("Booked appointment to first dose", [(row[2], row[3]) for row in found], site),
        _stage("Referral to first dose", [(row[0], row[3]) for row in found], site),
    ]


def chair_use(site: Site, day: date) -> list[ChairUse]:
    """Every chair in use with its booked minutes of the day: two queries."""
    opens = datetime.combine(day, site.opens_at, site.zone)
    closes = datetime.combine(day, site.closes_at, site.zone)
    minutes = (closes - opens) // timedelta(minutes=1)
    booked: dict[object, list[int]] = {}
    rows = Appointment.objects.filter(site=site, during__overlap=(opens, closes), status__in=["booked", "arrived", "done"])
    for chair, during in rows.values_list("chair", "during"):
        length = min(during.upper, closes) - max(during.lower, opens)
        booked.setdefault(chair, []).append(length // timedelta(minutes=1))
    return [
        ChairUse(chair.name, sum(booked.get(chair.id, [])), minutes, len(booked.get(chair.id, [])))
        for chair in Chair.objects.filter(site=site, in_use=True).order_by("place")
    ]


def percentile(days: Sequence[int], percent: int) -> int | None:
    """Nearest rank: the smallest value that at least so many percent do not exceed. None for nothing measured."""
    if not days:
        return None
    ordered = sorted(days)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _stage(name: str, pairs: Sequence[tuple[datetime | None, datetime | None]], site: Site) -> StageDays:
    days = [
        (end.astimezone(site.zone).date() - start.astimezone(site.zone).date()).days
        for start, end in pairs
        if start is not None and end is not None and end >= start
    ]
    return StageDays(name, len(days), percentile(days, 50), percentile(days, 90))
