"""The folder that an export writes: under passing names until all of it is there, and then under its own.

A folder with a whole `export.json` is a whole export. What broke off has none, and its files end in `.part`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from chairside.exchange.files.reading import MANIFEST, ORIGINALS, is_manifest

_PART = ".part"
_LONGEST, _ENDING = 180, 20  # bytes of a name that came from elsewhere, before its last dot and after it
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")  # names that some systems keep for themselves


class FolderProblem(ValueError):
    """A folder that cannot be written to: one sentence."""


class Written:
    """One file as it is written. `digest` is the SHA-256 of the file's bytes, once it is closed."""

    def __init__(self, raw: IO[bytes], packed: bool) -> None:
        self._raw, self._hash = raw, hashlib.sha256()
        # No name and no time in the packed file: the same content is the same bytes.
        self._out: Any = gzip.GzipFile(filename="", mode="wb", fileobj=self, mtime=0) if packed else self

    def put(self, data: bytes) -> None:
        """Write bytes of the content."""
        self._out.write(data)

    def write(self, data: bytes) -> int:
        """Bytes of the file itself."""
        self._hash.update(data)
        return self._raw.write(data)

    def flush(self) -> None:
        """gzip asks for it."""

    def close(self) -> None:
        """End the content; the file is closed by who opened it."""
        if self._out is not self:
            self._out.close()
        self._raw.flush()
        os.fsync(self._raw.fileno())

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class ExportFolder:
    """A folder being written. Leaving the block before `finish` takes away everything that was written."""

    def __init__(self, path: Path, *, replace: bool = False) -> None:
        """Raises FolderProblem where writing would mix with, or lose, files that are there."""
        self.path = path
        self.digests: dict[str, str] = {}
        self._names: set[str] = {MANIFEST, f"{ORIGINALS}.json", ORIGINALS}
        self._begun: list[str] = []  # passing names that are ours: another export may be writing here too
        self._finished = False
        with _told():
            path.mkdir(parents=True, exist_ok=True)
            self._before = _listed(path)
            found = [str(item.relative_to(path)) for item in sorted(path.rglob("*")) if not item.is_dir()]
            foreign = [name for name in found if name not in self._before and not name.endswith(_PART)]
        if foreign:
            raise FolderProblem(f"{path} holds files that no export wrote ({foreign[0]}); an export goes into an empty folder")
        if found and not replace:
            what = "an export already" if self._before else "an export that broke off, or that is being written"
            raise FolderProblem(f"{path} holds {what}; name another folder, or write it anew with --replace")
        self._sweep(name for name in found if name.endswith(_PART))

    def __enter__(self) -> ExportFolder:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if not self._finished:
            self._sweep(self._begun)

    @contextmanager
    def file(self, name: str, *, packed: bool = False) -> Iterator[Written]:
        """Write a file of this name, which no other may have. Raises FolderProblem when the disk will not take it."""
        whole = f"{name}.gz" if packed else name
        with _told():
            target = self.path / f"{whole}{_PART}"
            target.parent.mkdir(exist_ok=True)
            with target.open("xb") as raw:
                self._begun.append(f"{whole}{_PART}")
                out = Written(raw, packed)
                yield out
                out.close()
        self.digests[whole] = out.digest

    def free_name(self, wanted: str, under: str = "") -> str:
        """A name that is safe here and not taken, as near to the wanted one as can be; also where A and a are one letter."""
        plain = safe_name(wanted)
        stem, dot, ending = plain.partition(".")
        name, number = plain, 1
        while f"{under}{name}".casefold() in self._names:
            number += 1
            name = f"{stem}-{number}{dot}{ending}"
        self._names.add(f"{under}{name}".casefold())
        return f"{under}{name}"

    def forget(self, name: str) -> None:
        """Take away a file that is not what it should be."""
        del self.digests[name]
        (self.path / f"{name}{_PART}").unlink(missing_ok=True)

    def finish(self, manifest: dict[str, Any]) -> str:
        """Give every file its name, the manifest last; the SHA-256 of the manifest, which names that of every file."""
        with _told():
            text = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
            with (self.path / f"{MANIFEST}{_PART}").open("xb") as out:
                self._begun.append(f"{MANIFEST}{_PART}")
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            self._finished = True  # from here on nothing is taken away but what is replaced
            for name in self._before:
                (self.path / name).unlink(missing_ok=True)
            for name in [*self.digests, MANIFEST]:
                (self.path / f"{name}{_PART}").replace(self.path / name)
            self._sweep(())
        return hashlib.sha256(text).hexdigest()

    def _sweep(self, names: Iterable[str]) -> None:
        for name in names:
            (self.path / name).unlink(missing_ok=True)
        inner = self.path / ORIGINALS
        if inner.is_dir() and not any(inner.iterdir()):
            inner.rmdir()


def safe_name(wanted: str) -> str:
    """A file's name out of any text: letters, digits and `._- ` stay, no folder, not hidden, not too long."""
    text = unicodedata.normalize("NFC", wanted)
    plain = "".join(mark if mark.isalnum() or mark in "._- " else "_" for mark in text).strip(" ").rstrip(".")
    stem, dot, ending = plain.rpartition(".")
    if not stem or len(ending.encode()) > _ENDING:
        stem, dot, ending = plain, "", ""
    stem = stem.encode()[:_LONGEST].decode(errors="ignore")
    plain = f"{stem}{dot}{ending}"
    if plain.endswith(_PART):
        plain += "_"
    return f"_{plain}" if not plain or plain[0] == "." or _DEVICES.match(plain) else plain


def _listed(path: Path) -> list[str]:
    """The files that an earlier export wrote here, by its manifest, which comes first."""
    manifest = path / MANIFEST
    if not manifest.is_file() or not is_manifest(manifest):
        return []
    try:
        names = json.loads(manifest.read_bytes())["extension"]["digests"]
        return [MANIFEST, *(name for name in names if (path / name).resolve().is_relative_to(path.resolve()))]
    except (ValueError, KeyError, TypeError):
        return []


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        where = f" ({problem.filename})" if problem.filename else ""
        raise FolderProblem(f"it cannot be written: {problem.strerror or problem}{where}") from None
