"""Judging resources ahead of storing them. For now in this process; `runs` and `document` say what is wrong with each entry."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType

from chairside.apps.interop.services.surveying import Surveyed
from chairside.core.intake.issue import Issue
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import judged
from chairside.exchange.fhir.split import split_bundle

Issues = tuple[Issue, ...]


class Judge:
    """Says of each entry what is wrong with it."""

    def __init__(self, surveyed: Sequence[Surveyed]) -> None:
        self._surveyed = surveyed

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def document(self, item: Surveyed, data: bytes) -> tuple[list[Entry], list[Issues]]:
        """The entries of a document and what is wrong with each."""
        entries = list(split_bundle(io.BytesIO(data)))
        linked = {entry.full_url: entry.type for entry in entries if entry.full_url and entry.type}
        return entries, [judged(entry, linked) for entry in entries]

    def runs(self, batches: Iterable[list[Entry]], urls: Mapping[str, str]) -> Iterator[tuple[list[Entry], list[Issues]]]:
        """The runs of a long document, each with what is wrong."""
        linked = {url: target.partition("/")[0] for url, target in urls.items()}
        for batch in batches:
            yield batch, [judged(entry, linked) for entry in batch]
