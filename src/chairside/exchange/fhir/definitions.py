"""The compiled R4 definitions in the shape that the validator walks. Read once, on first use."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).with_name("r4-definitions.json.gz")


_FORMS = {
    "http://hl7.org/fhir/ValueSet/currencies": "[A-Z]{3}",
    # A CapabilityStatement may also say xml, json or ttl.
    "http://hl7.org/fhir/ValueSet/mimetypes": r"xml|json|ttl|[^/\s;]+/[^/\s;]+(\s*;.*)?",
}


class Binding(NamedTuple):
    """A required binding whose codes can be listed."""

    name: str  # the last part of the value set's URL, as people know it
    codes: frozenset[str]
    by_system: Mapping[str, frozenset[str]]


class Invariant(NamedTuple):
    """One of HL7's constraints of level error."""

    key: str
    expression: str
    human: str


@dataclass(slots=True)
class Element:
    """One element of a type, under its name in JSON (`valueQuantity`, not `value[x]`)."""

    name: str
    type: str
    primitive: bool
    many: bool
    choice: str = ""  # `value[x]` for `valueQuantity`: only one of a choice may be present
    binding: Binding | None = None
    bare: bool = False  # an XML attribute or XHTML, which can have no id and no extension of its own
    form: str = ""  # a pattern, where the codes of the required binding cannot be listed but have a known form
    targets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Shape:
    """A type: its elements by JSON name, and the groups of names of which one must be present."""

    name: str
    elements: dict[str, Element] = field(default_factory=dict)
    required: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


class Definitions:
    """All types, the names of resources, the patterns of primitives and the invariants by type or element path."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.patterns: dict[str, str] = data["primitives"]
        self.resources = frozenset(name for name, kind in data["kinds"].items() if kind == "resource")
        self.unlisted: Sequence[str] = data["unlisted"]
        self.types: Mapping[str, Mapping[str, Any]] = data["types"]
        self._bindings = data["bindings"]
        self._invariants = data["invariants"]
        self._shapes: dict[str, Shape] = {}

    def shape(self, name: str) -> Shape:
        """The type or backbone element of this name (`Period`, `Observation.component`). Raises KeyError when R4 has none."""
        found = self._shapes.get(name)
        if found is None:
            found = self._shapes[name] = self._built(name)
        return found

    def invariants(self, path: str) -> list[Invariant]:
        """The error-level invariants that stand on a type or element."""
        return [Invariant(*facts) for facts in self._invariants.get(path, ())]

    def _built(self, name: str) -> Shape:
        shape = Shape(name)
        for declared, (least, most, types, binding, targets) in self.types[name].items():
            choice = declared if declared.endswith("[x]") else ""
            names = []
            for kind in types:
                actual = declared.replace("[x]", kind[0].upper() + kind[1:]) if choice else declared
                names.append(actual)
                # R4's snapshots type Resource.id as a plain string.
                written = "id" if declared == "id" and name in self.resources else kind
                bound = binding_of(binding, self._bindings[binding]) if binding in self._bindings else None
                attribute = (declared == "id" and name not in self.resources) or (name, declared) == ("Extension", "url")
                shape.elements[actual] = Element(
                    actual,
                    written,
                    written in self.patterns,
                    most != 1,
                    choice,
                    bound,
                    attribute or kind == "xhtml",
                    _FORMS.get(binding, ""),
                    frozenset(targets),
                )
            if least:
                shape.required.append((declared, tuple(names)))
        return shape


def binding_of(url: str, listed: Mapping[str, Sequence[str]]) -> Binding:
    """A binding from its codes by system."""
    by_system = {system: frozenset(codes) for system, codes in listed.items()}
    return Binding(url.rpartition("/")[2], frozenset().union(*by_system.values()), by_system)


def load(path: Path) -> Any:
    """A data file as it was compiled."""
    return json.loads(gzip.decompress(path.read_bytes()))


@lru_cache(maxsize=1)
def definitions() -> Definitions:
    """FHIR R4 4.0.1, from the data file beside this module (see compile_definitions)."""
    return Definitions(load(DATA))
