"""Jobs of what comes in over the wire. Every job may run twice; its arguments are ids."""

from __future__ import annotations

from procrastinate.contrib.django import app

from chairside.apps.interop.models import ImportRun
from chairside.apps.interop.services.uploading import JOB, upload_import, uploads_tidy
from chairside.apps.organizations import clock
from chairside.apps.organizations.context import organization_scope, signing_in
from chairside.apps.organizations.models import Organization
from chairside.apps.people.models import User
from chairside.apps.people.selectors import actor_for
from chairside.core.access import Actor


@app.task(name=JOB)
def import_files(run: str, organization: str, user: str) -> None:
    """Import what was uploaded for a run, as the person who asked for it and with the roles that they have now."""
    with organization_scope(organization):
        row = ImportRun.objects.select_related("site").get(id=run)
        person = User.objects.filter(id=user, is_active=True).first()
        nobody = Actor(id=user, name=row.actor_name, organization=organization)
        upload_import(run=row, actor=nobody if person is None else actor_for(person, f"import {run}", site=row.site))


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="interop.tidy_uploads")
def tidy_uploads(timestamp: int) -> None:
    """Uploaded files that nothing waits for any more are removed."""
    with signing_in():
        organizations = list(Organization.objects.values_list("id", flat=True))
    for organization in organizations:
        with organization_scope(organization):
            uploads_tidy(at=clock.now())
