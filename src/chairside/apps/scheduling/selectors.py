"""Reading the schedule: a day as a board, a week as a list, what is still to book, and where a dose could go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from chairside.apps.organizations.models import Site
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair, Shift
from chairside.apps.scheduling.reading import HOLDING, DoseToBook, open_days, range_of, read_book
from chairside.core.kernel.decision import Decision, Reason, unknown
from chairside.core.kernel.span import DayWindow, Span
from chairside.core.scheduling.check import check_booking
from chairside.core.scheduling.day_book import Booking, DayBook, Place
from chairside.core.scheduling.openings import Opening, nearest_days, openings
from chairside.engines.booking.center_day import earliest
from chairside.web.charts.board import Board, Lane, Slot

CLOSING_DAYS = 7
ALL, NEXT, CLOSING = "all", "next", "closing"
_DAYS_AHEAD = {NEXT: 30, "next_90": 90}
REACHES = (
    (NEXT, "Begins within 30 days"),
    (CLOSING, f"Closes within {CLOSING_DAYS} days"),
    ("next_90", "Begins within 90 days"),
    (ALL, "All"),
)
LEAST_HOURS = 8  # a board is never shorter
STATES = {
    "booked": ("plain", "Booked"),
    "arrived": ("now", "Here"),
    "done": ("done", "Done"),
    "no_show": ("due", "Did not come"),
    "cancelled": ("locked", "Cancelled"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """An opening as the page shows it."""

    start: datetime
    end: datetime
    chair: str
    chair_name: str
    nurse: str
    nurse_name: str
    days_off: int


@dataclass(frozen=True, slots=True)
class Places:
    """Where a dose could go: openings, and what there is to choose from by hand."""

    offers: tuple[Offer, ...]
    chairs: tuple[tuple[str, str], ...]
    nurses: tuple[tuple[str, str], ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class WeekDay:
    day: date
    appointments: tuple[Appointment, ...]
    nurses: int

    @property
    def minutes(self) -> int:
        """Chair minutes that are taken."""
        lengths = (row.during.upper - row.during.lower for row in self.appointments)
        return int(sum(lengths, timedelta()) / timedelta(minutes=1))


def appointments_on(site: Site | None, first: date, last: date) -> QuerySet[Appointment]:
    """Appointments that hold a chair on these days, in order of time."""
    if site is None:
        return Appointment.objects.none()
    rows = Appointment.objects.filter(site=site, status__in=HOLDING, during__overlap=range_of(_days(site, first, last)))
    return rows.select_related("patient", "chair", "nurse", "planned_dose__plan__order_version__release").order_by(
        "during", "chair__place", "pk"
    )


def board_of(site: Site, day: date, now: datetime, rows: Sequence[Appointment]) -> Board | None:
    """Chairs down, time across; None where the site has no chair. One query, beside the rows that are handed in."""
    chairs = list(
        Chair.objects.filter(Q(in_use=True) | Q(pk__in={row.chair_id for row in rows}), site=site).order_by("place", "name")
    )
    if not chairs:
        return None
    lanes = [
        Lane(
            chair.name,
            tuple(_slot(row) for row in rows if row.chair_id == chair.pk),
            "" if chair.kind == "chair" else chair.get_kind_display(),
        )
        for chair in chairs
    ]
    first = datetime.combine(day, time(site.opens_at.hour), site.zone)
    close = datetime.combine(day, site.closes_at, site.zone)
    hours = -((first - close) // timedelta(hours=1))
    return Board(first, first + timedelta(hours=max(hours, LEAST_HOURS)), tuple(lanes), now, site.zone)


def week_of(site: Site, first: date) -> list[WeekDay]:
    """Seven days from `first`: two queries, however much is booked."""
    rows = list(appointments_on(site, first, first + timedelta(days=6)))
    shifts = list(
        Shift.objects.filter(site=site, during__overlap=range_of(_days(site, first, first + timedelta(days=6)))).values_list(
            "nurse", "during"
        )
    )
    days = [first + timedelta(days=n) for n in range(7)]
    return [
        WeekDay(
            day,
            tuple(row for row in rows if row.during.lower.astimezone(site.zone).date() == day),
            len({nurse for nurse, during in shifts if during.lower.astimezone(site.zone).date() == day}),
        )
        for day in days
    ]


def to_book(site: Site | None, *, text: str = "", reach: str = ALL, today: date) -> QuerySet[PlannedDose]:
    """Planned doses without an appointment, of active plans with a signed order, as far ahead as `reach` says."""
    rows = PlannedDose.objects.filter(
        plan__order_version__order__site=site, status="planned", plan__status="active", plan__order_version__status="signed"
    )
    if text:
        rows = rows.filter(
            Q(plan__patient__family__icontains=text)
            | Q(plan__patient__given__icontains=text)
            | Q(plan__patient__mrn__iexact=text)
        )
    return rows.filter(_within(reach, today)).select_related("plan__patient", "plan__order_version__release")


def to_book_counts(site: Site | None, *, text: str = "", today: date) -> dict[str, int]:
    """How many doses there are to book in each reach. One query."""
    rows = to_book(site, text=text, today=today).select_related(None)
    return rows.aggregate(**{reach: Count("pk", filter=_within(reach, today)) for reach, _ in REACHES})


def _within(reach: str, today: date) -> Q:
    """A window that has begun or passed is always within; a dose late in a long course is not yet work."""
    if reach == ALL:
        return Q(pk__isnull=False)
    if reach == CLOSING:
        return Q(latest_on__lte=today + timedelta(days=CLOSING_DAYS))
    return Q(earliest_on__lte=today + timedelta(days=_DAYS_AHEAD[reach]))


def places_for(dose: DoseToBook, site: Site, at: datetime, moving: Appointment | None = None, most: int = 12) -> Places:
    """Openings nearest to the target day, and the chairs and nurses of the window. Four queries."""
    today = at.astimezone(site.zone).date()
    days = open_days(dose.row, today) or DayWindow(today, today)
    book = read_book(site, days, dose.patient)
    chairs = tuple((chair.id, chair.name) for chair in book.chairs if chair.in_use)
    nurses = tuple(sorted(book.nurse_names.items(), key=lambda item: item[1]))
    reasons = dose.standing + dose.shape.reasons
    if reasons:
        return Places((), chairs, nurses, reasons)
    found = openings(book, dose.request(at, moving), nearest_days(days, dose.row.target_on), earliest, most=most)
    return Places(tuple(offer_of(book, one) for one in found), chairs, nurses, ())


def offers_of(site: Site, found: Sequence[Opening]) -> tuple[Offer, ...]:
    """Openings that a refusal named, with the names of their chairs and nurses."""
    if not found:
        return ()
    days = sorted(one.place.start.astimezone(site.zone).date() for one in found)
    book = read_book(site, DayWindow(days[0], days[-1]))
    return tuple(offer_of(book, one) for one in found)


def explained(dose: DoseToBook, site: Site, place: Place, at: datetime, moving: Appointment | None = None) -> Decision[Booking]:
    """Would this place be given? The very rule that the booking asks, without booking."""
    reasons = dose.standing + dose.shape.reasons
    if reasons:
        return Decision(None, reasons)
    day = place.start.astimezone(site.zone).date()
    return check_booking(read_book(site, DayWindow(day, day), dose.patient), dose.request(at, moving), place)


def offer_of(book: DayBook, one: Opening) -> Offer:
    place = one.place
    return Offer(
        place.start,
        one.until,
        place.chair,
        book.chair_by_id[place.chair].name,
        place.nurse,
        book.nurse_names[place.nurse],
        one.days_off,
    )


def missing_place() -> Decision[Booking]:
    """What to say while nothing is chosen yet."""
    return Decision(None, (unknown("missing_fact", "Choose a chair, a nurse, a day and a time.", field="start"),))


def appointment_of(key: UUID) -> Appointment | None:
    rows = Appointment.objects.select_related("patient", "chair", "nurse", "site", "planned_dose__plan__order_version__release")
    return rows.filter(pk=key).first()


def _days(site: Site, first: date, last: date) -> Span:
    midnights = (datetime.combine(day, time.min, site.zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    return Span(*midnights)


def _slot(row: Appointment) -> Slot:
    tone, word = STATES[row.status]
    return Slot(
        row.during.lower,
        row.during.upper,
        row.patient.name,
        f"{word.lower()} · {row.nurse.name}",
        tone,
        url=reverse("scheduling:appointment", args=[row.pk]),
    )
