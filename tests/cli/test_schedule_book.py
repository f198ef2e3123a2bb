"""`chairside schedule book`: offers, reasons, and what cannot be used."""

import json
import subprocess
import sys
from itertools import pairwise

import pytest
from click.testing import CliRunner, Result

from chairside.cli import main
from chairside.core.scheduling.day.rules import feasible
from chairside.exchange.schedules.day import day_of, schedule_of
from chairside.exchange.schedules.text import load
from tests.core.scheduling.day.day_files import path, values
from tests.engines.booking.test_insertion import D

NOWHERE = {**D, "latest_start": 145}


@pytest.fixture
def question(tmp_path):
    """Write the worked question, changed, to a file."""

    def write(**changes):
        file = tmp_path / "question.json"
        usual = {"kind": "book", "instance": values("tiny"), "schedule": values("schedules/tiny"), "request": D}
        asked = {key: value for key, value in {**usual, **changes}.items() if value is not None}
        file.write_text(json.dumps(asked))
        return file

    return write


def _book(file, *more) -> Result:
    return CliRunner().invoke(main, ["schedule", "book", str(file), *more])


def test_the_worked_example(question):
    found = _book(question(), "--json")
    answer = json.loads(found.stdout)
    assert (found.exit_code, answer.pop("elapsed_ms") > 0) == (0, True)
    assert answer["offers"][0].pop("chair") in ("C1", "C2")
    assert answer == {
        "instance": "tiny",
        "request": "D",
        "outcome": "offered",
        "offers": [
            {
                "start": 150,
                "nurse": "N1",
                "mix_start": 160,
                "delta": 290,
                "parts": {"wait": 0, "pref": 110, "overtime": 180, "peak": 0, "balance": 0},
            }
        ],
        "reasons": [],
    }


def test_nothing_to_offer_is_an_answer_with_its_reasons(question):
    found = _book(question(request=NOWHERE), "--json", "--accept", "1")
    answer = json.loads(found.stdout)
    assert (found.exit_code, answer["outcome"], answer["offers"]) == (0, "none", [])
    assert [reason["rule"] for reason in answer["reasons"]] == [2, 3, 8]
    assert all("D" in reason["message"] for reason in answer["reasons"])
    assert "schedule" not in answer


def test_an_accepted_offer_is_in_the_schedule_that_is_written(question, tmp_path):
    file = tmp_path / "answer.json.gz"
    found = _book(question(), "--accept", "1", "-o", str(file))
    assert found.exit_code == 0, found.output
    answer = load(file)
    day = values("tiny")
    day["patients"].append(D)
    schedule = schedule_of(answer["schedule"])
    assert feasible(day_of(day), schedule)
    assert [place.patient for place in schedule.assignments] == ["A", "B", "C", "D"]
    assert schedule.assignments[:3] == schedule_of(values("schedules/tiny")).assignments


def test_people_read_plain_lines(question):
    assert _book(question()).stdout.splitlines() == [
        "tiny: D has 1 offer.",
        "  1. minute 150 on C1 with N1, mixed from 160: adds 290 (pref 110, overtime 180).",
    ]
    lines = _book(question(request=NOWHERE)).stdout.splitlines()
    assert lines[0] == "tiny: D has no place."
    assert [line[:9] for line in lines[1:]] == ["  Rule 2:", "  Rule 3:", "  Rule 8:"]


def test_offers_and_apart_are_read(question):
    day, schedule = values("S1"), values("schedules/S1")
    asked = {**day["patients"][0], "id": "new", "latest_start": 600, "linked": False}
    for given, many, apart in (({}, 3, 30), ({"offers": 5, "apart": 10}, 5, 10)):
        offers = json.loads(_book(question(instance=day, schedule=schedule, request=asked, **given), "--json").stdout)["offers"]
        starts = sorted(offer["start"] for offer in offers)
        assert len(offers) == many
        assert min(b - a for a, b in pairwise(starts)) >= apart
        assert [offer["delta"] for offer in offers] == sorted(offer["delta"] for offer in offers)


def test_what_a_schedule_says_of_no_meaning_changes_nothing(question):
    schedule = values("schedules/tiny")
    schedule["breaks"] += [{"nurse": "nobody", "start": "never"}, {"nurse": "N2", "start": 7}]
    schedule["assignments"][2]["mix_start"] = "ignored"
    found = _book(question(schedule=schedule), "--json")
    assert [offer["start"] for offer in json.loads(found.stdout)["offers"]] == [150]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "repair"}, "kind: must be “book”"),
        ({"kind": None}, "kind: is missing"),
        ({"instance": None}, "instance: is missing"),
        ({"request": {**D, "id": "A"}}, "request.id: the instance has a patient “A” already"),
        ({"request": {**D, "tasks": [[0, 40]]}}, "request.tasks: "),
        ({"request": {**D, "duration": "30"}}, "request.duration: "),
        ({"schedule": {"instance": "tiny", "assignments": [], "breaks": []}}, "schedule: is not feasible: rule 7"),
        ({"schedule": {"instance": "tiny", "assignments": []}}, "schedule.breaks: is missing"),
        ({"instance": {**values("tiny"), "close": None}}, "instance.close: "),
        ({"instance": {**values("tiny"), "latest_end": 10**9}}, "instance: the day is 1000000000 minutes long"),
        ({"offers": 0}, "offers: must be a whole number of 1 or more"),
        ({"apart": -5}, "apart: must be a whole number of 0 or more"),
        ({"apart": True}, "apart: "),
    ],
)
def test_what_cannot_be_used_exits_2_and_names_the_field(question, changes, words):
    found = _book(question(**changes), "--json")
    assert (found.exit_code, found.stdout) == (2, "")
    assert found.stderr.startswith(f"chairside: {words}"), found.stderr
    assert found.stderr.count("\n") == 1


def test_an_offer_that_was_not_made_cannot_be_accepted(question):
    found = _book(question(), "--accept", "2")
    assert (found.exit_code, found.stdout) == (2, "")
    assert "--accept 2: the answer has 1 offer" in found.stderr


def test_booking_imports_no_django_and_no_solver(question):
    program = (
        "import sys\nfrom chairside.cli import main\n"
        f"main(['schedule', 'book', {str(question())!r}], standalone_mode=False)\n"
        "print([name for name in ('django', 'numpy', 'numba', 'ortools', 'highspy') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=False, timeout=30)
    assert said.stdout.splitlines()[-1] == "[]", said.stderr


def test_the_question_may_be_a_missing_file():
    found = _book(path("tiny").with_name("none.json"))
    assert (found.exit_code, found.stdout) == (2, "")
