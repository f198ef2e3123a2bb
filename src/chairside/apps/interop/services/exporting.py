"""The record leaves: every resource in its newest version, as lines of a type or as one bundle a patient."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.interop import outgoing
from chairside.apps.interop.outgoing import Person, Row
from chairside.apps.interop.services.originals import originals_write
from chairside.apps.interop.services.placing import Names
from chairside.apps.organizations import clock
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.writing import BUNDLE_BEGIN, BUNDLE_END, bundle_entry, points_at, spoken
from chairside.exchange.files.folder import ExportFolder, Written

_REMEMBERED = 20_000  # late references whose targets are kept in mind at once
_TELL = 200  # resources between two lines of progress


@dataclass
class Exported:
    """What was written. `files` are (type, file, resources)."""

    files: list[tuple[str, str, int]] = field(default_factory=list)
    resources: int = 0
    patients: int = 0
    originals: int = 0
    left_out: list[str] = field(default_factory=list)  # documents that also speak of others
    damaged: list[str] = field(default_factory=list)  # documents whose bytes are no longer those that came
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported.

    people       whose resources; everybody's and what is about nobody when None
    bundles      one bundle a patient instead of one file of lines a type
    originals    also the documents from which it came, byte for byte
    packed       with gzip, but not the originals
    request      how it was asked for, for the list of what the export holds
    """

    people: Sequence[Person] | None = None
    bundles: bool = False
    originals: bool = False
    packed: bool = False
    request: str = ""


@dataclass
class _Export:
    folder: ExportFolder
    wish: Wish
    organization: str
    tell: Callable[[int, int, float], None]
    total: int = 0
    done: Exported = field(default_factory=Exported)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.names = Names(self.organization)
        self.links = outgoing.links(self.organization)

    def say(self, row: Row) -> str:
        """A stored resource as it leaves."""
        kind, here, text = row
        if len(self.names.tokens) + len(self.names.absolute) > _REMEMBERED:
            self.names = Names(self.organization)
        self.done.resources += 1
        if self.done.resources % _TELL == 0:
            self.tell(self.done.resources, self.total, time.monotonic() - self.started)
        return spoken(text, here, lambda sent: self.names.find(sent, ""), self.links.get(here, ()) if kind == "Patient" else ())


def records_export(
    *,
    folder: Path,
    wish: Wish,
    actor: Actor,
    replace: bool = False,
    tell: Callable[[int, int, float], None] = lambda done, total, seconds: None,
) -> Decision[Exported]:
    """Write the organization's received resources into a folder, all as of one moment. It is whole once `export.json` is there.

    replace    write anew what an earlier export wrote there
    tell       is called with (resources written, resources kept, seconds)
    Raises FolderProblem when the folder holds other files, or cannot be written to; then nothing is left behind.
    """
    permitted: Decision[Exported] = actor.may(Action.RECORD_EXPORT).without_value()
    if not permitted.allowed:
        return permitted
    with ExportFolder(folder, replace=replace) as out:
        begun = clock.now()
        _record(actor, wish, "begun")
        with _one_moment():
            export = _Export(out, wish, actor.organization, tell, outgoing.count(actor.organization))
            (_bundles_write if wish.bundles else _lines_write)(export)
            if wish.originals:
                _originals(export)
        done = export.done
        done.seconds = time.monotonic() - export.started
        digest = out.finish(_manifest(begun.isoformat(), export))
        _record(actor, wish, f"{done.resources} resources in {len(done.files)} files, {done.originals} originals", digest)
    return Decision(done)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees everything as it stood when it began, whatever is imported meanwhile."""
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Right after a large import the planner takes the tables for empty, and would read them whole for each resource.
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def _lines_write(export: _Export) -> None:
    people = export.wish.people
    besides = _pointed_at(export, people) if people is not None else {}
    for kind in outgoing.types(export.organization):
        rows = outgoing.of_type(export.organization, kind, people, besides.get(kind, ()))
        first = next(rows, None)
        if first is None:
            continue
        with export.folder.file(f"{kind}.ndjson", packed=export.wish.packed) as out:
            count = 0
            for row in _all(first, rows):
                out.put(export.say(row).encode() + b"\n")
                count += 1
        _note(export, kind, f"{kind}.ndjson", count)
    export.done.patients = len(people) if people is not None else 0


def _pointed_at(export: _Export, people: Sequence[Person]) -> dict[str, set[str]]:
    """The ids, by type, of what is about nobody and what the people's resources lead to."""
    targets: set[tuple[str, str]] = set()
    before = export.done.resources
    for person in people:
        for row in outgoing.about(export.organization, person):
            targets |= points_at(export.say(row))
    found: dict[str, set[str]] = {}
    for kind, here, _ in _closure(export, targets, {key for person in people for key in person.keys}):
        found.setdefault(kind, set()).add(here)
    export.done.resources = before
    return found


