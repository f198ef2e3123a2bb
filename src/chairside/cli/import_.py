"""`chairside import`: FHIR bundles, single resources, NDJSON, bulk-export folders and HL7 v2 messages, packed or not."""

import errno
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chairside.cli.problems import UsageProblem
from chairside.exchange.files import STANDARD_INPUT, FileProblem, Source, find, standard_input

if TYPE_CHECKING:
    from chairside.apps.interop.services.running import Progress
    from chairside.apps.organizations.models import Organization, Site


@click.command(short_help="Read FHIR bundles, NDJSON, a bulk export or HL7 v2 messages.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Judge age and validity on this day (default: today at the site)."
)
@click.option("--organization", metavar="SLUG", help="Whose center it is; needed when there are several, except in the demo.")
@click.option("--from", "sender", metavar="NAME", default="", help="The sender: its ids mean the same in every file of it.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def command(paths: Sequence[Path], as_of: datetime | None, organization: str | None, sender: str, as_json: bool) -> None:
    """Read FHIR R4 bundles, single resources, NDJSON files, a bulk-export folder or HL7 v2 messages, also .gz; - is standard
    input. Safe to repeat, to interrupt and to run twice at once."""
    with tempfile.TemporaryDirectory(prefix="chairside-import-") as spool:
        sources = _sources(paths, sender, Path(spool))
        private = not os.environ.get("CHAIRSIDE_DATABASE_URL")
        from chairside.cli.database import connect

        environment = connect()
        _tables(environment.owner_database_url, private)
        from chairside.apps.interop.services.running import ImportStopped, files_import
        from chairside.apps.organizations.context import organization_scope
        from chairside.apps.people.selectors import system_actor
        from chairside.cli.import_report import say

        owner = _organization(organization, private, environment.time_zone)
        with organization_scope(owner.id), _details_kept(), _progress() as tell:
            site = _site(owner)
            actor = system_actor(owner.id, "chairside import")
            day = as_of.date() if as_of else None
            name = ", ".join(str(path) for path in paths)
            try:
                done = files_import(sources=sources, name=name, site=site, actor=actor, as_of=day, tell=tell)
            except ImportStopped as problem:
                click.echo(str(problem), err=True)
                raise SystemExit(1) from None
        report = done.value
        assert report is not None  # the system may import
        report.center = owner.name
        say(report, as_json)
        if report.files and report.unreadable == report.files:
            raise UsageProblem(f"PATH: none of the {report.files} files could be read")


def _sources(paths: Sequence[Path], sender: str, spool: Path) -> list[Source]:
    try:
        named = [path for path in paths if path != STANDARD_INPUT]
        piped = [standard_input(spool, sender)] if STANDARD_INPUT in paths else []
        return [*find(named, sender), *piped]
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise UsageProblem(f"PATH: {problem}") from None
        click.echo(
            f"chairside: standard input does not fit into {spool.parent}: no space is left there. Nothing was imported; "
            "make room or set TMPDIR to a folder with room, and import the same again.",
            err=True,
        )
        raise SystemExit(1) from None
    except (FileProblem, EOFError) as problem:
        raise UsageProblem(f"PATH: {problem}") from None


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
        Site.objects.create(
            organization=made, name="My infusion center", time_zone=zone, opens_at=time_of_day(7), closes_at=time_of_day(19)
        )
    return made


def _site(organization: "Organization") -> "Site":
    from chairside.apps.organizations.models import Site

    site = Site.objects.order_by("kind", "name").first()
    if site is None:
        raise UsageProblem(f"--organization: {organization.name} has no site yet; make one first")
    return site


class _Details:
    """A log that is made when something is first written to it, readable by its owner only: it may hold a patient's data."""

    path = ""

    def write(self, text: str) -> None:
        if not self.path:
            handle, self.path = tempfile.mkstemp(prefix="chairside-", suffix=".log")
            os.close(handle)
        with open(self.path, "a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)

    def flush(self) -> None:
        pass


@contextmanager
def _details_kept() -> "Iterator[None]":
    """What went wrong within goes to a file, not between the lines that a person or a program reads."""
    import structlog

    details = _Details()
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(details))  # type: ignore[arg-type]
    told_by_driver = logging.getLogger("psycopg")
    told_by_driver.propagate = False  # a lost connection is told once, as a sentence
    told_by_driver.addHandler(logging.StreamHandler(details))
    try:
        yield
    finally:
        structlog.reset_defaults()
        if details.path and sys.exc_info()[0] is None:
            click.echo(f"chairside: the details are in {details.path}", err=True)


@contextmanager
def _progress() -> "Iterator[Callable[[Progress], None]]":
    """One line with stage, share, rate and time left on a terminal; nothing at all in a pipe."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    last = 0.0

    def tell(progress: "Progress") -> None:
        nonlocal last
        if time.monotonic() - last < 0.2 and progress.done < progress.total:
            return
        last = time.monotonic()
        share = f"{100 * progress.done // progress.total:>3} %" if progress.total else ""
        left = progress.seconds_left
        parts = [progress.stage, share]
        if progress.resources:
            parts += [f"{progress.resources:,} resources", f"{progress.rate:,.0f} a second"]
        if left is not None and progress.resources:
            parts.append(f"{left:.0f} s left")
        click.echo(f"\r\x1b[K{', '.join(part for part in parts if part)}", err=True, nl=False)

    yield tell
    click.echo("\r\x1b[K", err=True, nl=False)
