"""Gives every item its source: its own, else that of the nearest item around it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from chairside.core.kernel.evidence import Source
from chairside.core.kernel.quantity import Quantity

Item = TypeVar("Item")


def cited(item: Item, around: str = "") -> Item:
    """The same item with each empty `source` inside it filled from the nearest enclosing one."""
    if isinstance(item, tuple):
        return tuple(cited(part, around) for part in item)  # type: ignore[return-value]
    if not is_dataclass(item) or isinstance(item, type | Quantity | Source):
        return item
    own = getattr(item, "source", None)
    here = own or around
    changes: dict[str, object] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        if isinstance(value, tuple) or is_dataclass(value):
            filled = cited(value, here)
            if filled is not value:
                changes[field.name] = filled
    if own == "" and here:
        changes["source"] = here
    return replace(item, **changes) if changes else item
