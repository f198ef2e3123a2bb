"""An import of files: looked through, kept document by document, read patient by patient. Broken off, it is taken up by asking
again: what was kept is kept, and what was kept and not yet read is read."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import structlog
from django.db import DatabaseError, connection, transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.intake.texts import fit, storable
from chairside.apps.interop.models import ImportRun, PatientToRead, ReceivedDocument
from chairside.apps.interop.services.ahead import Whole, read_ahead
from chairside.apps.interop.services.documents import DocumentChanged, document_keep
from chairside.apps.interop.services.importing import Arrival, entries_import
from chairside.apps.interop.services.messages_files import messages_take
from chairside.apps.interop.services.placing import AnotherPerson, Names, resources_place
from chairside.apps.interop.services.reading import patient_read
from chairside.apps.interop.services.report import Report
from chairside.apps.interop.services.running_rows import broken_off_close, row_hold, row_release
from chairside.apps.interop.services.surveying import Kind, Surveyed, files_survey, runs_of
from chairside.apps.interop.texts import bounded
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.references import identity
from chairside.exchange.fhir.split import split_document, split_lines
from chairside.exchange.fhir.window import DocumentProblem
from chairside.exchange.files import FileProblem, Source, opened

log = structlog.get_logger()


class ImportStopped(Exception):
    """The import could not go on: a sentence that says why, that nothing is half-done, and what to do."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. Bytes are 0 of 0 while files are still looked through."""

    stage: str
    done: int
    total: int
    resources: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Resources a second, so far."""
        return self.resources / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """By the bytes that are left; None before anything is done."""
        return self.seconds * (self.total - self.done) / self.done if self.done else None


def _quiet(progress: Progress) -> None:
    """Nobody looks on."""


@dataclass
class _Run:
    row: ImportRun
    site: Site
    actor: Actor
    as_of: date | None
    names: Names
    tell: Callable[[Progress], None]
    report: Report = field(default_factory=Report)
    started: float = field(default_factory=time.monotonic)

    @property
    def organization(self) -> UUID:
        return UUID(self.actor.organization)

    def told(self, stage: str) -> None:
        """Say how far it is: to who asked, and to whoever has the page open."""
        row, report = self.row, self.report
        seconds = time.monotonic() - self.started
        self.tell(Progress(stage, row.done_bytes, row.total_bytes, report.resources, seconds))

    def save(self) -> None:
        """Write the counts, in the caller's transaction."""
        self.row.imported, self.row.unchanged, self.row.quarantined = (
            self.report.imported,
            self.report.unchanged,
            self.report.quarantined,
        )
        self.row.save(update_fields=["imported", "unchanged", "quarantined", "done_bytes", "total_bytes", "files"])
        notify_on_commit("import", self.row.id)


