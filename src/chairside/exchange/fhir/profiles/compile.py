"""For maintainers: makes `us-core-6.1.0.json.gz` from HL7's packages (CC0).

    python -m chairside.exchange.fhir.profiles.compile R4.ndjson.gz hl7.fhir.us.core-6.1.0.tgz TARGET.json.gz

A profile becomes a tree of nodes, and a node keeps only what it asks beyond R4: min, max (-1 = many), types, targets, fixed,
pattern, codes (of a required binding), invariants, profile (of an extension), children by name, slices. A slice has the
conditions by which its members are known. What cannot be encoded is listed under "not_encoded", with the reason.
"""

from __future__ import annotations

import gzip
import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chairside.exchange.fhir.compile_definitions import error_constraints, list_codes, write
from chairside.exchange.fhir.definitions import definitions
from chairside.exchange.fhir.profiles.slices import conditions

Node = dict[str, Any]
_NOTHING: tuple[int, int, list[str], str, list[str]] = (0, -1, [], "", [])
_OWN_INVARIANTS = ("us-core-", "vs-")  # R4's own are judged already
# The same in words that fhirpathpy understands: it takes no element for a boolean.
_REWORDED = {"us-core-13": "practitioner.exists() or organization.exists() or healthcareService.exists() or location.exists()"}


class Compiler:
    """One package turned into facts."""

    def __init__(self, published: list[Node], package: list[Node]) -> None:
        everything = [*published, *package]
        self.value_sets = {item["url"]: item for item in everything if item["resourceType"] == "ValueSet"}
        self.code_systems = {item["url"]: item for item in everything if item["resourceType"] == "CodeSystem"}
        self.structures = {item["url"]: item for item in package if item["resourceType"] == "StructureDefinition"}
        self.types = {url: item["type"] for url, item in self.structures.items()}
        self.version = "".join({item["version"] for item in self.structures.values()})
        self.not_encoded: set[tuple[str, str, str]] = set()

    def compiled(self) -> Node:
        """All profiles by URL."""
        profiles = {url: self.profile(item) for url, item in sorted(self.structures.items())}
        return {"version": self.version, "profiles": profiles, "not_encoded": sorted(map(list, self.not_encoded))}

    def profile(self, structure: Node) -> Node:
        """One profile: its type, its name and the tree of what it asks."""
        root: Node = {}
        for element in structure["snapshot"]["element"]:
            self._place(root, element, structure)
        _prune(root)
        return {"type": structure["type"], "title": structure.get("title", structure["name"]), "root": root}

    def _place(self, root: Node, element: Node, structure: Node) -> None:
        node = root
        for segment in element["id"].split(".")[1:]:
            name, _, slice_name = segment.partition(":")
            node = node.setdefault("children", {}).setdefault(name, {})
            if slice_name:
                node = node.setdefault("slices", {}).setdefault(slice_name, {})
        node.update(self._facts(element, structure))
        if "slicing" in element:
            node["by"] = [[item["type"], item["path"]] for item in element["slicing"].get("discriminator", [])]
            node["rules"] = element["slicing"].get("rules", "open")

    def _facts(self, element: Node, structure: Node) -> Node:
        """What the element asks beyond R4. A slice keeps its types and its codes: its members are known by them."""
        sliced = ":" in element["id"].rpartition(".")[2]
        owner, _, field = element.get("base", {}).get("path", "").rpartition(".")
        least, most, base_types, base_set, base_targets = definitions().types.get(owner, {}).get(field, _NOTHING)
        facts: Node = {}
        if element["min"] > (0 if sliced else least):
            facts["min"] = element["min"]
        if element["max"] != "*" and (sliced or int(element["max"]) != most):
            facts["max"] = int(element["max"])
        declared = element.get("type", [])
        types = [item["code"] for item in declared]
        if sliced or (field.endswith("[x]") and sorted(types) != sorted(base_types)):
            facts["types"] = types
        self._profiles(facts, [url for item in declared for url in item.get("profile", [])], types, element, structure)
        targets = {self._type(url) for item in declared for url in item.get("targetProfile", [])}
        if targets - definitions().resources - {"Resource"}:
            self._leave_out(structure, element, f"the targets {', '.join(sorted(targets - definitions().resources))}")
        elif targets - {"Resource"} and targets != set(base_targets):
            facts["targets"] = sorted(targets)
        for name, value in element.items():
            if name.startswith(("fixed", "pattern")):
                facts["fixed" if name.startswith("fixed") else "pattern"] = value
            elif name.startswith(("minValue", "maxValue", "maxLength")):
                self._leave_out(structure, element, name)
        self._binding(facts, element, structure, "" if sliced else base_set)
        rows = (row for row in error_constraints(element) if row[0].startswith(_OWN_INVARIANTS))
        own = [[key, _REWORDED.get(key, expression), human] for key, expression, human in rows]
        return facts | {"invariants": own} if own else facts

    def _profiles(self, facts: Node, urls: list[str], types: list[str], element: Node, structure: Node) -> None:
        known = [url for url in urls if url in self.types]
        if known:
            facts["profile"] = known[0]
        elif urls and types == ["Extension"]:
            facts["url"] = urls[0]
            self._leave_out(structure, element, f"the inside of the extension {urls[0]}")

    def _type(self, url: str) -> str:
        return str(self.types.get(url, url.rpartition("/")[2]))

    def _leave_out(self, structure: Node, element: Node, what: str) -> None:
        self.not_encoded.add((structure["id"], element["id"], what))

    def _binding(self, facts: Node, element: Node, structure: Node, base: str) -> None:
        url = element.get("binding", {}).get("valueSet", "").partition("|")[0]
        if element.get("binding", {}).get("strength") != "required" or url == base:
            return
        codes = list_codes(self.value_sets.get(url), self.value_sets, self.code_systems)
        if codes:
            facts["codes"], facts["value_set"] = codes, url
        elif url not in definitions().unlisted:
            self._leave_out(structure, element, f"the codes of {url} cannot be listed")


def _prune(node: Node) -> bool:
    """Takes out what asks nothing beyond R4, from the leaves up. True when the node itself asks nothing."""
    children, slices = node.get("children", {}), node.get("slices", {})
    node["children"] = {name: child for name, child in children.items() if not _prune(child)}
    for child in slices.values():
        _prune(child)
        child["when"] = conditions(node["by"], child)
    node["slices"] = {name: child for name, child in slices.items() if _says_something(child)}
    for group in ("children", "slices"):
        if not node[group]:
            del node[group]
    if "slices" not in node:
        node.pop("by", None)
        node.pop("rules", None)
    return not node


def _says_something(slice_node: Node) -> bool:
    return bool(set(slice_node) - {"types", "when"})


def resources(package: Path) -> Iterator[Node]:
    """The conformance resources of a FHIR package (not its examples)."""
    with tarfile.open(package) as archive:
        for member in archive:
            if member.name.startswith("package/") and member.name.count("/") == 1 and member.name.endswith(".json"):
                opened = archive.extractfile(member)
                found = json.load(opened) if opened else {}
                if "resourceType" in found:
                    yield found


def main(published: Path, package: Path, target: Path) -> None:
    """Read both packages and write the data file."""
    with gzip.open(published, "rt", encoding="utf-8") as lines:
        r4 = [json.loads(line) for line in lines if line.strip()]
    data = Compiler(r4, list(resources(package))).compiled()
    write(data, target)
    print(
        f"{target}: {len(data['profiles'])} profiles, {len(data['not_encoded'])} not encoded, {target.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
