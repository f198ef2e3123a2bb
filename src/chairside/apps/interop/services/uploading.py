"""An import asked for on a page: its files kept on disk until a job has read them, also when a job dies in the middle."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.intake.texts import fit
from chairside.apps.interop.models import ImportRun
from chairside.apps.interop.services.running import ImportStopped, Progress, files_import, run_begin
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.exchange.files import MANIFEST as EXPORT
from chairside.exchange.files import ORIGINALS, Source, ending_of, is_manifest

JOB = "interop.import_files"
_LIST = "files.json"  # in a run's folder: what each file is called and where its ids are at home
_TELL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that someone brought.

    path      as their machine calls it, with its folder where known: `export/Patient.ndjson`. A name, never a place here
    stored    where its bytes are now
    """

    path: str
    stored: Path

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(
            part for part in PurePosixPath(fit(self.path.replace("\\", "/"), 300)).parts if part not in ("/", ".", "..")
        )

    @property
    def folder(self) -> str:
        return self.parts[0] if len(self.parts) > 1 else ""

    @property
    def name(self) -> str:
        """Within its folder, as `chairside import` of that folder would call it."""
        return "/".join(self.parts[1:] if self.folder else self.parts) or "file without a name"


def upload_receive(
    *, uploads: Sequence[Upload], site: Site, actor: Actor, at: datetime, sender: str = ""
) -> Decision[ImportRun]:
    """Take files over and have a job import them. Nothing of them is read here.

    sender    at whom their ids are at home; a folder's or a file's own name when not given, as on the command line
    Refused when there is no file, or when several NDJSON files come from nobody: each names its resources by ids that mean
    something only beside those of the others.
    """
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    found = [(item, ending_of(item.name, item.stored)) for item in _without_lists(uploads)]
    if not found:
        return Decision(None, (unknown("missing_fact", "Choose at least one file to import.", field="files"),))
    loose = [item for item, ending in found if ".ndjson" in ending and not item.folder]
    if len(loose) > 1 and not sender:
        message = (
            "These NDJSON files belong together: say who sent them, or choose their folder. Their ids are then kept apart."
        )
        return Decision(None, (unknown("missing_fact", message, field="sender"),))
    with transaction.atomic():
        run = run_begin(name=_called(uploads), site=site, actor=actor)
        folder = _folder(run.id)
        try:
            _store(folder, found, sender)
            _defer(run, actor)
            entry_record(
                actor=actor, action="import.request", subject_type="import", subject=run.id, at=at, detail=f"{len(found)} files"
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return Decision(run)


def _without_lists(uploads: Sequence[Upload]) -> list[Upload]:
    """Without the lists that an export of ours keeps of itself, and the documents from which its resources came."""
    whole = [(item, PurePosixPath(*item.parts)) for item in uploads]
    homes = {path.parent for item, path in whole if path.name == EXPORT and is_manifest(item.stored)}
    lists = {home / name for home in homes for name in (EXPORT, f"{ORIGINALS}.json")}
    return [item for item, path in whole if path not in lists and path.parent not in {home / ORIGINALS for home in homes}]


def _called(uploads: Sequence[Upload]) -> str:
    """As the list of imports shows it: the folders, then the single files."""
    folders = list(dict.fromkeys(item.folder for item in uploads if item.folder))
    return fit(", ".join([*(f"{folder}/" for folder in folders), *(item.name for item in uploads if not item.folder)]), 300)


def _folder(run: UUID) -> Path:
    return Path(settings.UPLOAD_ROOT) / str(run)


def _store(folder: Path, found: Sequence[tuple[Upload, str]], sender: str) -> None:
    """The files under names of ours: what they are called elsewhere stands in the list and never becomes a path."""
    folder.mkdir(parents=True, mode=0o700)
    rows = []
    for number, (item, ending) in enumerate(found, start=1):
        own = f"{number:04}{ending}"
        try:
            os.link(item.stored, folder / own)  # the same disk: no second copy
        except OSError:
            shutil.copyfile(item.stored, folder / own)
        rows.append({"file": own, "name": item.name, "scope": sender or item.folder or item.name, "sender": sender})
    _list_write(folder, rows)


def _list_write(folder: Path, rows: Sequence[dict[str, str]]) -> None:
    """Last, so that a folder with a list is whole."""
    (folder / _LIST).write_text(json.dumps(rows), encoding="utf-8")


def _defer(run: ImportRun, actor: Actor) -> None:
    """A center's imports go one after another, so that one of them never takes all of a worker."""
    organization = str(run.organization_id)
    job = app.configure_task(JOB, lock=f"import:{organization}", queueing_lock=f"import:{run.id}")
    job.defer(run=str(run.id), organization=organization, user=actor.id)


def upload_resume(*, run: ImportRun, actor: Actor, at: datetime) -> Decision[ImportRun]:
    """Let an import go on that stopped. What was kept is kept; the rest follows."""
    permitted = actor.may(Action.REFERRAL_RECEIVE)
    if not permitted.allowed:
        return permitted.without_value()
    try:
        with transaction.atomic():
            row = ImportRun.objects.select_for_update().get(id=run.id)
            if row.status != ImportRun.Status.STOPPED:
                message = f"This import is {row.get_status_display().lower()}: there is nothing to take up."
                return Decision(None, (refused("wrong_state", message),))
            if not upload_is_here(row):
                message = "Its files are not kept any more. Import the same again: what came in so far is recognized."
                return Decision(None, (refused("not_available", message),))
            row.status, row.ended_at, row.problem = ImportRun.Status.RUNNING, None, ""
            row.save(update_fields=["status", "ended_at", "problem"])
            _defer(row, actor)
            entry_record(actor=actor, action="import.resume", subject_type="import", subject=row.id, at=at)
            notify_on_commit("import", row.id)
    except AlreadyEnqueued:
        return Decision(run)
    return Decision(row)


def upload_is_here(run: ImportRun) -> bool:
    """Whether the files of an import are still kept, so that it can go on."""
    return (_folder(run.id) / _LIST).is_file()


def upload_import(*, run: ImportRun, actor: Actor) -> None:
    """Import the files of a run, from a job; done twice it changes nothing. The files go once it has succeeded."""
    if run.status == ImportRun.Status.DONE:
        return _discard(run.id)
    sources = _sources(run)
    if not sources:
        return _stop(run, "Its files are not on this machine. Import the same again.")
    run.status, run.ended_at, run.problem, run.done_bytes = ImportRun.Status.RUNNING, None, "", 0
    run.save(update_fields=["status", "ended_at", "problem", "done_bytes"])
    try:
        done = files_import(sources=sources, name=run.name, site=run.site, actor=actor, tell=_teller(run.id), run=run)
    except ImportStopped as stopped:
        return _stop(run, str(stopped))  # the files wait for someone who lets it go on
    if done.value is None:
        return _stop(run, " ".join(reason.message for reason in done.reasons))
    return _discard(run.id)


def _sources(run: ImportRun) -> list[Source]:
    folder = _folder(run.id)
    if not upload_is_here(run):
        return []
    rows = json.loads((folder / _LIST).read_text(encoding="utf-8"))
    return [Source(folder / row["file"], row["name"], row["scope"], row.get("sender", "")) for row in rows]


def _teller(run: UUID) -> Callable[[Progress], None]:
    """Say how far it is to whoever has the page open: at each stage, and once a second.

    It stands where the report will stand: no column says what an import does before its first document is kept.
    """
    stage, last = "", 0.0

    def tell(progress: Progress) -> None:
        nonlocal stage, last
        now = time.monotonic()
        if progress.stage == stage and now - last < _TELL_SECONDS:
            return
        stage, last = progress.stage, now
        with transaction.atomic():
            ImportRun.objects.filter(id=run, status=ImportRun.Status.RUNNING).update(report=json.dumps(asdict(progress)))
            notify_on_commit("import", run)

    tell(Progress("Looking through", 0, 0))
    return tell


def _stop(run: ImportRun, problem: str) -> None:
    with transaction.atomic():
        run.status, run.problem, run.ended_at, run.report = ImportRun.Status.STOPPED, problem, clock.now(), ""
        run.save(update_fields=["status", "problem", "ended_at", "report"])
        notify_on_commit("import", run.id)


def _discard(run: UUID) -> None:
    shutil.rmtree(_folder(run), ignore_errors=True)


def uploads_tidy(*, at: datetime) -> int:
    """Remove the files of imports of this organization that are done, or stopped so long ago that nobody lets them go on."""
    late = at - timedelta(days=settings.UPLOAD_KEPT_DAYS)
    names = {folder.name: folder for folder in _folders()}
    rows = ImportRun.objects.filter(id__in=list(names))
    over = [row for row in rows if row.ended_at and (row.status == ImportRun.Status.DONE or row.ended_at < late)]
    for row in over:
        _discard(row.id)
    return len(over)


def _folders() -> Iterator[Path]:
    root = Path(settings.UPLOAD_ROOT)
    for folder in root.iterdir() if root.is_dir() else ():
        try:
            UUID(folder.name)
        except ValueError:
            continue
        yield folder
