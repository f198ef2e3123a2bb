"""Printing: the record of a visit as a PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit.documents.record import record_pdf
from chairside.apps.visit.screen import screen_of
from chairside.apps.visit.views.reading import visit_here
from chairside.core.access import Action


@requires(Action.VISIT_READ)
def visit_record_pdf(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The record of the visit as a PDF: what its page says, with the digest of the log."""
    row = visit_here(request, visit)
    screen = screen_of(row, request.actor, clock.now())
    entry_record(
        actor=request.actor,
        action="chart.read",
        subject_type="visit_record_pdf",
        subject=row.pk,
        patient=row.patient_id,
        at=screen.at,
    )
    response = HttpResponse(record_pdf(screen), content_type="application/pdf")
    # No name of a patient in the name of a file.
    response["Content-Disposition"] = f'inline; filename="visit-{row.day.isoformat()}-{str(row.pk)[:8]}.pdf"'
    patch_cache_control(response, no_store=True)
    return response
