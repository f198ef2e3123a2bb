"""Printing: the record of a visit as a PDF, and the pack for when the system is down."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit.documents.pack.files import newest
from chairside.apps.visit.documents.record import record_pdf
from chairside.apps.visit.screen import screen_of
from chairside.apps.visit.services.downtime import INDEX, downtime_pack_ask
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


@requires(Action.DOWNTIME_PRINT)
def downtime(request: StaffRequest) -> HttpResponseBase:
    """The newest downtime pack of this site in each folder, and the button that makes a new one."""
    at = clock.now()
    if request.method == "POST" and request.site is not None:
        decision = downtime_pack_ask(site=request.site, actor=request.actor, at=at)
        for reason in decision.reasons:
            messages.error(request, reason.message)
        if decision.allowed:
            said = "The pack is being printed." if decision.value else "The pack was asked for already."
            messages.info(request, f"{said} Load this page again in a minute or two: the new one stands here once it is whole.")
        return redirect("visit:downtime")
    packs = [_Standing(root, newest(root, request.site), at) for root in settings.DOWNTIME_ROOTS] if request.site else []
    return render(request, "visit/downtime.html", {"packs": packs, "whole": any(pack.printed for pack in packs)})


@requires(Action.DOWNTIME_PRINT)
def downtime_zip(request: StaffRequest) -> HttpResponseBase:
    """The newest pack as one file, to print at another desk."""
    found = [pack for root in settings.DOWNTIME_ROOTS if request.site and (pack := newest(root, request.site))]
    if not found or request.site is None:
        raise Http404
    folder, manifest = max(found, key=lambda pack: datetime.fromisoformat(pack[1]["printed_at"]))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for item in manifest["files"]:
            packed.write(folder / item["name"], item["name"])
    entry_record(
        actor=request.actor, action="downtime.read", subject_type="site", subject=request.site.pk, at=clock.now(),
        detail=folder.name,
    )  # fmt: skip
    response = HttpResponse(held.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="downtime-{folder.name}.zip"'
    patch_cache_control(response, no_store=True)
    return response


class _Standing:
    """A folder of packs and the newest in it, as the page shows it."""

    def __init__(self, root: Path, pack: tuple[Path, dict[str, Any]] | None, at: datetime) -> None:
        self.root, self.inside = root, str(pack[0].relative_to(root)) if pack else ""
        manifest = pack[1] if pack else {}
        self.printed = datetime.fromisoformat(manifest["printed_at"]) if pack else None
        self.stale = datetime.fromisoformat(manifest["stale_after"]) if pack else None
        self.is_stale = self.stale is not None and self.stale < at
        self.papers = sum(1 for item in manifest.get("files", ()) if item["name"] != INDEX)
        self.problems = manifest.get("problems", 0)
