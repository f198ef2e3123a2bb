"""Sealing what a crash between commit and seal left open."""

from __future__ import annotations

from procrastinate.contrib.django import app

from chairside.apps.audit import chain
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Organization


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="audit.seal_waiting")
def seal_waiting(timestamp: int) -> None:
    """Seal each organization's waiting entries; there are hardly ever any."""
    with signing_in():
        organizations = list(Organization.objects.values_list("id", flat=True))
    for organization in organizations:
        with organization_scope(organization):
            chain.seal(str(organization))
