"""The compiled R4 definitions in the shape that the validator walks. Loaded once, on first use."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).with_name("r4-definitions.json.gz")


@dataclass(slots=True)
class Element:
    """One element of a type, under its name in JSON (`valueQuantity`, not `value[x]`)."""

    name: str
    type: str
    primitive: bool
    many: bool
    choice: str = ""  # `value[x]` for `valueQuantity`: only one of a choice may be present
    codes: frozenset[str] = frozenset()
    binding: str = ""
    targets: frozenset[str] = frozenset()


@dataclass(slots=True)
class Shape:
    """A type: its elements by JSON name, and the groups of names of which one must be present."""

    name: str
    elements: dict[str, Element] = field(default_factory=dict)
    required: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)


@dataclass(slots=True)
class Definitions:
    """All types, the names of resources, and the patterns of primitives."""

    shapes: dict[str, Shape]
    resources: frozenset[str]
    patterns: dict[str, str]


@lru_cache(maxsize=1)
def definitions() -> Definitions:
    """FHIR R4 4.0.1, from the data file beside this module (see compile_definitions)."""
    data = json.loads(gzip.decompress(DATA.read_bytes()))
    primitives: dict[str, str] = data["primitives"]
    bindings = {url: frozenset(codes) for url, codes in data["bindings"].items()}
    resources = frozenset(name for name, kind in data["kinds"].items() if kind == "resource")
    shapes: dict[str, Shape] = {}
    for name, fields in data["types"].items():
        shape = shapes[name] = Shape(name)
        for declared, (least, most, types, binding, targets) in fields.items():
            names = []
            for kind in types:
                actual = declared.replace("[x]", kind[0].upper() + kind[1:]) if declared.endswith("[x]") else declared
                names.append(actual)
                written = "id" if declared == "id" and name in resources else kind  # R4 types Resource.id as a plain string
                shape.elements[actual] = Element(
                    actual,
                    written,
                    written in primitives,
                    most != 1,
                    declared if declared.endswith("[x]") else "",
                    bindings.get(binding, frozenset()),
                    binding,
                    frozenset(targets),
                )
            if least:
                shape.required.append((declared, tuple(names)))
    return Definitions(shapes, resources, primitives)
