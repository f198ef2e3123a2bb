"""`chairside schedule bound`: a number that no schedule of a day costs less than."""

import json

import pytest
from click.testing import CliRunner

from chairside.cli import main
from tests.core.scheduling.day import day_files


def bound(path, *more):
    return CliRunner().invoke(main, ["schedule", "bound", str(path), *more])


def test_the_figures_are_told():
    found = bound(day_files.path("tiny"), "--json")
    assert (found.exit_code, found.stderr) == (0, "")
    figures = json.loads(found.stdout)
    assert figures.pop("seconds") >= 0
    assert figures == {"instance": "tiny", "bound": 75, "method": "linear program"}


def test_without_time_people_read_what_was_added_up_by_hand():
    found = bound(day_files.path("T1"), "--seconds", "0")
    assert found.stdout.startswith("day-c6-p16-s1: no schedule costs less than ")
    assert "(by hand, " in found.stdout


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("day", "day.json: is not JSON: Expecting value at line 1, column 1"),
        (json.dumps({**day_files.values("tiny"), "close": "late"}), "close: input should be a valid integer"),
    ],
)
def test_an_unusable_file_exits_2(tmp_path, text, line):
    file = tmp_path / "day.json"
    file.write_text(text, encoding="utf-8")
    found = bound(file)
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.rstrip().endswith(line)
