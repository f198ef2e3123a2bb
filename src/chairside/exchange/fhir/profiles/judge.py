"""Does a resource fit a profile? A walk over the profile's tree; only what the profile asks beyond R4 is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from chairside.exchange.fhir.definitions import Binding, Invariant, definitions
from chairside.exchange.fhir.invariants.fhirpath import Place
from chairside.exchange.fhir.invariants.judge import ask
from chairside.exchange.fhir.profiles.native import native
from chairside.exchange.fhir.profiles.slices import contains, member
from chairside.exchange.fhir.profiles.us_core import Profile, us_core
from chairside.exchange.fhir.text import Json
from chairside.exchange.fhir.walk.bound import outside_of
from chairside.exchange.fhir.walk.fault import Context, Fault
from chairside.exchange.fhir.walk.reference import kind_of


class Found(NamedTuple):
    """One value of an element: its place, its FHIR type, and the value (None: only its extension is there)."""

    path: str
    kind: str
    value: Any


class Judge:
    """One resource against one profile."""

    def __init__(self, profile: Profile, resource: Json, context: Context) -> None:
        self.title = profile.title
        self.resource = resource
        self.context = context
        self.profile = profile

    def faults(self) -> Iterator[Fault]:
        """Everything that the profile asks and the resource does not meet."""
        kind = self.resource["resourceType"]
        if kind != self.profile.type:
            yield Fault("structure", ".meta.profile", f"{self.title} is a profile of {self.profile.type}, not of {kind}")
        else:
            yield from self._value(self.profile.root, Found("", kind, self.resource))

    def _value(self, node: Json, found: Found) -> Iterator[Fault]:
        value = found.value
        yield from self._content(node, found)
        for facts in node.get("invariants", ()):
            yield from self._invariant(Invariant(*facts), found)
        if isinstance(value, dict):
            for name, child in node.get("children", {}).items():
                yield from self._element(child, name, found)
        if "profile" in node and isinstance(value, dict):
            yield from self._value(us_core().profiles[node["profile"]].root, found)

    def _content(self, node: Json, found: Found) -> Iterator[Fault]:
        path, kind, value = found
        if "types" in node and kind not in node["types"] and not kind.count("."):
            yield Fault("structure", path, f"{' or '.join(node['types'])} is expected by {self.title}, not {kind}")
        if value is None:
            return
        if "fixed" in node and value != node["fixed"]:
            yield Fault("value", path, f"“{str(value)[:60]}” is here always “{node['fixed']}” ({self.title})")
        if "pattern" in node and not contains(value, node["pattern"]):
            yield Fault("value", path, f"{_shown(node['pattern'])} is expected by {self.title}")
        if "binding" in node:
            binding: Binding = node["binding"]
            outside = "" if not isinstance(value, str) or value in binding.codes else _outside(value, binding.name)
            if isinstance(value, dict):
                outside = outside_of(binding, value.get("coding") if kind == "CodeableConcept" else [value])
            if outside:
                yield Fault("code-invalid", path, f"{outside} ({self.title})")
        if "targets" in node and isinstance(value, dict) and isinstance(value.get("reference"), str):
            target = kind_of(value["reference"], self.context)
            if target and target not in node["targets"]:
                yield Fault("structure", path, f"points at {target}; {', '.join(node['targets'])} is expected by {self.title}")

    def _invariant(self, invariant: Invariant, found: Found) -> Iterator[Fault]:
        broken = native(invariant.key, found.kind)
        if found.value is None:
            return
        if broken is None:
            yield from ask(invariant, Place(found.value, found.kind, self.resource, self.resource), found.path)
        elif broken(found.value):
            yield Fault("invariant", found.path, f"{invariant.human.rstrip('.')} ({invariant.key})")

    def _element(self, node: Json, name: str, holder: Found) -> Iterator[Fault]:
        values = list(_values(name, holder))
        yield from self._count(node, values, f"{holder.path}.{name}", self.title)
        for found in values:
            yield from self._value(node, found)
        taken: set[int] = set()
        for slice_name, part in node.get("slices", {}).items():
            if not part["when"]:
                continue  # listed as not encoded
            members = [at for at, found in enumerate(values) if member(part["when"], found.kind, found.value)]
            taken.update(members)
            inside = [values[at] for at in members]
            yield from self._count(part, inside, f"{holder.path}.{name}", f"{self.title} as {slice_name}")
            for found in inside:
                yield from self._value(part, found)
        if node.get("rules") == "closed":
            for at, found in enumerate(values):
                if at not in taken:
                    yield Fault("structure", found.path, f"is none of those that {self.title} allows")

    def _count(self, node: Json, values: list[Found], path: str, who: str) -> Iterator[Fault]:
        least, most = node.get("min", 0), node.get("max", -1)
        if not values and least:
            yield Fault("required", path, f"is required by {who} and missing")
        elif len(values) < least:
            yield Fault("structure", path, f"is given {len(values)} times; {who} asks for at least {least}")
        elif 0 <= most < len(values):
            allowed = "does not allow it" if most == 0 else f"allows at most {most}, and {len(values)} are there"
            yield Fault("structure", path, f"{who} {allowed}")


def _values(name: str, holder: Found) -> Iterator[Found]:
    """The values of an element, whichever type of a choice it has, counting those that have only an extension."""
    for actual, kind in _names(holder.kind, name):
        if actual not in holder.value and f"_{actual}" not in holder.value:
            continue
        content = holder.value.get(actual)
        path = f"{holder.path}.{actual}"
        if isinstance(content, list):
            yield from (Found(f"{path}[{at}]", kind, item) for at, item in enumerate(content))
        else:
            yield Found(path, kind, content)


@lru_cache(maxsize=4096)
def _names(holder: str, name: str) -> tuple[tuple[str, str], ...]:
    """The names in JSON that an element may have, each with its type."""
    elements = definitions().shape(holder).elements.items()
    return tuple((actual, element.type) for actual, element in elements if name in (actual, element.choice))


def _outside(value: str, name: str) -> str:
    return f"“{value[:60]}” is not one of the codes of {name}"


def _shown(pattern: Any) -> str:
    """A pattern as people read it: the codes it asks for."""
    codings = pattern.get("coding", [pattern]) if isinstance(pattern, dict) else []
    codes = [str(coding.get("code") or coding.get("system")) for coding in codings]
    return f"“{', '.join(codes)}”" if codes else f"“{pattern}”"
