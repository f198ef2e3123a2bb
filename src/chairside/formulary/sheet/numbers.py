"""Every number of a protocol as a line to read: what it is about, what it says, whose word it is, and the source.

A walk over the protocol's own dataclasses, so that a field that is added to the schema is shown without a change here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import groupby
from typing import Any

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.condition import Condition, Test
from chairside.core.protocols.schema.terms import Ages, Infusions, Words
from chairside.formulary.sheet import words

SECTIONS = (
    ("indications", "Indications"),
    ("regimens", "Regimens and doses"),
    ("products", "Products and preparation"),
    ("ladders", "Rates"),
    ("rate_caps", "Highest rates"),
    ("restarts", "Restart after a reaction"),
    ("premedications", "Premedication"),
    ("requirements", "Requirements before a dose"),
    ("questions", "Questions of the day"),
    ("contraindications", "Contraindications"),
    ("hypersensitivities", "Allergies and earlier reactions"),
    ("interactions", "Interactions"),
    ("tables", "Decision tables"),
    ("nevers", "Never passed at the chair"),
    ("hold_rules", "Hold and stop rules"),
    ("monitoring", "Vitals"),
    ("observations", "Observation"),
    ("chair_times", "Chair time"),
    ("deliveries", "Delivery"),
    ("menu", "Menu"),
    ("plan", "Plan"),
    ("tolerances", "Tolerances"),
    ("administration", "Administration billing"),
    ("hazards", "Handling hazards"),
)
_HEADS = ("source", "layer", "names", "key", "asks")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `source` is None where the protocol names none."""

    item: str
    part: str
    says: str
    layer: str
    source: Source | None

    @property
    def doubt(self) -> str:
        """Why the line is not to be trusted as it stands; empty when its source was read."""
        if self.source is None:
            return "no source"
        if not self.source.tier.checked:
            return "recalled, not checked"
        if self.source.read is None:
            return "a proposal" if self.source.tier is Tier.PRACTICE else "not looked up"
        return ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that follow each other about one item from one source, read together."""

    item: str
    lines: tuple[Line, ...]

    @property
    def head(self) -> Line:
        """The line that stands for all where they agree: layer, source, doubt."""
        return self.lines[0]


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    lines: tuple[Line, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The same lines, grouped for reading."""
        groups = groupby(self.lines, lambda line: (line.item, line.layer, line.source))
        return tuple(Block(key[0], tuple(lines)) for key, lines in groups)


def sections(protocol: Protocol) -> tuple[Section, ...]:
    """The whole protocol, section by section, in the order in which a pharmacist checks it. Empty sections are left out."""
    made = []
    for key, title in SECTIONS:
        value = getattr(protocol, key)
        items = value if isinstance(value, tuple) else (value,) if value is not None else ()
        lines = tuple(line for item in items for line in _lines(protocol, item, title))
        if lines:
            made.append(Section(key, title, lines))
    return tuple(made)


def unchecked(protocol: Protocol) -> int:
    """How many lines rest on what was recalled, proposed, or never looked up."""
    return sum(bool(line.doubt) for section in sections(protocol) for line in section.lines)


def _lines(protocol: Protocol, item: Any, title: str) -> Iterator[Line]:
    name = _name(item, title)
    for part, says, layer, source in _walk(item, (), "", protocol.source):
        yield Line(name, " · ".join(part), says, layer, protocol.source_named(source))


def _walk(value: Any, path: tuple[str, ...], layer: str, source: str) -> Iterator[tuple[tuple[str, ...], str, str, str]]:
    """The leaves of an item: each with its path, its text, and the nearest layer and source."""
    layer = _text(getattr(value, "layer", "")) or layer
    source = getattr(value, "source", "") or source
    for field in fields(value):
        if field.name in _HEADS:
            continue
        inner = getattr(value, field.name)
        where = (*path, field.name.replace("_", " "))
        if inner is None or inner == "" or inner == () or (inner is False and field.default is False):
            continue  # nothing was stated
        if is_dataclass(inner) and _says(inner) is None:
            yield from _walk(inner, where, layer, source)
        elif isinstance(inner, tuple) and is_dataclass(inner[0]) and _says(inner[0]) is None:
            for position, part in enumerate(inner, 1):
                yield from _walk(part, (*where[:-1], f"{where[-1]} {_name(part, str(position))}"), layer, source)
        else:
            yield where, "; ".join(_text(part) for part in inner) if isinstance(inner, tuple) else _text(inner), layer, source


def leaves(item: Any) -> Iterator[tuple[str, str]]:
    """What an item states, field by field, for what has no sentence of its own."""
    for part, says, _, _ in _walk(item, (), "", ""):
        yield " · ".join(part), says


def _name(item: Any, otherwise: str = "") -> str:
    names = getattr(item, "names", None) or getattr(item, "asks", None)
    if isinstance(names, Words):
        return names.en
    for field in ("key", "brand", "agent", "code"):
        if getattr(item, field, ""):
            return str(getattr(item, field)).replace("_", " ")
    return otherwise


def _text(value: Any) -> str:
    return _says(value) or ("yes" if value is True else "no" if value is False else str(value))


def _says(value: Any) -> str | None:
    """A value that is read as one thing, as text; None for one that has to be walked."""
    if isinstance(value, Quantity):
        return value.spelled()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Words):
        return value.en
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Condition):
        return words.condition(value)
    if isinstance(value, Test):
        return words.test(value, None)
    if isinstance(value, Infusions):
        return words.infusions(value)
    if isinstance(value, Ages):
        return words.ages(value)
    return None
