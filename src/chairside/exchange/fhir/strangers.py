"""Two Patient resources under one id: plainly two people, so that their sender cannot be the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chairside.exchange.fhir.references import tokens
from chairside.exchange.fhir.text import Json


def plainly_two(one: Json, other: Json) -> bool:
    """Whether what both say can hardly be said of one person.

    One identifier in common makes them one. Without, names that have no part in common make them two, unless both were born on
    one day and either has no identifier; and so do different identifiers and different days of birth together.
    """
    marks = [set(tokens(resource)) for resource in (one, other)]
    if marks[0] & marks[1]:
        return False
    born = [resource.get("birthDate") for resource in (one, other)]
    names = [{part.casefold() for part in _parts(resource)} for resource in (one, other)]
    other_day = None not in born and born[0] != born[1]
    other_name = bool(names[0] and names[1] and not names[0] & names[1])
    if marks[0] and marks[1]:
        return other_name or other_day
    return other_name and (other_day or None in born)


def _parts(patient: Json) -> Iterator[str]:
    said: Any = patient.get("name")
    for name in said if isinstance(said, list) else []:
        if not isinstance(name, dict):
            continue
        given = name.get("given")
        for part in [name.get("family"), name.get("text"), *(given if isinstance(given, list) else [])]:
            if isinstance(part, str):
                yield from part.split()
