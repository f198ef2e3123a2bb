"""Makes a protocol that states something in every field of every dataclass of the schema, and changes one field at a time."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any

from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.protocols.schema.condition import Change, Condition, Limit, Op, Test
from chairside.core.protocols.schema.protocol import Protocol

# Not on the sheet: the Spanish names (the patient's page shows its Spanish), and what says which text it is.
LEFT_OUT = {"es", "sha256", "site"}
# Said of every item that has no source of its own, before anything is printed.
_INHERITED = "source"
_FACTS = {"fact", "facts", "gfr_fact", "recovery_fact", "level_fact", "loss_fact", "fraction_fact", "event"}


class Maker:
    """Every value is another one, so that two fields never say the same."""

    def __init__(self) -> None:
        self.numbers = count(101)

    def protocol(self) -> Protocol:
        made = self.of(Protocol, "protocol")
        assert isinstance(made, Protocol)
        return made

    def of(self, kind: Any, name: str) -> Any:
        """A value of the type that states something."""
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            return self.of(next(arm for arm in typing.get_args(kind) if arm is not type(None)), name)
        if origin is tuple:
            inner = typing.get_args(kind)[0]
            return (self.of(inner, name),)
        if origin is typing.Literal:
            return typing.get_args(kind)[0]
        return self._single(kind, name)

    def _single(self, kind: Any, name: str) -> Any:
        number = next(self.numbers)
        if kind is Condition:
            return Condition((self._number_test(number),), (self._word_test(number),))
        if kind is Quantity:
            return quantity(f"{number}.5", "mg")
        if isinstance(kind, type) and issubclass(kind, Enum):
            return list(kind)[-1]
        if isinstance(kind, type) and is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            return kind(**{item.name: self.of(hints[item.name], item.name) for item in fields(kind)})
        if name == "unit":
            return "mg"
        values = {bool: True, int: number, Decimal: Decimal(number), date: date(2026, 1, 1) + timedelta(number)}
        return values.get(kind, f"lab.word{number}" if name in _FACTS else f"word{number}")

    def _number_test(self, number: int) -> Test:
        value, within, over = Decimal(number), next(self.numbers), next(self.numbers)
        return Test(f"lab.number{number}", Op.GE, value, "mg", (), Limit.UPPER, within, Change.RISE, over)

    def _word_test(self, number: int) -> Test:
        return Test(f"lab.word{number}", Op.IN, words=(f"word{number}",), within_days=next(self.numbers))


def alone(protocol: Protocol) -> Iterator[Protocol]:
    """The protocol with each of its parts alone, and each phase in a regimen alone: what is printed again stays short."""
    empty: dict[str, Any] = {
        item.name: () if isinstance(getattr(protocol, item.name), tuple) else None
        for item in fields(protocol)
        if isinstance(getattr(protocol, item.name), tuple) or item.default is None
    }
    yield replace(protocol, **empty)
    for name in empty:
        kept = getattr(protocol, name)
        if name == "regimens":
            for phase in protocol.regimens[0].phases:
                yield replace(protocol, **{**empty, name: (replace(protocol.regimens[0], phases=(phase,)),)})
        elif kept:
            yield replace(protocol, **{**empty, name: kept})


@dataclass(frozen=True)
class Changed:
    """The protocol with one field changed: its place, and what stood there."""

    place: str
    was: Any
    protocol: Any


def changes(item: Any, place: str = "") -> Iterator[Changed]:
    """The item with each of its leaves changed in turn."""
    for field in fields(item):
        if field.name in LEFT_OUT:
            continue
        value = getattr(item, field.name)
        where = f"{place}.{field.name}".lstrip(".")
        if where == _INHERITED:
            continue
        for inner in _of(value, where):
            yield Changed(inner.place, inner.was, replace(item, **{field.name: inner.protocol}))


def _of(value: Any, place: str) -> Iterator[Changed]:
    if isinstance(value, tuple):
        for index, part in enumerate(value):
            for inner in _of(part, f"{place}[{index}]"):
                yield Changed(inner.place, inner.was, (*value[:index], inner.protocol, *value[index + 1 :]))
    elif is_dataclass(value) and not isinstance(value, Quantity):
        yield from changes(value, place)
    elif (other := _other(value, place)) is not None:
        yield Changed(place, value, other)


def _other(value: Any, place: str) -> Any:
    """Another value of the kind; None where the kind has only this one, and for what a test of words does not use."""
    if value in (None, "", Limit.NONE, Change.NONE) or place.endswith((".rule", ".timing")):
        return None  # they say which rule it is
    if isinstance(value, bool):
        return not value
    if isinstance(value, Quantity):
        return quantity(value.amount + 1000, "mg")
    if isinstance(value, Enum):
        return next((item for item in type(value) if item is not value), None)
    if isinstance(value, int | Decimal):
        return value + 1000
    if isinstance(value, date):
        return value + timedelta(1000)
    return {"fixed": "judgement", "mg": "g"}.get(value, f"{value}x")
