"""Is this a valid R4 resource? Types, cardinality, choices, primitives, required bindings, reference targets and invariants.

The walk is driven by the compiled definitions. No issue means that nothing was found. HL7's invariants beyond the native ones
(see `invariants`) are asked of FHIRPath on request, and profiles likewise (see `profiles`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from chairside.core.intake.issue import Issue
from chairside.exchange.fhir.invariants.judge import broken_invariants
from chairside.exchange.fhir.profiles.judge import Judge
from chairside.exchange.fhir.profiles.us_core import claimed, of_type
from chairside.exchange.fhir.text import Json
from chairside.exchange.fhir.walk.fault import Context, Fault, issue
from chairside.exchange.fhir.walk.resource import Resources, contained_types

__all__ = ["PROFILES", "validate"]

PROFILES = ("us-core", "us-core-by-type")


def validate(
    resource: Any, linked: Mapping[str, str] | None = None, *, invariants: bool = False, profiles: str = ""
) -> list[Issue]:
    """All issues of one resource.

    linked        resource type by full URL of the other entries of the bundle, to judge `urn:uuid:` targets
    invariants    also ask FHIRPath for HL7's invariants that are not native; of a resource that is otherwise sound
    profiles      "us-core": also judge by the profiles of US Core 6.1.0 that the resource claims; "us-core-by-type": by the
                  profile of its type as well, where there is exactly one; of a resource that is otherwise sound
    """
    if profiles not in ("", *PROFILES):
        raise ValueError(f"“{profiles}” is not one of {', '.join(PROFILES)}")
    context = Context(linked or {})
    try:
        faults = list(_checkers().resource(resource, context) or ())
        if (invariants or profiles) and all(fault.mendable for fault in faults):
            context.ids = contained_types(resource)
            faults += broken_invariants(resource) if invariants else ()
            faults += _unfit(resource, context, profiles) if profiles else ()
    except RecursionError:
        faults = [Fault("structure", "", "it is nested too deeply to be judged")]
    if not faults:
        return []
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    root = kind if isinstance(kind, str) and kind in _checkers().known.resources else ""
    return [issue(fault, root) for fault in faults]


def _unfit(resource: Json, context: Context, profiles: str) -> Iterator[Fault]:
    judged, _ = claimed(resource)
    if profiles == "us-core-by-type":
        judged += [profile for profile in of_type(resource["resourceType"]) if profile not in judged]
    for profile in judged:
        yield from Judge(profile, resource, context).faults()


@lru_cache(maxsize=1)
def _checkers() -> Resources:
    return Resources()
