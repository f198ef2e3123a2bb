"""One resource: what it says now, each version of it, and where each came from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header

from chairside.apps.interop import selectors
from chairside.apps.interop.models import ReceivedResource, Resource
from chairside.apps.interop.services import documents
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import Patient
from chairside.apps.people.services import reading_record
from chairside.core.access import Action
from chairside.exchange.fhir.layout import indented
from chairside.exchange.fhir.text import parse

_SHOWN = 200_000  # characters on the page; a scanned document in a resource is longer and is there to be downloaded


@requires(Action.CHART_READ)
def page(request: StaffRequest, kind: str, here: str) -> HttpResponseBase:
    """A resource by its type and its id here; `?version=` shows an older one. Reading it is reading the patient's chart."""
    resource = _resource(kind, here)
    person = selectors.person_of_resource(resource)
    _record(request, resource, person)
    versions = selectors.versions_of(resource)
    asked = request.GET.get("version", "")
    shown = next((row for row in versions if str(row.version) == asked), versions[0] if versions else None)
    text = _laid_out(shown.text) if shown else ""
    context: dict[str, Any] = {
        "resource": resource,
        "person": person,
        "versions": versions,
        "shown": shown,
        "text": text[:_SHOWN],
        "cut": len(text) > _SHOWN,
        "remarks": selectors.issues_of(shown.remarks) if shown else [],
        "newest": bool(versions) and shown == versions[0],
        "may_receive": request.actor.may(Action.REFERRAL_RECEIVE).allowed,
    }
    return render(request, "interop/resource.html", context)


@requires(Action.CHART_READ)
def original(request: StaffRequest, kind: str, here: str, version: int) -> HttpResponseBase:
    """The bytes of one version, exactly as they came."""
    resource = _resource(kind, here)
    row = get_object_or_404(ReceivedResource.objects.select_related("document"), resource=resource, version=version)
    _record(request, resource, selectors.person_of_resource(resource))
    response = HttpResponse(documents.original(row.document, row.start, row.length), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{kind}-{here}-{version}.json")
    return response


def _laid_out(text: str) -> str:
    try:
        return indented(parse(text))
    except RecursionError:  # nested as deeply as can just be read: shown in one line
        return text


def _resource(kind: str, here: str) -> Resource:
    resource = selectors.resource_named(kind, here)
    if resource is None:
        raise Http404
    return resource


def _record(request: StaffRequest, resource: Resource, person: Patient | None) -> None:
    """What is about somebody is part of a chart, also while nobody knows yet whose."""
    if person is not None or resource.patient_key or resource.type == "Patient":
        patient = person.pk if person else None
        reading_record(actor=request.actor, what="resource", subject=resource.pk, patient=patient, at=clock.now())
