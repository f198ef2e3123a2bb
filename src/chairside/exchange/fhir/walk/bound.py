"""Required bindings of CodeableConcept, Coding and Quantity: system and code must be in the value set together."""

from __future__ import annotations

from typing import Any

from chairside.exchange.fhir.definitions import Binding
from chairside.exchange.fhir.walk.fault import Check, Context, Fault, Faults


def bound(whole: Check, kind: str, binding: Binding) -> Check:
    """The checker `whole` of a coded type, and then its binding. A concept that is text only is left alone."""
    concept = kind == "CodeableConcept"

    def check(value: Any, context: Context) -> Faults:
        faults = whole(value, context)
        if not isinstance(value, dict):
            return faults
        codings = value.get("coding") if concept else [value]
        outside = outside_of(binding, codings)
        if outside:
            faults = [*(faults or ()), Fault("code-invalid", "", outside)]
        return faults

    return check


def outside_of(binding: Binding, codings: Any) -> str:
    """Why none of the codings is in the value set; "" when one is, or when there is no code to judge."""
    first: dict[str, Any] | None = None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            if coding["code"] in binding.by_system.get(_text(coding.get("system")), ()):
                return ""
            first = first or coding
    if first is None:
        return ""
    code = first["code"][:60]
    if first["code"] not in binding.codes:
        return f"“{code}” is not one of the codes of {binding.name}"
    system = " or ".join(binding.by_system)
    return f"“{code}” counts for {binding.name} only with the system {system}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
