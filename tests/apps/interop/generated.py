"""Generated resources of many shapes, in documents of every layout, pointing at each other in every way."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

SYSTEM = "urn:oid:2.16.840.1.113883.19"
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).map(lambda text: f"x{text}")
decimals = st.from_regex(r"-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)
ids = st.from_regex(r"[A-Za-z0-9\-.]{1,6}", fullmatch=True)
NOWHERE = (
    "urn:uuid:11111111-2222-4333-8444-555555555555", "Practitioner/nobody", "https://nowhere.example.org/fhir/Practitioner/1",
    f"Practitioner?identifier={SYSTEM}|none", "Practitioner?name=none", "Practitioner/nobody/_history/3",
)  # fmt: skip


class Number(str):
    """A number as it is to be written."""


@dataclass
class Item:
    """A resource to send: its document, and how entries of the bundle name it."""

    document: int
    resource: dict[str, Any]
    full_url: str = ""

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])


@dataclass
class Document:
    """How some resources travel: a `bundle`, `lines` or one `file` each; written tightly or loosely, packed or not."""

    shape: str
    urls: str
    loose: bool
    packed: bool


World = tuple[list[Document], list[Item], int]  # and the seed of the order in which everything is written


@st.composite
def extension(draw: st.DrawFn) -> dict[str, Any]:
    value = draw(
        st.one_of(
            decimals.map(lambda text: {"valueDecimal": Number(text)}),
            words.map(lambda text: {"valueString": text}),
            st.booleans().map(lambda truth: {"valueBoolean": truth}),
            words.map(lambda text: {"valueCodeableConcept": {"text": text}}),
            st.just({"_valueString": {"extension": [{"url": "https://example.org/why", "valueCode": "unknown"}]}}),
        )
    )
    return {"url": draw(st.sampled_from(["https://example.org/a", "https://example.org/b"])), **value}


@st.composite
def patient(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Patient"}
    number = draw(st.integers(0, 4))
    if number:
        made |= {"identifier": [{"system": SYSTEM, "value": str(number)}], "birthDate": f"197{number}-02-03"}
    given, told = draw(words), draw(st.lists(extension(), min_size=1, max_size=2))
    made["name"] = draw(
        st.sampled_from(
            [
                [{"family": f"f{number}", "given": [given, None], "_given": [None, {"extension": told}]}],
                [{"family": f"f{number}", "given": [given]}],
                [{"_family": {"extension": told}, "text": given}],
            ]
        )
    )
    if draw(st.booleans()):
        made |= {"contained": [{"resourceType": "Organization", "id": "c", "name": given}]}
        made |= {"managingOrganization": {"reference": "#c"}}
    if draw(st.booleans()):
        made["extension"] = draw(st.lists(extension(), min_size=1, max_size=3))
    return made


@st.composite
def directory(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": kind}
    if draw(st.booleans()):
        made["identifier"] = [{"system": SYSTEM, "value": draw(st.sampled_from("pqrst"))}]
    name = draw(words)
    made["name"] = name if kind == "Organization" else [{"family": name}]
    return made


@st.composite
def observation(draw: st.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"resourceType": "Observation", "status": "final", "code": {"text": draw(words)}}
    unit = {"unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    return made | draw(
        st.one_of(
            decimals.map(lambda text: {"valueQuantity": {"value": Number(text), **unit}}),
            words.map(lambda text: {"valueString": text}),
            st.integers(-(2**31), 2**31 - 1).map(lambda value: {"valueInteger": Number(str(value))}),
            st.booleans().map(lambda truth: {"valueBoolean": truth}),
            decimals.map(lambda text: {"component": [{"code": {"text": "part"}, "valueQuantity": {"value": Number(text)}}]}),
            st.just({"_status": {"extension": [{"url": "https://example.org/s", "valueDateTime": "2026-02-03T04:05:06.70Z"}]}}),
        )
    )


documents = st.builds(
    Document,
    shape=st.sampled_from(["bundle", "lines", "file"]),
    urls=st.sampled_from(["urn", "server", "none"]),
    loose=st.booleans(),
    packed=st.booleans(),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Documents and the resources in them, which point at each other."""
    layouts = draw(st.lists(documents, min_size=1, max_size=4))
    kinds = st.one_of(
        patient(), directory("Practitioner"), directory("Organization"), observation(), observation(), observation()
    )
    items: list[Item] = []
    for number, resource in enumerate(draw(st.lists(kinds, min_size=3, max_size=14))):
        at = draw(st.integers(0, len(layouts) - 1))
        layout = layouts[at]
        item = Item(at, resource)
        if layout.shape != "bundle" or layout.urls != "urn" or draw(st.booleans()):
            # One id for two people is one sender too many, and refused; one id for two of the directory is two versions.
            unlike = item.type in ("Patient", "Observation")
            resource["id"] = f"p{number}.{draw(ids)}" if unlike else draw(ids)
        if layout.shape == "bundle" and layout.urls == "urn":
            item.full_url = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
        elif layout.shape == "bundle" and layout.urls == "server":
            item.full_url = f"https://sender.example.org/fhir/{item.type}/{resource['id']}"
        items.append(item)
    for item in items:
        _point(draw, item, items)
    return layouts, items, draw(st.integers(0, 1_000_000))


