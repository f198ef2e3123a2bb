"""Today's board: chairs down, time across. A constant number of queries, one fold for each visit that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.visit import plan_text
from chairside.apps.visit.log import core_events
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.visit.fold import fold
from chairside.core.visit.ladder import total_minutes
from chairside.core.visit.monitoring import Lateness
from chairside.core.visit.outlook import Due, Outlook, outlook
from chairside.core.visit.plan import VisitPlan
from chairside.web.charts.board import MOST_HOURS, Board, Lane, Phase, Slot

_LEAST_HOURS = 8
_LATE_ARRIVAL = timedelta(minutes=10)
ENDED = ("discharged", "documented", "left_against_advice")
_TONES = {
    "infusing": "now",
    "paused": "due",
    "held": "act",
    "observing": "observe",
    "discharge_ready": "observe",
    "infused": "observe",
    "stopped_early": "due",
} | dict.fromkeys(ENDED, "done")
_ICONS = {"paused": "paused", "booked": "person"}
_WORDS = {
    "booked": "arrived",
    "identified": "being assessed",
    "cleared": "getting ready",
    "access_ready": "getting ready",
    "premedicated": "premedicated",
    "drug_verified": "ready to start",
    "documented": "record signed",
}
_DUE_WORDS = {
    "vitals": "vitals",
    "step": "next step",
    "premedication": "premedication over",
    "finish": "ends",
    "observation_end": "observation ends",
}


@dataclass(frozen=True, slots=True)
class Running:
    """A visit in which a drug runs: what stands in the list under the board, with its STOP."""

    visit: UUID
    chair: str
    who: str
    rates: tuple[str, ...]
    due: Due | None
    due_word: str

    @property
    def late(self) -> bool:
        return self.due is not None and self.due.lateness in (Lateness.LATE, Lateness.VERY_LATE)


@dataclass(frozen=True, slots=True)
class Today:
    board: Board | None
    running: tuple[Running, ...]
    counts: tuple[tuple[str, int, str], ...]  # label, number, tone


def today(site: Site, at: datetime, wall: bool) -> Today:
    """The board of a site now. A wall screen shows initials only."""
    chairs = list(Chair.objects.filter(site=site, in_use=True))
    appointments = list(_appointments(site, at))
    outlooks = _outlooks(site, [row.visit for row in appointments if hasattr(row, "visit")], at)
    slots: dict[UUID, list[Slot]] = {chair.pk: [] for chair in chairs}
    running = []
    for row in appointments:
        visit: Visit | None = getattr(row, "visit", None)
        seen = outlooks.get(visit.pk) if visit else None
        place = visit.chair_id if visit and visit.chair_id else row.chair_id
        slots.setdefault(place, []).append(_slot(row, visit, seen, at, wall))
        if visit and seen and seen[1].stage in ("infusing", "paused"):
            running.append(_running(row, visit, seen[1], wall))
    lanes = tuple(
        Lane(chair.name, tuple(slots[chair.pk]), "" if chair.kind == Chair.Kind.CHAIR else chair.get_kind_display())
        for chair in chairs
    )
    begin, end = _hours(site, appointments, at)
    board = Board(begin, end, lanes, at, site.zone) if chairs else None
    ordered = sorted(running, key=lambda item: (not item.late, item.due.at if item.due else at))
    return Today(board, tuple(ordered), _counts(appointments, outlooks, ordered))


def _appointments(site: Site, at: datetime) -> Iterable[Appointment]:
    begin = datetime.combine(at.astimezone(site.zone).date(), time.min, tzinfo=site.zone)
    return (
        Appointment.objects.filter(
            site=site,
            during__startswith__gte=begin,
            during__startswith__lt=begin + timedelta(days=1),
            status__in=["booked", "arrived", "done"],
        )
        .select_related("patient", "chair", "visit__chair")
        .order_by("during")
    )


def _outlooks(site: Site, visits: list[Visit], at: datetime) -> dict[UUID, tuple[VisitPlan, Outlook]]:
    """What each open visit looks like now: all their events in one query."""
    opened = {visit.pk: visit for visit in visits if visit.stage not in ENDED}
    logs: dict[UUID, list[VisitEvent]] = {key: [] for key in opened}
    for event in VisitEvent.objects.filter(visit__in=list(opened)).order_by("sequence"):
        logs[event.visit_id].append(event)
    found = {}
    for key, visit in opened.items():
        plan = plan_text.from_text(visit.plan_text)
        found[key] = (plan, outlook(fold(core_events(logs[key]), plan), plan, at))
    return found


def _slot(row: Appointment, visit: Visit | None, seen: tuple[VisitPlan, Outlook] | None, at: datetime, wall: bool) -> Slot:
    start, end = row.during.lower, row.during.upper
    who = _who(row.patient, wall)
    if visit is None:
        late = row.status == Appointment.Status.BOOKED and at - start >= _LATE_ARRIVAL
        word = "not here yet" if late else "booked"
        return Slot(
            start,
            end,
            who,
            word,
            "due" if late else "plain",
            "due" if late else "",
            url="" if wall else f"{reverse('visit:list')}?appointment={row.pk}",
            late=False,
        )
    url = "" if wall else reverse("visit:page", args=[visit.pk])
    stage = seen[1].stage if seen else visit.stage
    word = _WORDS.get(stage, stage.replace("_", " "))
    if seen is None:
        return Slot(start, end, who, word, _TONES.get(stage, "plain"), _ICONS.get(stage, ""), url=url)
    plan, now = seen
    rates = _rates(now)
    next_due = _next_due(now)
    late = next_due is not None and next_due.lateness in (Lateness.LATE, Lateness.VERY_LATE)
    act = any(alert.level == "act" for alert in now.alerts)
    if any(alert.about == "reaction" for alert in now.alerts):
        word, icon = "reaction", "reaction"
    else:
        icon = "act" if act else _ICONS.get(stage, "")
    detail = _told_due(next_due) if next_due else ""
    finish = max(end, now.finish) if now.finish else end
    tone = "act" if act else _TONES.get(stage, "plain")
    return Slot(start, finish, who, " ".join([word, *rates]), tone, icon, detail, url, late, phases=_phases(plan))


def _who(patient: Patient, wall: bool) -> str:
    if not wall:
        return patient.name
    return " ".join(f"{part[0]}." for part in (patient.given, patient.family) if part)


def _rates(now: Outlook) -> tuple[str, ...]:
    return tuple(drug.rate.spelled() for drug in now.drugs if drug.rate is not None)


def _next_due(now: Outlook) -> Due | None:
    return next((due for due in now.due if due.what in _DUE_WORDS), None)


def _told_due(due: Due) -> str:
    late = ", late" if due.lateness in (Lateness.LATE, Lateness.VERY_LATE) else ""
    return f"{_DUE_WORDS[due.what]} {timezone.localtime(due.at):%H:%M}{late}"


def _running(row: Appointment, visit: Visit, now: Outlook, wall: bool) -> Running:
    due = _next_due(now)
    chair = visit.chair.name if visit.chair else row.chair.name
    return Running(
        visit.pk, chair, _who(row.patient, wall), _rates(now) or ("paused",), due, _DUE_WORDS[due.what] if due else ""
    )


def _phases(plan: VisitPlan) -> tuple[Phase, ...]:
    """The planned parts of the visit to scale."""
    infusion = sum((total_minutes(drug.ladder, drug.volume) for drug in plan.drugs), Decimal(0))
    parts = (
        ("plain", "check-in and access", plan.check_in_minutes),
        ("due", "premedication", plan.premedication_minutes),
        ("now", "infusion", int(infusion)),
        ("observe", "observation", plan.observation_minutes),
    )
    return tuple(Phase(minutes, tone, word) for tone, word, minutes in parts if minutes)


def _hours(site: Site, appointments: list[Appointment], at: datetime) -> tuple[datetime, datetime]:
    """Full hours that hold the opening times and every appointment, no fewer than 8 and no more than 16."""
    day = at.astimezone(site.zone).date()
    begin = datetime.combine(day, time(site.opens_at.hour), tzinfo=site.zone)
    end = datetime.combine(day, site.closes_at, tzinfo=site.zone)
    begin = min(
        [begin, *(row.during.lower.astimezone(site.zone).replace(minute=0, second=0, microsecond=0) for row in appointments)]
    )
    end = max([end, *(row.during.upper for row in appointments)])
    hours = -(-int((end - begin).total_seconds()) // 3600)
    return begin, begin + timedelta(hours=min(max(hours, _LEAST_HOURS), MOST_HOURS))


def _counts(
    appointments: list[Appointment], outlooks: dict[UUID, tuple[VisitPlan, Outlook]], running: list[Running]
) -> tuple[tuple[str, int, str], ...]:
    stages = [now.stage for _, now in outlooks.values()]
    return (
        ("Expected", sum(not hasattr(row, "visit") for row in appointments), ""),
        ("In a chair", len(stages), ""),
        ("Infusing", stages.count("infusing"), "now"),
        ("Late", sum(item.late for item in running), "act" if any(item.late for item in running) else ""),
    )
