"""What changed between two protocols, by meaning: each value added, removed or changed, with its place, grouped by subject.

Items are matched by their keys, not by their position: a requirement that moved in the file has not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.protocols.schema.protocol import Protocol

# The part of a protocol: the group that it is read in. What is not named stands under “other”.
GROUPS = {
    "indications": "indications",
    "regimens": "dose",
    "tolerances": "dose",
    "menu": "dose",
    "plan": "dose",
    "products": "products",
    "ladders": "rates",
    "rate_caps": "rates",
    "deliveries": "rates",
    "requirements": "gates",
    "questions": "gates",
    "contraindications": "gates",
    "hypersensitivities": "gates",
    "interactions": "gates",
    "tables": "gates",
    "nevers": "gates",
    "facts": "gates",
    "not_encoded": "not encoded",
    "premedications": "visit",
    "monitoring": "visit",
    "observations": "visit",
    "chair_times": "visit",
    "hold_rules": "visit",
    "restarts": "visit",
    "hazards": "visit",
    "administration": "codes",
    "sources": "sources",
    "guide": "patient's page",
}
ORDER = (*dict.fromkeys(GROUPS.values()), "other")
_OWN = ("sha256", "site")  # they say which text it is, not what it says
_NAMES = ("key", "brand", "fact", "word")


@dataclass(frozen=True, slots=True)
class Difference:
    """One value. `old` is empty for what was added, `new` for what was removed."""

    group: str
    place: str
    old: str
    new: str

    @property
    def kind(self) -> str:
        return "added" if not self.old else "removed" if not self.new else "changed"


def differences(old: Protocol, new: Protocol) -> tuple[Difference, ...]:
    """Every leaf that differs, in the order of the groups. Two files that say the same in another order give none."""
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    places = [*after, *(place for place in before if place not in after)]
    found = [
        Difference(_group(place), place, before.get(place, ""), after.get(place, ""))
        for place in places
        if before.get(place, "") != after.get(place, "")
    ]
    return tuple(sorted(found, key=lambda one: ORDER.index(one.group)))


def _group(place: str) -> str:
    part = place.partition(".")[0].partition("[")[0]
    return "codes" if part == "products" and ".billing" in place else GROUPS.get(part, "other")


def _leaves(item: Any, place: str) -> Iterator[tuple[str, str]]:
    for field in fields(item):
        if not place and field.name in _OWN:
            continue
        yield from _of(getattr(item, field.name), f"{place}.{field.name}".lstrip("."))


def _of(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, tuple) and value and is_dataclass(value[0]) and not isinstance(value[0], Quantity):
        for name, item in _named(value).items():
            yield from _leaves(item, f"{place}[{name}]")
    elif is_dataclass(value) and not isinstance(value, Quantity):
        yield from _leaves(value, place)
    elif text := _text(value):
        yield place, text


def _named(items: Sequence[Any]) -> Mapping[str, Any]:
    """Items by their own name; those that have none, or share it, by name and number."""
    made: dict[str, Any] = {}
    for position, item in enumerate(items, start=1):
        name = next((str(getattr(item, field)) for field in _NAMES if getattr(item, field, "")), "") or _said(item, position)
        number = 2
        unique = name
        while unique in made:
            unique, number = f"{name} {number}", number + 1
        made[unique] = item
    return made


def _said(item: Any, position: int) -> str:
    """What stands for an item without a key: the first thing that it says (a code, a rate, a grade).

    How long something lasts is what changes of it, not what it is known by: an observation is known by its position.
    """
    for field in fields(item):
        value = getattr(item, field.name)
        if text := _text(value):
            return str(position) if field.name == "minutes" else text
    return ""


def _text(value: Any) -> str:
    """A value as text; "" for what is not stated."""
    if value is None or value in ("", ()):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Quantity):
        return value.spelled()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date) else str(value)
