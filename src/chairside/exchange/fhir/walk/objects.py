"""Checkers of types: each type is compiled once, on first use, into a table from JSON name to the checker of its content."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import RLock
from typing import Any

from chairside.exchange.fhir.definitions import Element, Shape, definitions
from chairside.exchange.fhir.invariants.native import rules
from chairside.exchange.fhir.text import Json
from chairside.exchange.fhir.walk.bound import bound
from chairside.exchange.fhir.walk.fault import Check, Context, Fault, Faults, under
from chairside.exchange.fhir.walk.reference import reference
from chairside.exchange.fhir.walk.scalars import scalar

_ENOUGH = 1000  # faults in one list; it goes to quarantine whatever the rest is


class Compiled(ABC):
    """The checkers of R4, made as they are needed."""

    def __init__(self) -> None:
        self.known = definitions()
        self._whole: dict[str, Check] = {}
        self._begun: dict[str, Check] = {}
        self._making = RLock()

    @abstractmethod
    def resource(self, value: Any, context: Context) -> Faults:
        """Judges a resource that stands for itself."""

    @abstractmethod
    def contained(self, value: Any, context: Context) -> Faults:
        """Judges a resource inside another."""

    def object(self, name: str) -> Check:
        """The checker of a type, a backbone element or a resource.

        Types refer to each other in circles, so a checker exists before its table is full: other threads get it only when the
        type that was asked for, and all that it needs, is whole.
        """
        found = self._whole.get(name)
        if found is None:
            with self._making:
                outermost = not self._begun.keys() - self._whole.keys()
                found = self._begun.get(name) or self._make(name)
                if outermost:
                    self._whole = dict(self._begun)
        return found

    def _make(self, name: str) -> Check:
        shape = self.known.shape(name)
        table: dict[str, Check] = {}
        found = self._begun[name] = _object(shape, table, _Rest(self, shape))
        if name in self.known.resources:
            table["resourceType"] = _nothing
        for element in shape.elements.values():
            if not element.choice and not (element.primitive and element.many):
                table[element.name] = self.element(element)
        return found

    def element(self, element: Element) -> Check:
        """The checker of an element's whole content (the list, where it repeats)."""
        return _many(self.item(element)) if element.many else self.item(element)

    def item(self, element: Element) -> Check:
        """The checker of one value of an element."""
        if element.primitive:
            return scalar(element)
        if element.type == "Resource":
            return self.contained if element.name == "contained" else self.resource
        whole = self.object(element.type)
        if element.type == "Reference":
            return reference(whole, element.targets)
        return bound(whole, element.type, element.binding) if element.binding is not None else whole


def _nothing(value: Any, context: Context) -> Faults:
    return None


def _object(shape: Shape, table: dict[str, Check], rest: _Rest) -> Check:
    find = table.get
    needed = [(declared, declared, f"_{declared}") for declared, names in shape.required if names == (declared,)]
    any_of = [(declared, names) for declared, names in shape.required if names != (declared,)]
    kept = rules(shape.name)
    what = shape.name.rpartition(".")[2]
    hollow = shape.name != "Element" and shape.name not in definitions().resources

    def check(value: Any, context: Context) -> Faults:
        if type(value) is not dict or not value:
            return _no_object(value, what)
        faults: Faults = None
        left = None
        for name, content in value.items():
            judge = find(name)
            if judge is None:
                left = [name] if left is None else [*left, name]
            else:
                found = judge(content, context)
                if found is not None:
                    faults = faults or []
                    faults += under(f".{name}", found)
        if left is not None:
            found = rest.check(value, left, context)
            if found is not None:
                faults = (faults or []) + found
        for declared, name, shadow in needed:
            if name not in value and shadow not in value:
                faults = [*(faults or ()), _missing(declared)]
        for declared, names in any_of:
            if not any(name in value or f"_{name}" in value for name in names):
                faults = [*(faults or ()), _missing(declared)]
        for broken, sentence in kept:
            if broken(value):
                faults = [*(faults or ()), Fault("invariant", "", sentence)]
        if hollow and len(value) == 1 and "id" in value:
            faults = [*(faults or ()), Fault("invariant", "", "it has an id and nothing else (ele-1)")]
        return faults

    return check


