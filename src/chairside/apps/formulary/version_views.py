"""The versions of a protocol: how far each came here, the review of one, and its approval for the site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.formulary import selectors, standing
from chairside.apps.formulary.acting import DONE, Act, act, review_context
from chairside.apps.formulary.models import Approval, ProtocolRelease
from chairside.apps.people.gate import StaffRequest, requires
from chairside.core.access import Action
from chairside.core.protocols import Protocol
from chairside.formulary.sheet import numbers
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv

COLUMNS = (
    Column("version", "Version", ("version",), value=lambda row: str(row)),
    Column("loaded", "Loaded", ("loaded_at",), value=lambda row: row.loaded_at),
    Column("review", "Review", value=lambda row: standing.review_words(standing.threads_of(row))),
    Column("here", "For this site"),
    Column("sha256", "SHA-256", value=lambda row: row.sha256),
    Column("changes", "Changes"),
)


@requires(Action.FORMULARY_READ)
def versions(request: StaffRequest, protocol: str) -> HttpResponseBase:
    """Every version there is, newest first, and what was approved for the site."""
    rows = selectors.releases_here().filter(protocol=protocol)
    newest = selectors.current_release(protocol)
    if newest is None:
        raise Http404(f"There is no protocol “{protocol}” here.")
    if wants_csv(request):
        return csv_response(f"{protocol}-versions", COLUMNS, rows.order_by(*ordering(COLUMNS, "-loaded")))
    approvals = list(standing.approvals_at(request.site).filter(protocol=protocol)[:50]) if request.site else []
    found = listing(request, rows, COLUMNS, name="versions", default_sort="-loaded")
    in_force = standing.approval_in_force(request.site, protocol) if request.site else None
    at_site = {row.release_id: row for row in reversed(approvals)}
    context = {
        "protocol": protocol,
        "name": newest.name,
        "listing": found,
        "rows": _rows(found.rows, at_site),
        "approvals": approvals,
        "in_force": in_force,
        "newest": newest,
        "demo": bool(request.site and request.site.organization.demo),
    }
    return render(request, "formulary/versions.html", context)


def _rows(releases: Sequence[ProtocolRelease], approvals: dict[str | None, Approval]) -> list[dict[str, object]]:
    """A page of versions with how far each came: the reviews of all in one query."""
    parts = {row.sha256: [part for part in (row.base_id or row.sha256, row.layer_sha256) if part] for row in releases}
    threads = standing.threads_by_hash({part for found in parts.values() for part in found})
    return [
        {
            "release": row,
            "review": standing.review_words([threads[part] for part in parts[row.sha256]]),
            "approval": approvals.get(row.sha256),
        }
        for row in releases
    ]


@requires(Action.FORMULARY_READ)
def version(request: StaffRequest, protocol: str, sha256: str) -> HttpResponseBase:
    """The review of one version, and its approval for the site with the site's layer over it."""
    return _page(request, _release(protocol, sha256))


@require_POST
@requires(Action.FORMULARY_READ)
def version_act(request: StaffRequest, protocol: str, sha256: str, what: str) -> HttpResponseBase:
    """Query, answer, accept, approve or withdraw."""
    release = _release(protocol, sha256)
    acted = act(request, what, release)
    if not acted.done:
        return _page(request, release, acted)
    messages.success(request, DONE[what].format(subject=release, site=request.site))
    return redirect("formulary:version", protocol=protocol, sha256=sha256)


def _release(protocol: str, sha256: str) -> ProtocolRelease:
    """One of ours: with the layer over it, it is reviewed as ours and the layer are."""
    found = get_object_or_404(selectors.releases_here(), protocol=protocol, sha256=sha256)
    return found.base or found


def _page(request: StaffRequest, release: ProtocolRelease, acted: Act | None = None) -> HttpResponse:
    told: Protocol = selectors.protocol_of(release.sha256)
    site = request.site
    here = standing.at_site(release, site) if site else None
    in_force: Approval | None = standing.approval_in_force(site, release.protocol) if site else None
    candidate = here.value if here else None
    is_approved = bool(candidate and in_force and in_force.release_id == candidate.sha256)
    context: dict[str, Any] = {
        "release": release,
        "candidate": candidate,
        "here": here,
        "layer_thread": standing.thread_of(candidate.layer) if candidate and candidate.layer else None,
        "in_force": in_force,
        "is_approved": is_approved,
        "steps": _steps(request, release, is_approved=is_approved),
        "recalled": selectors.recalled_in(release),
        "lines": _lines(told) if request.actor.may(Action.PROTOCOL_REVIEW).allowed else [],
        "current_site": site,
        **review_context(request, release, acted),
    }
    return render(request, "formulary/version.html", context, status=409 if acted else 200)


def _steps(request: StaffRequest, release: ProtocolRelease, *, is_approved: bool) -> list[dict[str, str]]:
    thread = standing.thread_of(release)
    review = "done" if thread.accepted else "act" if thread.open_queries else "now"
    approval = "done" if is_approved else "now" if thread.accepted else "locked"
    where = request.site.name if request.site else "a site"
    return [
        {"label": "Loaded", "state": "done"},
        {"label": "Reviewed by a pharmacist", "state": review},
        {"label": f"Approved for {where}", "state": approval},
    ]


def _lines(protocol: Protocol) -> list[str]:
    """What a query may be about, as the sheet names it."""
    named = (f"{part.title}: {line.item}, {line.part}" for part in numbers.sections(protocol) for line in part.lines)
    return list(dict.fromkeys(text[:200] for text in named))
