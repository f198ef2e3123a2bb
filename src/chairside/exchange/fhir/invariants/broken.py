"""Tests of single elements, each True when something is broken, from which the native invariants are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from chairside.exchange.fhir.text import Json

Broken: TypeAlias = Callable[[Json], bool]
_TERMS = "http://terminology.hl7.org/CodeSystem/"


def has(value: Json, name: str) -> bool:
    """Is the element there, be it by its extension only? `name[x]` asks for any of a choice."""
    if name.endswith("[x]"):
        stem = name[:-3]
        return any(key.lstrip("_").startswith(stem) for key in value)
    return name in value or f"_{name}" in value


def none_of(*names: str) -> Broken:
    return lambda value: not any(has(value, name) for name in names)


def both_of(first: str, second: str) -> Broken:
    return lambda value: has(value, first) and has(value, second)


def without_its(first: str, second: str) -> Broken:
    """`first` is there and `second` is not."""
    return lambda value: has(value, first) and not has(value, second)


def codings(value: Any) -> Iterator[tuple[Any, Any]]:
    concept = value if isinstance(value, dict) else {}
    listed = concept.get("coding")
    for coding in listed if isinstance(listed, list) else ():
        if isinstance(coding, dict):
            yield coding.get("system"), coding.get("code")


def coded_with(value: Json, name: str, system: str, *codes: str) -> bool:
    return any(found == _TERMS + system and code in codes for found, code in codings(value.get(name)))


def objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def extension_broken(value: Json) -> bool:
    has_value = False
    for name in value:
        if name[:5] == "value" or name[:6] == "_value":
            has_value = True
            break
    return has_value == ("extension" in value)


def same_code_twice(value: Json) -> bool:
    """obs-7: the observation has a value, and a component repeats the observation's code."""
    if "component" not in value or not has(value, "value[x]"):
        return False
    own = {pair for pair in codings(value.get("code")) if hashable(pair)}
    parts = (pair for part in objects(value["component"]) for pair in codings(part.get("code")) if hashable(pair))
    return bool(own) and any(pair in own for pair in parts)


def hashable(pair: tuple[Any, Any]) -> bool:
    return all(part is None or isinstance(part, str) for part in pair)


def ratio_broken(value: Json) -> bool:
    if ("numerator" in value) != ("denominator" in value):
        return True
    return "numerator" not in value and "extension" not in value


def offset_broken(value: Json) -> bool:
    meals = value.get("when")
    return has(value, "offset") and (not meals or any(code in ("C", "CM", "CD", "CV") for code in texts(meals)))


def texts(value: Any) -> Sequence[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def of_use_home(value: Json, name: str) -> bool:
    return any(item.get("use") == "home" for item in objects(value.get(name)))


def parameter_broken(value: Json) -> bool:
    given = [has(value, "value[x]"), "resource" in value, "part" in value]
    return sum(given) != 1


def behalf_of_no_practitioner(value: Json) -> bool:
    """ctm-1, as far as the text of the reference tells what the member is."""
    member = value.get("member")
    pointer = member.get("reference") if isinstance(member, dict) else None
    parts = pointer.split("/") if isinstance(pointer, str) else []
    known = parts[-2] if len(parts) > 1 else ""
    return has(value, "onBehalfOf") and known in ("CareTeam", "Organization", "Patient", "PractitionerRole", "RelatedPerson")


def entered_in_error(system: str) -> Broken:
    return lambda value: "clinicalStatus" in value and coded_with(value, "verificationStatus", system, "entered-in-error")
