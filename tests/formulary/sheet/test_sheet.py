"""The sheet that a pharmacist compares with a label leaves out no quantity, and marks what nobody has looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Words
from chairside.formulary import loader
from chairside.formulary.sheet import marks, sheet

PROTOCOLS = [pytest.param(loader.load(key), id=key) for key in loader.known_ids()]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_quantity_and_every_name_stands_on_the_sheet(protocol: Protocol) -> None:
    text = "\n".join(part for section in sheet(protocol) for row in section.rows for part in (row.item, *_texts(row)))
    told = [value for field in fields(protocol) if field.name not in ("guide", "facts", "not_encoded", "names", "sources")
            for value in _values(getattr(protocol, field.name))]  # fmt: skip
    for value in told:
        says = value.spelled() if isinstance(value, Quantity) else value.en
        assert says in text, says


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_statement_that_holds_a_number_has_a_source_and_what_was_not_read_says_so(protocol: Protocol) -> None:
    marked = marks(protocol)
    for item in (said for section in sheet(protocol) for row in section.rows for said in row.says):
        if item.source not in marked:
            assert not any(map(str.isdigit, item.text)), item
            continue
        source = marked[item.source].source
        assert (marked[item.source].doubt == "") is (source.tier.checked and source.read is not None), item
    assert {item.doubt for key in loader.known_ids() for item in marks(loader.load(key)).values()} >= {
        "",
        "recalled",
        "proposal",
    }


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_key_and_no_unit_code_is_shown(protocol: Protocol) -> None:
    for section in sheet(protocol):
        for row in section.rows:
            for text in (row.item, *_texts(row)):
                assert "_" not in text
                assert not any(raw in text for raw in ("[", "10*", "None", "  ", "..")), text


def _texts(row: Any) -> list[str]:
    return [said.text for said in row.says]


def _values(value: Any) -> Iterator[Quantity | Words]:
    if isinstance(value, Quantity | Words):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _values(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _values(getattr(value, field.name))


def test_a_fact_is_called_what_the_protocol_calls_it() -> None:
    text = "\n".join(said for section in sheet(loader.load("ravulizumab")) for row in section.rows for said in _texts(row))
    assert "while “The wait for vaccines is riskier than starting now” is yes" in text
    assert "Amount of the last dose of exactly 2,400 mg: 1,200 mg." in text


def test_an_allergy_to_something_unrelated_is_not_told_as_one_of_the_same_class() -> None:
    (told,) = (row.says[0].text for part in sheet(loader.load("vancomycin")) for row in part.rows if row.key == "not_related")
    assert told.startswith("A reaction to something else: penicillin")
    assert "class" not in told
