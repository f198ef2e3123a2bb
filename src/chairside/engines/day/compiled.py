"""Compiled where numba is at hand, the same code in plain Python where it is not, or where NUMBA_DISABLE_JIT is set (about
a hundred times slower). What is compiled is kept, so only the first run of a version waits for it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])
_HERE = Path(__file__).parent


def _kept_in() -> Path:
    """A folder of this version's own: numba looks only at the file of a function, not at those that it calls."""
    version = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(_HERE.glob("*.py")))).hexdigest()[:16]
    beside = _HERE / "__pycache__"
    if os.access(beside if beside.exists() else _HERE, os.W_OK):
        return beside / version
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chairside" / version


try:
    import numba

    numba.config.CACHE_DIR = str(_kept_in())  # type: ignore[attr-defined]
    PLAIN = bool(numba.config.DISABLE_JIT)  # type: ignore[attr-defined]

    def compiled(function: Function) -> Function:
        """The function compiled; other threads run meanwhile."""
        return cast(Function, numba.njit(cache=True, nogil=True)(function))

    def inner(function: Function) -> Function:
        """The same for the inner loop: it asks for no memory. Else numba counts at each call who holds each array of the
        state, which takes longer than the work itself."""
        return cast(Function, numba.njit(cache=True, nogil=True, _nrt=False)(function))  # type: ignore[call-overload]

except ImportError:
    PLAIN = True

    def compiled(function: Function) -> Function:
        """The function as it is."""
        return function

    inner = compiled
