"""A visit at home: what waits for a signature from elsewhere, and the list of the kit on paper."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit.home_waiting import COLUMNS, FILTERS, sign_offs_waiting
from chairside.apps.visit.screen import screen_of
from chairside.apps.visit.views.reading import visit_here
from chairside.core.access import Action
from chairside.web.paging import csv_response, listing, wants_csv


@requires(Action.DOSE_DECIDE)
def sign_off_list(request: StaffRequest) -> HttpResponseBase:
    """Visits at home of this site that wait for a pharmacist or prescriber, the longest first."""
    rows = sign_offs_waiting(request.site, clock.now(), request.GET)
    if wants_csv(request):
        return csv_response("signatures-from-elsewhere", COLUMNS, rows.order_by("since"))
    page = listing(request, rows, COLUMNS, name="sign-off", default_sort="since", filters=FILTERS)
    return render(request, "visit/sign_offs.html", {"listing": page})


@requires(Action.VISIT_READ)
def visit_kit(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The kit of a visit at home, for paper: each item with its box, and what was missing when it was last checked."""
    row = visit_here(request, visit)
    screen = screen_of(row, request.actor, clock.now())
    home = screen.plan.home
    if home is None:
        raise Http404
    entry_record(
        actor=request.actor, action="chart.read", subject_type="visit_kit", subject=row.pk, patient=row.patient_id, at=screen.at
    )
    return render(request, "visit/kit.html", {"visit": row, "home": home, "kit": screen.state.kit, "at": screen.at})