def _point(draw: st.DrawFn, item: Item, items: list[Item]) -> None:
    """Let it point: at whom it is about, at others, at nothing."""
    if item.type == "Observation":
        whom = [other for other in items if other.type == "Patient"]
        if whom and draw(st.booleans()):
            item.resource["subject"] = {"reference": _reference(draw, item, draw(st.sampled_from(whom)), late=False)}
        who = [other for other in items if other.type in ("Practitioner", "Organization")]
        told = [_reference(draw, item, draw(st.sampled_from(who)))] if who and draw(st.booleans()) else []
        told += draw(st.lists(st.sampled_from(NOWHERE), max_size=2))
        if told:
            item.resource["performer"] = [{"reference": sent} for sent in told]
        if draw(st.booleans()):
            item.resource["note"] = [{"text": 'a text that says "reference":"Patient/none" is none'}]


def _reference(draw: st.DrawFn, holder: Item, target: Item, late: bool = True) -> str:
    """One of the ways to point at it. late: also where its document may come later, or is another's."""
    ways = []
    together = holder.document == target.document
    if together and target.full_url:
        ways.append(target.full_url)
    if "id" in target.resource:
        ways.append(f"{target.type}/{target.resource['id']}")
    if target.resource.get("identifier") and (together or late):
        ways.append(f"{target.type}?identifier={SYSTEM}|{target.resource['identifier'][0]['value']}")
    if late and target.full_url.startswith("https:"):
        ways.append(target.full_url)
    return draw(st.sampled_from(ways or [f"{target.type}/unknown"]))


def write(folder: Path, world: World) -> list[bytes]:
    """Write the documents; their bytes, unpacked."""
    layouts, items, seed = world
    random = Random(seed)
    sent = []
    for at, layout in enumerate(layouts):
        mine = [item for item in items if item.document == at]
        random.shuffle(mine)
        if not mine:
            continue
        if layout.shape == "bundle":
            files = [(f"{at}.json", _text(_bundle(mine), layout.loose, random))]
        elif layout.shape == "lines":
            files = [(f"{at}.ndjson", "\n".join(_text(item.resource, False, random) for item in mine))]
        else:
            files = [(f"{at}-{n}.json", _text(item.resource, layout.loose, random)) for n, item in enumerate(mine)]
        for name, text in files:
            data = text.encode()
            sent.append(data)
            (folder / (f"{name}.gz" if layout.packed else name)).write_bytes(gzip.compress(data) if layout.packed else data)
    return sent


def _bundle(items: list[Item]) -> dict[str, Any]:
    entries = [{**({"fullUrl": item.full_url} if item.full_url else {}), "resource": item.resource} for item in items]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _text(value: Any, loose: bool, random: Random) -> str:
    """JSON text with its members in any order and characters escaped or not."""
    space = "\r\n \t" if loose else ""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return _quoted(value, random)
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        inner = f",{space}".join(f"{_quoted(name, random)}{space}:{_text(value[name], loose, random)}" for name in names)
        return f"{{{space}{inner}{space}}}"
    if isinstance(value, list):
        return f"[{space}{f',{space}'.join(_text(item, loose, random) for item in value)}{space}]"
    return {True: "true", False: "false", None: "null"}[value]


def _quoted(text: str, random: Random) -> str:
    def mark(letter: str) -> str:
        if letter in '"\\':
            return f"\\{letter}"
        if ord(letter) < 32 or random.random() < 0.1:
            return "".join(f"\\u{int.from_bytes(pair, 'big'):04x}" for pair in _pairs(letter.encode("utf-16-be")))
        return letter

    return f'"{"".join(map(mark, text))}"'


def _pairs(data: bytes) -> list[bytes]:
    return [data[at : at + 2] for at in range(0, len(data), 2)]
