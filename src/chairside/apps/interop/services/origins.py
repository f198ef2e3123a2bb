"""What was put aside stood in a document: which key it has, and what its references mean there."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from chairside.apps.interop.models import Quarantined, ReceivedDocument, Resource
from chairside.apps.interop.services.documents import document_bytes
from chairside.apps.interop.services.placing import KEY, Names
from chairside.apps.interop.texts import bounded
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.references import identity, name_of, own_key, references
from chairside.exchange.fhir.split import split_bundle
from chairside.exchange.fhir.text import parse


@dataclass(frozen=True, slots=True)
class _Named:
    """A resource that is pointed at: how, and the keys under which it may be known here, the surest first."""

    full_url: str
    sent: str
    kind: str
    keys: tuple[str, ...]


def stands_here(row: Quarantined, entry: Entry, scope: str) -> str:
    """The key of a mended resource: that of the one as it came, so that it is the same one to everything that points at it."""
    came = replace(entry, resource=parse(row.text)) if row.text else entry
    keys = _keys(came, scope)
    known = _known([_Named("", "", entry.type, keys)])
    return next((key for key in keys if (entry.type, key) in known), keys[-1])


def links_of(document: ReceivedDocument | None, entry: Entry, scope: str, names: Names) -> dict[str, str]:
    """Teach `names` what the references of a resource mean in its document; (type by full URL) of those found there.

    Only a bundle names its resources by itself. It is read once more, an entry at a time.
    """
    wanted = {sent.partition("/_history/")[0] for item in references(entry.resource) for sent in [str(item["reference"])]}
    found = list(_in_scope(wanted, scope))
    if wanted and document is not None and document.kind == ReceivedDocument.Kind.BUNDLE:
        found += _in_bundle(document, wanted, scope)
    known = _known(found)
    for item in found:
        here = next((known[item.kind, key] for key in item.keys if (item.kind, key) in known), "")
        if not here:
            continue
        if item.full_url:
            names.urls[item.full_url] = f"{item.kind}/{here}"
        if item.sent:
            names.renamed[scope, item.sent] = f"{item.kind}/{here}"
    return {item.full_url: item.kind for item in found if item.full_url}


def _in_scope(wanted: Iterable[str], scope: str) -> Iterator[_Named]:
    """What other files of the same sender brought: known by its id at home there."""
    for sent in wanted:
        named = name_of(sent)
        if named is not None and not sent.startswith(("http://", "https://")):
            name = f"{named[0]}/{named[1]}"
            yield _Named("", name, named[0], (bounded(f"{scope}#{name}", KEY),))


def _in_bundle(document: ReceivedDocument, wanted: set[str], scope: str) -> Iterator[_Named]:
    for other in split_bundle(io.BufferedReader(_Pieces(document_bytes(document)))):
        if not other.type or other.problem:
            continue
        own = other.resource.get("id")
        sent = f"{other.type}/{own}" if isinstance(own, str) else ""
        if other.full_url in wanted or sent in wanted:
            yield _Named(other.full_url, sent, other.type, _keys(other, scope))


def _keys(entry: Entry, scope: str) -> tuple[str, ...]:
    """By its place first: of two that claim one identifier, the later one goes by that."""
    return bounded(own_key(entry, scope), KEY), bounded(identity(entry, scope), KEY)


def _known(items: Iterable[_Named]) -> dict[tuple[str, str], str]:
    keys = {key for item in items for key in item.keys}
    rows = Resource.objects.filter(identity__in=keys).values_list("type", "identity", "logical_id")
    return {(kind, key): here for kind, key, here in rows}


class _Pieces(io.RawIOBase):
    """A document's pieces as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = next(self._pieces, b"")
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
