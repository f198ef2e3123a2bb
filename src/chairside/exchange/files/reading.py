"""The files that an import reads: which ones, and their bytes, unpacked."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ENDINGS = (".json", ".ndjson", ".hl7")
PACKED = tuple(f"{ending}.gz" for ending in ENDINGS)
STANDARD_INPUT = Path("-")
_GZIP = b"\x1f\x8b"
MANIFEST = "export.json"  # what a whole export ends with
ORIGINALS = "originals"  # the folder of documents as they once came, beside the resources that were read from them
_MANIFEST = re.compile(rb'\s*\{\s*"transactionTime"\s*:')


class FileProblem(ValueError):
    """A file that is not there, or whose bytes cannot be had: one sentence."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read.

    name     what reports call it by
    scope    what it came in with: ids that nothing global names are at home there
    sender   who sent it, where that was said
    """

    path: Path
    name: str
    scope: str
    sender: str = ""

    @property
    def packet(self) -> str:
        """Where such ids are at home when it is a bundle: with its sender, else in itself alone."""
        return self.sender or self.name

    @property
    def lines(self) -> bool:
        """True for NDJSON: one resource a line."""
        return ".ndjson" in self.path.name

    @property
    def message(self) -> bool:
        """True for HL7 v2."""
        return ".hl7" in self.path.name


def find(paths: Sequence[Path], scope: str = "") -> list[Source]:
    """Every file among the paths that an import reads, folders searched through, in order.

    Raises FileProblem when there is none, and when they name their resources by ids of nobody knows whom.

    scope    the sender, for all of them; a folder's or a file's own name when not given
    """
    if not scope and sum(".ndjson" in path.name and path.is_file() for path in paths) > 1:
        raise FileProblem("several NDJSON files belong together: give the folder they are in, or say who sent them (--from)")
    found: dict[Path, Source] = {}
    for path in paths:
        if path.is_file():
            found.setdefault(path.resolve(), Source(path, _shown(path.name), scope or _shown(path.name), scope))
        elif path.is_dir():
            inside = _without_manifests([item for item in _inside(path) if item.name.endswith((*ENDINGS, *PACKED))])
            if not inside:
                raise FileProblem(f"{path} holds no {', '.join(ENDINGS)} file (also .gz)")
            for item in inside:
                name = _shown(str(item.relative_to(path)))
                found.setdefault(item.resolve(), Source(item, name, scope or _shown(path.resolve().name), scope))
        elif path.exists():
            raise FileProblem(f"{path} is neither a file nor a folder; pipe what it gives into “chairside import -”")
        else:
            raise FileProblem(f"{path} is not there")
    return list(found.values())


def _inside(folder: Path) -> list[Path]:
    """The files of a folder and of the folders in it, in order. What may not be looked into is told, not left out."""

    def refuse(problem: OSError) -> None:
        raise FileProblem(f"{problem.filename} cannot be looked into: {problem.strerror}")

    found = [Path(here, name) for here, _, names in os.walk(folder, onerror=refuse) for name in names]
    return sorted(item for item in found if item.is_file())


def _shown(name: str) -> str:
    """A file's name as it can be shown and stored; one that cannot ends with a digest, so that two never become one."""
    if name.isprintable():
        return name
    kept = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in name)
    return f"{kept}~{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}"


def _without_manifests(files: Sequence[Path]) -> list[Path]:
    """The files without the lists that an export keeps of itself, and without the documents from which its resources came."""
    exports = {item.parent for item in files if item.name == MANIFEST and is_manifest(item)}
    if not exports:
        return list(files)
    own = {folder / name for folder in exports for name in (MANIFEST, f"{ORIGINALS}.json")}
    kept = {folder / ORIGINALS for folder in exports}
    return [item for item in files if item not in own and item.parent not in kept]


def is_manifest(path: Path) -> bool:
    """Whether a file is the list of what an export holds, not a resource: it begins with the time of the export."""
    try:
        with path.open("rb") as stream:
            return _MANIFEST.match(stream.read(200)) is not None
    except OSError:
        return False


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked where it is packed. What the disk or gzip cannot give becomes a FileProblem."""
    try:
        with gzip.open(source.path) if source.path.suffix == ".gz" else source.path.open("rb") as stream:
            yield stream  # type: ignore[misc]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise FileProblem("the gzip data is damaged or cut off, so nothing of it is used; ask for the file again") from None
    except OSError as problem:
        raise FileProblem(f"it cannot be read: {problem.strerror or problem}") from None


def standard_input(folder: Path, scope: str = "") -> Source:
    """What stands on standard input, put into a file of the folder so that it can be read more than once.

    What it is shows in how it begins (`ending_of`); packed input is unpacked.
    """
    raw = sys.stdin.buffer
    head = raw.peek(64)[:64]  # type: ignore[union-attr]
    spooled = folder / "standard-input"
    packed = head.startswith(_GZIP)
    with spooled.open("wb") as out, gzip.open(raw) if packed else nullcontext(raw) as stream:
        while data := stream.read(1 << 20):
            out.write(data)
    path = spooled.rename(spooled.with_suffix(ending_of("", spooled)))
    return Source(path, "standard input", scope or "standard input", scope)


def ending_of(name: str, path: Path) -> str:
    """The ending under which a file is read, such as `.ndjson.gz`: that of its name where we know it, else by how it begins.

    A first line that is a whole JSON object makes it NDJSON; `MSH` or a frame begins HL7 v2; all else is taken for JSON.
    Whether it is packed is asked of its bytes alone.
    """
    plain = name.lower().removesuffix(".gz")
    known = next((ending for ending in ENDINGS if plain.endswith(ending)), "")
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
    try:
        with gzip.open(path) if packed else path.open("rb") as stream:
            found = known or _by_beginning(stream)  # type: ignore[arg-type]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        found = ".json"  # who opens it says that it is damaged
    return f"{found}.gz" if packed else found


def _by_beginning(stream: IO[bytes]) -> str:
    first, more = stream.readline(1 << 20).strip(), stream.readline(1 << 20).strip()
    if first.lstrip(b"\x0b").startswith((b"MSH", b"FHS", b"BHS")):
        return ".hl7"
    return ".ndjson" if first.startswith(b"{") and first.endswith(b"}") and more.startswith(b"{") else ".json"
