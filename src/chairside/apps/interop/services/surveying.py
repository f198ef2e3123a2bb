"""Looking through every file before anything of it is used: can it be read to its end, what is it, and who has which id."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO

from django.db import transaction

from chairside.apps.intake.services.lock import receiving_lock
from chairside.apps.interop.models import ReceivedDocument
from chairside.apps.interop.services.placing import AnotherPerson, Names, resources_place
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.references import DIRECTORY, identity
from chairside.exchange.fhir.split import split_document, split_lines
from chairside.exchange.fhir.window import DocumentProblem
from chairside.exchange.files import FileProblem, Source, opened

Kind = ReceivedDocument.Kind
AT_ONCE = 16 << 20  # bytes of a bundle that is taken in as one; a longer one goes in runs
BATCH = 500  # entries of one transaction


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A file, looked through. `problem` says why nothing of it can be used.

    entries  how many resources are in it; 0 of a bundle that is taken in as one, which is not counted ahead
    first    the type of its first resource
    """

    source: Source
    kind: Kind
    digest: str = ""
    size: int = 0
    entries: int = 0
    first: str = ""
    problem: str = ""

    @property
    def at_once(self) -> bool:
        """True for a bundle that is one packet and fits into memory."""
        return self.kind is Kind.BUNDLE and self.size <= AT_ONCE

    @property
    def turn(self) -> tuple[int, str]:
        """Files are taken in turn: what others point at first, what speaks of others last."""
        if self.kind is not Kind.BUNDLE and self.first in DIRECTORY:
            return 0, self.source.name
        return (2 if self.first == "Provenance" or self.kind is Kind.MESSAGE else 1), self.source.name


class _Hashed:
    """A stream that is hashed and counted as it is read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        return self._noted(self._stream.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._noted(self._stream.readline(size))

    def begin(self, size: int) -> IO[bytes]:
        """A stream that has the first bytes at hand and reads on from this one."""
        return _Continued(io.BytesIO(self.read(size)), self)  # type: ignore[return-value]

    def to_the_end(self) -> None:
        while self.read(1 << 20):
            pass

    def _noted(self, data: bytes) -> bytes:
        self.digest.update(data)
        self.size += len(data)
        return data


class _Continued:
    """What was read ahead, and then the rest."""

    def __init__(self, ahead: IO[bytes], rest: _Hashed) -> None:
        self._ahead, self._rest = ahead, rest

    def read(self, size: int = -1) -> bytes:
        return self._ahead.read(size) or self._rest.read(size)


def files_survey(*, sources: Sequence[Source], names: Names, tell: Callable[[int, int], None]) -> list[Surveyed]:
    """Look through the files and give the resources that stand alone or in lines their ids here, a batch at a time.

    tell    is called with (files looked through, files)
    """
    found = []
    waiting: list[tuple[Entry, Source]] = []
    names.arrived = False
    for number, source in enumerate(sources, start=1):
        refused = dict(names.refused)
        found.append(_survey(source, waiting, names))
        if found[-1].problem:  # what is damaged says nothing of anybody
            waiting[:] = [item for item in waiting if item[1] is not source]
            names.refused = refused
        tell(number, len(sources))
    _place(waiting, names)
    names.arrived = True
    return sorted(found, key=lambda item: item.turn)


def _survey(source: Source, waiting: list[tuple[Entry, Source]], names: Names) -> Surveyed:
    kind, count, first = Kind.LINES if source.lines else Kind.MESSAGE if source.message else Kind.BUNDLE, 0, ""
    try:
        with opened(source) as raw:
            stream = _Hashed(raw)
            if kind is not Kind.MESSAGE:
                kind, items = _split(source, stream)
                for entry in items:
                    if not count and _is_log(entry):
                        kind = Kind.LOG
                        break
                    count += 1
                    first = first or entry.type
                    if kind is not Kind.BUNDLE:
                        waiting.append((entry, source))
                        if len(waiting) >= BATCH:
                            _place(waiting, names)
            stream.to_the_end()
    except (FileProblem, DocumentProblem) as problem:
        return Surveyed(source, Kind.UNREADABLE, problem=str(problem))
    return Surveyed(source, kind, stream.digest.hexdigest(), stream.size, count, first)


def _is_log(entry: Entry) -> bool:
    """Whether it is an event of the log that a bulk export client leaves beside the resources."""
    return isinstance(entry.resource, dict) and not entry.type and {"exportId", "eventId"} <= entry.resource.keys()


def _split(source: Source, stream: _Hashed) -> tuple[Kind, Iterator[Entry]]:
    """What it is and its entries. A bundle that is taken in as one is split when it is taken, not before."""
    if source.lines:
        return Kind.LINES, split_lines(stream)  # type: ignore[arg-type]
    begin = stream.begin(AT_ONCE + 1)
    bundle, items = split_document(begin)
    if bundle and stream.size <= AT_ONCE:
        return Kind.BUNDLE, iter(())
    return (Kind.BUNDLE if bundle else Kind.RESOURCE), items


def _place(waiting: list[tuple[Entry, Source]], names: Names) -> None:
    """Give the waiting resources their ids, and wait for others."""
    by_scope: dict[str, list[tuple[Entry, str]]] = {}
    for entry, source in waiting:
        if entry.type and not entry.problem:
            by_scope.setdefault(source.scope, []).append((entry, identity(entry, source.scope)))
    waiting.clear()
    for scope, items in by_scope.items():
        try:
            with transaction.atomic():
                receiving_lock(names.organization)
                resources_place(items, scope=scope, names=names)
        except AnotherPerson as problem:
            names.refused[scope] = str(problem)


def runs_of(items: Iterator[Entry]) -> Iterator[list[Entry]]:
    """The entries in runs of one transaction each."""
    while batch := list(islice(items, BATCH)):
        yield batch
