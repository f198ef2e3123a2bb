"""The tests of the engine notice when the engine is changed: nine of ten changes, in a sample that stays the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutation.changes import CORE, changes_in, engine_files, every_change, sample
from tests.mutation.proof import ROOT, killed_by_tests, killed_share, report, run

SIZE, SEED = 300, 1
LEAST, LEAST_BY_TESTS = 0.9, 0.85


def wording_of(tmp_path: Path, body: str) -> dict[str, bool]:
    """Each change of the literals in a small function, as it comes before and after, and whether it counts as wording."""
    file = tmp_path / "small.py"
    file.write_text(f"def small(n, limits):\n    {body}\n")
    return {f"{one.before} -> {one.after}": one.wording for one in changes_in(tmp_path, file)}


def test_a_sentence_is_wording_and_a_key_is_not(tmp_path: Path):
    found = wording_of(tmp_path, 'return limits["mL/h"], "Ask the prescriber."')
    assert found['"Ask the prescriber." -> "XXAsk the prescriber.XX"'] is True
    assert found['"mL/h" -> "XXmL/hXX"'] is False


def test_a_literal_within_a_sentence_is_wording_and_its_number_or_key_is_not(tmp_path: Path):
    found = wording_of(tmp_path, """return f"{'was' if n == 1 else 'were'} {limits['most']}" """)
    assert found["'was' -> 'XXwasXX'"] is True
    assert found["'most' -> 'XXmostXX'"] is False
    assert found["== 1 -> != 1"] is False


def test_the_same_seed_gives_the_same_sample():
    everything = changes_in(ROOT, ROOT / CORE / "clearance/tables.py")
    assert sample(everything, 20, SEED) == sample(list(reversed(everything)), 20, SEED)
    assert sample(everything, 20, SEED) != sample(everything, 20, SEED + 1)
    assert not any(change.wording for change in sample(everything, 300, SEED))


def test_the_engine_is_found_where_it_is_said_to_be():
    assert ROOT / CORE / "visit/reactions/reaction.py" in engine_files(ROOT)
    assert len(engine_files(ROOT)) > 60


@pytest.mark.prove
def test_the_tests_of_the_engine_notice_nine_of_ten_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    everything = every_change(ROOT)
    results = run(tmp_path, sample(everything, SIZE, SEED))
    with capsys.disabled():
        print("\n" + report(results, everything))
    assert killed_share(results) >= LEAST, report(results, everything)
    assert killed_by_tests(results) >= LEAST_BY_TESTS, report(results, everything)
