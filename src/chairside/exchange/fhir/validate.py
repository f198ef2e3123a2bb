"""Is this a valid R4 resource? A walk over the definitions: unknown elements, cardinality, choice, primitives, required
bindings, reference targets, and the invariants that a walker can see (ext-1, qty-3, dom-2).

No issue means that nothing was found. Profiles and FHIRPath invariants are not checked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chairside.core.intake.issue import Issue
from chairside.exchange.fhir.definitions import Definitions, Element, Shape, definitions
from chairside.exchange.fhir.primitives import day_without_zone, fault
from chairside.exchange.fhir.text import Json


def validate(resource: Any, linked: Mapping[str, str] | None = None) -> list[Issue]:
    """All issues of one resource.

    linked    resource type by full URL of the other entries of the bundle, to judge `urn:uuid:` targets
    """
    walk = _Walk(definitions(), linked or {})
    walk.resource(resource, "", contained=False)
    return walk.issues


class _Walk:
    """One pass over one resource, collecting issues."""

    def __init__(self, known: Definitions, linked: Mapping[str, str]) -> None:
        self.known = known
        self.linked = linked
        self.issues: list[Issue] = []

    def say(self, kind: str, path: str, sentence: str, mendable: bool = False) -> None:
        self.issues.append(Issue(kind, path, f"{path or 'It'}: {sentence}.", mendable=mendable))

    def resource(self, value: Any, path: str, contained: bool) -> None:
        if not isinstance(value, dict):
            return self.say("structure", path, "a resource is a JSON object")
        kind = value.get("resourceType")
        if not isinstance(kind, str) or kind not in self.known.resources:
            shown = kind[:60] if isinstance(kind, str) else "nothing"
            return self.say("structure", path, f"“{shown}” is not a resource type of FHIR R4 (resourceType)")
        if contained and "contained" in value:
            self.say("invariant", path, "a contained resource cannot contain another (dom-2)")
        self.object(value, self.known.shapes[kind], path or kind, skip="resourceType")

    def object(self, value: Json, shape: Shape, path: str, skip: str = "") -> None:
        elements = shape.elements
        chosen: dict[str, str] = {}
        for name, content in value.items():
            if name == skip:
                continue
            element = elements.get(name)
            if element is None:
                self.shadow(value, name, content, shape, path)
                continue
            if element.choice and chosen.setdefault(element.choice, name) != name:
                self.say(
                    "structure",
                    f"{path}.{name}",
                    f"{element.choice} may be given once, and {chosen[element.choice]} is there too",
                )
            self.element(content, element, f"{path}.{name}", f"_{name}" in value)
        for declared, names in shape.required:
            if not any(name in value or f"_{name}" in value for name in names):
                self.say("required", f"{path}.{declared}", "is required and missing")
        if shape.name == "Extension":
            self.extension(value, path)
        elif shape.name == "Quantity" and "code" in value and "system" not in value:
            self.say("invariant", path, "a unit code needs its system (qty-3)")

    def shadow(self, value: Json, name: str, content: Any, shape: Shape, path: str) -> None:
        """`_name` beside a primitive: its id and extensions, slot by slot where the element repeats."""
        element = shape.elements.get(name[1:]) if name.startswith("_") else None
        if element is None or not element.primitive:
            return self.say("structure", f"{path}.{name}", f"is not an element of {shape.name} in R4")
        slots = content if element.many and isinstance(content, list) else [content]
        for slot in slots:
            if slot is None and element.many:
                continue
            if not isinstance(slot, dict) or not slot:
                self.say("structure", f"{path}.{name}", "holds an object with an id or extensions")
            else:
                self.object(slot, self.known.shapes["Element"], f"{path}.{name}")
        partner = value.get(name[1:])
        if element.many and isinstance(partner, list) and isinstance(content, list) and len(partner) != len(content):
            self.say("structure", f"{path}.{name}", f"has {len(content)} slots beside {len(partner)} values")

    def element(self, content: Any, element: Element, path: str, shadowed: bool) -> None:
        if not element.many:
            return self.item(content, element, path)
        if not isinstance(content, list):
            return self.say("structure", path, "may repeat, so it is written as a list")
        if not content:
            return self.say("structure", path, "an empty list; leave the element out instead")
        for at, slot in enumerate(content):
            if slot is None and element.primitive and shadowed:
                continue
            self.item(slot, element, f"{path}[{at}]")

    def item(self, content: Any, element: Element, path: str) -> None:
        if element.primitive:
            return self.primitive(content, element, path)
        if element.type == "Resource":
            return self.resource(content, path, contained=path.rpartition(".")[2].startswith("contained"))
        if not isinstance(content, dict):
            what = "a list where one value is expected" if isinstance(content, list) else "a bare value"
            return self.say("structure", path, f"{what}; {element.type.rpartition('.')[2]} is an object")
        if not content:
            return self.say("structure", path, "an empty object; leave the element out instead")
        self.object(content, self.known.shapes[element.type], path)
        if element.codes:
            self.bound(content, element, path)
        if element.targets and element.type == "Reference":
            self.target(content, element, path)

    def primitive(self, content: Any, element: Element, path: str) -> None:
        if isinstance(content, list | dict) or content is None:
            return self.say("structure", path, f"one {element.type} is expected")
        wrong = fault(element.type, content)
        if not wrong:
            if element.codes and content not in element.codes:
                self.say(
                    "code-invalid",
                    path,
                    f"“{str(content)[:60]}” is not one of the codes of {element.binding.rpartition('/')[2]}",
                )
        elif day_without_zone(element.type, content):
            self.say("value", path, f"“{content}” has a time but no zone, so the moment is not known", mendable=True)
        else:
            self.say("value", path, wrong)

    def bound(self, content: Json, element: Element, path: str) -> None:
        """A required binding on a CodeableConcept or Coding: one of its codes must be in the set, unless it is text only."""
        codings = content.get("coding") if element.type == "CodeableConcept" else [content]
        codes = [coding.get("code") for coding in codings or [] if isinstance(coding, dict) and "code" in coding]
        if codes and not any(code in element.codes for code in codes):
            self.say(
                "code-invalid", path, f"“{str(codes[0])[:60]}” is not one of the codes of {element.binding.rpartition('/')[2]}"
            )

    def target(self, content: Json, element: Element, path: str) -> None:
        reference = content.get("reference")
        if not isinstance(reference, str) or reference.startswith("#"):
            return
        kind = self.linked.get(reference)
        if kind is None:
            parts = reference.partition("?")[0].partition("/_history/")[0].rstrip("/").split("/")
            candidates = parts[-2:] if "?" not in reference else parts[-1:]
            kind = next((part for part in candidates if part in self.known.resources), None)
        if kind is not None and kind not in element.targets:
            self.say("structure", path, f"points at {kind}; {', '.join(sorted(element.targets))} is expected")

    def extension(self, value: Json, path: str) -> None:
        has_value = any(name.lstrip("_").startswith("value") for name in value)
        if has_value == ("extension" in value):
            self.say("invariant", path, "an extension has either a value or extensions of its own (ext-1)")
