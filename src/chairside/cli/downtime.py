"""`chairside downtime-pack`: paper for the next clinic days, for when the system is down."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from chairside.cli.problems import UsageProblem

if TYPE_CHECKING:
    from chairside.apps.organizations.models import Organization, Site
    from chairside.apps.visit.services.downtime import Pack


@click.command(short_help="Print what the floor needs when the system is down.")
@click.option("--site", "name", metavar="NAME", help="One site (default: every site).")
@click.option("--organization", metavar="SLUG", help="One organization (default: every one).")
@click.option(
    "--out", "folders", multiple=True, type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where to; may be given again, best on another machine (default: CHAIRSIDE_DOWNTIME_DIRS).",
)  # fmt: skip
@click.option("--days", default=2, show_default=True, type=click.IntRange(1, 14), help="How many clinic days.")
@click.option("--json", "as_json", is_flag=True, help="What was printed as JSON.")
def command(name: str | None, organization: str | None, folders: Sequence[Path], days: int, as_json: bool) -> None:
    """One PDF a patient who is booked, and an index a site. An old pack is removed only when the new one is whole.

    Exit 1 when a folder could not be written."""
    from chairside.cli.database import connect

    connect()
    from django.conf import settings

    roots = [folder.absolute() for folder in folders] or list(settings.DOWNTIME_ROOTS)
    made = list(_made(name, organization, roots, days))
    if as_json:
        click.echo(json.dumps([_told(pack) for pack in made], ensure_ascii=False, indent=1))
    else:
        for pack in made:
            _say(pack)
    if any(pack.failed for pack in made):
        raise click.exceptions.Exit(1)


def _made(name: str | None, slug: str | None, roots: list[Path], days: int) -> "Iterator[Pack]":
    from chairside.apps.organizations import clock
    from chairside.apps.organizations.context import organization_scope
    from chairside.apps.people.selectors import system_actor
    from chairside.apps.visit.services.downtime import downtime_pack_make

    found = False
    for owner in _organizations(slug):
        with organization_scope(owner.pk):
            for site in _sites(name):
                found = True
                actor = system_actor(owner.pk, "chairside downtime-pack")
                with _progress(site.name) as tell:
                    decision = downtime_pack_make(site=site, roots=roots, actor=actor, at=clock.now(), days=days, tell=tell)
                assert decision.value is not None  # the system may, and the days are within the option's range
                yield decision.value
    if not found:
        raise UsageProblem(f"--site: there is no site “{name}” here" if name else "there is no site here yet")


def _organizations(slug: str | None) -> "list[Organization]":
    from chairside.apps.organizations.context import signing_in
    from chairside.apps.organizations.models import Organization

    with signing_in():
        known = list(Organization.objects.order_by("slug"))
    if slug is None:
        return known
    chosen = [item for item in known if item.slug == slug]
    if not chosen:
        raise UsageProblem(f"--organization: “{slug}” is not one of the organizations here")
    return chosen


def _sites(name: str | None) -> "list[Site]":
    from chairside.apps.organizations.models import Site

    rows = Site.objects.select_related("organization").order_by("name")
    return list(rows.filter(name__iexact=name) if name else rows)


def _told(pack: "Pack") -> dict[str, object]:
    return {
        "organization": pack.site.organization.slug,
        "site": pack.site.name,
        "days": [day.isoformat() for day in pack.days],
        "patients": pack.patients,
        "without_plan": [{"appointment": str(line.appointment.pk), "reasons": list(line.problems)} for line in pack.problems],
        "folders": [str(folder) for folder in pack.folders],
        "failed": [{"folder": str(folder), "why": why} for folder, why in pack.failed],
    }


def _say(pack: "Pack") -> None:
    days = ", ".join(f"{day:%b} {day.day}" for day in pack.days) or "no day with anybody booked or on shift"
    click.echo(f"{pack.site.name}: {pack.patients} patients, {days}; {len(pack.problems)} without a plan (on the index).")
    for folder in pack.folders:
        click.echo(f"  {folder}")
    for folder, why in pack.failed:
        click.echo(f"  {folder}: not written ({why}); what lay there is untouched", err=True)


@contextmanager
def _progress(site: str) -> Iterator[Callable[[int, int], None]]:
    """One line on a terminal; nothing at all in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return

    def tell(done: int, total: int) -> None:
        click.echo(f"\r\x1b[K{site}: {done} of {total} patients", err=True, nl=False)

    yield tell
    click.echo("\r\x1b[K", err=True, nl=False)
