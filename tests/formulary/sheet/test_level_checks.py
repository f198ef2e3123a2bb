"""The reference of levels is the one that the records give, and it never calls a calibration evidence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from chairside.formulary.kinetic_records import known_records, record
from chairside.formulary.sheet.level_checks import level_checks

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "kinetics.md"
_HINT = "write it again: chairside protocols levels > docs/reference/kinetics.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == level_checks(record(key) for key in known_records()), _HINT


def test_calibration_and_memory_are_no_evidence() -> None:
    assert "0 of them are evidence" in level_checks([record("donanemab"), record("rituximab_iv_nononc")])
    assert "2 checks; 2 of them are evidence, and 2 of these close" in level_checks([record("lecanemab")])


def test_a_check_that_misses_is_listed_with_its_difference() -> None:
    told = record("lecanemab")
    strict = replace(told, checks=tuple(replace(check, percent=Decimal(1)) for check in told.checks))
    text = level_checks([strict])
    assert "- `lecanemab`, acc_AUC: +5.7%" in text
    assert "None misses" not in text
