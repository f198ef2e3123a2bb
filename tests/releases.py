"""Protocols reviewed and approved for a site, written as rows: for tests that begin where orders can be signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chairside.apps.formulary.models import Approval, ProtocolRelease, ReviewEntry
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import User


def approve(site: Site, releases: Iterable[ProtocolRelease], *, reviewer: User, director: User, at: datetime) -> None:
    """Each release accepted by one person and approved by another."""
    own, releases = {"organization_id": site.organization_id, "at": at}, list(releases)
    ReviewEntry.objects.bulk_create(
        ReviewEntry(**own, release=row, number=1, kind="accepted", text="Compared with the label.", by=reviewer)
        for row in releases
    )
    Approval.objects.bulk_create(
        Approval(**own, site=site, protocol=row.protocol, number=1, release=row, note="Read.", by=director) for row in releases
    )
