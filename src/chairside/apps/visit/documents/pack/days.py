"""Which days and whose papers: the next days on which a site works, and each patient who is booked on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import kept_record
from chairside.apps.scheduling.models import Appointment, Shift

_AHEAD = timedelta(days=60)
_TO_COME = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)


@dataclass(frozen=True)
class Coming:
    """One patient and their appointments on the days of the pack."""

    patient: Patient
    appointments: tuple[Appointment, ...]


def clinic_days(site: Site, at: datetime, count: int) -> tuple[date, ...]:
    """The next days with somebody booked or a nurse on shift, today included until the site closes; none beyond two months."""
    local = at.astimezone(site.zone)
    first = local.date() if local.time() < site.closes_at else local.date() + timedelta(days=1)
    begin = datetime.combine(first, time.min, tzinfo=site.zone)
    booked = _appointments(site).filter(during__startswith__gte=begin, during__startswith__lt=begin + _AHEAD)
    shifts = Shift.objects.filter(site=site, during__startswith__gte=begin, during__startswith__lt=begin + _AHEAD)
    spans = [*booked.values_list("during", flat=True), *shifts.values_list("during", flat=True)]
    return tuple(sorted({span.lower.astimezone(site.zone).date() for span in spans}))[:count]


def coming(site: Site, days: Iterable[date]) -> tuple[Coming, ...]:
    """Who is booked on these days, in the order of their first appointment. Two records of one person are one paper."""
    wanted = set(days)
    if not wanted:
        return ()
    begin = datetime.combine(min(wanted), time.min, tzinfo=site.zone)
    end = datetime.combine(max(wanted) + timedelta(days=1), time.min, tzinfo=site.zone)
    rows = _appointments(site).filter(during__startswith__gte=begin, during__startswith__lt=end)
    rows = rows.select_related("patient", "chair", "nurse", "visit", "planned_dose__plan__order_version__release")
    found: dict[object, list[Appointment]] = {}
    people: dict[object, Patient] = {}
    for row in rows.order_by("during", "chair__place", "pk"):
        if row.during.lower.astimezone(site.zone).date() in wanted:
            kept = kept_record(row.patient)
            people[kept.pk] = kept
            found.setdefault(kept.pk, []).append(row)
    return tuple(Coming(people[key], tuple(rows)) for key, rows in found.items())


def _appointments(site: Site) -> QuerySet[Appointment]:
    return Appointment.objects.filter(site=site, status__in=_TO_COME)
