"""The page offers the words that the rules read, and no other."""

from __future__ import annotations

import pytest

from chairside.apps.clearance.selectors import wanted_fact
from chairside.formulary.loader import load

PROTOCOL = load("infliximab_iv")


@pytest.mark.parametrize(
    ("requirement", "words"),
    [
        ("heart_failure_class", ("I", "II", "III", "IV", "none", "unknown")),
        ("consent_treatment", ("given", "signed", "yes", "refused", "declined", "withdrawn", "no")),
        ("tb_before_start", ("negative", "positive", "indeterminate", "treated", "treatment_started")),
        ("liver_alt", ()),
    ],
)
def test_the_words_offered_are_those_that_are_understood(requirement: str, words: tuple[str, ...]) -> None:
    item = next(item for item in PROTOCOL.requirements if item.key == requirement)
    wanted = wanted_fact(item.fact, item, PROTOCOL)
    assert wanted is not None
    assert wanted.words == words
