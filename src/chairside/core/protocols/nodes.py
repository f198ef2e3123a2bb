"""The walk over the parts of a protocol, for whatever looks at all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from chairside.core.kernel.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a protocol with its place and the source that it stands under."""

    place: str
    item: Any
    source: str


def walk(item: Any, place: str = "", source: str = "") -> Iterator[Node]:
    """Every dataclass inside, outermost first. Quantities are values, not parts."""
    if isinstance(item, tuple):
        for index, part in enumerate(item):
            yield from walk(part, f"{place}[{getattr(part, 'key', index) or index}]", source)
    elif is_dataclass(item) and not isinstance(item, Quantity):
        here = getattr(item, "source", "") or source
        yield Node(place, item, here)
        for field in fields(item):
            yield from walk(getattr(item, field.name), f"{place}.{field.name}".lstrip("."), here)
