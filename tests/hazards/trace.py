"""The trace of the hazard log: each hazard, what stands against it in the code, and the tests that hold it there.

`python -m tests.hazards.trace` writes `docs/safety/trace.md`; a test fails while it is not what the code says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOG, TRACE = ROOT / "docs/safety/hazards.md", ROOT / "docs/safety/trace.md"
_ROW = re.compile(r"^\| (H-\d{3}) \| (.+?) \| (\d) \| (.+?) \| (.+?) \|$")
_NUMBER = re.compile(r"\bH-(\d{3})\b")
_FILE = re.compile(r"test_h(\d{3})_")
_READ = (".py", ".html", ".js", ".yaml", ".typ")


@dataclass(frozen=True, slots=True)
class Hazard:
    """One line of the log. `rules` are the places in the code that it names."""

    number: str
    what: str
    severity: int
    control: str
    rules: tuple[str, ...]


def hazards() -> tuple[Hazard, ...]:
    """The hazard log, in its order."""
    rows = (_ROW.match(line) for line in LOG.read_text().splitlines())
    return tuple(
        Hazard(row[1], row[2], int(row[3]), row[4], tuple(re.findall(r"`([^`]+)`", row[5]))) for row in rows if row is not None
    )


def place_of(rule: str) -> Path:
    """Where in the house a rule lies: the log names it from `src/chairside` on."""
    return ROOT / "src/chairside" / rule


def cited(under: str) -> dict[str, list[str]]:
    """The files below a folder that cite each hazard, by its number or in their name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in _files(ROOT / under):
        numbers = set(_NUMBER.findall(path.read_text(errors="ignore"))) | set(_FILE.findall(path.name))
        for number in numbers:
            found[f"H-{number}"].append(path.relative_to(ROOT).as_posix())
    return {number: sorted(files) for number, files in found.items()}


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _READ and "__pycache__" not in path.parts and path.name not in ("trace.py", "test_trace.py"):
            yield path


def trace() -> str:
    """The trace as a page."""
    code, tests = cited("src"), cited("tests")
    lines = [
        "# Trace of the hazard log",
        "",
        "Written by `python -m tests.hazards.trace` from the [hazard log](hazards.md), code and tests; a test holds it.",
        "Where a hazard is cited, the code stands against it or the test would fail without it.",
        "",
    ]
    for hazard in hazards():
        lines += [f"## {hazard.number} {hazard.what}", "", f"Severity before control {hazard.severity}. {hazard.control}.", ""]
        rules = dict.fromkeys((*(f"src/chairside/{rule}" for rule in hazard.rules), *code.get(hazard.number, [])))
        lines += ["Control:", "", *(f"- `{rule}`" for rule in rules), "", "Tests:", ""]
        lines += [*(f"- `{test}`" for test in tests.get(hazard.number, [])), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    TRACE.write_text(trace())
    print(f"{TRACE.relative_to(ROOT)}: {len(hazards())} hazards")
