"""HL7's invariants asked of fhirpathpy: one expression compiled once, on first use, and put to one element at a time.

The library reads the resource as it is, so decimals stay as written. Its `trace()`, which prints, is turned off.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from chairside.exchange.fhir.text import Json

# What the library cannot answer or answers wrongly, with the reason: listed in the documentation, and never counted as checked.
NOT_ANSWERED: dict[tuple[str, str], str] = {}


class Place(NamedTuple):
    """Where an expression is asked: the value with its type's path, its resource, and the outermost resource."""

    value: Any
    path: str
    resource: Json
    root: Json


class NotAnswered(Exception):
    """The library failed on this expression with this value."""


def holds(expression: str, place: Place) -> bool:
    """Is the invariant true here? No answer at all is not true, as in HL7's own validator. Raises NotAnswered."""
    try:
        answer = _compiled(expression)(place)
    except Exception as failure:  # the library raises bare Exceptions
        raise NotAnswered(f"{type(failure).__name__}: {failure}"[:200]) from failure
    return answer == [True]


@lru_cache(maxsize=2048)
def _compiled(expression: str) -> Callable[[Place], list[Any]]:
    import fhirpathpy  # slow to import: only for those who ask
    from fhirpathpy.engine.nodes import ResourceNode, TypeInfo
    from fhirpathpy.models import models

    untyped: Any = ResourceNode
    apply: Any = fhirpathpy.apply_parsed_path
    parse: Any = fhirpathpy.parser.parse
    types: Any = TypeInfo
    model = models["r4"]
    tree = parse(expression)
    options = {
        "traceFn": lambda label, value: None,
        "userInvocationTable": {"hasValue": {"fn": lambda values: len(values) == 1 and not isinstance(values[0], dict)}},
    }

    def ask(place: Place) -> list[Any]:
        types.model = model  # a global of the library that `ofType` reads and only `is` sets
        node = untyped.create_node(place.value, place.path)
        variables = {"context": node, "resource": place.resource, "rootResource": place.root}
        found: list[Any] = apply(node, tree, variables, model, options)
        return found

    return ask
