"""One rendering for many screens: a fragment is made once for each (site, version, view) and handed to all who ask.

The version rises with each notification (web/sse.py). Where this process does not listen it cannot know what changed, and
nothing is kept.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

_MOST = 64
_PATIENCE = 10.0
_PROCESS = secrets.token_hex(8)  # versions are counted by each process for itself
_lock = threading.Lock()
_kept: OrderedDict[Hashable, Future[str]] = OrderedDict()


def drawing_name(key: Hashable, version: int | None) -> str:
    """The name of one drawing, for a page to say which one it shows; "" when nobody can say whether it still holds."""
    return "" if version is None else hashlib.sha256(f"{_PROCESS} {version} {key}".encode()).hexdigest()[:32]


def rendered_once(key: Hashable, version: int | None, make: Callable[[], str]) -> str:
    """The text under this key and version; made by the first who asks, while the others wait for it."""
    if version is None:
        return make()
    whole = (key, version)
    with _lock:
        found = _kept.get(whole)
        mine = Future[str]() if found is None else None
        if mine is not None:
            _kept[whole] = mine
            while len(_kept) > _MOST:
                _kept.popitem(last=False)
    if found is not None:
        return found.result(_PATIENCE)
    assert mine is not None
    try:
        mine.set_result(make())
    except BaseException as problem:
        with _lock:
            _kept.pop(whole, None)
        mine.set_exception(problem)
        raise
    return mine.result()
