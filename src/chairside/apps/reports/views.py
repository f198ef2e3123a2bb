"""Reports: referral to first dose by stage, and chair use today."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponseBase
from django.shortcuts import render

from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.reports import selectors
from chairside.core.access import Action
from chairside.web.paging import Column, csv_response

STAGES = (
    Column("name", "Stage", value=lambda row: row.name),
    Column("count", "Measured", value=lambda row: row.count),
    Column("median", "Median days", value=lambda row: row.median),
    Column("ninetieth", "90th percentile days", value=lambda row: row.ninetieth),
)
CHAIRS = (
    Column("chair", "Chair", value=lambda row: row.chair),
    Column("appointments", "Appointments", value=lambda row: row.appointments),
    Column("booked", "Booked minutes", value=lambda row: row.booked),
    Column("open", "Open minutes", value=lambda row: row.open),
)
SPANS = (30, 90, 365)


@requires(Action.REPORT_READ)
def overview(request: StaffRequest) -> HttpResponseBase:
    """Both figures of the site, for the chosen number of days back."""
    if request.site is None:
        return render(request, "reports/overview.html", {"stages": [], "chairs": []})
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else SPANS[1]
    today = clock.today(request.site.zone)
    stages = selectors.stage_days(request.site, today - timedelta(days=days))
    chairs = selectors.chair_use(request.site, today)
    if request.GET.get("format") == "csv":
        if request.GET.get("of") == "chairs":
            return csv_response("chair-use", CHAIRS, chairs)
        return csv_response("referral-to-first-dose", STAGES, stages)
    context = {
        "stages": stages, "chairs": chairs, "days": days, "spans": SPANS, "today": today,
        "booked": sum(item.booked for item in chairs), "open": sum(item.open for item in chairs),
    }  # fmt: skip
    context["percent"] = int(str(context["booked"])) * 100 // int(str(context["open"])) if context["open"] else 0
    return render(request, "reports/overview.html", context)
