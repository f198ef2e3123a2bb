"""Which items of a protocol are for a regimen: an item that names none is for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar


class Scoped(Protocol):
    """An item that may be for some regimens only."""

    @property
    def regimens(self) -> tuple[str, ...]: ...


Item = TypeVar("Item", bound=Scoped)


def for_regimen(items: Iterable[Item], regimen: str) -> Iterator[Item]:
    """The items that are for the regimen. While it is not known ("") only those that are for all."""
    return (item for item in items if not item.regimens or regimen in item.regimens)
