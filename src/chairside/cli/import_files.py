"""The files that an import reads: which ones, and what stands in each, a document or a batch of lines at a time."""

import gzip
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from chairside.cli.problems import UsageProblem
from chairside.exchange.fhir.text import MAX_BYTES, Json, JsonProblem, parse

_ENDINGS = (".json", ".ndjson", ".json.gz", ".ndjson.gz")
_BATCH = 200  # NDJSON lines taken in one transaction


class FileProblem(Exception):
    """A file, or a line of one, that cannot be read: one sentence."""


@dataclass(frozen=True)
class Source:
    """A file to read, under the name that reports call it by."""

    path: Path
    name: str

    @property
    def lines(self) -> bool:
        return ".ndjson" in self.path.name


@dataclass
class Lines:
    """Resources of an NDJSON file, with the line of the first, and the lines that could not be read."""

    first: int
    resources: list[Json] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def find(paths: Sequence[Path]) -> list[Source]:
    """Every FHIR file among the paths, folders searched through, in order. Raises UsageProblem where there is none."""
    found: dict[Path, Source] = {}
    for path in paths:
        if path.is_file():
            found.setdefault(path.resolve(), Source(path, path.name))
        elif path.is_dir():
            inside = [item for item in sorted(path.rglob("*")) if item.is_file() and item.name.endswith(_ENDINGS)]
            if not inside:
                raise UsageProblem(f"PATH: {path} holds no {', '.join(_ENDINGS[:2])} file (also .gz)")
            for item in inside:
                found.setdefault(item.resolve(), Source(item, str(item.relative_to(path))))
        else:
            raise UsageProblem(f"PATH: {path} is not there")
    return list(found.values())


def document(source: Source) -> Json:
    """The one JSON object of a file. Raises FileProblem."""
    with _reading(source) as stream:
        text = stream.read(MAX_BYTES + 1)
    return _object(text)


def batches(source: Source) -> Iterator[Lines]:
    """The resources of an NDJSON file in batches, so that a file of any length takes the same memory. Raises FileProblem."""
    batch = Lines(0)
    with _reading(source) as stream:
        for number, line in enumerate(_bounded(stream)):
            if not line.strip():
                continue
            try:
                resource = _object(line)
            except FileProblem as problem:
                batch.problems.append((number, str(problem)))
                continue
            if not batch.resources:
                batch.first = number
            batch.resources.append(resource)
            if len(batch.resources) >= _BATCH:
                yield batch
                batch = Lines(number + 1)
    if batch.resources or batch.problems:
        yield batch


def _bounded(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(MAX_BYTES + 1):
        if len(line) > MAX_BYTES:
            raise FileProblem(f"a line is longer than {MAX_BYTES:,} bytes; the rest of the file was not read")
        yield line


def _object(text: bytes) -> Json:
    try:
        value: Any = parse(text)
    except JsonProblem as problem:
        raise FileProblem(f"{problem}") from None
    if not isinstance(value, dict):
        raise FileProblem("it is not a JSON object, which every FHIR resource is")
    return value


@contextmanager
def _reading(source: Source) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked where it is packed. What the disk or gzip cannot give becomes a FileProblem."""
    try:
        with gzip.open(source.path) if source.path.suffix == ".gz" else source.path.open("rb") as stream:
            yield stream  # type: ignore[misc]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileProblem("the gzip data is damaged or cut off; what stands before that was read") from None
    except OSError as problem:
        raise FileProblem(f"it cannot be read: {problem.strerror or problem}") from None
