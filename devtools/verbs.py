"""The verbs of dev.py: what each makes ready and runs."""

import os
import sys
from collections.abc import Callable, Sequence

from devtools import environment, gate, locks
from devtools.problems import Problem


def run(words: Sequence[str], usage: str) -> int | str:
    """Run one verb. Returns the exit status, or one sentence to be said on stderr."""
    verb = _VERBS.get(words[0]) if words else None
    if verb is None:
        print(usage, end="", file=sys.stderr if words and words[0] not in ("-h", "--help") else sys.stdout)
        return 2 if words and words[0] not in ("-h", "--help") else 0
    try:
        return verb(list(words[1:]))
    except Problem as problem:
        return f"dev.py: {problem}"
    except KeyboardInterrupt:
        return 130


def _demo(words: list[str]) -> int:
    environment.ready("app")
    # Replaced, not watched over: signals then reach the demo itself, which stops everything it started.
    os.execv(environment.program("chairside"), ["chairside", "demo", *words])


def _setup(words: list[str]) -> int:
    environment.ready("app")
    environment.warm()
    print(f"Ready: {environment.program('chairside')} --help")
    return 0


def _check(words: list[str]) -> int:
    environment.ready("test")
    return gate.run(gate.quick_stages())


def _test(words: list[str]) -> int:
    environment.ready("test")
    if words:
        return gate.pytest_only(words)
    environment.warm()
    return gate.run([*gate.quick_stages(), *gate.other_stages()])


def _prove(words: list[str]) -> int:
    environment.ready("test")
    return gate.pytest_only(["-m", "prove", "--timeout=3600", *words], HYPOTHESIS_PROFILE="prove")


def _lock(words: list[str]) -> int:
    environment.ready("test")
    locks.write(words)
    return 0


_VERBS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "test": _test,
    "check": _check,
    "prove": _prove,
    "setup": _setup,
    "lock": _lock,
}
