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
def test_every_statement_has_a_source_and_the_recalled_ones_say_so(protocol: Protocol) -> None:
    marked = marks(protocol)
    said = [said for section in sheet(protocol) for row in section.rows for said in row.says]
    assert all(item.source in marked for item in said), [item for item in said if item.source not in marked]
    assert {marked[item.source].doubt for item in said} >= {"", "recalled", "proposal"}


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
