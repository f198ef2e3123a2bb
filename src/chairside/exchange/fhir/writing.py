"""Stored resources as they leave: with what became known later, as lines or as one bundle a patient."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from chairside.exchange.fhir.references import resolve
from chairside.exchange.fhir.text import Json, canonical, parse

# The root of our full URLs. It leads nowhere on purpose: an export is known by the ids in it, wherever it was written.
ROOT = "https://chairside.invalid/fhir"
_LATE = re.compile(r'"reference":"(?:[^"\\?]*\?|https?://)')
_POINTS = re.compile(r'"reference":"([A-Z][A-Za-z]*)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^"\\]*)?"')

Link = tuple[str, str]  # what the other Patient is to this one (`replaced-by`, `replaces`), and its `Patient/id`


def spoken(text: str, logical_id: str, find: Callable[[str], str], links: Iterable[Link] = ()) -> str:
    """A resource's stored canonical text as an export says it.

    find    from a reference as sent to `Type/id` here, for those whose targets came later; "" when it is not known
    links   what a Patient resource says of records that are the same person, added where it does not say it already
    """
    wanted = list(links)
    if not wanted and not _LATE.search(text):
        return text
    resource = parse(text)
    resolve(resource, logical_id, lambda sent: find(sent) if _is_late(sent) else "")
    for kind, target in wanted:
        _link(resource, kind, target)
    return canonical(resource)


def _is_late(sent: str) -> bool:
    return "?" in sent or sent.startswith(("http://", "https://"))


def _link(patient: Json, kind: str, target: str) -> None:
    said: list[Any] = patient.get("link") or []
    for item in said:
        if isinstance(item, dict) and item.get("type") == kind and item.get("other", {}).get("reference") == target:
            return
    patient["link"] = [*said, {"other": {"reference": target}, "type": kind}]


def points_at(text: str) -> set[tuple[str, str]]:
    """The (type, id) that a resource's canonical text points at, so far as they are known here."""
    # In canonical text a quote inside a string has a backslash before it, so this finds members and nothing else.
    return set(_POINTS.findall(text))


BUNDLE_BEGIN = b'{"resourceType":"Bundle","type":"collection","entry":[\n'
BUNDLE_END = b"\n]}\n"


def bundle_entry(kind: str, logical_id: str, text: str) -> bytes:
    """One entry of an exported bundle."""
    return f'{{"fullUrl":"{ROOT}/{kind}/{logical_id}","resource":{text}}}'.encode()
