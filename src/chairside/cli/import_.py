"""`chairside import`: FHIR bundles, single resources, NDJSON and bulk-export folders, packed or not."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chairside.cli.import_files import FileProblem, Source, batches, document, find
from chairside.cli.problems import UsageProblem

if TYPE_CHECKING:
    from chairside.apps.organizations.models import Organization, Site
    from chairside.cli.import_report import Report


@click.command(short_help="Read FHIR bundles, NDJSON or a bulk export.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge age and validity on this day (default: today at the site)."
)
@click.option("--organization", metavar="SLUG", help="Whose center it is; needed when there are several, except in the demo.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(paths: Sequence[Path], as_of: datetime | None, organization: str | None, as_json: bool) -> None:
    """Read FHIR R4 bundles, single resources, NDJSON files or a bulk-export folder, also .gz. Safe to repeat."""
    sources = find(paths)
    private = not os.environ.get("CHAIRSIDE_DATABASE_URL")
    from chairside.cli.database import connect

    environment = connect()
    _tables(environment.owner_database_url, private)
    from chairside.apps.organizations.context import organization_scope
    from chairside.cli.import_report import Report, say

    owner = _organization(organization, private, environment.time_zone)
    report = Report(center=owner.name)
    with organization_scope(owner.id):
        site = _site(owner)
        with _progress(sources) as waiting:
            for source in waiting:
                _take(source, site, report, as_of.date() if as_of else None)
    say(report, as_json)
    if report.files and report.unreadable == report.files:
        raise UsageProblem(f"PATH: none of the {report.files} files could be read")


def _take(source: Source, site: "Site", report: "Report", as_of: date | None) -> None:
    """One file. What is wrong with it is reported, and the run goes on."""
    from chairside.apps.interop.services import bundle_import, resources_import
    from chairside.apps.organizations import clock
    from chairside.apps.people.selectors import system_actor

    actor = system_actor(site.organization_id, "chairside import")
    report.files += 1
    try:
        if source.lines:
            for batch in batches(source):
                for number, sentence in batch.problems:
                    report.trouble(source.name, f"line {number + 1}", sentence)
                if batch.resources:
                    kept = resources_import(
                        resources=batch.resources, first=batch.first, name=source.name, actor=actor, at=clock.now()
                    )
                    if kept.value is not None:
                        report.add(source.name, kept.value)
            return
        done = bundle_import(bundle=document(source), name=source.name, site=site, actor=actor, at=clock.now(), as_of=as_of)
    except FileProblem as problem:
        report.unreadable += 1
        report.trouble(source.name, "", f"{problem}.")
        return
    if done.value is not None:
        report.add(source.name, done.value)


def _tables(owner_url: str, private: bool) -> None:
    """The private database gets its tables here; another one is brought up to date by whoever runs it."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if not private:
        raise UsageProblem("the database's tables are not up to date: run `chairside migrate` first")
    from chairside.cli.migrate import migrate

    migrate(owner_url, verbosity=0)


def _organization(slug: str | None, private: bool, zone: str) -> "Organization":
    """The one that is named, the only one, or the demo's center that the log-ins are for. An empty private database gets one.

    Of several that are somebody's own none is guessed: a referral would come to people who may not see it.
    """
    from chairside.apps.organizations.context import signing_in
    from chairside.apps.organizations.models import Organization
    from chairside.cli.demo_center.northlight import NORTHLIGHT

    with signing_in():
        known = list(Organization.objects.order_by("-demo", "slug"))
        if slug is not None:
            found = next((item for item in known if item.slug == slug), None)
            if found is None:
                names = ", ".join(sorted(item.slug for item in known)) or "none yet"
                raise UsageProblem(f"--organization: “{slug}” is not one of the organizations here ({names})")
            return found
        shown = next((item for item in known if private and item.demo and item.slug == NORTHLIGHT.slug), None)
        if shown is not None or len(known) == 1:
            return shown or known[0]
        if known or not private:
            names = ", ".join(sorted(item.slug for item in known)) or "there is none yet"
            raise UsageProblem(f"--organization: say whose center it is ({names})")
    return _first_center(zone)


def _first_center(zone: str) -> "Organization":
    from chairside.apps.organizations.context import organization_scope
    from chairside.apps.organizations.models import Organization, Site

    made = Organization(name="My infusion center", slug="center")
    with organization_scope(made.id):
        made.save()
        Site.objects.create(organization=made, name="My infusion center", time_zone=zone, opens_at=time(7), closes_at=time(19))
    return made


def _site(organization: "Organization") -> "Site":
    from chairside.apps.organizations.models import Site

    site = Site.objects.order_by("kind", "name").first()
    if site is None:
        raise UsageProblem(f"--organization: {organization.name} has no site yet; make one first")
    return site


@contextmanager
def _progress(sources: Sequence[Source]) -> Iterator[Iterable[Source]]:
    """A bar with rate and time left on a terminal; nothing at all in a pipe."""
    if not sys.stderr.isatty():
        yield sources
        return
    with click.progressbar(
        sources, label="Importing", file=sys.stderr, item_show_func=lambda item: item.name if item else ""
    ) as bar:
        yield bar
