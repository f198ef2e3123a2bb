"""Originals: documents and single resources given back exactly as they came, checked against the digest they came with."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db.models import Q, QuerySet

from chairside.apps.interop.models import ReceivedDocument, ReceivedMessage, ReceivedResource
from chairside.apps.interop.outgoing import Person
from chairside.apps.interop.services.documents import document_bytes, original
from chairside.apps.people.selectors import records_of
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, unknown
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.references import about, name_of, references
from chairside.exchange.fhir.split import split_document, split_lines
from chairside.exchange.fhir.window import DocumentProblem
from chairside.exchange.files import ORIGINALS
from chairside.exchange.files.folder import ExportFolder

Kind = ReceivedDocument.Kind


class OriginalDamaged(Exception):
    """What is stored no longer has the digest with which it came: a sentence."""


def resource_original(*, type: str, logical_id: str, actor: Actor, version: int | None = None) -> Decision[bytes]:
    """One resource's bytes as they came, of its newest or another version. Raises OriginalDamaged."""
    permitted: Decision[bytes] = actor.may(Action.RECORD_EXPORT).without_value()
    if not permitted.allowed:
        return permitted
    found = ReceivedResource.objects.filter(
        organization_id=actor.organization, resource__type=type, resource__logical_id=logical_id
    ).select_related("document")
    row = (found if version is None else found.filter(version=version)).order_by("-version").first()
    if row is None:
        which = f"{type}/{logical_id}" if version is None else f"version {version} of {type}/{logical_id}"
        return Decision(None, (unknown("missing_fact", f"{which} has not been received.", field="resource"),))
    data = original(row.document, row.start, row.length)
    if hashlib.sha256(data).hexdigest() != row.mark:
        raise OriginalDamaged(f"The original of {type}/{logical_id} is no longer what came as {row.source}.")
    return Decision(data)


def originals_write(
    folder: ExportFolder, *, organization: str, people: Sequence[Person] | None
) -> tuple[int, list[str], list[str]]:
    """Write the documents as they came, and a list of them: (how many, names left out, names of damaged ones).

    For named people only documents that speak of nobody else: the rest are left out, for they are not theirs alone.
    """
    index: list[dict[str, Any]] = []
    left_out, damaged = [], []
    wanted = ReceivedDocument.objects.filter(organization_id=organization) if people is None else _theirs(organization, people)
    for document in wanted.order_by("name", "received_at", "digest").iterator(chunk_size=100):
        if people is not None and not _only_of(document, people):
            left_out.append(document.name)
            continue
        name = folder.free_name(_plain(document), under=f"{ORIGINALS}/")
        hasher = hashlib.sha256()
        with folder.file(name) as out:
            for piece in document_bytes(document):
                hasher.update(piece)
                out.put(piece)
        if hasher.hexdigest() != document.digest:
            folder.forget(name)
            damaged.append(document.name)
            continue
        told = {"name": document.name, "kind": document.kind, "digest": document.digest, "size": document.size}
        index.append({"file": name, **told, "received_at": document.received_at.isoformat()})
    with folder.file(f"{ORIGINALS}.json") as out:
        out.put(json.dumps({"originals": index}, ensure_ascii=False, indent=1).encode() + b"\n")
    return len(index), left_out, damaged


def _plain(document: ReceivedDocument) -> str:
    """The name it came under, without .gz: what is kept is what was packed."""
    return document.name.removesuffix(".gz")


def _theirs(organization: str, people: Sequence[Person]) -> QuerySet[ReceivedDocument]:
    keys = [key for person in people for key in person.keys]
    told = ReceivedResource.objects.filter(organization_id=organization, resource__patient_key__in=keys)
    messages = Q(pk__in=ReceivedMessage.objects.none().values("document"))
    for person in people:
        if person.record is not None:
            messages |= Q(pk__in=ReceivedMessage.objects.filter(patient__in=records_of(person.record)).values("document"))
    return ReceivedDocument.objects.filter(Q(pk__in=told.values("document")) | messages, organization_id=organization)


def _only_of(document: ReceivedDocument, people: Sequence[Person]) -> bool:
    """Whether a document speaks of these people and of nobody else, so far as it says."""
    if document.kind == Kind.MESSAGE:
        persons = {person.record.pk for person in people if person.record}
        rows = ReceivedMessage.objects.filter(document__digest=document.digest, organization_id=document.organization_id)
        named = list(rows.select_related("patient"))
        return all(row.patient and (row.patient.merged_into_id or row.patient.pk) in persons for row in named)
    keys = [key for person in people for key in person.keys]
    marks = set(
        ReceivedResource.objects.filter(organization_id=document.organization_id, resource__patient_key__in=keys).values_list(
            "mark", flat=True
        )
    )
    try:
        return _speaks_only_of(document, marks)
    except DocumentProblem:
        return False


def _speaks_only_of(document: ReceivedDocument, marks: set[str]) -> bool:
    """marks    of the resources that are known to be about them"""
    own = set()
    for entry in _entries(document):
        if entry.type == "Patient":
            if entry.mark not in marks:
                return False
            own |= _names(entry)
    return all(entry.mark in marks or _leads_to(entry, own) for entry in _entries(document))


def _names(entry: Entry) -> set[str]:
    """What the document itself calls a resource."""
    return {entry.full_url, f"{entry.type}/{entry.resource.get('id')}"} - {""}


def _leads_to(entry: Entry, own: set[str]) -> bool:
    """Whether what an entry says of patients leads to these, or it names none."""
    if not isinstance(entry.resource, dict):
        return False
    said = [item["reference"] for item in references(entry.resource)]
    whom = about(entry.resource)
    subject = whom["reference"] if whom else ""
    named = {sent for sent in said if sent == subject or "Patient" in sent}
    return entry.type != "Bundle" and all(sent in own or "/".join(name_of(sent) or ("", "")) in own for sent in named)


def _entries(document: ReceivedDocument) -> Iterator[Entry]:
    stream: IO[bytes] = io.BufferedReader(_Pieces(document_bytes(document)))
    return split_lines(stream) if document.kind == Kind.LINES else split_document(stream)[1]


class _Pieces(io.RawIOBase):
    """Pieces of bytes, read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._left = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next(self._pieces, b"")
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
