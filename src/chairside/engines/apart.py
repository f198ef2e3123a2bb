"""A solver in a process of its own: what it sends until the deadline; the process ends with that, whatever it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from time import monotonic
from typing import Any

TO_REPORT = 0.3  # seconds before the deadline at which the solver is to stop, to hand over what it has


def sent(target: Callable[..., None], *args: Any, deadline: float) -> Iterator[Any]:
    """What `target(connection, *args, until)` sends; `until` is a little before the deadline, by `time.monotonic`."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(theirs, *args, deadline - TO_REPORT), daemon=True)
    process.start()
    theirs.close()
    try:
        while ours.poll(max(0.0, deadline - monotonic())):
            yield ours.recv()
    except EOFError:
        return
    finally:
        process.kill()
        process.join()
        ours.close()
