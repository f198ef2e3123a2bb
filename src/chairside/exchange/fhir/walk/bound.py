"""Required bindings of CodeableConcept, Coding and Quantity: system and code must be in the value set together."""

from __future__ import annotations

from typing import Any

from chairside.exchange.fhir.definitions import Binding
from chairside.exchange.fhir.walk.fault import Check, Context, Fault, Faults


def bound(whole: Check, kind: str, binding: Binding) -> Check:
    """The checker `whole` of a coded type, and then its binding.

    A text alone does not meet a required binding; an extension in place of the code (why it is absent) is left alone.
    """
    concept = kind == "CodeableConcept"
    unbound = f"a code of {binding.name} is required here; a text alone does not do"

    def check(value: Any, context: Context) -> Faults:
        faults = whole(value, context)
        if not isinstance(value, dict):
            return faults
        codings = value.get("coding") if concept else [value]
        outside = outside_of(binding, codings)
        if not outside and concept and "extension" not in value and not _coded(codings):
            outside = unbound
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


def _coded(codings: Any) -> bool:
    """Is there a code at all, or the reason for its absence?"""
    listed = codings if isinstance(codings, list) else ()
    return any(isinstance(coding, dict) and ("code" in coding or "_code" in coding) for coding in listed)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
