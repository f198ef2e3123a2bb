"""The published values close within their tolerance; what is calibration or arithmetic never counts as evidence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from chairside.core.kinetics.checks import outcome
from chairside.core.kinetics.schema import Check, CheckKind, Record
from chairside.formulary.kinetic_records import known_records, record

ALL = [(record(key), check) for key in known_records() for check in record(key).checks]
DO_NOT_CLOSE: frozenset[tuple[str, str]] = frozenset()  # (record, check) of published values that the parameters miss


def test_there_are_checks_of_each_kind() -> None:
    counted = {kind: sum(check.kind is kind for _, check in ALL) for kind in CheckKind}
    assert counted == {CheckKind.PUBLISHED: 67, CheckKind.CALIBRATION: 32, CheckKind.IDENTITY: 3}


@pytest.mark.parametrize(("told", "check"), ALL, ids=[f"{told.id}-{check.id}" for told, check in ALL])
def test_it_closes_within_its_tolerance(told: Record, check: Check) -> None:
    assert outcome(told, check).closes is ((told.id, check.id) not in DO_NOT_CLOSE)


def test_a_wrong_clearance_is_found() -> None:
    told = record("ocrelizumab_iv")
    check = next(check for check in told.checks if check.id == "rms_600_AUC")
    clearance = replace(told.parameters.clearance, value=told.parameters.clearance.value * Decimal("1.2"))
    found = outcome(replace(told, parameters=replace(told.parameters, clearance=clearance)), check)
    assert not found.closes
    assert found.difference == pytest.approx(1.0055 / 1.2 - 1, abs=0.005)


def test_a_range_is_met_inside_it_only() -> None:
    told = record("vancomycin")
    check = next(check for check in told.checks if check.low is not None)
    assert outcome(told, check).closes
    assert not outcome(told, replace(check, high=check.low)).closes


def test_calibration_is_not_evidence() -> None:
    assert record("donanemab").checked_by == "arithmetic only"
    assert record("rituximab_iv_nononc").checked_by == "a published value from memory only"
    assert record("infliximab_iv").checked_by == "a published value that was not used to set them"
    assert record("paclitaxel").checked_by == "nothing"
