"""For maintainers: makes `r4-definitions.json.gz`, the validator's data, from HL7's published R4 definitions (CC0).

    python -m chairside.exchange.fhir.compile_definitions INPUT.ndjson.gz src/chairside/exchange/fhir/r4-definitions.json.gz

Input: StructureDefinition (with snapshots), ValueSet and CodeSystem resources of FHIR 4.0.1, one a line, plain or gzipped.
Output, per type: element -> [min, max (-1 = many), types, binding, reference targets]; per required binding: its codes by
system where they can be listed, and the bindings where they cannot; per primitive: its pattern; by type or element: its
invariants of level error. The same input gives the same bytes.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

VERSION = "4.0.1"
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_PATTERN = "http://hl7.org/fhir/StructureDefinition/regex"
Resource = dict[str, Any]
Codes = dict[str, list[str]]  # the codes of a value set by their system
EVERYWHERE = frozenset(("ele-1", "ext-1"))  # stand on nearly every element; the walk itself judges them


def compile_definitions(resources: Iterable[Resource]) -> dict[str, Any]:
    """The compact form of the definitions."""
    structures: list[Resource] = []
    value_sets: dict[str, Resource] = {}
    code_systems: dict[str, Resource] = {}
    for resource in resources:
        kind = resource["resourceType"]
        if kind == "StructureDefinition" and resource.get("derivation") != "constraint":
            if resource.get("fhirVersion", VERSION) == VERSION and "snapshot" in resource:
                structures.append(resource)
        elif kind == "ValueSet":
            value_sets[resource["url"]] = resource
        elif kind == "CodeSystem":
            code_systems[resource["url"]] = resource
    types: dict[str, dict[str, list[Any]]] = {}
    primitives: dict[str, str] = {}
    bindings: dict[str, Codes | None] = {}
    invariants: dict[str, list[list[str]]] = {}
    kinds: dict[str, str] = {}
    for structure in structures:
        name, kind = structure["type"], structure["kind"]
        kinds[name] = "abstract" if structure.get("abstract") else kind
        if kind == "primitive-type":
            primitives[name] = _pattern(structure)
            continue
        for element in structure["snapshot"]["element"]:
            owner, _, field = element["path"].rpartition(".")
            if owner:
                types.setdefault(owner, {})[field] = _element(element, value_sets, code_systems, bindings)
            if found := list(error_constraints(element)):
                invariants[element["path"]] = found
    return {
        "version": VERSION,
        "kinds": kinds,
        "types": types,
        "primitives": primitives,
        "bindings": {url: codes for url, codes in sorted(bindings.items()) if codes},
        "unlisted": sorted(url for url, codes in bindings.items() if not codes),
        "invariants": invariants,
    }


def error_constraints(element: Resource) -> Iterator[list[str]]:
    """Key, expression and HL7's sentence of the invariants of level error on an element."""
    for constraint in element.get("constraint", []):
        if constraint["severity"] == "error" and constraint["key"] not in EVERYWHERE and "expression" in constraint:
            yield [constraint["key"], constraint["expression"], " ".join(constraint["human"].split())]


def _element(element: Resource, value_sets: Any, code_systems: Any, bindings: dict[str, Codes | None]) -> list[Any]:
    most = -1 if element["max"] == "*" else int(element["max"])
    if "contentReference" in element:
        return [element["min"], most, [element["contentReference"].lstrip("#")], "", []]
    types, targets = [], set()
    for declared in element.get("type", []):
        code = _type_code(declared)
        types.append(element["path"] if code in ("BackboneElement", "Element") else code)
        targets |= {profile.rpartition("/")[2] for profile in declared.get("targetProfile", [])}
    binding = ""
    if element.get("binding", {}).get("strength") == "required":
        url = element["binding"].get("valueSet", "").partition("|")[0]
        if url and url not in bindings:
            bindings[url] = list_codes(value_sets.get(url), value_sets, code_systems)
        binding = url
    return [element["min"], most, types, binding, sorted(targets - {"Resource"})]


def _type_code(declared: Resource) -> str:
    for extension in declared.get("extension", []):
        if extension["url"] == _FHIR_TYPE:
            return str(extension["valueUrl"])
    code: str = declared["code"]
    return "string" if code.startswith("http://hl7.org/fhirpath/") else code


def _pattern(structure: Resource) -> str:
    for element in structure["snapshot"]["element"]:
        if element["path"].endswith(".value"):
            for declared in element.get("type", []):
                for extension in declared.get("extension", []):
                    if extension["url"] == _PATTERN:
                        return str(extension["valueString"])
    return ""


def list_codes(value_set: Resource | None, value_sets: Any, code_systems: Any) -> Codes | None:
    """All codes of a value set by system, or None when they cannot be listed (filters, languages, media types, currencies)."""
    if value_set is None or "exclude" in value_set.get("compose", {}):
        return None
    codes: dict[str, set[str]] = {}
    for part in value_set.get("compose", {}).get("include", []):
        if "filter" in part:
            return None
        system = part.get("system", "")
        if "concept" in part:
            codes.setdefault(system, set()).update(concept["code"] for concept in part["concept"])
        elif system:
            published = code_systems.get(system)
            if published is None or published.get("content") != "complete":
                return None
            codes.setdefault(system, set()).update(_tree(published.get("concept", [])))
        for url in part.get("valueSet", []):
            nested = list_codes(value_sets.get(url.partition("|")[0]), value_sets, code_systems)
            if nested is None:
                return None
            for name, more in nested.items():
                codes.setdefault(name, set()).update(more)
    return {name: sorted(some) for name, some in sorted(codes.items())} or None


def _tree(concepts: list[Resource]) -> Iterator[str]:
    for concept in concepts:
        yield concept["code"]
        yield from _tree(concept.get("concept", []))


def main(source: Path, target: Path) -> None:
    """Read the definitions and write the data file."""
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8") as lines:
        data = compile_definitions(json.loads(line) for line in lines if line.strip())
    write(data, target)
    print(
        f"{target}: {len(data['types'])} types, {len(data['bindings'])} bindings, "
        f"{sum(map(len, data['invariants'].values()))} invariants, {target.stat().st_size:,} bytes"
    )


def write(data: Any, target: Path) -> None:
    """One JSON text, gzipped: the same data gives the same bytes."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    target.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
