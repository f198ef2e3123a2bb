"""The compiled profiles of US Core 6.1.0, and which of them a resource is to be judged by."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from chairside.exchange.fhir.definitions import binding_of, load
from chairside.exchange.fhir.text import Json

DATA = Path(__file__).parents[1] / "us-core-6.1.0.json.gz"
PREFIX = "http://hl7.org/fhir/us/core/StructureDefinition/"


class Profile(NamedTuple):
    """One profile: the type it is about, its name for people, and the tree of what it asks."""

    url: str
    type: str
    title: str
    root: Json


class UsCore(NamedTuple):
    """The package: its version, its profiles by URL, and what of it is not encoded (profile, element, what)."""

    version: str
    profiles: dict[str, Profile]
    not_encoded: list[list[str]]


@lru_cache(maxsize=1)
def us_core() -> UsCore:
    """US Core 6.1.0, from the data file beside this package (see compile)."""
    data = load(DATA)
    for item in data["profiles"].values():
        _bind(item["root"])
    found = {url: Profile(url, item["type"], item["title"], item["root"]) for url, item in data["profiles"].items()}
    return UsCore(data["version"], found, data["not_encoded"])


def _bind(node: Json) -> None:
    """Makes the codes of a required binding ready to be asked, all the way down."""
    if "codes" in node:
        node["binding"] = binding_of(node["value_set"], node["codes"])
    for child in (*node.get("children", {}).values(), *node.get("slices", {}).values()):
        _bind(child)


def claimed(resource: Json) -> tuple[list[Profile], list[str]]:
    """The profiles of US Core 6.1.0 that a resource claims in meta.profile, and the claims that cannot be judged here."""
    meta = resource.get("meta")
    claims = meta.get("profile") if isinstance(meta, dict) else None
    known, unknown = [], []
    for claim in claims if isinstance(claims, list) else ():
        url, _, version = claim.partition("|") if isinstance(claim, str) else ("", "", "")
        profile = us_core().profiles.get(url)
        if profile is not None and version in ("", us_core().version):
            known.append(profile)
        else:
            unknown.append(str(claim))
    return known, unknown


def of_type(kind: str) -> list[Profile]:
    """The profile of a resource type, where US Core has exactly one (Patient has, Observation has many)."""
    return _by_type()[kind] if len(_by_type()[kind]) == 1 else []


@lru_cache(maxsize=1)
def _by_type() -> dict[str, list[Profile]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for profile in us_core().profiles.values():
        found[profile.type].append(profile)
    return found
