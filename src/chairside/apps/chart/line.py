"""The patient's line: doses with their windows, requirements, authorizations and appointments on one axis of days."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from chairside.apps.chart.selectors import Chart
from chairside.apps.scheduling.models import Appointment
from chairside.web.charts.lanes import Bar, LaneChart, LineLane, Mark

_BEFORE, _AFTER = timedelta(days=60), timedelta(days=240)
_DOSE = {"given": "done", "booked": "now", "cancelled": "plain", "planned": "plain"}
_NEED = {"held": "act", "review": "due", "unknown": "unknown", "due": "due"}
_APPOINTMENT = {"booked": "now", "arrived": "now", "done": "done", "no_show": "due"}


def line_of(chart: Chart, day: date) -> LaneChart:
    """One picture across the stages, from two months ago to eight months ahead."""
    first, last = day - _BEFORE, day + _AFTER
    doses = [dose for dose in chart.doses if dose.status != "cancelled"]
    windows = tuple(Bar(dose.earliest_on, dose.latest_on, "", "plain") for dose in doses if dose.earliest_on != dose.latest_on)
    marks = tuple(Mark(dose.target_on, str(dose.number), _DOSE.get(dose.status, "plain")) for dose in doses)
    needs = tuple(Mark(row.due_on, "!", _NEED[row.state]) for row in chart.due if row.due_on)
    approved = tuple(
        Bar(row.starts_on, row.ends_on, f"{row.units.normalize():f} units" if row.units else row.get_status_display(), "done")
        for row in chart.authorizations
        if row.status == "approved" and row.starts_on and row.ends_on
    )
    booked = tuple(
        Mark(_day(row), str(_day(row).day), _APPOINTMENT[row.status])
        for row in chart.appointments
        if row.status in _APPOINTMENT
    )
    return LaneChart(
        first,
        last,
        (
            LineLane("Doses", windows, marks),
            LineLane("Still needed", (), needs),
            LineLane("Authorization", approved),
            LineLane("Appointments", (), booked),
        ),
        today=day,
    )


def _day(row: Appointment) -> date:
    """The day of an appointment as the page's zone counts days."""
    return timezone.localtime(row.during.lower).date()
