"""The list of patients and the patient's page."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from chairside.apps.audit.services import entry_record
from chairside.apps.chart import selectors
from chairside.apps.chart.line import line_of
from chairside.apps.organizations import clock
from chairside.apps.people.forms import UndoForm
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import Patient
from chairside.apps.people.pairs import merges_of
from chairside.apps.people.selectors import recorders_of
from chairside.core.access import Action
from chairside.core.kernel.span import age_on
from chairside.web.paging import csv_response, listing, wants_csv


@requires(Action.CHART_READ)
def patient_list(request: StaffRequest) -> HttpResponseBase:
    """All patients of the organization."""
    rows = selectors.patients(request.GET)
    if wants_csv(request):
        return csv_response("patients", selectors.PATIENT_COLUMNS, rows.order_by("family", "given", "pk").iterator())
    page = listing(
        request, rows, selectors.PATIENT_COLUMNS, name="patients", default_sort="name", filters=selectors.PATIENT_FILTERS
    )
    return render(request, "chart/patients.html", {"listing": page})


@requires(Action.CHART_READ)
def patient_page(request: StaffRequest, patient: UUID) -> HttpResponseBase:
    """The patient's line, and everything about them by stage. Reading it is recorded."""
    row = get_object_or_404(Patient.objects.select_related("merged_into"), pk=patient)
    if row.merged_into is not None:
        messages.info(request, f"The record {row.mrn} is merged into {row.merged_into.mrn}. This is the chart of both.")
        return redirect("chart:patient", patient=row.merged_into.pk)
    at = clock.now()
    day = at.astimezone(request.site.zone).date() if request.site else at.date()
    entry_record(actor=request.actor, action="chart.read", subject_type="patient", subject=row.pk, patient=row.pk, at=at)
    results = selectors.results(row, request.GET)
    if wants_csv(request):
        return csv_response("results", selectors.RESULT_EXPORT, results.order_by("-on", "pk").iterator())
    page = listing(
        request,
        results,
        selectors.RESULT_COLUMNS,
        name="results",
        default_sort="-on",
        filters=selectors.RESULT_FILTERS,
        per_page=25,
    )
    chart = selectors.chart_of(row)
    age = f"{age_on(row.birth_date, day)} years" if row.birth_date and row.birth_date <= day else ""
    context = {
        "patient": row,
        "age": age,
        "chart": chart,
        "line": line_of(chart, day),
        "results": page,
        "day": day,
        "may_clear": request.actor.may(Action.CLEARANCE_READ).allowed,
        "kinds": selectors.RESULT_KIND_NAMES,
        "recorders": recorders_of(page.rows),
        "merges": [(merge, UndoForm(auto_id=f"undo_{merge.pk}_%s")) for merge in merges_of(row)],
        "may_merge": request.actor.may(Action.PATIENT_MERGE).allowed,
    }
    return render(request, "chart/patient.html", context)
