"""The door to the project for a person or a machine that has only Python: demo, test, check, prove, setup.

This file alone must also be read by a Python that is too old, to say so; the work is in devtools/.
"""

import os
import sys

TESTED = ((3, 11), (3, 12), (3, 13))
USAGE = """usage: python3 dev.py VERB [arguments]

  demo    a believable center on this machine; Ctrl-C stops it (demo --port 8123)
  test    the whole gate: everything that must hold (test tests/core -k ladder runs just those)
  check   the quick part of it, without a browser
  prove   the long proofs, at most an hour
  setup   make .venv with the `chairside` command in it
  lock    maintainers: write the lock files again
"""


def python_problem(version):
    # type: (tuple[int, ...]) -> str | None
    """One sentence when this Python is not one of those the project is tested with; None when it is."""
    if tuple(version[:2]) in TESTED:
        return None
    names = ", ".join("%d.%d" % pair for pair in TESTED)
    here = "%d.%d" % tuple(version[:2])
    return "Chairside is tested with Python %s and this is %s; use one of those: python3.11 dev.py VERB" % (names, here)


def main():
    # type: () -> int | str
    """Refuse an unsuitable Python in one sentence, else hand over."""
    problem = python_problem(sys.version_info[:2])
    if problem:
        return problem
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    from devtools.verbs import run

    return run(sys.argv[1:], USAGE)


if __name__ == "__main__":
    sys.exit(main())
