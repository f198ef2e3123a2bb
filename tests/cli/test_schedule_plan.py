"""`chairside schedule plan`: an instance in a file, an answer in a file, figures on standard output."""

from __future__ import annotations

import gzip
import json

import pytest
from click.testing import CliRunner

from chairside.cli import main
from tests.core.scheduling.planning.worked import worked


def plan(tmp_path, values, *more, to="answer.json"):
    instance = tmp_path / "instance.json"
    instance.write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")
    more = ("--seconds", "20", *more)
    return CliRunner().invoke(main, ["schedule", "plan", str(instance), "-o", str(tmp_path / to), *more]), tmp_path / to


def test_the_worked_example_is_written_and_its_figures_are_told(tmp_path):
    found, file = plan(tmp_path, worked(), "--json", to="answer.json.gz")
    assert (found.exit_code, found.stderr) == (0, "")
    figures = json.loads(found.stdout)
    assert figures.pop("seconds") < 20
    assert figures == {"instance": "p", "objective": 6, "bound": 6, "gap": 0, "placed": 2, "missed": 0}
    answer = json.loads(gzip.decompress(file.read_bytes()))
    assert answer == {"instance": "p", "placements": [{"dose": "D0", "day": 1}, {"dose": "D1", "day": 4}]}


def test_without_json_people_read_two_lines(tmp_path):
    found, _ = plan(tmp_path, worked(chair_min_per_day=0))
    lines = found.stdout.splitlines()
    assert lines[0] == "p: 0 doses have a day, 2 have none."
    assert lines[1].startswith("Price 360; none is below 360 (gap 0.00%).")


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (worked(closed=[9]), "chairside: closed[0]: day 9 is not one of the days 0 to 4\n"),
        (worked(plans=[]), "chairside: doses[0].id: “D0” is in no plan\n"),
        ("days", "instance.json: is not JSON: Expecting value at line 1, column 1\n"),
    ],
)
def test_an_unusable_file_exits_2_and_nothing_is_written(tmp_path, values, line):
    found, file = plan(tmp_path, values)
    assert (found.exit_code, found.stdout, file.exists()) == (2, "", False)
    assert found.stderr.endswith(line)
