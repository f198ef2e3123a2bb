"""Pages of the formulary: the list, and one protocol with every number's source."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from chairside.apps.formulary import selectors, standing
from chairside.apps.formulary.drawing import drawn
from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.workbench import worked
from chairside.apps.formulary.workbench_form import WorkbenchForm
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.core.access import Action
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Route, Status
from chairside.formulary.sheet import marks, numbers, sheet, words
from chairside.web.paging import Column, csv_response, listing, wants_csv

EXPORTED = (
    Column("section", "Section", value=lambda row: row[0].title),
    Column("item", "Item", value=lambda row: row[1].item),
    Column("part", "What", value=lambda row: row[1].part),
    Column("says", "Says", value=lambda row: row[1].says),
    Column("layer", "Layer", value=lambda row: row[1].layer),
    Column("source", "Source", value=lambda row: row[1].source.title if row[1].source else ""),
    Column("tier", "Tier", value=lambda row: row[1].source.tier.value if row[1].source else ""),
    Column("published", "Published", value=lambda row: row[1].source.published if row[1].source else ""),
    Column("read", "Read", value=lambda row: row[1].source.read if row[1].source else ""),
)
IN_USE = (
    Column("therapy", "Therapy", ("name",), value=lambda row: row.name),
    Column("version", "Version", ("version", "name"), value=lambda row: row.version),
    Column("status", "Status", ("status", "name"), value=lambda row: row.status),
    Column("approved", "Approved here"),
    Column("unchecked", "Values not looked up", number=True),
    Column("page", "Patient page"),
)
FOUND = (Column("by", "Found by"), Column("therapy", "Therapy", ("place", "name")), *IN_USE[1:])
EXPORTED_IN_USE = (
    *IN_USE,
    Column("protocol", "Protocol", value=lambda row: row.protocol),
    Column("sha256", "SHA-256", value=lambda row: row.sha256),
)


@requires(Action.FORMULARY_READ)
def formulary_list(request: StaffRequest) -> HttpResponseBase:
    """Every protocol in use, with how far it is signed and how much of it was never looked up."""
    text, route = request.GET.get("q", "").strip(), request.GET.get("route", "")
    releases, by = selectors.releases_found(text, request.GET.get("status", ""), route)
    if wants_csv(request):
        return csv_response("formulary", EXPORTED_IN_USE, releases.order_by("name", "pk"))
    columns = FOUND if text else IN_USE
    page = listing(request, releases, columns, name="formulary", default_sort="therapy", filters=("q", "status", "route"))
    approved = standing.approvals_in_force(request.site) if request.site else {}
    rows = []
    for release in page.rows:
        protocol = _readable(release)
        unchecked = numbers.unchecked(protocol) if protocol else 0
        rows.append(
            {
                "release": release,
                "protocol": protocol,
                "unchecked": unchecked,
                "approval": approved.get(release.protocol),
                "by": by.get(release.sha256, ""),
                "routes": words.listed([words.route(way) for way in protocol.routes], "or") if protocol else "",
            }
        )
    choices = {"statuses": [item.value for item in Status], "routes": [(way.value, words.route(way)) for way in Route]}
    return render(request, "formulary/list.html", {"listing": page, "rows": rows, **choices})


@requires(Action.FORMULARY_READ)
def protocol_page(request: StaffRequest, protocol: str) -> HttpResponseBase:
    """One protocol: every number with its source, tier and date; what it does not say; what the site has of it."""
    release = _release(request, protocol)
    told = selectors.protocol_of(release.sha256)
    parts = numbers.sections(told)
    if wants_csv(request):
        return csv_response(f"{told.id}-{told.version}", EXPORTED, [(part, line) for part in parts for line in part.lines])
    context = {
        "release": release,
        "protocol": told,
        "sections": sheet(told),
        "marks": marks(told),
        "drawn": drawn(told, _today(request)),
        "unchecked": sum(bool(line.doubt) for part in parts for line in part.lines),
        "lines": sum(len(part.lines) for part in parts),
        "approval": standing.approval_in_force(request.site, release.protocol) if request.site else None,
        "earlier": selectors.earlier_releases(release)[:20],
        "contains": selectors.contained(told).order_by("name"),
        "routes": words.listed([words.route(way) for way in told.routes], "or"),
        "in_use": release == selectors.current_release(release.protocol),
    }
    return render(request, "formulary/protocol.html", context)


@requires(Action.FORMULARY_READ)
def workbench_page(request: StaffRequest, protocol: str) -> HttpResponseBase:
    """A made-up patient in, everything that the rulebook answers out. Nothing of it is kept: the address holds the question."""
    release = _release(request, protocol)
    told = selectors.protocol_of(release.sha256)
    form = WorkbenchForm(request.GET, protocol=told, today=_today(request))
    bench, asked = None, []
    if form.is_bound and told.plan is None and form.is_valid():
        said = form.cleaned_data
        question = form.question(told)
        bench = worked(told, question, form.order(), said["tolerated"], str(said["volume_ml"] or ""), _today(request))
        asked = form.asked()
    contains = selectors.contained(told).order_by("name")
    context = {"release": release, "protocol": told, "form": form, "bench": bench, "asked": asked, "contains": contains}
    return render(request, "formulary/workbench.html", context, status=200 if not form.is_bound or form.is_valid() else 422)


def _today(request: StaffRequest) -> date:
    return clock.today(request.site.zone) if request.site else clock.now().date()


def _readable(release: ProtocolRelease) -> Protocol | None:
    """The list shows a release that cannot be read by its name; its own page says why."""
    try:
        return selectors.protocol_of(release.sha256)
    except selectors.UnreadableRelease:
        return None


def _release(request: StaffRequest, protocol: str) -> ProtocolRelease:
    """The release that the address names by its hash (a plan's), else the one in use."""
    if pinned := request.GET.get("sha256", ""):
        return get_object_or_404(selectors.releases_here(), protocol=protocol, sha256=pinned)
    release = selectors.current_release(protocol)
    if release is None:
        raise Http404(f"There is no protocol “{protocol}” here.")
    return release
