"""Compiled where numba is at hand, the same code in plain Python where it is not, or where CHAIRSIDE_PLAIN is set (about
a hundred times slower). What is compiled is kept beside the code, so only the first run waits for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

try:
    if os.environ.get("CHAIRSIDE_PLAIN"):
        raise ImportError
    from numba import njit

    PLAIN = False

    def compiled(function: Function) -> Function:
        """The function compiled; other threads run meanwhile."""
        return cast(Function, njit(cache=True, nogil=True)(function))

except ImportError:
    PLAIN = True

    def compiled(function: Function) -> Function:
        """The function as it is."""
        return function
