"""A place in a protocol by keys (`requirements.tb_yearly.fresh_days`): what stands there, whose word, and stating another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.terms import Layer
from chairside.formulary.sheet import words
from chairside.formulary.sheet.numbers import leaves

_NAMES = ("key", "brand", "code", "prefix", "fact", "word", "part")
Raw = dict[str, Any]


class PlaceProblem(ValueError):
    """A place that is not in the protocol: one sentence naming the step that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the protocol on the way to the place: as the file states it, and as it was read."""

    raw: Raw
    read: Any

    def has(self, field: str) -> bool:
        return any(item.name == field for item in fields(self.read))


@dataclass(frozen=True, slots=True)
class Place:
    """What stands at the place, and the parts around it from the outermost. `stated` is None where nothing stands yet."""

    holder: Raw | list[Any]
    step: str | int
    stated: Any
    around: tuple[Item, ...]

    @property
    def layer(self) -> Layer:
        """Whose word it is: that of the nearest part that has a layer, else the label's."""
        own = [self.stated] if hasattr(self.stated, "layer") else []
        near = [*own, *(item.read for item in reversed(self.around) if item.has("layer"))]
        return near[0].layer if near else Layer.LABEL

    def put(self, value: Any, source: str) -> None:
        """State another value. The item that it belongs to becomes practice and cites `source`; the parts below it do not."""
        around = [*self.around]
        if isinstance(self.holder, list):
            made = dict(value)
            if isinstance(self.step, int):
                self.holder[self.step] = made
            else:
                self.holder.append(made)
            around.append(Item(made, self.stated))
        else:
            self.holder[str(self.step)] = value
        owner = next(item for item in reversed(around) if item.has("source"))
        _keep_sources(owner)
        owner.raw["source"] = source
        if (whose := next((item for item in reversed(around) if item.has("layer")), None)) is not None:
            whose.raw["layer"] = Layer.PRACTICE.value


def found(raw: Raw, read: Any, at: str, *, new: bool = False) -> Place:
    """The place of that name. Raises PlaceProblem. With `new`, the last name may be the key of an item that is to be added."""
    around = [Item(raw, read)]
    here: Any = raw
    steps = at.split(".")
    for number, step in enumerate(steps):
        is_last = number == len(steps) - 1
        if isinstance(here, list):
            index = _index(here, step)
            if index is None:
                if not (is_last and new and read):
                    raise PlaceProblem(f"there is no “{step}”; there are: {', '.join(_named(here)) or 'none'}")
                return Place(here, step, read[0], tuple(around))
            if is_last:
                return Place(here, index, read[index], tuple(around))
            here, read = here[index], read[index]
        else:
            known = [field.name for field in fields(read)]
            if step not in known:
                raise PlaceProblem(f"there is no “{step}”; there are: {', '.join(known)}")
            if is_last:
                return Place(here, step, getattr(read, step), tuple(around))
            here, read = here.get(step), getattr(read, step)
        if not isinstance(here, list | dict):
            raise PlaceProblem(f"nothing stands below “{step}”")
        if isinstance(here, dict):
            around.append(Item(here, read))
    raise PlaceProblem("names no place")


def places(raw: Raw, read: Any) -> Iterator[tuple[str, str, Layer]]:
    """Every place that states a value: its name, the value as a person reads it, and whose word it is."""
    yield from _below(raw, read, "", Layer.LABEL)


def _below(raw: Raw, read: Any, at: str, around: Layer) -> Iterator[tuple[str, str, Layer]]:
    own = getattr(read, "layer", around)
    for field in fields(read):
        here, value = raw.get(field.name), getattr(read, field.name)
        place = f"{at}.{field.name}".lstrip(".")
        if isinstance(here, dict) and is_dataclass(value) and not isinstance(value, Condition | Quantity):
            yield from _below(here, value, place, own)
        elif isinstance(here, list) and here and all(isinstance(one, dict) for one in here):
            for number, (one, item) in enumerate(zip(here, value, strict=False)):
                name = next((str(one[key]) for key in _NAMES if key in one and "." not in str(one[key])), str(number))
                if is_dataclass(item) and not isinstance(item, Condition):
                    yield from _below(one, item, f"{place}.{name}", own)
        elif here is not None:
            yield place, shown(value), own


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if value is None or value in ("", ()):
        return "nothing"
    if isinstance(value, Quantity):
        return value.spelled()
    if isinstance(value, Condition):
        return words.condition(value)
    if isinstance(value, tuple):
        return "; ".join(shown(item) for item in value)
    if is_dataclass(value):
        return ", ".join(f"{part} {says}" for part, says in leaves(value))
    return "yes" if value is True else "no" if value is False else str(value)


def _index(items: list[Any], step: str) -> int | None:
    """By the name of an item, else by its position from 0."""
    for index, item in enumerate(items):
        if isinstance(item, Mapping) and any(str(item.get(name)) == step for name in _NAMES):
            return index
    return int(step) if step.isdigit() and int(step) < len(items) else None


def _named(items: list[Any]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping):
            yield next((str(item[name]) for name in _NAMES if name in item), "?")


def _keep_sources(owner: Item) -> None:
    """Each part below keeps citing what it cited, by saying so itself."""
    for field in fields(owner.read):
        raw, read = owner.raw.get(field.name), getattr(owner.read, field.name)
        pairs = zip(raw, read, strict=False) if isinstance(raw, list) and isinstance(read, tuple) else [(raw, read)]
        for below, item in pairs:
            if not isinstance(below, dict) or not is_dataclass(item) or isinstance(item, Quantity):
                continue
            if own := getattr(item, "source", ""):
                below.setdefault("source", own)
            elif not hasattr(item, "source"):
                _keep_sources(Item(below, item))
