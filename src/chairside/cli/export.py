"""`chairside export`: the received resources as NDJSON or bundles, and the documents from which they came."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chairside.cli.problems import UsageProblem

if TYPE_CHECKING:
    from chairside.apps.interop.outgoing import Person
    from chairside.apps.interop.services.exporting import Exported
    from chairside.apps.organizations.models import Organization


@click.command(short_help="Write what was received as NDJSON or bundles, and the originals.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--patient", "words", multiple=True, metavar="MRN|ID", help="One patient; may be given again (default: all).")
@click.option("--patients", "listed", type=click.Path(path_type=Path), metavar="FILE", help="Patients, one a line; - is input.")
@click.option("--as", "shape", type=click.Choice(["ndjson", "bundles"]), default="ndjson", help="A file a type, or a patient.")
@click.option("--originals", is_flag=True, help="Also every document as it came, byte for byte.")
@click.option("--gz", "packed", is_flag=True, help="Packed with gzip; the originals stay as they came.")
@click.option("--replace", is_flag=True, help="Write anew what an earlier export wrote into DIR.")
@click.option("--organization", metavar="SLUG", help="Whose center it is; needed when there are several, except in the demo.")
@click.option("--json", "as_json", is_flag=True, help="What was written as JSON.")
def command(
    folder: Path, words: Sequence[str], listed: Path | None, shape: str, originals: bool, packed: bool, replace: bool,
    organization: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Write every received resource in its newest version, all as of one moment. What is exported can be imported again, here
    or elsewhere, and exported again: it is the same. An export is whole once DIR/export.json is there."""
    named = _words(words, listed)
    from chairside.cli.database import connect

    connect()
    from django.db import OperationalError

    from chairside.apps.interop.services.exporting import Wish, records_export
    from chairside.apps.organizations.context import organization_scope
    from chairside.apps.people.selectors import system_actor
    from chairside.exchange.files.folder import FolderProblem

    owner = _organization(organization)
    with organization_scope(owner.id), _progress() as tell:
        people = None if named is None else _people(str(owner.id), named)
        wish = Wish(people, shape == "bundles", originals, packed, _request(words, listed, shape, originals, packed))
        actor = system_actor(owner.id, "chairside export")
        try:
            done = records_export(folder=folder, wish=wish, actor=actor, replace=replace, tell=tell)
        except FolderProblem as problem:
            raise UsageProblem(f"DIR: {problem}") from None
        except OperationalError as problem:
            click.echo(f"chairside: the export broke off and nothing of it is left: {str(problem).splitlines()[0]}", err=True)
            raise SystemExit(1) from None
    assert done.value is not None  # the system may export
    _say(done.value, folder, owner.name, as_json)
    if done.value.damaged:
        raise SystemExit(1)


def _words(words: Sequence[str], listed: Path | None) -> list[str] | None:
    """The patients that are named, None for all."""
    if listed is None:
        return list(words) or None
    try:
        text = sys.stdin.read() if str(listed) == "-" else listed.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageProblem(f"--patients: {listed} cannot be read: {problem}") from None
    found = [*words, *(line.strip() for line in text.splitlines() if line.strip())]
    if not found:
        raise UsageProblem(f"--patients: {listed} names no patient")
    return found


def _organization(slug: str | None) -> "Organization":
    """The one that is named, the only one, or the demo's center; of several that are somebody's own none is guessed."""
    from chairside.apps.organizations.context import signing_in
    from chairside.apps.organizations.models import Organization
    from chairside.cli.demo_center.northlight import NORTHLIGHT

    with signing_in():
        known = list(Organization.objects.order_by("slug"))
    names = ", ".join(item.slug for item in known) or "there is none yet"
    if slug is not None:
        found = next((item for item in known if item.slug == slug), None)
        if found is None:
            raise UsageProblem(f"--organization: “{slug}” is not one of the organizations here ({names})")
        return found
    shown = next((item for item in known if item.demo and item.slug == NORTHLIGHT.slug), None)
    if shown is None and len(known) != 1:
        raise UsageProblem(f"--organization: say whose center it is ({names})")
    return shown or known[0]


def _people(organization: str, words: Sequence[str]) -> "list[Person]":
    from chairside.apps.interop.outgoing import people_named

    people: dict[object, Person] = {}
    for word in words:
        found = people_named(organization, word)
        if not found:
            raise UsageProblem(f"--patient: nobody here has the number or id “{word}”")
        if len(found) > 1:
            ids = ", ".join(str(person.record.mrn) if person.record else person.keys[0] for person in found)
            raise UsageProblem(f"--patient: “{word}” may mean several people ({ids}); say which by the record's id")
        if not found[0].keys:
            raise UsageProblem(f"--patient: of “{word}” no FHIR resource was received, so there is nothing to export")
        people.setdefault(found[0].keys, found[0])
    return list(people.values())


def _request(words: Sequence[str], listed: Path | None, shape: str, originals: bool, packed: bool) -> str:
    """The command without the folder and without numbers of patients: the list of what was exported travels with it."""
    parts = ["chairside export", f"--as {shape}"]
    parts += [f"--patient ({len(words)})"] if words else []
    parts += ["--patients FILE"] if listed is not None else []
    parts += [flag for flag, given in (("--originals", originals), ("--gz", packed)) if given]
    return " ".join(parts)


def _say(done: "Exported", folder: Path, center: str, as_json: bool) -> None:
    from chairside.apps.interop.services.report import peak_mb

    data: dict[str, Any] = {
        "folder": str(folder),
        "center": center,
        "resources": done.resources,
        "patients": done.patients,
        "files": [{"type": kind, "file": name, "count": count} for kind, name, count in done.files],
        "originals": done.originals,
        "left_out": done.left_out,
        "damaged": done.damaged,
        "seconds": round(done.seconds, 3),
        "peak_mb": peak_mb(),
    }
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    for name in done.damaged:
        click.echo(f"{name}: what is stored is no longer what came, so it was not written; restore it from a backup", err=True)
    for name in done.left_out:
        click.echo(f"{name}: left out of the originals, for it also speaks of others, or may")
    rate = f", {done.resources / done.seconds:,.0f} a second" if done.seconds > 0 else ""
    click.echo(
        f"{done.resources:,} resources of {center} in {len(done.files):,} files, {done.originals:,} originals, in {folder}. "
        f"{done.seconds:.1f} s{rate}, {data['peak_mb']} MB."
    )


@contextmanager
def _progress() -> Iterator[Callable[[int, int, float], None]]:
    """One line on a terminal; nothing at all in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total, seconds: None
        return
    last = 0.0

    def tell(done: int, total: int, seconds: float) -> None:
        nonlocal last
        if time.monotonic() - last >= 0.2:
            last = time.monotonic()
            click.echo(
                f"\r\x1b[KExporting, {done:,} of {total:,} resources, {done / seconds:,.0f} a second", err=True, nl=False
            )

    yield tell
    click.echo("\r\x1b[K", err=True, nl=False)
