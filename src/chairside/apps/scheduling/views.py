"""The schedule: a day as chairs and hours, a week as a list, and the queue of doses that wait for an appointment."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.scheduling import selectors
from chairside.core.access import Action
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv

COLUMNS = (
    Column("latest", "Latest day", ("latest_on", "target_on"), value=lambda row: row.latest_on),
    Column("patient", "Patient", ("plan__patient__family", "plan__patient__given"), value=lambda row: row.plan.patient.name),
    Column(
        "therapy",
        "Therapy",
        ("plan__order_version__release__name", "number"),
        value=lambda row: row.plan.order_version.release.name,
    ),
    Column("dose", "Dose", number=True, value=lambda row: row.number),
    Column("target", "Target day", ("target_on",), value=lambda row: row.target_on),
    Column("window", "May be given", value=lambda row: f"{row.earliest_on} to {row.latest_on}"),
    Column("act", "Next step"),
)


@requires(Action.APPOINTMENT_READ)
def day(request: StaffRequest) -> HttpResponseBase:
    """One day: the board, and the same as a table."""
    today = _today(request)
    shown = _day(request, today)
    rows = list(selectors.appointments_on(request.site, shown, shown))
    board = selectors.board_of(request.site, shown, clock.now(), rows) if request.site else None
    context = {
        "day": shown,
        "today": today,
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1),
        "board": board,
        "rows": [(row, selectors.STATES[row.status]) for row in rows],
        "tabs": tabs("day"),
    }
    return render(request, "scheduling/day.html", context)


@requires(Action.APPOINTMENT_READ)
def week(request: StaffRequest) -> HttpResponseBase:
    """Seven days from a Monday, each with its appointments."""
    today = _today(request)
    shown = _day(request, today)
    monday = shown - timedelta(days=shown.weekday())
    context = {
        "monday": monday,
        "today": today,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "tabs": tabs("week"),
        "days": selectors.week_of(request.site, monday) if request.site else [],
        "states": selectors.STATES,
    }
    return render(request, "scheduling/week.html", context)


@requires(Action.APPOINTMENT_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Doses to book whose window begins soon, the ones whose window closes first on top."""
    today, text = _today(request), request.GET.get("q", "").strip()
    reach = request.GET.get("reach", "")
    reach = reach if reach in dict(selectors.REACHES) else selectors.NEXT
    rows = selectors.to_book(request.site, text=text, reach=reach, today=today)
    if wants_csv(request):
        return csv_response("to-book", COLUMNS, rows.order_by(*ordering(COLUMNS, "latest")).iterator(chunk_size=500))
    page = listing(request, rows, COLUMNS, name="to-book", default_sort="latest", filters=("q", "reach"))
    counts = selectors.to_book_counts(request.site, text=text, today=today)
    context = {
        "listing": page,
        "rows": [(row, (row.latest_on - today).days) for row in page.rows],
        "tabs": tabs("queue"),
        "may_book": request.actor.may(Action.APPOINTMENT_BOOK).allowed,
        # The default is the empty choice, so that a sort or a page in the address needs no filter to keep it.
        "reaches": [
            ("" if key == selectors.NEXT else key, label, counts[key], key == reach) for key, label in selectors.REACHES
        ],
        "beyond": counts[selectors.ALL] - page.count,
        "closing": reach == selectors.CLOSING,
    }
    return render(request, "scheduling/queue.html", context)


def tabs(current: str) -> list[dict[str, object]]:
    """The three views of the schedule."""
    shown = (("day", "Day"), ("week", "Week"), ("queue", "To book"))
    return [{"label": label, "url": reverse(f"scheduling:{name}"), "current": name == current} for name, label in shown]


def _today(request: StaffRequest) -> date:
    return clock.today(request.site.zone) if request.site else clock.now().date()


def _day(request: StaffRequest, today: date) -> date:
    """The day in the address; an unusable one is today, so that an old link still opens."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
