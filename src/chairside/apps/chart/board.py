"""Today's board: chairs down, time across, and what needs somebody. A constant number of queries, whoever looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from chairside.apps.chart.attention import Attention, Place, attention
from chairside.apps.chart.board_words import ENDED, RUNNING, Mark, Told, next_due, rates, stage_mark, who
from chairside.apps.chart.folded import Standing, standing_of
from chairside.apps.organizations.models import Site
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.visit.models import Visit
from chairside.core.visit.ladder import shortest
from chairside.core.visit.plan import Manner, VisitPlan
from chairside.web.charts.board import MOST_HOURS, Board, Lane, Phase, Slot

_LEAST_HOURS = 8
_LATE_ARRIVAL = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A visit in progress: a line of the list by chair, with its STOP while a drug runs."""

    place: Place
    mark: Mark
    rates: tuple[str, ...]
    due: Told | None
    stop: bool
    red: bool

    @property
    def key(self) -> str:
        return str(self.place.visit)


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody who is booked and has not been checked in."""

    at: datetime
    chair: str
    who: str
    mark: Mark
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Today:
    """The board of a site at a minute."""

    board: Board | None
    attention: tuple[Attention, ...]
    sitting: tuple[Sitting, ...]
    expected: tuple[Expected, ...]
    counts: tuple[tuple[str, int, str], ...]  # label, number, tone


def today(site: Site, at: datetime, wall: bool, nurse: UUID | None = None) -> Today:
    """The board of a site now; of one nurse's patients alone where one is named. A wall screen shows initials, and no links.

    Asks for nobody's rights: who may see it is the caller's question.
    """
    chairs = list(Chair.objects.filter(site=site, in_use=True))
    appointments = [row for row in _appointments(site, at) if nurse in (None, row.nurse_id)]
    visits = {row.pk: row.visit for row in appointments if hasattr(row, "visit")}
    others = [visit for visit in _other_visits(site, at, visits.values()) if nurse in (None, _nurse_of(visit))]
    standings = standing_of([visit for visit in (*visits.values(), *others) if visit.stage not in ENDED], at)
    slots: dict[UUID, list[Slot]] = {chair.pk: [] for chair in chairs}
    for row in appointments:
        visit = visits.get(row.pk)
        place = visit.chair_id if visit and visit.chair_id else row.chair_id
        slots.setdefault(place, []).append(_slot(row, visit, standings.get(visit.pk) if visit else None, at, wall))
    seen = [(_place(visit, wall), standings[visit.pk]) for visit in (*visits.values(), *others) if visit.pk in standings]
    sitting = sorted((_sitting(place, standing, at) for place, standing in seen), key=_urgency)
    expected = tuple(_expected(row, at, wall) for row in appointments if row.pk not in visits)
    needs = attention(seen, at, wall=wall)
    begin, end = _hours(site, appointments, at)
    shown = [chair for chair in chairs if nurse is None or slots[chair.pk]]
    stops = {place.chair: place for place, standing in seen if "infusing" in standing.now.stage}
    lanes = tuple(_lane(chair, slots[chair.pk], None if wall else stops.get(chair.name)) for chair in shown)
    board = Board(begin, end, lanes, at, site.zone) if lanes else None
    return Today(board, needs, tuple(sitting), expected, _counts(expected, sitting))


def _appointments(site: Site, at: datetime) -> Iterable[Appointment]:
    begin = datetime.combine(at.astimezone(site.zone).date(), time.min, tzinfo=site.zone)
    return (
        Appointment.objects.filter(
            site=site,
            during__startswith__gte=begin,
            during__startswith__lt=begin + timedelta(days=1),
            status__in=["booked", "arrived", "done"],
        )
        .select_related("patient", "chair", "nurse", "visit__chair", "visit__patient")
        .order_by("during")
    )


def _other_visits(site: Site, at: datetime, known: Iterable[Visit]) -> Iterable[Visit]:
    """Visits of today without an appointment of today, and those of other days in which something still runs."""
    day = at.astimezone(site.zone).date()
    return (
        Visit.objects.filter(Q(day=day) | Q(stage__in=RUNNING, day__lt=day), site=site, closed=False)
        .exclude(pk__in=[visit.pk for visit in known])
        .select_related("patient", "chair", "appointment__nurse", "appointment__chair")
        .order_by("opened_at")
    )


def _nurse_of(visit: Visit) -> UUID | None:
    return visit.appointment.nurse_id if visit.appointment else None


def _place(visit: Visit, wall: bool) -> Place:
    booked = visit.appointment
    chair = visit.chair or (booked.chair if booked else None)
    return Place(
        visit.pk,
        chair.name if chair else "no chair",
        who(visit.patient, wall),
        booked.nurse.name if booked else "",
        "" if wall else reverse("visit:page", args=[visit.pk]),
    )


def _lane(chair: Chair, slots: list[Slot], running: Place | None) -> Lane:
    note = "" if chair.kind == Chair.Kind.CHAIR else chair.get_kind_display()
    if running is None:
        return Lane(chair.name, tuple(slots), note)
    return Lane(chair.name, tuple(slots), note, reverse("visit:pause", args=[running.visit]), running.who)


def _slot(row: Appointment, visit: Visit | None, seen: Standing | None, at: datetime, wall: bool) -> Slot:
    start, end = row.during.lower, row.during.upper
    named = who(row.patient, wall)
    if visit is None:
        mark, url = _arrival_mark(row, at), "" if wall else _open_url(row)
        return Slot(start, end, named, mark.word, mark.tone, mark.icon, url=url)
    url = "" if wall else reverse("visit:page", args=[visit.pk])
    if seen is None:
        mark = stage_mark(visit.stage, None)
        return Slot(start, end, named, mark.word, mark.tone, mark.icon, url=url)
    now, due = seen.now, next_due(seen.now, at)
    mark = stage_mark(now.stage, now)
    words = " ".join([mark.word, *rates(now)])
    finish = max(end, now.finish) if now.finish else end
    return Slot(
        start,
        finish,
        named,
        words,
        mark.tone,
        mark.icon,
        due.mark.word if due else "",
        url,
        late=due is not None and due.mark.tone == "act",
        phases=_phases(seen.plan),
        detail_icon=due.mark.icon if due else "",
        detail_tone=due.mark.tone if due and due.mark.icon else "",
    )


def _arrival_mark(row: Appointment, at: datetime) -> Mark:
    late = row.status == Appointment.Status.BOOKED and at - row.during.lower >= _LATE_ARRIVAL
    return Mark("not here yet", "due", "due") if late else Mark("booked", "plain", "plain")


def _open_url(row: Appointment) -> str:
    return f"{reverse('visit:list')}?appointment={row.pk}"


def _sitting(place: Place, seen: Standing, at: datetime) -> Sitting:
    now = seen.now
    mark, due = stage_mark(now.stage, now), next_due(now, at)
    red = mark.tone == "act" or (due is not None and due.mark.tone == "act")
    return Sitting(place, mark, rates(now), due, "infusing" in now.stage, red)


def _urgency(item: Sitting) -> tuple[bool, bool, bool, datetime | str, str]:
    """Red first, then late, then what runs, then by the time of what is next."""
    when = item.due.at.isoformat() if item.due else "~"
    return (not item.red, item.due is None or not item.due.late, not item.stop, when, item.place.chair)


def _expected(row: Appointment, at: datetime, wall: bool) -> Expected:
    url = "" if wall else _open_url(row)
    return Expected(row.during.lower, row.chair.name, who(row.patient, wall), _arrival_mark(row, at), url, str(row.pk))


def _phases(plan: VisitPlan) -> tuple[Phase, ...]:
    """The planned parts of the visit to scale."""
    infusion = sum((shortest(drug) for drug in plan.drugs if drug.manner is not Manner.PUMP), Decimal(0))
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


def _counts(expected: tuple[Expected, ...], sitting: list[Sitting]) -> tuple[tuple[str, int, str], ...]:
    late = [item.due for item in sitting if item.due is not None and item.due.late]
    tone = "act" if any(due.mark.tone == "act" for due in late) else "due" if late else ""
    return (
        ("Expected", len(expected), ""),
        ("In a chair", len(sitting), ""),
        ("Infusing", sum(item.stop for item in sitting), "now"),
        ("Late", len(late), tone),
    )
