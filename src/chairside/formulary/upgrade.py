"""Reads protocol texts of earlier schema versions, so that a release which a plan or a visit pinned stays readable for ever.

One function a version turns the content of a file into that of the next version. Nothing is looked up, guessed or filled in
beyond what the earlier version meant: the text, and with it the hash, stays as it was released.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chairside.core.protocols.schema.terms import SCHEMA_VERSION
from chairside.formulary.reading import FormularyError

Content = dict[str, Any]


def upgraded(raw: Content, name: str) -> Content:
    """The content as the present schema has it. Raises FormularyError for a version that this program does not know."""
    version = raw.get("schema")
    if version != SCHEMA_VERSION and (type(version) is not int or version not in UPGRADES):
        known = f"this program reads schema {', '.join(map(str, [*UPGRADES, SCHEMA_VERSION]))}"
        raise FormularyError(f"{name}: schema {version} cannot be read; {known}")
    while raw["schema"] != SCHEMA_VERSION:
        raw = {**UPGRADES[raw["schema"]](raw), "schema": raw["schema"] + 1}
    return raw


def _from_1(raw: Content) -> Content:
    """`course_gap_days: 28` of a regimen became `course_gap: {days, layer, source}`: in 1 the regimen answered for it."""
    regimens = raw.get("regimens")
    if not isinstance(regimens, list):
        return raw
    return {**raw, "regimens": [_course_gap(item) if isinstance(item, dict) else item for item in regimens]}


def _course_gap(regimen: Content) -> Content:
    if "course_gap_days" not in regimen:
        return regimen
    kept = {key: value for key, value in regimen.items() if key != "course_gap_days"}
    return {**kept, "course_gap": {"days": regimen["course_gap_days"], "layer": regimen.get("layer")}}


def _from_2(raw: Content) -> Content:
    """`components` became a `menu`; `contains` of a regimen was never read by anything."""
    raw = dict(raw)
    components = raw.pop("components", None)
    if isinstance(components, list) and components:
        raw["menu"] = {"components": [{"key": item.get("protocol"), "protocol": item.get("protocol")} for item in components]}
    regimens = raw.get("regimens")
    if isinstance(regimens, list):
        raw["regimens"] = [
            {key: value for key, value in item.items() if key != "contains"} if isinstance(item, dict) else item
            for item in regimens
        ]
    return raw


UPGRADES: dict[int, Callable[[Content], Content]] = {1: _from_1, 2: _from_2}