def _missing(declared: str) -> Fault:
    return Fault("required", f".{declared}", "is required and missing")


def _no_object(value: Any, what: str) -> list[Fault]:
    if isinstance(value, dict):
        return [Fault("structure", "", "an empty object; leave the element out instead")]
    shown = "a list where one value is expected" if isinstance(value, list) else "a bare value"
    return [Fault("structure", "", f"{shown}; {what} is an object")]


def _many(item: Check) -> Check:
    def check(value: Any, context: Context) -> Faults:
        if type(value) is not list or not value:
            return _no_list(value)
        faults: list[Fault] = []
        for at, slot in enumerate(value):
            found = item(slot, context)
            if found is not None:
                faults += under(f"[{at}]", found)
                if len(faults) >= _ENOUGH and not faults[0].mendable:
                    faults.append(Fault("structure", "", f"{len(value) - at - 1:,} more of it were not looked at"))
                    break
        return faults or None

    return check


def _no_list(value: Any) -> list[Fault]:
    empty = isinstance(value, list)
    sentence = "an empty list; leave the element out instead" if empty else "may repeat, so it is written as a list"
    return [Fault("structure", "", sentence)]


class _Rest:
    """The names of a type that need a look at their neighbors: choices, repeating primitives, shadows; and unknown names."""

    def __init__(self, compiled: Compiled, shape: Shape) -> None:
        self.compiled = compiled
        self.shape = shape
        self._checks: dict[str, Check] = {}

    def check(self, value: Json, names: list[str], context: Context) -> Faults:
        faults: list[Fault] = []
        chosen: dict[str, str] = {}
        for name in names:
            element = self.shape.elements.get(name.removeprefix("_"))
            shadow = name.startswith("_")
            if element is None or (shadow and (element.bare or not element.primitive)):
                faults.append(Fault("structure", f".{name}", f"is not an element of {self.shape.name} in R4"))
                continue
            first = chosen.setdefault(element.choice, element.name) if element.choice else element.name
            if first != element.name:
                sentence = f"{element.choice} may be given once, and {first} is there too"
                faults.append(Fault("structure", f".{name}", sentence))
            found = self.shadow(value, element, context) if shadow else self.content(value, element, context)
            if found:
                faults += under(f".{name}", found)
        return faults or None

    def content(self, value: Json, element: Element, context: Context) -> Faults:
        """A choice or a repeating primitive, whose null slots are legal beside `_name`."""
        judge = self._checks.get(element.name)
        if judge is None:
            single = element.primitive and element.many
            judge = self._checks[element.name] = self.compiled.item(element) if single else self.compiled.element(element)
        content = value[element.name]
        if not (element.primitive and element.many):
            return judge(content, context)
        if type(content) is not list or not content:
            return _no_list(content)
        shadow = value.get(f"_{element.name}")
        faults: list[Fault] = []
        for at, slot in enumerate(content):
            if slot is None and isinstance(shadow, list):
                if at < len(shadow) and shadow[at] is None:
                    faults.append(Fault("structure", f"[{at}]", "has neither a value nor an extension"))
                continue
            found = judge(slot, context)
            if found is not None:
                faults += under(f"[{at}]", found)
                if len(faults) >= _ENOUGH and not faults[0].mendable:
                    faults.append(Fault("structure", "", f"{len(value) - at - 1:,} more of it were not looked at"))
                    break
        return faults or None

    def shadow(self, value: Json, element: Element, context: Context) -> Faults:
        """`_name` beside a primitive: its id and extensions, slot by slot where the element repeats."""
        content = value[f"_{element.name}"]
        if element.many and not isinstance(content, list):
            return _no_list(content)
        faults: list[Fault] = []
        whole = self.compiled.object("Element")
        for slot in content if element.many else [content]:
            if slot is None and element.many:
                continue
            if not isinstance(slot, dict) or not slot:
                faults.append(Fault("structure", "", "holds an object with an id or extensions"))
            else:
                faults += whole(slot, context) or ()
        partner = value.get(element.name)
        if element.many and isinstance(partner, list) and len(partner) != len(content):
            faults.append(Fault("structure", "", f"has {len(content)} slots beside {len(partner)} values"))
        return faults or None
