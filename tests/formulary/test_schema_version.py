"""A release that a plan pinned stays readable: no change of the schema's shape without a new version and a way up to it."""

from __future__ import annotations

import hashlib
import types
import typing
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum

from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import SCHEMA_VERSION, Layer
from chairside.formulary.loader import known_ids, parse, path_of
from chairside.formulary.upgrade import UPGRADES

# The print of each version of the schema that was ever released. Never change a line: add one.
PRINTS = {2: "cc655ffe077f5ba6", 3: "fee3164a1ae4ba2a"}


def test_the_shape_of_a_protocol_does_not_change_without_a_new_version() -> None:
    assert shape_print() == PRINTS.get(SCHEMA_VERSION), (
        "The dataclasses of core/protocols/schema changed. Raise SCHEMA_VERSION in schema/terms.py, teach formulary/upgrade.py "
        f"to read version {SCHEMA_VERSION}, raise `schema:` in every protocol file, and add to PRINTS: {shape_print()}"
    )


def test_every_earlier_version_has_a_way_up() -> None:
    assert sorted(UPGRADES) == list(range(1, SCHEMA_VERSION))


def test_a_course_gap_of_version_1_is_read_as_its_regimen_meant_it() -> None:
    old = as_version_1(path_of("ferric_carboxymaltose").read_text(encoding="utf-8"))
    protocol = parse(old, "ferric_carboxymaltose.yaml")
    gap = protocol.regimens[0].course_gap
    assert gap is not None
    assert (gap.days, gap.layer, gap.source) == (28, Layer.LABEL, protocol.regimens[0].source)
    assert protocol.schema == SCHEMA_VERSION


def test_a_text_of_version_1_that_had_the_new_field_already_is_read_too() -> None:
    for protocol in known_ids():
        text = path_of(protocol).read_text(encoding="utf-8")
        now, before = parse(text), parse(text.replace(f"schema: {SCHEMA_VERSION}", "schema: 1", 1))
        assert (before.regimens, before.ladders) == (now.regimens, now.ladders)
        assert before.sha256 != now.sha256, "the hash is that of the text, not of what it was upgraded to"


def as_version_1(text: str) -> str:
    text = text.replace("course_gap: {days: 28, layer: practice, source: proposal}", "course_gap_days: 28")
    assert "course_gap_days: 28" in text
    return text.replace(f"schema: {SCHEMA_VERSION}", "schema: 1", 1)


def shape_print() -> str:
    """A hash over every dataclass below Protocol: names, types and defaults of its fields, words of its enumerations."""
    seen: dict[str, str] = {}
    _shape(Protocol, seen)
    return hashlib.sha256("\n".join(seen[name] for name in sorted(seen)).encode()).hexdigest()[:16]


def _shape(kind: object, seen: dict[str, str]) -> None:
    for inner in typing.get_args(kind):
        _shape(inner, seen)
    if not isinstance(kind, type) or isinstance(kind, types.GenericAlias) or not kind.__module__.startswith("chairside.core"):
        return
    if kind.__qualname__ in seen:
        return
    if issubclass(kind, Enum):
        seen[kind.__qualname__] = f"{kind.__qualname__}: {sorted(str(item.value) for item in kind)}"
    elif is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        told = [f"{item.name}: {item.type} = {_default(item)}" for item in fields(kind)]
        seen[kind.__qualname__] = f"{kind.__qualname__}({', '.join(told)})"
        for hint in hints.values():
            _shape(hint, seen)


def _default(item: typing.Any) -> str:
    if item.default is not MISSING:
        return repr(item.default)
    return "required" if item.default_factory is MISSING else item.default_factory.__name__
