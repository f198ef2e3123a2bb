"""The entries of a bundle, and the five ways in which FHIR points: urn:uuid, relative, absolute, contained, conditional."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chairside.exchange.fhir.text import Json


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a document, with its place: `start` and `length` in bytes, and their SHA-256 as `mark`.

    problem    why it cannot be read, "" when it can
    called     what its place is called: an entry of a bundle, a line
    type       its `resourceType`, "" without one that could be a type's name
    """

    index: int
    full_url: str
    resource: Any
    if_none_exist: str = ""
    start: int = 0
    length: int = 0
    mark: str = ""
    problem: str = ""
    called: str = "entry"
    type: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        kind = self.resource.get("resourceType") if isinstance(self.resource, dict) else None
        named = isinstance(kind, str) and kind.isascii() and kind.isalpha() and len(kind) <= 40
        object.__setattr__(self, "type", kind if named else "")

    @property
    def label(self) -> str:
        """As a person finds it again: `entry 12 (Observation)`."""
        return f"{self.called} {self.index + 1} ({self.type or 'no resource type'})"


def entries(bundle: Json) -> list[Entry]:
    """The resources of a bundle in order. An entry without one (a DELETE, say) stands for itself, to be reported."""
    found = []
    content = bundle.get("entry")
    for index, item in enumerate(content if isinstance(content, list) else []):
        item = item if isinstance(item, dict) else {"resource": item}
        request = item.get("request")
        condition = request.get("ifNoneExist", "") if isinstance(request, dict) else ""
        full_url = item.get("fullUrl")
        resource = item.get("resource", item)
        found.append(Entry(index, full_url if isinstance(full_url, str) else "", resource, str(condition)))
    return found


@dataclass(slots=True)
class Links:
    """Finds what a reference points at among the entries."""

    by_url: dict[str, Json] = field(default_factory=dict)
    by_name: dict[str, Json] = field(default_factory=dict)
    by_token: dict[tuple[str, str], Json] = field(default_factory=dict)

    @classmethod
    def of(cls, items: Iterable[Entry]) -> Links:
        """An index over the entries."""
        links = cls()
        for entry in items:
            resource = entry.resource
            if not isinstance(resource, dict):
                continue
            if entry.full_url:
                links.by_url[entry.full_url] = resource
            if isinstance(resource.get("id"), str):
                links.by_name[f"{entry.type}/{resource['id']}"] = resource
            for identifier in resource.get("identifier", []) if isinstance(resource.get("identifier"), list) else []:
                if isinstance(identifier, dict) and "value" in identifier:
                    links.by_token[entry.type, f"{identifier.get('system', '')}|{identifier['value']}"] = resource
        return links

    def find(self, reference: Any, holder: Json) -> Json | None:
        """The resource that a Reference points at, or None when it is not among the entries.

        holder    the resource that the reference stands in, for `#contained`
        """
        target = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(target, str):
            return self._by_identifier(reference)
        if target.startswith("#"):
            return next((item for item in _contained(holder) if f"#{item.get('id')}" == target), None)
        if target in self.by_url:
            return self.by_url[target]
        if "?" in target:
            kind, _, query = target.partition("?")
            return self.by_token.get((kind.rpartition("/")[2], query.removeprefix("identifier=")))
        name = "/".join(target.partition("/_history/")[0].rstrip("/").split("/")[-2:])
        return self.by_name.get(name)

    def _by_identifier(self, reference: Any) -> Json | None:
        identifier = reference.get("identifier") if isinstance(reference, dict) else None
        if not isinstance(identifier, dict):
            return None
        token = f"{identifier.get('system', '')}|{identifier.get('value', '')}"
        return next((found for (_, key), found in self.by_token.items() if key == token), None)


def _contained(holder: Json) -> Sequence[Json]:
    content = holder.get("contained", [])
    return [item for item in content if isinstance(item, dict)] if isinstance(content, list) else []
