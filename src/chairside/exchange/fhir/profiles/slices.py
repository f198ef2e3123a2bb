"""Slices: by which facts the members of a slice are known, and whether a value is one of them.

A condition is [names to descend, kind, value]; kind is fixed, pattern, codes (of a value set), type or exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]


def conditions(by: list[list[str]], node: Node) -> list[list[Any]]:
    """The conditions of a slice from its discriminators; [] when they cannot be told, and then the slice is not judged."""
    found = [_condition(kind, path, node) for kind, path in by]
    return [row for row in found if row] if all(found) else []


def _condition(kind: str, path: str, node: Node) -> list[Any]:
    names = [] if path == "$this" else path.split(".")
    if kind == "type":
        return [names, "type", node["types"]] if not names and node.get("types") else []
    if names == ["url"] and ("profile" in node or "url" in node):
        return [names, "fixed", node.get("profile") or node["url"]]
    target = node
    for name in names:
        target = target.get("children", {}).get(name, {})
    if kind == "exists":
        return [names, "exists", target.get("max") != 0]
    return next(([names, fact, target[fact]] for fact in ("fixed", "pattern", "codes") if fact in target), [])


def member(rows: list[list[Any]], kind: str, value: Any) -> bool:
    """Is this value, of this FHIR type, in the slice?"""
    return all(_meets(test, wanted, kind, list(descend(value, names))) for names, test, wanted in rows)


def _meets(test: str, wanted: Any, kind: str, found: list[Any]) -> bool:
    if test == "type":
        return bool(kind in wanted)
    if test == "exists":
        return bool(found) is bool(wanted)
    if test == "codes":
        return any(coding.get("code") in wanted.get(coding.get("system"), ()) for item in found for coding in _codings(item))
    return any(contains(item, wanted) if test == "pattern" else bool(item == wanted) for item in found)


def _codings(value: Any) -> Iterator[dict[str, Any]]:
    listed = value.get("coding", [value]) if isinstance(value, dict) else []
    yield from (item for item in (listed if isinstance(listed, list) else ()) if isinstance(item, dict))


def descend(value: Any, names: list[str]) -> Iterator[Any]:
    """The values found by going down the names, through lists."""
    if isinstance(value, list):
        for item in value:
            yield from descend(item, names)
    elif not names:
        yield value
    elif isinstance(value, dict) and names[0] in value:
        yield from descend(value[names[0]], names[1:])


def contains(value: Any, pattern: Any) -> bool:
    """FHIR's pattern: everything in it is in the value; each entry of its lists is met by some entry of the value's."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(name in value and contains(value[name], part) for name, part in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(contains(item, part) for item in value) for part in pattern)
    return bool(value == pattern)
