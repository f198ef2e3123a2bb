"""Takes the pictures of the documentation anew: `python -m tests.pictures`. They are made by the pages, never by hand.

The visit's page at a phone, a tablet and a desk, light and dark, and on paper: docs/pictures/visit-*.png.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
SCRIPTS = ("tests/browser/pictures_of_the_visit.py",)  # not collected as tests: their names do not begin with test_


def main() -> int:
    """0 when every picture was taken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return int(pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:randomly", *SCRIPTS]))


if __name__ == "__main__":
    sys.exit(main())
