"""The records of levels are whole: every number has a source, every therapy exists, and what is not fair is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from chairside.core.kinetics.disposition import disposition, per_kg
from chairside.core.kinetics.schema import Parameter, Parameters, Record, Use
from chairside.formulary import loader
from chairside.formulary.kinetic_records import FOLDER, by_protocol, known_records, parse, record
from chairside.formulary.reading import FormularyError

ALL = [record(key) for key in known_records()]


def values(parameters: Parameters) -> list[Parameter]:
    found = (getattr(parameters, field.name) for field in fields(parameters))
    return [value for value in found if isinstance(value, Parameter)]


def test_there_are_forty() -> None:
    uses = Counter(told.use for told in ALL)
    assert uses == {Use.SIMULATE: 23, Use.WITH_CAUTION: 8, Use.SHAPE_ONLY: 7, Use.DO_NOT_SIMULATE: 2}


@pytest.mark.parametrize("told", ALL, ids=known_records())
def test_every_number_has_a_source(told: Record) -> None:
    known = {source.key for source in told.sources}
    sets = [told.parameters, *(other.parameters for other in told.others)]
    cited = {value.source for each in sets for value in values(each)}
    assert cited | {check.source for check in told.checks} | {effect.source for effect in told.effects} <= known
    assert {effect.parameter for effect in told.effects} <= {field.name for field in fields(Parameters)}
    assert set(told.protocols) <= set(loader.known_ids())


@pytest.mark.parametrize("told", ALL, ids=known_records())
def test_what_is_drawn_can_be_drawn_and_what_is_not_fair_says_why(told: Record) -> None:
    assert bool(told.why) is (told.use is not Use.SIMULATE)
    assert told.plain.en.strip()
    assert told.plain.es.strip()
    assert (told.parameters.central is not None) is told.drawable
    if told.drawable:
        assert told.example
        for key in ("", *(other.key for other in told.others)):
            assert disposition(told.set(key)).half_life > 0
    if told.pair is not None:
        assert record(told.pair.record or told.id).drawable


def test_a_therapy_has_one_record() -> None:
    named = Counter(protocol for told in ALL for protocol in told.protocols)
    assert set(named.values()) == {1}
    assert by_protocol()["ivig_privigen"] == "igg_iv"


def test_values_per_kg_say_so() -> None:
    assert [told.id for told in ALL if per_kg(told.parameters)] == [
        "daptomycin",
        "golimumab_iv",
        "igg_iv",
        "igg_sc",
        "vancomycin",
    ]


def test_a_record_is_no_protocol() -> None:
    assert not set(loader.known_ids()) & {"igg_iv", "morphine", "tocilizumab_sc"}


def test_a_field_that_nobody_knows_is_named(tmp_path: Path) -> None:
    wrong = tmp_path / "morphine.yaml"
    wrong.write_text((FOLDER / "morphine.yaml").read_text(encoding="utf-8") + "dose_for_you: 5 mg\n", encoding="utf-8")
    with pytest.raises(FormularyError, match="dose_for_you"):
        parse(wrong)
    with pytest.raises(KeyError):
        record("no_such_record")