def _closure(export: _Export, targets: set[tuple[str, str]], keys: set[str]) -> Iterator[Row]:
    """What is about nobody and what the targets lead to, in turn; not what names other patients (a group, a list)."""
    seen: set[tuple[str, str]] = set()
    wanted = targets
    while wanted:
        seen |= wanted
        fresh: set[tuple[str, str]] = set()
        for kind, here, text in outgoing.named(export.organization, wanted):
            said = export.say((kind, here, text))
            leads = points_at(said)
            if {target for other, target in leads if other == "Patient"} <= keys:
                fresh |= leads
                yield kind, here, said
            else:
                export.done.resources -= 1
        wanted = fresh - seen


def _bundles_write(export: _Export) -> None:
    included: set[tuple[str, str]] = set()
    for person in export.wish.people if export.wish.people is not None else _everybody(export.organization):
        _bundle_of(export, person, included)
    if export.wish.people is None:
        rest = (
            (kind, here, export.say((kind, here, text)))
            for kind, here, text in outgoing.about_nobody(export.organization)
            if (kind, here) not in included
        )
        _bundle(export, "rest.json", rest)


def _everybody(organization: str) -> Iterator[Person]:
    """Each person once, in the order of the first of their ids."""
    for key in outgoing.patient_keys(organization):
        person = outgoing.person_of_key(organization, key)
        if key == min(person.keys):
            yield person


def _bundle_of(export: _Export, person: Person, included: set[tuple[str, str]]) -> None:
    def entries() -> Iterator[Row]:
        targets: set[tuple[str, str]] = set()
        for kind, here, text in outgoing.about(export.organization, person):
            said = export.say((kind, here, text))
            targets |= points_at(said)
            yield kind, here, said
        for row in _closure(export, targets, set(person.keys)):
            included.add(row[:2])
            yield row

    if person.keys:
        export.done.patients += _bundle(export, f"Patient-{min(person.keys)}.json", entries())


def _bundle(export: _Export, wanted: str, entries: Iterator[Row]) -> bool:
    """Write one bundle; nothing and False when there is nothing to stand in it."""
    first = next(entries, None)
    if first is None:
        return False
    name = export.folder.free_name(wanted)
    with export.folder.file(name, packed=export.wish.packed) as out:
        count = _entries(out, _all(first, entries))
    _note(export, "Bundle", name, count)
    return True


def _entries(out: Written, rows: Iterable[Row]) -> int:
    out.put(BUNDLE_BEGIN)
    count = 0
    for kind, here, said in rows:
        out.put((b",\n" if count else b"") + bundle_entry(kind, here, said))
        count += 1
    out.put(BUNDLE_END)
    return count


def _all(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest


def _note(export: _Export, kind: str, name: str, count: int) -> None:
    export.done.files.append((kind, f"{name}.gz" if export.wish.packed else name, count))


def _originals(export: _Export) -> None:
    people = export.wish.people
    written = originals_write(export.folder, organization=export.organization, people=people)
    export.done.originals, export.done.left_out, export.done.damaged = written


def _manifest(moment: str, export: _Export) -> dict[str, Any]:
    """What the export holds, as bulk data exports say it; the digests of all files beside it."""
    done = export.done
    return {
        "transactionTime": moment,
        "request": export.wish.request,
        "requiresAccessToken": False,
        "output": [{"type": kind, "url": name, "count": count} for kind, name, count in done.files],
        "error": [],
        "extension": {"digests": dict(sorted(export.folder.digests.items()))},
    }


def _record(actor: Actor, wish: Wish, what: str, digest: str = "") -> None:
    """Who took what, before and after; one entry a patient when patients were named. The digest is the manifest's."""
    shape = "bundles" if wish.bundles else "NDJSON"
    told = {"actor": actor, "action": "record.export", "at": clock.now(), "digest": digest}
    with transaction.atomic():
        if wish.people is None:
            entry_record(subject_type="organization", subject=actor.organization, detail=f"all as {shape}: {what}", **told)  # type: ignore[arg-type]
        for person in wish.people or ():
            record = person.record.pk if person.record else None
            subject = record or min(person.keys)
            detail = f"{len(wish.people or ())} named as {shape}: {what}"
            entry_record(subject_type="patient", subject=subject, patient=record, detail=detail, **told)  # type: ignore[arg-type]
