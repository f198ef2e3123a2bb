"""`chairside audit verify`: does every audit chain hold, and does every visit event still say what was recorded?"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click


@dataclass(frozen=True)
class Found:
    """One place where the record does not hold. `link` is its number in the chain, 0 where it has none."""

    link: int
    subject: str
    problem: str


@dataclass(frozen=True)
class Verified:
    """What was looked at in one organization. The head, kept outside this database, tells of a chain that was cut short."""

    organization: str
    entries: int
    head: str
    findings: tuple[Found, ...]


@click.group(short_help="Verify the audit chain.")
def command() -> None:
    """Verify the audit chain."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def verify(as_json: bool) -> None:
    """Check every chain of every organization, link by link. Exit 1 when something was changed, removed or slipped in."""
    from chairside.cli.database import connect

    connect()
    report = list(verified())
    if as_json:
        click.echo(json.dumps([asdict(one) for one in report], indent=2))
    else:
        _tell(report)
    if any(one.findings for one in report):
        raise click.exceptions.Exit(1)


def verified() -> Iterator[Verified]:
    """Each organization in its own scope, as the app's role."""
    from chairside.apps.audit import chain
    from chairside.apps.organizations.context import organization_scope, signing_in
    from chairside.apps.organizations.models import Organization

    with signing_in():
        organizations = list(Organization.objects.order_by("slug"))
    for organization in organizations:
        with organization_scope(organization.pk):
            findings = tuple(_findings(str(organization.pk)))
            number, digest = chain.head(str(organization.pk))
        yield Verified(organization.slug, number, digest, findings)


def _findings(organization: str) -> Iterator[Found]:
    from chairside.apps.audit import chain
    from chairside.apps.visit.selectors import altered_events

    for broken in chain.breaks(organization):
        yield Found(broken.number, f"entry {broken.entry}" if broken.entry else "", broken.problem)
    for altered in altered_events():
        yield Found(0, f"visit event {altered.event}", altered.problem)


def _tell(report: list[Verified]) -> None:
    for one in report:
        click.echo(f"{one.organization}: {one.entries} entries, head {one.head[:16] or 'none'}")
        for found in one.findings:
            place = ", ".join(part for part in (f"link {found.link}" if found.link else "", found.subject) if part)
            click.echo(f"  {place or 'chain'}: {found.problem}")
    wrong = sum(len(one.findings) for one in report)
    click.echo(f"{len(report)} organizations, {wrong} findings" if wrong else f"{len(report)} organizations, every chain holds")
