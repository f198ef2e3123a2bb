"""`chairside verify`: acceptance vectors that hold, miss, or cannot be asked here."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from chairside.cli import main
from tests.exchange.questions.asking import GOOD, spoiled

HOLDS = {"id": "A-1", "op": "dose", "inputs": GOOD["dose"], "expected": {"outcome": "allowed", "dose_mg": "412.0"}}
MISSES = {"id": "A-2", "op": "dose", "inputs": GOOD["dose"], "expected": {"dose_mg": "400", "vials": {"100": 4}}}
UNUSABLE = {
    "id": "A-3",
    "op": "dose",
    "inputs": spoiled(GOOD["dose"], "patient.weight_kg", "82,4"),
    "expected": {"outcome": "unknown"},
}
ELSEWHERE = {
    "id": "A-4",
    "op": "dose",
    "inputs": spoiled(GOOD["dose"], "protocol", "no_such_protocol"),
    "expected": {"outcome": "allowed"},
}
NOT_ASKED = {"id": "A-5", "request": {"kind": "initial"}, "line": "self_pay", "expected": {"amount": 3}}
CHARGED = {
    "id": "B-1",
    "title": "not part of the question",
    "source": "nor is this",
    **GOOD["charge"],
    "expected": {
        "lines": [{"code": "96415", "units": 1}, {"code": "96413", "units": 1}],
        "drug_lines": [{"code": "Q5103", "units": 8, "modifiers": ["JW"]}, {"code": "Q5103", "units": 42}],
    },
}


@pytest.fixture
def verify(tmp_path):
    """Writes each file of rows and runs the command over the folder."""

    def run(*words, kind="protocol_cases", rows=(), **more):
        files = {kind: rows, **more}
        for name, content in files.items():
            # JSON is YAML: the files that sites write are the same, only better to read.
            text = content if isinstance(content, str) else json.dumps({"kind": name, "version": 1, "vectors": list(content)})
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return CliRunner().invoke(main, ["verify", str(tmp_path), *words])

    return run


def test_rows_that_hold_pass(verify):
    found = verify(rows=[HOLDS], billing=[CHARGED])
    assert (found.exit_code, found.stdout) == (0, "2 passed, 0 failed\n")


def test_a_miss_is_printed_with_its_row_what_was_expected_and_what_came(verify):
    found = verify(rows=[HOLDS, MISSES])
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        "protocol_cases.yaml: A-2: dose_mg",
        "  expected  400",
        "  got       412",
        "protocol_cases.yaml: A-2: vials",
        '  expected  {"100": 4}',
        '  got       {"100": 5}',
        "1 passed, 1 failed",
    ]


def test_a_question_that_cannot_be_used_is_a_miss_whatever_was_expected(verify):
    found = verify(rows=[UNUSABLE])
    assert found.exit_code == 1
    assert "unusable: patient.weight_kg: “82,4” is not a number" in found.stdout


def test_what_is_not_encoded_is_neither_passed_nor_failed(verify):
    found = verify(rows=[HOLDS, ELSEWHERE])
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "not encoded: protocol no_such_protocol (1 row)",
        "1 passed, 0 failed, 1 not encoded",
    ]


def test_what_is_not_encoded_fails_when_it_must_be_there(verify):
    found = verify("--strict", rows=[HOLDS, ELSEWHERE])
    assert (found.exit_code, found.stdout.splitlines()[-1]) == (1, "1 passed, 1 failed")


def test_the_report_as_json_says_the_same(verify):
    told = json.loads(verify("--json", rows=[HOLDS, MISSES, ELSEWHERE]).stdout)
    assert {key: told[key] for key in ("passed", "failed", "not_encoded")} == {"passed": 1, "failed": 1, "not_encoded": 1}
    assert told["misses"][0] == {
        "file": "protocol_cases.yaml",
        "id": "A-2",
        "key": "dose_mg",
        "expected": "400",
        "got": "412",
    }
    assert told["rows_not_encoded"] == [{"file": "protocol_cases.yaml", "id": "A-4", "why": "protocol no_such_protocol"}]


def test_rows_that_name_a_rule_are_asked_as_sums(verify):
    row = {
        "id": "S-1",
        "op": "weight_dose_and_vials",
        "inputs": {"mg_per_kg": "5", "weight_kg": "82.4", "vial_mg": ["100"]},
        "expected": {"dose_mg": "412", "vials": {"100": 5}},
    }
    found = verify(kind="dosing", rows=[row])
    assert (found.exit_code, found.stdout) == (0, "1 passed, 0 failed\n")


def test_texts_of_amounts_stay_text(verify):
    row = "{id: T-1, op: dose_text, inputs: {cases: [5.0 mg, .5 mg]}, expected: {cases: [5 mg, 0.5 mg]}}"
    found = verify(kind="dosing", rows=f"kind: dosing\nvectors:\n- {row}\n")
    assert (found.exit_code, found.stdout) == (0, "1 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- just a list", "a mapping with kind and vectors is expected"),
        ("kind: recipes\nvectors: []", "kind: “recipes” is not one of protocol_cases"),
        ("kind: dosing\nvectors: {}", "vectors: a list is expected"),
        ("kind: dosing\nvectors: []", "no vectors in"),
        ("kind: dosing\nvectors: [5]", "vectors[0]: an object"),
        ("kind: dosing\nvectors: [{id: a, inputs: {}, expected: {}}]", "vectors[0].op: is missing"),
        ("kind: dosing\nvectors: [{id: a, op: b, inputs: 5, expected: {}}]", "vectors[0].inputs: has the wrong type"),
        ("kind: dosing\nvectors: [{id: a, op: b, inputs: {}}]", "vectors[0].expected: is missing"),
        (
            "kind: dosing\nvectors: [{id: a, op: b, inputs: {}, expected: {}}, {id: a, op: b, inputs: {}, expected: {}}]",
            "vectors[1].id: “a” is there twice",
        ),
        ("kind: [dosing", "line 2, column 1"),
        ("kind: [dosing]\nvectors: []", "kind: what is there is not one of protocol_cases"),
        (
            "kind: dosing\nvectors: [{id: a, op: b, inputs: {}, expected: {at_least: 5}}]",
            "at_least: has the wrong type",
        ),
        ("kind: dosing\nvectors: [{id: a, op: b, inputs: {}, expected: {outcome_in: 7}}]", "outcome_in: has the wrong type"),
        ("kind: dosing\nvectors: [{id: a, op: b, inputs: {2: 3}, expected: {}}]", "inputs: a name of a field is not text"),
        ("", "a mapping with kind and vectors is expected"),
        ("a: &a [*a]", "recursive"),
        ("kind: !!python/name:os.system x", "could not determine a constructor"),
        ("kind: dosing\nkind: dosing", "“kind” is stated twice"),
        ("? [a]\n: b", "a key must be a word or a number"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_its_place(verify, content, says):
    found = verify(rows=content)
    assert (found.exit_code, found.stdout) == (2, "")
    assert says in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_path_that_is_not_there_is_told_by_name():
    found = CliRunner().invoke(main, ["verify", "/no/such/folder"])
    assert found.exit_code == 2
    assert "/no/such/folder" in found.stderr
