"""Every planted defect is found at its place and of its kind; every unusual and legal resource raises nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from chairside.exchange.fhir.outcome import operation_outcome
from chairside.exchange.fhir.text import canonical, parse
from chairside.exchange.fhir.validate import validate
from tests.exchange.fhir.validate.cast import Planted
from tests.exchange.fhir.validate.planted import PLANTED
from tests.exchange.fhir.validate.valid import VALID

_ALL = pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.group}: {planted.name}")


@_ALL
def test_a_planted_defect_is_found_at_its_place(planted: Planted) -> None:
    issues = validate(parse(canonical(planted.resource)), invariants=planted.asked)
    assert (planted.path, planted.kind) in [(issue.path, issue.kind) for issue in issues]
    if planted.group == "invariant":
        assert any(f"({planted.name})" in issue.sentence for issue in issues)


@_ALL
def test_a_defect_is_told_in_a_sentence_and_as_a_valid_outcome(planted: Planted) -> None:
    issues = validate(planted.resource, invariants=planted.asked)
    assert all(issue.sentence.startswith(issue.path or "It") and issue.sentence.endswith(".") for issue in issues)
    assert validate(operation_outcome(issues), invariants=True) == []


@pytest.mark.parametrize("resource", VALID.values(), ids=VALID.keys())
def test_what_is_unusual_and_legal_raises_nothing(resource: dict[str, Any]) -> None:
    before = canonical(resource)
    assert validate(parse(before), invariants=True, profiles="us-core") == []
    assert validate(resource, invariants=True) == []
    assert canonical(resource) == before


def test_the_table_is_as_wide_as_the_kinds_of_defects() -> None:
    groups = Counter(planted.group for planted in PLANTED)
    least = {
        "cardinality": 9,
        "json": 4,
        "binding": 5,
        "primitive": 12,
        "unknown": 4,
        "invariant": 8,
        "reference": 4,
        "other": 4,
    }
    assert all(groups[group] >= number for group, number in least.items())
    assert len(VALID) >= 22
