"""Protocols as they were read, kept beside Python's own compiled files, so that the next start need not read YAML again.

Kept by the hash of the text and of everything that reads it: what changed is read anew, and nothing has to be cleared.
Like a `.pyc`, a kept file is as trustworthy as the program beside it; where nothing can be written, texts are read each time.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from functools import lru_cache
from importlib.util import cache_from_source
from io import BytesIO
from pathlib import Path
from typing import Any

from chairside.core.protocols.schema.protocol import Protocol

_HERE = Path(__file__).parent
_CORE = _HERE.parent / "core"
_READERS = (
    *sorted((_CORE / "protocols" / "schema").glob("*.py")),
    *(_CORE / "kernel" / f"{name}.py" for name in ("evidence", "quantity", "unit")),
    _CORE / "protocols" / "cited.py",
    *(_HERE / f"{name}.py" for name in ("compiled", "loader", "reading", "upgrade")),
)


def kept(text_sha256: str, read: Callable[[], Protocol]) -> Protocol:
    """The protocol of a text, by its hash; `read` makes it when it was not kept, and it is kept then."""
    path = _folder() / f"{text_sha256[:32]}.{_readers_print()}.protocol"
    with contextlib.suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError, TypeError, ImportError, ValueError):
        with uncollected():
            found = pickle.loads(path.read_bytes())
        if isinstance(found, Protocol) and found.sha256 == text_sha256:
            return found
    protocol = read()
    with contextlib.suppress(OSError):
        _write(path, protocol)
    return protocol


def _write(path: Path, protocol: Protocol) -> None:
    """Whole or not at all, also when two processes write it."""
    path.parent.mkdir(exist_ok=True)
    data = BytesIO()
    _Pickler(data, pickle.HIGHEST_PROTOCOL).dump(protocol)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data.getvalue())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


class _Pickler(pickle.Pickler):
    """Dataclasses are written as calls of their class, which are read twice as fast as their state."""

    def reducer_override(self, obj: Any) -> Any:
        if is_dataclass(obj) and not isinstance(obj, type):
            return type(obj), tuple(getattr(obj, field.name) for field in fields(obj))
        return NotImplemented


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """What is being read is all new and all held: looking through it for garbage took a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@lru_cache(maxsize=1)
def _folder() -> Path:
    return Path(cache_from_source(str(_HERE / "protocols.py"))).parent


@lru_cache(maxsize=1)
def _readers_print() -> str:
    """A print of the code that makes protocols of texts, and of the Python that runs it."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _READERS:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
