"""What resources are called, whom they are about, and references turned to where their targets are known here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.text import Json

# The types that others point at by identifier (`Practitioner?identifier=system|value`).
DIRECTORY = frozenset(
    ("Organization", "Location", "Practitioner", "PractitionerRole", "HealthcareService", "Device", "Patient", "RelatedPerson")
)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_SPACE = uuid.UUID("6f1c1d5e-8d0a-5a0b-9a53-3c1a4a7d9c11")  # our name space for ids made of keys
# The elements that say whom a resource is about, the surest first.
_ABOUT = ("patient", "subject", "beneficiary", "for", "individual")


def identity(entry: Entry, scope: str) -> str:
    """The key under which this resource is the same one at every repeat.

    The identifier that the sender names in `ifNoneExist`; else, of a directory resource that only a URN of its bundle names,
    its first full identifier; else its global URL; else its id at home in `scope`.
    """
    if entry.if_none_exist.startswith("identifier="):
        return entry.if_none_exist.removeprefix("identifier=")
    resource = entry.resource if isinstance(entry.resource, dict) else {}
    if entry.type in DIRECTORY and entry.full_url.startswith("urn:"):
        token = next((token for token in tokens(resource) if not token.startswith("|")), "")
        if token:
            return token
    return own_key(entry, scope)


def own_key(entry: Entry, scope: str) -> str:
    """The key of a resource by its place alone: its global URL, else its id at home in `scope`, else where it stands."""
    if ":" in entry.full_url:
        return entry.full_url
    own = entry.resource.get("id") if isinstance(entry.resource, dict) else None
    return f"{scope}#{entry.type}/{own}" if isinstance(own, str) else f"{scope}#{entry.index}"


def identities(items: Sequence[Entry], scope: str) -> list[str]:
    """The keys of the resources of one document. Two that claim one identifier stay two: the later one goes by its place."""
    taken: set[tuple[str, str]] = set()
    keys = []
    for item in items:
        key = identity(item, scope)
        if (item.type, key) in taken:
            key = own_key(item, scope)
        taken.add((item.type, key))
        keys.append(key)
    return keys


def wanted_id(entry: Entry, key: str) -> str:
    """The id under which the resource would be known here: the sender's own, else that of its URN, else one made of its key."""
    own = entry.resource.get("id") if isinstance(entry.resource, dict) else None
    for told in (own, entry.full_url.removeprefix("urn:uuid:")):
        if isinstance(told, str) and _ID.fullmatch(told):
            return told
    return made_id(entry.type, key)


def made_id(kind: str, key: str) -> str:
    """An id that is always the same for the same key."""
    return str(uuid.uuid5(_SPACE, f"{kind}|{key}"))


def tokens(resource: Json) -> Iterator[str]:
    """The identifiers of a resource as `system|value`."""
    identifiers = resource.get("identifier")
    for item in identifiers if isinstance(identifiers, list) else [identifiers]:
        if isinstance(item, dict) and isinstance(item.get("value"), str):
            yield f"{item.get('system', '')}|{item['value']}"


def about(resource: Json) -> Any:
    """The Reference that says which patient a resource is about, None when it says none."""
    for name in _ABOUT:
        found = resource.get(name)
        found = found[0] if isinstance(found, list) and found else found
        if isinstance(found, dict) and isinstance(found.get("reference"), str):
            return found
    return None


def name_of(reference: str) -> tuple[str, str] | None:
    """(type, id) of a reference that names them, relative or absolute; None for `urn:`, `#` and conditional ones."""
    if "?" in reference or reference[:1] == "#" or reference[:4] == "urn:":
        return None
    parts = reference.partition("/_history/")[0].rstrip("/").rsplit("/", 2)
    return (parts[-2], parts[-1]) if len(parts) >= 2 and parts[-2][:1].isupper() else None


def references(value: Any) -> list[Json]:
    """Every Reference with a `reference` inside a resource, also in contained ones. A Bundle's entries are their own world."""
    found: list[Json] = []
    _collect(value, found)
    return found


def _collect(value: Any, found: list[Json]) -> None:
    inside = value
    if type(value) is dict:
        if type(value.get("reference")) is str:
            found.append(value)
        bundle = value.get("resourceType") == "Bundle"
        inside = [inner for name, inner in value.items() if name != "entry"] if bundle else value.values()
    for inner in inside:
        if type(inner) is dict or type(inner) is list:
            _collect(inner, found)


def resolve(resource: Json, logical_id: str, find: Callable[[str], str]) -> None:
    """Give the resource its id here and turn its references to where `find` knows their targets.

    find    from a reference as sent to `Type/id` here, "" when it is not known: then it stays as sent
    """
    resource["id"] = logical_id
    for reference in references(resource):
        sent: str = reference["reference"]
        if sent[:1] == "#":
            continue
        known = find(sent)
        if known:
            _, mark, version = sent.partition("/_history/")
            reference["reference"] = f"{known}{mark}{version}"
