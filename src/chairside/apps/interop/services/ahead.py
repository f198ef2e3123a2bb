"""The next bundle is read and split while the database works on the one before."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise

from chairside.apps.interop.services.documents import DocumentChanged
from chairside.apps.interop.services.surveying import Surveyed
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.split import split_bundle
from chairside.exchange.files import opened

_SHORT = 1 << 20  # bytes; two longer ones in memory at the same time would be too much


@dataclass(frozen=True, slots=True)
class Whole:
    """A document in memory: its bytes and its resources."""

    data: bytes
    entries: Sequence[Entry]


def read_ahead(items: Sequence[Surveyed]) -> Iterator[tuple[Surveyed, Callable[[], Whole]]]:
    """Each file with how to get it whole, which raises FileProblem, DocumentProblem or DocumentChanged."""
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as reader:
        ahead = None
        for item, after in pairwise(chain(items, [None])):
            assert item is not None
            read = ahead.result if ahead else partial(whole, item)
            ahead = reader.submit(whole, after) if after and after.at_once and after.size <= _SHORT else None
            yield item, read


def whole(item: Surveyed) -> Whole:
    """A file that fits into memory. Raises FileProblem, DocumentProblem, and DocumentChanged when it is not as it was."""
    with opened(item.source) as stream:
        data = stream.read()
    if hashlib.sha256(data).hexdigest() != item.digest:
        raise DocumentChanged
    return Whole(data, list(split_bundle(io.BytesIO(data))))
