"""The page of a patient's facts: what each says, how it stood when it came, and where it came from."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from chairside.apps.audit.services import entry_record
from chairside.apps.chart import facts, selectors
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import Patient
from chairside.core.access import Action
from chairside.web.paging import csv_response, listing, wants_csv


@requires(Action.CHART_READ)
def facts_page(request: StaffRequest, patient: UUID) -> HttpResponseBase:
    """Every fact of a patient, with what was corrected and what is questioned. Reading it is recorded."""
    row = get_object_or_404(Patient, pk=patient)
    if row.merged_into_id is not None:
        return redirect("chart:facts", patient=row.merged_into_id)
    at = clock.now()
    entry_record(actor=request.actor, action="chart.read", subject_type="facts", subject=row.pk, patient=row.pk, at=at)
    found = facts.facts(row, request.GET)
    if wants_csv(request):
        return csv_response("facts", facts.EXPORT, found.order_by("-on", "pk").iterator(chunk_size=1000))
    page = listing(request, found, facts.COLUMNS, name="facts", default_sort="-on", filters=facts.FILTERS)
    context = {
        "patient": row,
        "facts": page,
        "rows": facts.shown(page.rows),
        "kinds": selectors.RESULT_KIND_NAMES,
        "shows": facts.SHOWN,
    }
    return render(request, "chart/facts.html", context)
