"""Is this a valid R4 resource? Types, cardinality, choices, primitives, required bindings, reference targets and invariants.

The walk is driven by the compiled definitions. No issue means that nothing was found. HL7's invariants beyond the native ones
(see `invariants`) are asked of FHIRPath on request, and profiles likewise (see `profiles`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from chairside.core.intake.issue import Issue
from chairside.exchange.fhir.invariants.judge import broken_invariants
from chairside.exchange.fhir.validate.fault import Context, Fault, issue
from chairside.exchange.fhir.validate.resource import Resources

__all__ = ["validate"]


def validate(resource: Any, linked: Mapping[str, str] | None = None, *, invariants: bool = False) -> list[Issue]:
    """All issues of one resource.

    linked        resource type by full URL of the other entries of the bundle, to judge `urn:uuid:` targets
    invariants    also ask FHIRPath for HL7's invariants that are not native; of a resource that is otherwise sound
    """
    try:
        faults = _checkers().resource(resource, Context(linked or {}))
        if invariants and all(fault.mendable for fault in faults or ()):
            faults = [*(faults or ()), *broken_invariants(resource)]
    except RecursionError:
        faults = [Fault("structure", "", "it is nested too deeply to be judged")]
    if not faults:
        return []
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    root = kind if isinstance(kind, str) and kind in _checkers().known.resources else ""
    return [issue(fault, root) for fault in faults]


@lru_cache(maxsize=1)
def _checkers() -> Resources:
    return Resources()
