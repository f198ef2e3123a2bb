"""The acceptance vectors of doses, safety and protocols, asked of the engine as `chairside verify` asks them."""

from __future__ import annotations

from pathlib import Path

import pytest

from chairside.cli.rulebook import FormularyOnDisk
from chairside.cli.vectors import Row, rows
from chairside.cli.verify import verified
from chairside.formulary.loader import known_ids

HERE = Path(__file__).parent
RULEBOOK = FormularyOnDisk(None)
EVERY = list(rows([HERE / "dosing.yaml", HERE / "safety.yaml", HERE / "protocol_cases.yaml"]))
OF_THE_FORMULARY = [row for row in EVERY if row.question.get("protocol") is None or row.question["protocol"] in known_ids()]


@pytest.mark.parametrize("row", OF_THE_FORMULARY, ids=lambda row: row.id)
def test_a_vector_of_what_is_encoded_holds(row: Row) -> None:
    result = verified(row, RULEBOOK)
    assert not result.not_encoded
    assert not result.misses


@pytest.mark.parametrize("row", [row for row in EVERY if row not in OF_THE_FORMULARY], ids=lambda row: row.id)
def test_a_vector_of_a_therapy_that_is_not_encoded_is_never_passed(row: Row) -> None:
    assert verified(row, RULEBOOK).not_encoded
