"""Makes a copy of the source, lets the tests of the engine loose on a sample of changed copies, and counts what they noticed.

By hand, from the root of the repository: `python -m tests.mutation.proof 300 1 "*plans*"` (size, seed, only these names).
"""

from __future__ import annotations

import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

from tests.mutation.changes import CORE, ENGINE, Change, every_change, sample

ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = (
    "core/kernel",
    "core/plans",
    "core/protocols",
    "core/visit",
    "core/clearance",
    "core/answers",
    "exchange/questions",
    "vectors",
)
TESTS = tuple(f"tests/{folder}" for folder in _FOLDERS)
TYPES = "refused by the type checker"
_NOTICED = ("killed", "timeout", "segfault", TYPES)
# What mypy says of a change that cannot be meant: a None for a word, an argument that is not there. Its remarks on style
# (a condition that is always true, an unused comment) do not count.
_TYPE_ERRORS = frozenset(
    {"arg-type", "call-arg", "call-overload", "operator", "union-attr", "attr-defined", "assignment"}
    | {"return-value", "index", "list-item", "type-var"}
)
_CHILDREN = min(4, os.cpu_count() or 1)
# A change may make a loop endless: the longest test of the engine needs a few seconds.
_PYTEST = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "--timeout=40")


def run(folder: Path, chosen: Sequence[Change]) -> dict[Change, str]:
    """What became of each change: killed, survived, timeout or no tests. The whole talk is kept in `folder/mutmut.log`."""
    copy = folder / "copy"
    copy.mkdir()
    hidden = shutil.ignore_patterns("__pycache__", ".*")
    shutil.copytree(ROOT / "src", copy / "src", ignore=hidden)
    shutil.copytree(ROOT / "tests", copy / "tests", ignore=hidden)
    (copy / "pyproject.toml").write_text(f"{(ROOT / 'pyproject.toml').read_text()}\n{_settings()}")
    (folder / "sample.json").write_text(json.dumps([change.name for change in chosen]))
    with (folder / "mutmut.log").open("w") as log:
        command = [sys.executable, str(Path(__file__).with_name("driver.py")), str(folder / "sample.json"), str(_CHILDREN)]
        mine = {**os.environ, "HYPOTHESIS_PROFILE": "mutation", "PYTHONDONTWRITEBYTECODE": "1"}
        ended = subprocess.run(command, cwd=copy, env=mine, stdout=log, stderr=subprocess.STDOUT, check=False)
    if ended.returncode:
        raise AssertionError(f"mutmut stopped:\n{(folder / 'mutmut.log').read_text()[-3000:]}")
    codes: dict[str, int | None] = {}
    for meta in (copy / "mutants").rglob("*.meta"):
        codes |= json.loads(meta.read_text())["exit_code_by_key"]
    results = {change: status_by_exit_code[codes[change.name]] for change in chosen}
    refused = _refused_by_types(folder, {change.path for change, status in results.items() if status not in _NOTICED})
    return {
        change: TYPES if status not in _NOTICED and change.name in refused else status for change, status in results.items()
    }


def _refused_by_types(folder: Path, paths: set[str]) -> set[str]:
    """The changes in these files that the gate's own type check would stop. All of a file are there at once, side by side."""
    if not paths:
        return set()
    mutants = folder / "copy" / "mutants"
    command = [sys.executable, "-m", "mypy", "--output=json", f"--cache-dir={folder / 'types'}", f"{CORE}"]
    said = subprocess.run(
        command, cwd=mutants, env={**os.environ, "CHAIRSIDE_MODE": "test"}, capture_output=True, text=True, check=False
    )
    errors = [json.loads(line) for line in said.stdout.splitlines() if line.startswith("{")]
    if not errors:
        raise AssertionError(f"mypy said nothing: {said.stderr[-2000:]}")
    refused: set[str] = set()
    for path in paths:
        spans = json.loads((mutants / f"{path}.spans").read_text())["spans"]
        functions = {number: name for name, (first, last) in spans.items() for number in range(first, last + 1)}
        found = (error for error in errors if error["file"] == path and error["code"] in _TYPE_ERRORS)
        refused |= {get_mutant_name(Path(path), functions[one["line"]]) for one in found if one["line"] in functions}
    return refused


def killed_share(results: dict[Change, str]) -> float:
    """A change that made a test fail, or run without end, was noticed. One that no test reaches was not."""
    return sum(status in _NOTICED for status in results.values()) / len(results)


def killed_by_tests(results: dict[Change, str]) -> float:
    """The same without what only the type checker stops."""
    return sum(status in _NOTICED and status != TYPES for status in results.values()) / len(results)


def report(results: dict[Change, str], everything: Sequence[Change]) -> str:
    wording = sum(change.wording for change in everything)
    counted = ", ".join(f"{number} {status}" for status, number in sorted(Counter(results.values()).items()))
    lines = [f"{len(everything)} changes, {wording} of them only wording; {len(results)} tried: {counted}"]
    lines.append(f"killed share {killed_share(results):.1%}, by the tests alone {killed_by_tests(results):.1%}")
    lines += sorted(f"{status}: {change}" for change, status in results.items() if status not in _NOTICED)
    return "\n".join(lines)


def _settings() -> str:
    lists = {
        "source_paths": ["src/"],
        "only_mutate": ENGINE,
        "pytest_add_cli_args": _PYTEST,
        "pytest_add_cli_args_test_selection": TESTS,
    }
    lines = [f"{name} = {json.dumps(list(value))}" for name, value in lists.items()]
    return "\n".join(["[tool.mutmut]", *lines, "use_git_change_detection = false", "track_dependencies = false", ""])


def main(words: Sequence[str]) -> None:
    size, seed, pattern = int(words[0]), int(words[1]), words[2] if len(words) > 2 else "*"
    everything = [change for change in every_change(ROOT) if fnmatch.fnmatch(change.name, pattern)]
    folder = Path(tempfile.mkdtemp(prefix="chairside-mutation-"))
    print(folder, flush=True)
    print(report(run(folder, sample(everything, size, seed)), everything))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
