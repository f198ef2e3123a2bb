"""What a Reference points at, as far as it can be told without fetching it, and whether that type is allowed there."""

from __future__ import annotations

import re
from typing import Any

from chairside.exchange.fhir.definitions import definitions
from chairside.exchange.fhir.walk.fault import Check, Context, Fault, Faults

_RELATIVE = re.compile(r"([A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(/_history/[A-Za-z0-9\-.]{1,64})?").fullmatch


def reference(whole: Check, targets: frozenset[str]) -> Check:
    """The checker `whole` of the type Reference, and then its target. No targets: any resource."""

    def check(value: Any, context: Context) -> Faults:
        faults = whole(value, context)
        if type(value) is not dict:
            return faults
        pointer = value.get("reference")
        if type(pointer) is str:
            known = context.linked.get(pointer) or pointer.partition("/")[0]
            if known in targets and "type" not in value:
                return faults
            if pointer[:1] == "#":
                context.pointed.add(pointer)
            if pointer[:1] == "#" and len(pointer) > 1 and pointer[1:] not in context.ids:
                sentence = f"“{pointer[:60]}” is not among the contained resources (ref-1)"
                return [*(faults or ()), Fault("invariant", "", sentence)]
        wrong = _wrong(value, targets, context)
        return [*(faults or ()), Fault("structure", "", wrong)] if wrong else faults

    return check


def kind_of(pointer: str, context: Context) -> str:
    """The resource type that a literal reference points at; "" when the text alone does not tell."""
    if pointer.startswith("#"):
        return context.ids.get(pointer[1:], "")
    known = context.linked.get(pointer)
    if known:
        return known
    resources = definitions().resources
    parts = pointer.partition("?")[0].partition("/_history/")[0].rstrip("/").split("/")
    candidates = parts[-1:] if "?" in pointer else parts[-2:]
    return next((part for part in candidates if part in resources), "")


def _wrong(value: dict[str, Any], targets: frozenset[str], context: Context) -> str:
    pointer, said = value.get("reference"), value.get("type")
    kind = kind_of(pointer, context) if isinstance(pointer, str) else ""
    said = said.rpartition("/")[2] if isinstance(said, str) else ""
    if kind and said and kind != said:
        return f"its type says {said[:60]} and it points at {kind}"
    kind = kind or (said if said in definitions().resources else "")
    if kind:
        return f"points at {kind}; {', '.join(sorted(targets))} is expected" if targets and kind not in targets else ""
    relative = _RELATIVE(pointer) if isinstance(pointer, str) else None
    return f"“{relative[1][:60]}” is not a resource type of FHIR R4" if relative else ""
