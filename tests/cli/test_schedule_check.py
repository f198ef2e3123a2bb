"""`chairside schedule check`: feasible or not, the broken rules and the price; exit 0, 1, or 2 for what cannot be used."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from chairside.cli import main
from tests.core.scheduling.day.day_files import BEST, path, values


def _check(day, schedule, *more) -> Result:
    return CliRunner().invoke(main, ["schedule", "check", str(day), str(schedule), *more])


@pytest.fixture
def written(tmp_path):
    """Write the tiny day's schedule, changed, to a file."""

    def write(**changes):
        file = tmp_path / "schedule.json"
        file.write_text(json.dumps({**values("schedules/tiny"), **changes}))
        return file

    return write


@pytest.mark.parametrize("name", BEST)
def test_a_feasible_schedule_exits_0_with_its_price(name):
    found = _check(path(name), path(f"schedules/{name}"), "--json")
    answer = json.loads(found.stdout)
    assert (found.exit_code, answer["feasible"], answer["violations"], answer["objective"]) == (0, True, [], BEST[name])
    assert answer["instance"] == values(name)["id"]


def test_the_worked_example_breaks_rule_8_alone_and_exits_1():
    found = _check(path("tiny"), path("schedules/tiny-uncovered"), "--json")
    answer = json.loads(found.stdout)
    assert (found.exit_code, answer["feasible"], answer["objective"]) == (1, False, 95)
    (violation,) = answer["violations"]
    assert violation == {
        "rule": 8,
        "message": "The visits from minute 120 to 125 are a load of up to 1, and the nurses who are there and not on a break "
        "may have 0: C.",
        "patient": "C",
        "at": 120,
    }


def test_the_figures_beside_the_price():
    answer = json.loads(_check(path("tiny"), path("schedules/tiny"), "--json").stdout)
    assert answer["metrics"] == {
        "served": 3,
        "unserved": 0,
        "wait_mean": 0,
        "wait_p95": 0,
        "minutes_off_wish": 0,
        "overtime": 0,
        "last_end": 120,
        "peak_chairs": 2,
        "utilisation": 0.75,
        "hands_on_max": 40,
        "hands_on_min": 25,
    }


def test_people_read_plain_lines():
    found = _check(path("tiny"), path("schedules/tiny-uncovered"))
    assert found.exit_code == 1
    lines = found.stdout.splitlines()
    assert lines[0] == "tiny: not feasible: rule 8 is broken."
    assert lines[1].startswith("  Rule 8: The visits from minute 120 to 125")
    assert lines[2].startswith("Objective 95: left out 0, wait 0, off the wish 0, overtime 15, peak 40, balance 40.")


def test_a_figure_of_nothing_is_a_dash(written):
    found = _check(path("tiny"), written(assignments=[], instance="another"))
    assert found.exit_code == 0, found.output
    assert "The schedule says that it is of another day, another." in found.stdout
    assert "the last ends at minute -." in found.stdout


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"breaks": [{"nurse": "N1", "start": 120.5}]}, {7}),
        ({"breaks": [{"nurse": "N1", "start": 120}, {"nurse": "N2", "start": "never"}]}, set()),
        ({"assignments": [{"patient": "C", "start": "90", "chair": "C1", "nurse": "N2"}]}, {2}),
        ({"assignments": [{"patient": "C", "start": 90, "chair": "C1", "nurse": "N2", "mix_start": "ignored"}]}, set()),
        ({"assignments": [{"patient": "A", "start": 5, "chair": "C2", "nurse": "N1", "mix_start": None}]}, {9}),
        ({"assignments": [{"patient": "A", "start": 5, "chair": "C2", "nurse": "N1", "mix_start": 0.0}]}, {9}),
    ],
)
def test_a_time_that_is_no_whole_minute_breaks_a_rule(written, changes, rules):
    found = _check(path("tiny"), written(**changes), "--json")
    assert {each["rule"] for each in json.loads(found.stdout)["violations"]} == rules
    assert found.exit_code == (1 if rules else 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"assignments": [{"patient": "A"}]}, "assignments[0].start"),
        ({"assignments": [{"patient": 5, "start": 5, "chair": "C2", "nurse": "N1"}]}, "assignments[0].patient"),
        ({"breaks": None}, "breaks"),
    ],
)
def test_an_unusable_schedule_exits_2_and_names_the_field(written, changes, field):
    found = _check(path("tiny"), written(**changes), "--json")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"chairside: {field}: ")
    assert found.stderr.count("\n") == 1


def test_an_unusable_instance_and_a_missing_file_exit_2(tmp_path):
    file = tmp_path / "day.json"
    file.write_text(json.dumps({**values("tiny"), "close": "120"}))
    for day, words in ((file, "close: "), (tmp_path / "none.json", "none.json: cannot be read")):
        found = _check(day, path("schedules/tiny"), "--json")
        assert (found.exit_code, found.stdout) == (2, "")
        assert words in found.stderr


def test_the_command_itself_imports_no_django_and_no_solver():
    program = (
        "import sys\nfrom chairside.cli import main\n"
        f"main(['schedule', 'check', {str(path('tiny'))!r}, {str(path('schedules/tiny'))!r}], standalone_mode=False)\n"
        "print([name for name in ('django', 'numpy', 'numba', 'ortools', 'highspy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=False, timeout=30)
    assert said.stdout.splitlines()[-1] == "[]", said.stderr
