"""The day's visits of a site: every appointment of today, with its visit where one was opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from chairside.apps.organizations.models import Site
from chairside.apps.scheduling.models import Appointment
from chairside.web.paging import Column

FILTERS = ("q", "stage", "nurse", "appointment")
STAGES = (
    "booked",
    "identified",
    "assessed",
    "held",
    "cleared",
    "access_ready",
    "premedicated",
    "drug_verified",
    "infusing",
    "paused",
    "infused",
    "stopped_early",
    "observing",
    "discharge_ready",
    "discharged",
    "left_against_advice",
    "transferred",
    "deferred",
    "documented",
)


def _stage(row: Appointment) -> str:
    visit = getattr(row, "visit", None)
    return visit.stage.replace("_", " ") if visit else row.get_status_display()


COLUMNS = (
    Column("time", "Time", ("during",), value=lambda row: timezone.localtime(row.during.lower).strftime("%H:%M")),
    Column("patient", "Patient", ("patient__family", "patient__given"), value=lambda row: row.patient.name),
    Column("chair", "Chair", ("chair__place",), value=lambda row: row.chair.name),
    Column("nurse", "Nurse", ("nurse__name",), value=lambda row: row.nurse.name),
    Column("dose", "Dose", ("planned_dose__number",), value=lambda row: row.planned_dose.number if row.planned_dose else ""),
    Column("stage", "Stage", ("visit__stage", "status"), value=_stage),
    Column("act", "Next step"),
)


def _uuids(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []


def visits_of_day(site: Site | None, at: datetime, asked: Mapping[str, str]) -> QuerySet[Appointment]:
    """Today's appointments by the site's own day, as the filters ask."""
    rows = Appointment.objects.select_related(
        "patient", "chair", "nurse", "visit", "planned_dose__plan__order_version__release"
    )
    if site is None:
        return rows.none()
    begin = datetime.combine(at.astimezone(site.zone).date(), time.min, tzinfo=site.zone)
    rows = rows.filter(site=site, during__startswith__gte=begin, during__startswith__lt=begin + timedelta(days=1)).exclude(
        status="cancelled"
    )
    if wanted := asked.get("appointment", ""):
        rows = rows.filter(pk__in=_uuids(wanted))
    if found := asked.get("q", "").strip():
        rows = rows.filter(
            Q(patient__family__icontains=found) | Q(patient__given__icontains=found) | Q(chair__name__icontains=found)
        )
    if (stage := asked.get("stage", "")) in STAGES:
        rows = rows.filter(Q(visit__stage=stage) | (Q(visit=None, status="booked") if stage == "booked" else Q(pk=None)))
    if nurse := asked.get("nurse", "").strip():
        rows = rows.filter(nurse__name__icontains=nurse)
    return rows
