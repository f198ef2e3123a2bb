"""The downtime pack of a site: one PDF a patient and an index, in one or more folders, whole or not at all (H-022)."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from chairside.apps.audit.services import digest, entry_record
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.visit.documents.pack.days import Coming, clinic_days, coming
from chairside.apps.visit.documents.pack.files import Making, place_of
from chairside.apps.visit.documents.pack.person import Line, index_data, index_pdf, person_data, person_pdf
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, refused
from chairside.web.paper.words import day

JOB = "visit.downtime_pack"
STALE_AFTER = timedelta(hours=24)
DAYS = 2
MOST_DAYS = 14
INDEX = "index.pdf"
Tell = Callable[[int, int], None]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pack:
    """What was printed. `failed` names each folder that could not be written, and why; its old pack is untouched."""

    site: Site
    days: tuple[date, ...]
    patients: int
    problems: tuple[Line, ...]
    folders: tuple[Path, ...]
    failed: tuple[tuple[Path, str], ...]


def downtime_pack_make(
    *,
    site: Site,
    roots: Iterable[Path],
    actor: Actor,
    at: datetime,
    days: int = DAYS,
    tell: Tell = lambda done, total: None,
) -> Decision[Pack]:
    """Print the papers of everybody who is booked on the next clinic days, and the index that leaves nobody out."""
    may = actor.may(Action.DOWNTIME_PRINT)
    if not may.allowed:
        return may.without_value()
    if not 1 <= days <= MOST_DAYS:
        message = f"A pack is for 1 to {MOST_DAYS} days, not for {days}."
        return Decision(None, (refused("out_of_range", message, field="days", limit=str(MOST_DAYS)),))
    with timezone.override(site.zone):
        wanted = clinic_days(site, at, days)
        people = coming(site, wanted)
        folders = _Folders(site, roots, at)
        try:
            lines = _people_print(people, site, at, folders, tell)
            index = index_data(site, [day(item) for item in wanted], lines, at, at + STALE_AFTER)
            folders.add(INDEX, index_pdf(index, at))
            _record(site, people, lines, actor, at)
            problems = tuple(line for line in lines if line.problems)
            folders.finish({"site": site.name, "stale_after": (at + STALE_AFTER).isoformat(), "problems": len(problems)})
        finally:
            folders.give_up()
    return Decision(Pack(site, wanted, len(people), problems, tuple(folders.done), tuple(folders.failed)))


def downtime_pack_ask(*, site: Site, actor: Actor, at: datetime) -> Decision[bool]:
    """Ask the worker for a new pack now, in the folders of each night. False: it is asked for already."""
    may = actor.may(Action.DOWNTIME_PRINT)
    if not may.allowed:
        return may.without_value()
    try:
        with transaction.atomic():
            job = app.configure_task(JOB, lock=f"downtime:{site.pk}", queueing_lock=f"downtime:{site.pk}")
            job.defer(site=str(site.pk), organization=str(site.organization_id), user=actor.id)
            entry_record(actor=actor, action="downtime.ask", subject_type="site", subject=site.pk, at=at)
    except AlreadyEnqueued:
        return Decision(False)
    return Decision(True)


def _people_print(people: tuple[Coming, ...], site: Site, at: datetime, folders: _Folders, tell: Tell) -> list[Line]:
    lines = []
    for place, person in enumerate(people, start=1):
        name = file_name(person.patient)
        try:
            with transaction.atomic():
                data = person_data(person, site, at, at + STALE_AFTER)
            pdf = person_pdf(data, at)
        except Exception as defect:  # one patient's defect must not take the papers of all others
            _log.exception("downtime papers of one patient could not be made")
            why = (f"The papers could not be made ({type(defect).__name__}). Use the last printed ones and report it.",)
            lines += [Line(row, "none", why) for row in person.appointments]
        else:
            folders.add(name, pdf)
            each = zip(person.appointments, data["visits"], strict=True)
            lines += [Line(row, name, tuple(sheet["problems"])) for row, sheet in each]
        tell(place, len(people))
    return sorted(lines, key=lambda line: (line.appointment.during.lower, str(line.appointment.pk)))


def _record(site: Site, people: tuple[Coming, ...], lines: list[Line], actor: Actor, at: datetime) -> None:
    """One entry a patient, for each chart that was printed, and one for the pack."""
    with transaction.atomic():
        for person in people:
            patient = person.patient.pk
            entry_record(actor=actor, action="downtime.print", subject_type="patient", subject=patient, patient=patient, at=at)
        told = digest("\n".join(f"{line.appointment.pk} {line.file} {len(line.problems)}" for line in lines))
        entry_record(actor=actor, action="downtime.print", subject_type="site", subject=site.pk, at=at, digest=told)


def file_name(patient: Patient) -> str:
    """Moreno_Alba_MRN-1_1a2b3c4d.pdf: found by eye; plain letters, and the record's id so that no two are one."""
    spelled = unicodedata.normalize("NFKD", f"{patient.family}_{patient.given}_{patient.mrn}")
    plain = re.sub(r"[^A-Za-z0-9-]+", "_", "".join(letter for letter in spelled if not unicodedata.combining(letter)))
    return f"{plain.strip('_')[:80]}_{str(patient.pk)[:8]}.pdf"


class _Folders:
    """The folders that a pack goes to at once. One that cannot be written is told and left; the others go on."""

    def __init__(self, site: Site, roots: Iterable[Path], at: datetime) -> None:
        self.making: dict[Path, Making] = {}
        self.done: list[Path] = []
        self.failed: list[tuple[Path, str]] = []
        for root in dict.fromkeys(roots):
            try:
                self.making[root] = Making(place_of(root, site), at.astimezone(site.zone))
            except OSError as problem:
                self.failed.append((root, problem.strerror or str(problem)))

    def add(self, name: str, content: bytes) -> None:
        for root, making in list(self.making.items()):
            try:
                making.add(name, content)
            except OSError as problem:
                self._drop(root, problem)

    def finish(self, told: dict[str, object]) -> None:
        for root, making in list(self.making.items()):
            try:
                self.done.append(making.finish(told))
                del self.making[root]
            except OSError as problem:
                self._drop(root, problem)

    def give_up(self) -> None:
        for making in self.making.values():
            making.give_up()

    def _drop(self, root: Path, problem: OSError) -> None:
        self.making.pop(root).give_up()
        self.failed.append((root, problem.strerror or str(problem)))
