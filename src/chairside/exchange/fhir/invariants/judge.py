"""The walk that puts the invariants of R4 to every element of a resource that is otherwise sound."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from chairside.core.intake.issue import Severity
from chairside.exchange.fhir.definitions import Invariant, definitions
from chairside.exchange.fhir.invariants.fhirpath import NOT_ANSWERED, NotAnswered, Place, holds
from chairside.exchange.fhir.invariants.native import is_native
from chairside.exchange.fhir.text import Json
from chairside.exchange.fhir.walk.fault import Fault


def broken_invariants(resource: Json) -> Iterator[Fault]:
    """Every invariant of R4 that is broken in a structurally valid resource, beyond the native ones."""
    yield from _object(resource, resource["resourceType"], "", resource, resource)


def ask(invariant: Invariant, place: Place, path: str) -> Iterator[Fault]:
    """One invariant at one place: a fault when it is broken, a warning when it could not be judged."""
    try:
        if not holds(invariant.expression, place):
            yield Fault("invariant", path, f"{invariant.human.rstrip('.')} ({invariant.key})")
    except NotAnswered as failure:
        sentence = f"{invariant.key} could not be judged ({failure})"
        yield Fault("not-supported", path, sentence, mendable=True, severity=Severity.WARNING)


def _object(value: Json, kind: str, path: str, resource: Json, root: Json) -> Iterator[Fault]:
    for invariant in asked(kind):
        yield from ask(invariant, Place(value, kind, resource, root), path)
    elements = definitions().shape(kind).elements
    for name, content in value.items():
        element = elements.get(name)
        if element is None:
            continue
        own = asked_of_element(kind, element.choice or name, element.type)
        if element.primitive and not own:
            continue
        for at, item in enumerate(content) if isinstance(content, list) else ((None, content),):
            here = f"{path}.{name}" if at is None else f"{path}.{name}[{at}]"
            for invariant in own:
                yield from ask(invariant, Place(item, element.type, resource, root), here)
            if isinstance(item, dict):
                yield from _below(item, element.type, name, here, resource, root)


def _below(item: Json, kind: str, name: str, path: str, resource: Json, root: Json) -> Iterator[Fault]:
    if kind != "Resource":
        yield from _object(item, kind, path, resource, root)
    elif name == "contained":
        yield from _object(item, item["resourceType"], path, item, root)
    else:
        yield from _object(item, item["resourceType"], path, item, item)


@lru_cache(maxsize=2048)
def asked(kind: str) -> tuple[Invariant, ...]:
    """The invariants of a type that FHIRPath must answer."""
    return tuple(
        invariant
        for invariant in definitions().invariants(kind)
        if not is_native(kind, invariant.key) and (kind, invariant.key) not in NOT_ANSWERED
    )


@lru_cache(maxsize=16384)
def asked_of_element(kind: str, declared: str, type_name: str) -> tuple[Invariant, ...]:
    """Those that stand on an element rather than on its type."""
    path = f"{kind}.{declared}"
    if path == type_name:
        return ()
    # org-2 and org-3 stand on Organization's elements and are native on the organization.
    return tuple(found for found in asked(path) if not is_native(kind, found.key))
