"""Documents kept byte for byte, once each however often they come, and read back."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO
from uuid import UUID

from chairside.apps.interop.models import DocumentPiece, ImportRun, ReceivedDocument

PIECE = 1 << 20  # bytes; what reading one resource back costs


class DocumentChanged(Exception):
    """The file is not what it was when it was looked through."""


def document_keep(
    *,
    stream: IO[bytes],
    digest: str,
    size: int,
    name: str,
    kind: ReceivedDocument.Kind,
    organization: UUID,
    at: datetime,
    run: ImportRun | None = None,
) -> ReceivedDocument:
    """Keep a document, in the caller's transaction; the one that is there when the same bytes came under the same name.

    Raises DocumentChanged when the stream does not have that digest.
    """
    known = ReceivedDocument.objects.filter(organization_id=organization, digest=digest, name=name).first()
    if known is not None:
        return known
    if not DocumentPiece.objects.filter(organization_id=organization, digest=digest).exists():
        _pieces_write(stream, digest, organization)
    return ReceivedDocument.objects.create(
        organization_id=organization, run=run, name=name, kind=kind, digest=digest, size=size, received_at=at
    )


def _pieces_write(stream: IO[bytes], digest: str, organization: UUID) -> None:
    hasher, start = hashlib.sha256(), 0
    while data := stream.read(PIECE):
        hasher.update(data)
        DocumentPiece.objects.create(
            organization_id=organization, digest=digest, start=start, length=len(data), data=zlib.compress(data, 1)
        )
        start += len(data)
    if hasher.hexdigest() != digest:
        raise DocumentChanged


def document_bytes(document: ReceivedDocument) -> Iterator[bytes]:
    """The document as it came, a piece at a time."""
    starts = DocumentPiece.objects.filter(organization_id=document.organization_id, digest=document.digest)
    for start in starts.order_by("start").values_list("start", flat=True):
        piece = DocumentPiece.objects.get(organization_id=document.organization_id, digest=document.digest, start=start)
        yield zlib.decompress(bytes(piece.data))


def original(document: ReceivedDocument, start: int, length: int) -> bytes:
    """A run of a document's bytes, exactly as it came."""
    pieces = DocumentPiece.objects.filter(
        organization_id=document.organization_id, digest=document.digest, start__gt=start - PIECE, start__lt=start + length
    ).order_by("start")
    found = list(pieces)
    if not found:
        return b""
    whole = b"".join(zlib.decompress(bytes(piece.data)) for piece in found)
    return whole[start - found[0].start :][:length]
