"""`chairside engine`: a question in, an answer out; what cannot be used is one sentence and exit status 2."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from chairside.cli import main
from tests.exchange.questions.asking import GONE, GOOD, spoiled

_LAYER = """
site: Harbor
version: "1"
changes:
- {protocol: infliximab_iv, at: tolerances.order_percent, value: 5, by: A. Pharmacist, on: 2026-04-01, reason: slower here}
"""
_LAYER_OF_NOTHING = _LAYER.replace("infliximab_iv", "no_such_protocol")


def _engine(op, question, *more):
    text = question if isinstance(question, str | bytes) else json.dumps(question)
    return CliRunner().invoke(main, ["engine", op, *more], input=text)


def test_a_question_on_standard_input_is_answered_in_json():
    found = _engine("dose", GOOD["dose"])
    assert found.exit_code == 0, found.stderr
    answer = json.loads(found.stdout)
    assert answer["value"]["dose_mg"] == "412"
    assert answer["working"]
    assert found.stderr == ""


def test_a_question_in_a_file_is_answered_the_same(tmp_path):
    file = tmp_path / "question.json"
    file.write_text(json.dumps(GOOD["dose"]), encoding="utf-8")
    in_file = CliRunner().invoke(main, ["engine", "dose", str(file)])
    assert in_file.stdout == _engine("dose", GOOD["dose"]).stdout == _engine("dose", GOOD["dose"], "-").stdout


def test_a_refusal_is_an_answer():
    found = _engine("dose", spoiled(GOOD["dose"], "order.dose.amount", "1000"))
    assert (found.exit_code, json.loads(found.stdout)["outcome"]) == (0, "refused")


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            spoiled(GOOD["dose"], "patient.weight_kg", "82,4"),
            "chairside: patient.weight_kg: “82,4” is not a number; write 82.4\n",
        ),
        (spoiled(GOOD["dose"], "date", GONE), "chairside: date: is missing\n"),
        ('{"protocol": NaN}', "chairside: protocol: is the number “NaN”; text is expected\n"),
        ('{"date": 1, "date": 2}', "chairside: date: is given twice\n"),
        ("dose?", "chairside: question: is not JSON: Expecting value at line 1, column 1\n"),
        (b"\xff\xfe{", "chairside: FILE: - is not text in UTF-8\n"),
    ],
    ids=["comma", "missing", "nan", "twice", "no json", "no utf-8"],
)
def test_what_cannot_be_used_is_one_sentence_on_stderr(question, sentence):
    found = _engine("dose", question)
    assert (found.exit_code, found.stdout, found.stderr) == (2, "", sentence)


def test_an_unknown_question_and_a_missing_file_are_told_by_name(tmp_path):
    assert _engine("dosis", {}).stderr.startswith("chairside: OP: “dosis” is not a question; the questions are dose, ")
    found = CliRunner().invoke(main, ["engine", "dose", str(tmp_path / "none.json")])
    assert found.exit_code == 2
    assert found.stderr.startswith("chairside: FILE: ")
    assert CliRunner().invoke(main, ["engine", "dose", str(tmp_path)]).exit_code == 2


def test_a_layer_changes_the_answer_and_says_so(tmp_path):
    layer = tmp_path / "site.yaml"
    layer.write_text(_LAYER, encoding="utf-8")
    question = spoiled(GOOD["dose"], "order.dose.amount", "384")
    own, usual = (json.loads(_engine("dose", question, *more).stdout) for more in (("--layer", str(layer)), ()))
    assert (usual["outcome"], own["outcome"]) == ("allowed", "review")
    assert own["protocol"]["site"] == "Harbor 1"
    assert own["protocol"]["sha256"] != usual["protocol"]["sha256"]
    assert "site" not in usual["protocol"]


@pytest.mark.parametrize("content", [None, "[", "site: Harbor", _LAYER_OF_NOTHING])
def test_a_layer_that_cannot_be_used_is_one_sentence(tmp_path, content):
    layer = tmp_path / "site.yaml"
    if content is not None:
        layer.write_text(content, encoding="utf-8")
    found = _engine("dose", GOOD["dose"], "--layer", str(layer))
    assert (found.exit_code, found.stdout) == (2, "")
    assert len(found.stderr.splitlines()) == 1
    assert "site.yaml" in found.stderr


def test_the_engine_needs_neither_django_nor_a_database():
    program = (
        "import sys\nfrom chairside.cli import main\n"
        "main(['engine', 'dose', '-'], standalone_mode=False)\n"
        "wrong = {'django', 'psycopg', 'chairside.embedded', 'chairside.core.charges'} & set(sys.modules)\n"
        "print(sorted(wrong), file=sys.stderr)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(GOOD["dose"]), text=True, capture_output=True, check=False, timeout=30
    )
    assert said.stderr.splitlines()[-1] == "[]", said.stderr
