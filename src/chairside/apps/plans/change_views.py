"""What a version of a protocol changes, by meaning, and for whom."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from chairside.apps.formulary import standing
from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.selectors import current_release, departures, earlier_releases
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.plans import changes
from chairside.core.access import Action
from chairside.formulary.difference import ORDER
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv

COLUMNS = (
    Column(
        "patient",
        "Patient",
        ("order__patient__family", "order__patient__given"),
        value=lambda row: row.version.order.patient.name,
    ),
    Column("order", "Signed by", ("release__version",), value=lambda row: str(row.version.release)),
    Column("next", "Next dose", ("next_on",), value=lambda row: row.version.next_on),
    Column("differs", "What changes", value=lambda row: row.words),
    Column("chair", "Chair, min", number=True, value=lambda row: f"{row.minutes[0]} to {row.minutes[1]}"),
)


@requires(Action.FORMULARY_READ)
def version_changes(request: StaffRequest, protocol: str) -> HttpResponseBase:
    """The difference between two versions, and the signed orders of the site that pin another than the new one."""
    new = _new(request, protocol)
    old = _old(request, new)
    touched = None
    if request.site is not None and request.actor.may(Action.CHART_READ).allowed:
        touched = changes.orders_touched(protocol, request.site, new.sha256, request.GET.get("q", "").strip())
    if wants_csv(request) and touched is not None:
        rows = touched.order_by(*ordering(COLUMNS, "patient")).iterator()
        told = (one for row in rows for one in changes.touched([row], new.sha256))
        return csv_response(f"{protocol}-touched", COLUMNS, told)
    found = changes.differences_of(old.sha256, new.sha256) if old else ()
    told_apart = changes.decisive(found)
    groups = [(group, [one for one in found if one.group == group]) for group in ORDER]
    page = (
        listing(request, touched, COLUMNS, name="touched", default_sort="patient", filters=("q", "from", "to"))
        if touched is not None
        else None
    )
    context = {
        "new": new,
        "old": old,
        "groups": [(group, rows) for group, rows in groups if rows],
        "decisive": len(told_apart),
        "told": len(found) - len(told_apart),
        "listing": page,
        "rows": changes.touched(page.rows, new.sha256) if page else [],
        "approved": standing.approval_in_force(request.site, protocol) if request.site else None,
        "notes": departures(new.sha256),
    }
    return render(request, "plans/changes.html", context)


def _new(request: StaffRequest, protocol: str) -> ProtocolRelease:
    """The version that is asked about, else the one in use."""
    asked = request.GET.get("to", "")
    found = changes.release_named(protocol, asked) if asked else current_release(protocol)
    if found is None:
        raise Http404("There is no such version here.")
    return found


def _old(request: StaffRequest, new: ProtocolRelease) -> ProtocolRelease | None:
    """The version that it is compared with: the one named, else the one approved here, else the one loaded before."""
    if named := changes.release_named(new.protocol, request.GET.get("from", "")):
        return named
    approval = standing.approval_in_force(request.site, new.protocol) if request.site else None
    if approval is not None and approval.release_id != new.sha256:
        return approval.release
    return new.base or earlier_releases(new).first()
