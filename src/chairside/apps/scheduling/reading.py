"""From the tables to the values that the rulebook reads: a site's days, and what a planned dose asks for. Decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q
from django.db.models.functions import Coalesce

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.organizations.models import Site
from chairside.apps.people.selectors import person_of, records_of
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling.models import Appointment, Chair, HandsOn, Shift
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.quantity import quantity
from chairside.core.kernel.span import DayWindow, Span
from chairside.core.scheduling import day_book as core
from chairside.core.scheduling.standing import standing_reasons
from chairside.core.scheduling.visit_shape import VisitShape, visit_shape

HOLDING = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED, Appointment.Status.DONE)
HORIZON = timedelta(days=60)  # how far ahead openings are looked for, however wide the dose's window


@dataclass(frozen=True, slots=True)
class DoseToBook:
    """A planned dose as scheduling needs it."""

    row: PlannedDose
    patient: UUID
    person: UUID  # what the records of one person have in common: they are in one chair at a time
    shape: Decision[VisitShape]
    standing: tuple[Reason, ...]

    def request(self, at: datetime, moving: Appointment | None = None) -> core.VisitRequest:
        """The wish for a place. Only where the shape is known."""
        if self.shape.value is None:
            raise ValueError("a visit of unknown length cannot ask for a place")
        window = DayWindow(self.row.earliest_on, self.row.latest_on)
        return core.VisitRequest(
            str(self.person), self.shape.value, window, self.row.target_on, at, moving=str(moving.pk) if moving else ""
        )


def dose_to_book(dose_id: UUID, moving: Appointment | None = None) -> DoseToBook:
    """Read a planned dose with its plan and order as they stand now. The appointment that it gives up does not count as one."""
    row = PlannedDose.objects.select_related("plan__order_version__order", "plan__patient").get(pk=dose_id)
    order = row.plan.order_version
    standing = standing_reasons(dose="planned" if moving else row.status, plan=row.plan.status, order=order.status)
    ordered = quantity(order.dose_amount, order.dose_unit) if order.dose_amount is not None else None
    known = {"indication": order.indication, "regimen": order.regimen, "phase": row.phase}
    shape = visit_shape(protocol_of(order.release_id), row.number, amount=ordered, **known)
    return DoseToBook(row, row.plan.patient_id, person_of(row.plan.patient), shape, tuple(standing))


def clinic_of(site: Site) -> core.Clinic:
    return core.Clinic(site.zone, site.opens_at, site.closes_at)


def read_book(site: Site, days: DayWindow, patient: UUID | None = None) -> core.DayBook:
    """The site's chairs, shifts and bookings of these calendar days, the patient's own appointments anywhere. Four queries."""
    reach = _reach(site, days)
    chairs = tuple(
        core.Chair(str(pk), name, kind, in_use)
        for pk, name, kind, in_use in Chair.objects.filter(site=site)
        .order_by("place", "name")
        .values_list("pk", "name", "kind", "in_use")
    )
    shifts = Shift.objects.filter(site=site, during__overlap=reach).order_by("during", "nurse__name", "pk")
    here = Q(site=site) | Q(patient__in=records_of(patient)) if patient else Q(site=site)
    found = Appointment.objects.filter(here, status__in=HOLDING, during__overlap=reach).order_by("during", "pk")
    return core.DayBook(
        clinic_of(site),
        days,
        chairs,
        tuple(_shifts(shifts.values_list("nurse", "nurse__name", "during", "patients_at_once"))),
        tuple(_bookings(found.values_list("pk", "chair", "nurse", Coalesce("patient__merged_into", "patient"), "during"))),
    )


def open_days(dose: PlannedDose, today: date) -> DayWindow | None:
    """The days on which openings for this dose are looked for; None when its window has passed."""
    first, last = max(dose.earliest_on, today), min(dose.latest_on, max(dose.earliest_on, today) + HORIZON)
    return DayWindow(first, last) if first <= last else None


def range_of(span: Span) -> DateTimeTZRange:
    return DateTimeTZRange(span.start, span.end, "[)")


def _reach(site: Site, days: DayWindow) -> DateTimeTZRange:
    """The moments from the first midnight to the last one, at the site."""
    midnights = (
        datetime.combine(day, datetime.min.time(), site.zone).astimezone(UTC)
        for day in (days.first, days.last + timedelta(days=1))
    )
    return DateTimeTZRange(*midnights, "[)")


def _shifts(rows: Iterable[tuple[UUID, str, DateTimeTZRange, int]]) -> Iterable[core.Shift]:
    for nurse, name, during, at_once in rows:
        yield core.Shift(str(nurse), name, span_of(during), at_once)


def _bookings(rows: Iterable[tuple[UUID, UUID, UUID, UUID, DateTimeTZRange]]) -> Iterable[core.Booking]:
    rows = list(rows)
    hands: dict[UUID, list[Span]] = defaultdict(list)
    for appointment, during in HandsOn.objects.filter(appointment__in=[row[0] for row in rows]).values_list(
        "appointment", "during"
    ):
        hands[appointment].append(span_of(during))
    for pk, chair, nurse, patient, during in rows:
        yield core.Booking(str(pk), str(chair), str(nurse), str(patient), span_of(during), tuple(hands[pk]))


def span_of(during: DateTimeTZRange) -> Span:
    return Span(during.lower.astimezone(UTC), during.upper.astimezone(UTC))