def files_import(
    *,
    sources: Sequence[Source],
    name: str,
    site: Site,
    actor: Actor,
    as_of: date | None = None,
    tell: Callable[[Progress], None] = _quiet,
    run: ImportRun | None = None,
) -> Decision[Report]:
    """Take in files of any number and size. The same again changes nothing.

    name     what the person asked for, as the list of imports shows it
    as_of    the day on which referrals are judged; the site's day when not given
    run      the row that was made when it was asked for, else a new one is made
    Raises ImportStopped when the database cannot go on.
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    with _ended_well(name):
        broken_off_close(actor.organization)
        row = run or run_begin(name=name, site=site, actor=actor)
        row_hold(row)
    state = _Run(row, site, actor, as_of, Names(actor.organization), tell)
    try:
        with _ended_well(name), _collected_seldom(), _flushed_at_the_end():
            _through(state, sources)
    except BaseException as problem:
        _close(state, ImportRun.Status.STOPPED, str(problem) if isinstance(problem, ImportStopped) else "It broke off.")
        raise
    _close(state, ImportRun.Status.DONE)
    return Decision(state.report)


def run_begin(*, name: str, site: Site, actor: Actor) -> ImportRun:
    """Note that an import was asked for."""
    return ImportRun.objects.create(
        organization_id=site.organization_id,
        name=fit(name, 300),
        site=site,
        actor_name=actor.name[:200],
        started_at=clock.now(),
    )


def _through(run: _Run, sources: Sequence[Source]) -> None:
    looked = lambda done, total: run.tell(Progress("Looking through", done, total))  # noqa: E731
    surveyed = files_survey(sources=sources, names=run.names, tell=looked)
    run.report.files = run.row.files = len(surveyed)
    run.row.total_bytes = sum(item.size for item in surveyed)
    for item, read in read_ahead(surveyed):
        if item.problem:
            run.report.unusable(item.source.name, item.problem)
            continue
        try:
            _take(run, item, read)
        except (FileProblem, DocumentProblem) as problem:
            if isinstance(problem, AnotherPerson) and item.kind is not Kind.BUNDLE:
                run.names.refused[item.source.scope] = str(problem)
            run.report.unusable(item.source.name, str(problem))
        except DocumentChanged:
            run.report.unusable(item.source.name, "it was changed while it was read; import it again")
        run.told("Importing")
    _patients_read(run)


def _take(run: _Run, item: Surveyed, read: Callable[[], Whole]) -> None:
    if item.at_once:
        return _take_at_once(run, item, read())
    if item.kind is Kind.MESSAGE:
        return _take_messages(run, item)
    _new_document(run, item)
    if item.kind is not Kind.BUNDLE and item.source.scope in run.names.refused:
        raise DocumentProblem(run.names.refused[item.source.scope])
    with transaction.atomic():
        receiving_lock(run.actor.organization)
        document = _kept(run, item)
    if item.kind is Kind.LOG:  # kept, and no resource in it
        return None
    arrival = Arrival(document, run.site, run.actor, document.received_at, run.as_of, at_once=False)
    if item.kind is Kind.BUNDLE:
        _place_all(run, item)
    scope = item.source.packet if item.kind is Kind.BUNDLE else item.source.scope
    done_before, count = run.row.done_bytes, 0
    with opened(item.source) as stream:
        items = split_lines(stream) if item.kind is Kind.LINES else split_document(stream)[1]
        for batch in runs_of(items):
            with transaction.atomic():
                receiving_lock(run.actor.organization)
                done = entries_import(batch, arrival, run.names, scope)
                run.report.add(item.source.name, done)
                count += len(batch)
                run.row.done_bytes = done_before + item.size * count // max(item.entries, 1)
                run.save()
            run.told("Importing")
    run.row.done_bytes = done_before + item.size


def _new_document(run: _Run, item: Surveyed) -> None:
    """What a bundle does not bring itself is looked for among the lines of its folder."""
    run.names.new_document()
    if item.kind is Kind.BUNDLE and item.source.packet != item.source.scope:
        run.names.wider[item.source.packet] = item.source.scope


def _take_at_once(run: _Run, item: Surveyed, whole: Whole) -> None:
    """A bundle in one transaction: it is a packet, and all of it comes or nothing."""
    _new_document(run, item)
    with transaction.atomic():
        receiving_lock(run.actor.organization)
        document = _kept(run, item, whole.data)
        arrival = Arrival(document, run.site, run.actor, clock.now(), run.as_of)
        done = entries_import(whole.entries, arrival, run.names, item.source.packet)
        run.row.done_bytes += item.size
        run.report.add(item.source.name, done)
        run.save()


def _take_messages(run: _Run, item: Surveyed) -> None:
    """A file of HL7 v2 messages: kept whole, then each message by itself."""
    with opened(item.source) as stream:
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != item.digest:
        raise DocumentChanged
    with transaction.atomic():
        receiving_lock(run.actor.organization)
        document = _kept(run, item, data)
    done_before = run.row.done_bytes

    def tell(done: int) -> None:
        run.row.done_bytes = done_before + done
        with transaction.atomic():
            run.save()
        run.told("Importing")

    told = {"site": run.site, "actor": run.actor, "as_of": run.as_of, "report": run.report}
    messages_take(data=data, document=document, tell=tell, **told)  # type: ignore[arg-type]
    run.row.done_bytes = done_before + item.size


def _kept(run: _Run, item: Surveyed, data: bytes | None = None) -> ReceivedDocument:
    told = {"digest": item.digest, "size": item.size, "name": bounded(item.source.name, 300), "kind": item.kind, "run": run.row}
    if data is not None:
        return document_keep(stream=io.BytesIO(data), organization=run.organization, at=clock.now(), **told)  # type: ignore[arg-type]
    with opened(item.source) as stream:
        return document_keep(stream=stream, organization=run.organization, at=clock.now(), **told)  # type: ignore[arg-type]


def _place_all(run: _Run, item: Surveyed) -> None:
    """Every resource of a long bundle gets its id before any is resolved: they point at each other in any order."""
    with opened(item.source) as stream:
        for batch in runs_of(split_document(stream)[1]):
            scope = item.source.packet
            keyed = [(entry, identity(entry, scope)) for entry in batch if entry.type and not entry.problem]
            with transaction.atomic():
                receiving_lock(run.actor.organization)
                resources_place(keyed, scope=scope, names=run.names)


def _patients_read(run: _Run) -> None:
    """Read whoever has new resources, also of an import that broke off earlier."""
    waiting = PatientToRead.objects.filter(organization_id=run.organization).order_by("patient_key")
    keys = list(waiting.values_list("patient_key", "source"))
    for number, (key, source) in enumerate(keys, start=1):
        try:
            with transaction.atomic():
                receiving_lock(run.actor.organization)
                told = {"site": run.site, "name": source, "actor": run.actor, "at": clock.now(), "as_of": run.as_of}
                outcome = patient_read(patient_key=key, **told)  # type: ignore[arg-type]
                PatientToRead.objects.filter(organization_id=run.organization, patient_key=key).delete()
        except DatabaseError:
            raise
        except Exception:
            log.exception("import.patient_not_read", patient_key=key)
            run.report.trouble(
                source, f"Patient/{key}", "It is kept, and could not be read. It is tried again at the next import."
            )
            continue
        if outcome is not None:
            run.report.received(source, outcome.value, outcome if outcome.value is None else None)
        run.tell(Progress("Reading patients", number, len(keys), run.report.resources, time.monotonic() - run.started))


def _close(run: _Run, status: ImportRun.Status, problem: str = "") -> None:
    run.report.seconds = time.monotonic() - run.started
    row = run.row
    row.status, row.problem, row.ended_at = status, problem, clock.now()
    row.report = storable(json.dumps(run.report.as_data(), ensure_ascii=False)) if status is ImportRun.Status.DONE else ""
    with suppress(DatabaseError):  # then the next import closes it
        with transaction.atomic():
            row.save(update_fields=["status", "problem", "ended_at", "report"])
            notify_on_commit("import", row.id)
        row_release(row)


@contextmanager
def _collected_seldom() -> Iterator[None]:
    """Resources are trees, which go when nobody holds them; looking for cycles among them took a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _flushed_at_the_end() -> Iterator[None]:
    """Transactions of an import do not wait for the disk each: closing it waits for all of them, and only then is it told done.

    After a power failure some of the last ones may be gone, each of them whole; the same import again brings them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")


@contextmanager
def _ended_well(name: str) -> Iterator[None]:
    """What the database cannot do becomes a sentence. What was committed stays, what was not is gone: nothing is half-done."""
    try:
        yield
    except DatabaseError as problem:
        cause = problem.__cause__
        if getattr(cause, "sqlstate", None) == "53100" or "No space left" in str(problem):
            why = "the database's disk is full"
        elif (
            getattr(cause, "sqlstate", None) in (None, "57P01", "57P02", "57P03", "08006")
            and "connection" in str(problem).lower()
        ):
            why = "the connection to the database was lost (it may have stopped because its disk is full)"
        else:
            raise
        raise ImportStopped(
            f"The import of {name} stopped: {why}. What was imported so far is complete and nothing is half-done; "
            "mend that and import the same again to go on."
        ) from problem
