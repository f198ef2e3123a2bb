"""The lists of what is worked on after the chair."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponseBase
from django.shortcuts import render

from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit import following
from chairside.core.access import Action
from chairside.web.paging import csv_response, listing, wants_csv


@requires(Action.VISIT_REPORT)
def incident_list(request: StaffRequest) -> HttpResponseBase:
    """Incidents without a complete report, or all of them."""
    rows = following.incidents_at(request.site, request.GET)
    columns, filters = following.INCIDENT_COLUMNS, following.INCIDENT_FILTERS
    if wants_csv(request):
        return csv_response("incidents", columns, rows.iterator(chunk_size=1000))
    page = listing(request, rows, columns, name="incidents", default_sort="-opened", filters=filters)
    return render(request, "visit/incidents.html", {"listing": page, "triggers": following.triggers_at(request.site)})


@requires(Action.VISIT_ASSESS)
def call_list(request: StaffRequest) -> HttpResponseBase:
    """Whom to call after a visit, the longest due first."""
    at = clock.now()
    rows = following.calls_at(request.site, at, request.GET)
    columns = following.CALL_COLUMNS
    if wants_csv(request):
        return csv_response("calls", columns, rows.iterator(chunk_size=1000))
    page = listing(request, rows, columns, name="calls", default_sort="due", filters=following.CALL_FILTERS)
    return render(request, "visit/calls.html", {"listing": page, "at": at})


@requires(Action.REPORT_READ)
def rule_list(request: StaffRequest) -> HttpResponseBase:
    """Rules that held and were released in a week: those released nearly every time tell nobody anything (H-024)."""
    site, at = request.site, clock.now()
    today = at.astimezone(site.zone).date() if site else at.date()
    last = _day(request.GET.get("until", ""), today)
    first = _day(request.GET.get("since", ""), last - timedelta(days=6))
    rows = following.rule_uses(site, min(first, last), max(first, last)) if site else following.RuleUses()
    if wants_csv(request):
        return csv_response("rules-released", following.RULE_COLUMNS, rows)
    page = listing(request, rows, following.RULE_COLUMNS, name="rules", default_sort="-percent", filters=("since", "until"))
    context = {"listing": page, "first": min(first, last), "last": max(first, last), "retire": following.RETIRE_PERCENT}
    return render(request, "visit/rules.html", context)


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
