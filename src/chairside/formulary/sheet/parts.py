"""What a sheet is made of: sections of rows, rows of sentences, each sentence with its layer and the mark of its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.protocols.schema.terms import Layer


@dataclass(frozen=True, slots=True)
class Said:
    """One statement, the key of the source that it rests on, and whose word it is where that is not its row's."""

    text: str
    source: str = ""
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One item with all that is said of it. `layer` says whose word it is; `key` is what orders and site layers call it by."""

    item: str
    says: tuple[Said, ...]
    layer: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that are read together. `open` ones are shown unfolded on a screen; on paper all are."""

    key: str
    title: str
    rows: tuple[Row, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A source as the sheet marks it: a number, and a word where it is not to be trusted as it stands."""

    number: int
    source: Source

    @property
    def doubt(self) -> str:
        if not self.source.tier.checked:
            return "recalled"
        if self.source.read is None:
            return "proposal" if self.source.tier is Tier.PRACTICE else "not looked up"
        return ""


def row(item: str, says: Iterable[Said | None], layer: Layer | None = None, key: str = "") -> Row:
    """A row without what was not stated; a statement that is of the row's own layer does not repeat it."""
    own = layer.value if layer else ""
    kept = [said for said in says if said is not None and said.text]
    return Row(item, tuple(Said(said.text, said.source, "" if said.layer == own else said.layer) for said in kept), own, key)


def said(text: str, source: str, layer: Layer | None = None) -> Said:
    """A statement of an item that has a layer of its own."""
    return Said(text, source, layer.value if layer else "")
