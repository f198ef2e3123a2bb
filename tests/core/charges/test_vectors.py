"""The billing vectors through `charge`: the same question and the same code that the engine uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chairside.core.charges.charge import charge
from chairside.core.charges.lines import Line
from chairside.core.charges.reading import read_day, read_drugs
from chairside.formulary.administration import administration_codes
from chairside.formulary.codes import Codes
from chairside.formulary.reading import read_file

VECTORS: list[dict[str, Any]] = read_file(Path(__file__).parents[2] / "vectors" / "billing.yaml")["vectors"]
# Rules that are not built yet, each with its reason. They are reported, never passed.
NOT_YET: dict[str, str] = {}


def _line(line: Line) -> tuple[str, int, frozenset[str]]:
    return line.code, line.units, line.modifiers


def _wanted(row: dict[str, Any]) -> tuple[str, int, frozenset[str]]:
    return str(row["code"]), int(row["units"]), frozenset(str(modifier) for modifier in row.get("modifiers", ()))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_worked_example_gives_its_lines(vector, request):
    if vector["id"] in NOT_YET:
        request.applymarker(pytest.mark.xfail(reason=NOT_YET[vector["id"]], strict=True))
    answer = charge(read_day(vector), read_drugs(vector), administration_codes(), Codes())
    expected = vector["expected"]
    assert sorted(map(_line, answer.lines), key=str) == sorted(map(_wanted, expected.get("lines", ())), key=str)
    if "drug_lines" in expected:
        assert sorted(map(_line, answer.drug_lines), key=str) == sorted(map(_wanted, expected["drug_lines"]), key=str)
    wanted_out = {(str(row["n"]), row["reason"]) for row in expected.get("not_billed", ())}
    assert wanted_out <= {(item.id, item.reason) for item in answer.not_billed}
    for hold in expected.get("claim_hold", ()):
        assert (hold["reason"], hold["code"], tuple(hold["alternatives"])) in {
            (item.reason, item.code, item.alternatives) for item in answer.holds
        }
    for row in expected.get("vials", ()):
        assert answer.vials[str(row["mg"])] == row["count"]
    if expected.get("each_drug_billed"):
        assert set(answer.drugs) == {drug for event in vector["events"] for drug in event["drug"]}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_every_line_cites_its_evidence_and_its_rules(vector):
    answer = charge(read_day(vector), read_drugs(vector), administration_codes(), Codes())
    for line in answer.lines:
        assert line.evidence
        assert line.rules
