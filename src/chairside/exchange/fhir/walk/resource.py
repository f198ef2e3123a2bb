"""Whole resources: which type it is, what it contains, and how the two point at each other (dom-2 to dom-5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chairside.exchange.fhir.text import Json
from chairside.exchange.fhir.walk.fault import Context, Fault, Faults, under
from chairside.exchange.fhir.walk.objects import Compiled


class Resources(Compiled):
    """The checkers of R4 with the entrances for resources."""

    def resource(self, value: Any, context: Context) -> Faults:
        """A resource that stands for itself: its own root for local references."""
        wrong = self._no_resource(value)
        if wrong:
            return wrong
        check = self.object(value["resourceType"])
        bundle = value["resourceType"] == "Bundle"
        if "contained" not in value and not bundle and not context.ids:
            return check(value, context)
        inner = Context({**context.linked, **_full_urls(value)} if bundle else context.linked)
        inner.ids = contained_types(value)
        faults = check(value, inner)
        alone = any(f"#{own}" not in inner.pointed for own in inner.ids)
        lonely = list(_unreferenced(value)) if alone or len(inner.ids) < len(list(_contained(value))) else []
        return [*(faults or ()), *lonely] if lonely else faults

    def contained(self, value: Any, context: Context) -> Faults:
        """A resource inside another."""
        wrong = self._no_resource(value)
        if wrong:
            return wrong
        faults = list(self.object(value["resourceType"])(value, context) or ())
        meta = value.get("meta")
        if "contained" in value:
            faults.append(Fault("invariant", "", "a contained resource cannot contain another (dom-2)"))
        if isinstance(meta, dict) and ("versionId" in meta or "lastUpdated" in meta):
            faults.append(Fault("invariant", ".meta", "a contained resource has no version of its own (dom-4)"))
        if isinstance(meta, dict) and "security" in meta:
            faults.append(Fault("invariant", ".meta", "a contained resource has no security label of its own (dom-5)"))
        return faults or None

    def _no_resource(self, value: Any) -> Faults:
        if not isinstance(value, dict):
            return [Fault("structure", "", "a resource is a JSON object")]
        kind = value.get("resourceType")
        if isinstance(kind, str) and kind in self.known.resources:
            return None
        shown = kind[:60] if isinstance(kind, str) else "nothing"
        return [Fault("structure", "", f"“{shown}” is not a resource type of FHIR R4 (resourceType)")]


def contained_types(resource: Json) -> dict[str, str]:
    """Resource type by id of what a resource contains."""
    return {item["id"]: str(item.get("resourceType")) for item in _contained(resource) if isinstance(item.get("id"), str)}


def _contained(value: Json) -> Iterator[Json]:
    listed = value.get("contained")
    yield from (item for item in (listed if isinstance(listed, list) else ()) if isinstance(item, dict))


def _full_urls(bundle: Json) -> dict[str, str]:
    """Resource type by full URL of a bundle's own entries."""
    entries = bundle.get("entry")
    found = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("resource"), dict) and isinstance(entry.get("fullUrl"), str):
            found[entry["fullUrl"]] = str(entry["resource"].get("resourceType"))
    return found


def _unreferenced(value: Json) -> Iterator[Fault]:
    """dom-3: what is contained is pointed at from somewhere in the resource, or points at the resource itself (`#`)."""
    listed = value.get("contained")
    if not isinstance(listed, list):
        return
    pointed = set(_local(value))
    for at, item in enumerate(listed):
        if isinstance(item, dict) and f"#{item.get('id')}" not in pointed and "#" not in set(_local(item)):
            yield from under(f".contained[{at}]", [Fault("invariant", "", "nothing in the resource points at it (dom-3)")])


def _local(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if item.startswith("#"):
                yield item
        elif isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
