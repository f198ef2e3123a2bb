"""The stages of the gate, in order, and how one is run: its output as it comes, its time, its result."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from devtools import browser
from devtools.environment import ROOT, program
from devtools.problems import Problem

_CODE = ("src", "tests", "devtools", "dev.py")
# The type checker reads the settings too. In the gate the migrations themselves are proved, never a copy of their result.
_SETTINGS = {"CHAIRSIDE_MODE": "test", "TESTS_MIGRATE": "always"}
_TWO_OR_MORE = ("-n", "auto", "--maxprocesses=4", "--durations=5")


@dataclass(frozen=True)
class Stage:
    """One thing that must hold. `before` makes the machine ready for it and returns more environment."""

    name: str
    command: Sequence[str]
    before: Callable[[], dict[str, str]] = field(default=dict)


@dataclass(frozen=True)
class Outcome:
    """How a stage ended: its status, its time and the last line it printed."""

    name: str
    status: int
    seconds: float
    last_line: str


def quick_stages() -> list[Stage]:
    """Everything that needs seconds and no browser."""
    stages = [
        Stage("format", [program("ruff"), "format", "--check", "--output-format=concise", *_CODE]),
        Stage("lint", [program("ruff"), "check", "--output-format=concise", *_CODE]),
        Stage("types", [program("mypy")]),
        Stage("imports", [program("lint-imports"), "--no-cache"]),
        Stage("migrations", _django("makemigrations", "--check", "--dry-run")),
    ]
    if (ROOT / "src/chairside/cli/protocols.py").exists():
        stages.append(Stage("protocols", [program("chairside"), "protocols", "lint"]))
    return [*stages, Stage("core tests", _pytest("tests/core", *_TWO_OR_MORE))]


def other_stages() -> list[Stage]:
    """The rest of the tests; the browser last, because it is the slowest to say something."""
    apart = [f"--ignore=tests/{name}" for name in ("core", "browser", "bench")]
    stages = [Stage("tests", _pytest("tests", *apart, *_TWO_OR_MORE))]
    if any((ROOT / "tests/browser").rglob("test_*.py")):
        stages.append(Stage("browser tests", _pytest("tests/browser", *_TWO_OR_MORE), before=_with_browser))
    return stages


def run(stages: Sequence[Stage]) -> int:
    """Run every stage, also after one has failed, so that one run shows all there is to mend."""
    outcomes = [_run(stage) for stage in stages]
    print("\n" + summary(outcomes), flush=True)
    return 1 if any(outcome.status for outcome in outcomes) else 0


def summary(outcomes: Sequence[Outcome]) -> str:
    """A line a stage, then pytest's own closing lines, then the verdict."""
    lines = [f"{'ok' if not one.status else 'FAILED':<7}{one.seconds:7.1f} s  {one.name}" for one in outcomes]
    lines += [f"{one.name}: {one.last_line}" for one in outcomes if one.last_line.startswith("=")]
    failed = [one.name for one in outcomes if one.status]
    total = sum(one.seconds for one in outcomes)
    lines.append(f"{'FAILED: ' + ', '.join(failed) if failed else 'All stages hold'} ({total:.0f} s)")
    return "\n".join(lines)


def pytest_only(words: Sequence[str], **extra: str) -> int:
    """Pytest with just these arguments, its output untouched."""
    if any("browser" in word for word in words):
        extra |= _with_browser()
    environment = _environment(extra)
    del environment["TESTS_MIGRATE"]
    return subprocess.run([*_pytest(), *words], cwd=ROOT, env=environment, check=False).returncode


def _run(stage: Stage) -> Outcome:
    print(f"\n── {stage.name}", flush=True)
    started = time.monotonic()
    last = ""
    try:
        extra = stage.before()
    except Problem as problem:
        print(problem, file=sys.stderr, flush=True)
        return Outcome(stage.name, 1, time.monotonic() - started, "")
    with subprocess.Popen(
        stage.command, cwd=ROOT, env=_environment(extra), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
    return Outcome(stage.name, child.returncode, time.monotonic() - started, last)


def _pytest(*paths: str) -> list[str]:
    return [program("python"), "-m", "pytest", *paths]


def _django(*words: str) -> list[str]:
    # Not DJANGO_SETTINGS_MODULE: pytest would load Django by it also for tests that must do without. The warning that is
    # silenced says that no database was reached, and none is needed.
    quiet = ("-W", "ignore::RuntimeWarning")
    return [program("python"), *quiet, "-m", "django", *words, "--settings=chairside.config.settings"]


def _environment(extra: dict[str, str]) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("CHAIRSIDE_")}
    return {**mine, **_SETTINGS, "PYTHONUNBUFFERED": "1", **extra}


def _with_browser() -> dict[str, str]:
    return {"CHROMIUM": str(browser.find() or browser.install())}
