"""The downtime packs, each night and when they are asked for. Every job may run twice; its arguments are ids."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from chairside.apps.organizations import clock
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Organization, Site
from chairside.apps.people.models import User
from chairside.apps.people.selectors import actor_for, system_actor
from chairside.apps.visit.documents.pack.files import newest
from chairside.apps.visit.services.downtime import JOB, Pack, downtime_pack_make
from chairside.core.kernel.decision import Decision

NIGHT = time(3)
_log = logging.getLogger(__name__)


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="visit.downtime_packs")
def downtime_packs(timestamp: int) -> None:
    """Print each site's pack after three at night by its own clock; asked every hour, so that a missed night is made good."""
    at = clock.now()
    with signing_in():
        organizations = list(Organization.objects.values_list("id", flat=True))
    for organization in organizations:
        with organization_scope(organization):
            for site in Site.objects.select_related("organization").order_by("name"):
                if is_due(site, at):
                    made = downtime_pack_make(site=site, roots=settings.DOWNTIME_ROOTS, actor=system_actor(organization), at=at)
                    _tell(made)


@app.task(name=JOB)
def downtime_pack(site: str, organization: str, user: str) -> None:
    """Print the pack of one site now, as the person who asked for it and with the roles that they have now."""
    with organization_scope(organization):
        row = Site.objects.select_related("organization").get(pk=site)
        person = User.objects.filter(pk=user, is_active=True).first()
        if person is not None:
            actor = actor_for(person, f"downtime {site}", site=row)
            _tell(downtime_pack_make(site=row, roots=settings.DOWNTIME_ROOTS, actor=actor, at=clock.now()))


def _tell(made: Decision[Pack]) -> None:
    for folder, why in made.value.failed if made.value else ():
        _log.error("the downtime pack could not be written to %s: %s", folder, why)


def is_due(site: Site, at: datetime) -> bool:
    """Whether one of the folders has no pack of this night."""
    local = at.astimezone(site.zone)
    night = datetime.combine(local.date(), NIGHT, tzinfo=site.zone)
    if local < night:
        night -= timedelta(days=1)
    found = [newest(root, site) for root in settings.DOWNTIME_ROOTS]
    return any(pack is None or datetime.fromisoformat(pack[1]["printed_at"]) < night for pack in found)
