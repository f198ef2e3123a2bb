"""A site's own values over the formulary: one YAML file, applied to a protocol's content, which is then typed and linted again.

    layer = load_layer(Path("our_site.yaml"))
    protocol = layered(load("infliximab_iv"), layer)      .site says what was changed, .site.notes what departs from the label

A changed item is the site's word: it becomes practice and cites a source `site`; what stands beside and below it keeps citing
what it cited. The protocol's hash becomes one of the protocol's text and the layer's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from chairside.core.protocols.lint import Code, Finding, lint
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.site import Site, SiteApproval, SiteChange
from chairside.core.protocols.schema.terms import Layer
from chairside.formulary import loader
from chairside.formulary.reading import FormularyError, read_text, why_unread
from chairside.formulary.site_place import PlaceProblem, found, shown

SOURCE = "site"
# What a site may not say otherwise: what the protocol is, who signed it, and what it rests on.
_FIXED = frozenset(
    (
        *("schema", "id", "version", "status", "family", "kind", "generic", "tall_man", "names", "jurisdiction"),
        *("sources", "signatures", "not_encoded", "facts", "guide", "therapy_class", "source", "sha256", "site"),
    )
)
# What an item is, whose word it is and why it is trusted follows from the change; a ladder is approved under `approved`.
_MARKS = frozenset(("key", "layer", "source", "needs_approval"))


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one protocol. `at` is its place by keys; a label item needs the `reason`."""

    protocol: str
    at: str
    value: Any
    by: str
    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """A ladder that the label does not know and that this site has approved."""

    protocol: str
    ladder: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class SiteLayer:
    """The file of one site. `sha256` is that of its text."""

    site: str
    version: str
    changes: tuple[Change, ...] = ()
    approved: tuple[Approved, ...] = ()
    reviewed_by: str = ""
    sha256: str = field(default="", compare=False)
    name: str = field(default="layer", compare=False)

    def touches(self, protocol_id: str) -> bool:
        """True when something in it is about the protocol."""
        return protocol_id in {*(item.protocol for item in self.changes), *(item.protocol for item in self.approved)}


def load_layer(path: Path) -> SiteLayer:
    """Read a site's layer. Raises FormularyError, one line, naming the field that does not fit or the unknown protocol."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise FormularyError(f"{path.name}: {why_unread(problem)}") from None
    return parse_layer(text, path.name)


def parse_layer(text: str, name: str = "layer") -> SiteLayer:
    """The same from text."""
    raw = read_text(text, name)
    if not isinstance(raw, dict) or {"sha256", "name"} & set(raw):
        raise FormularyError(f"{name}: a site's layer holds site, version, changes and approved")
    try:
        layer = _adapter().validate_python([raw])[0]
    except ValidationError as problem:
        error = problem.errors(include_url=False, include_input=False)[0]
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error["loc"][1:]).lstrip(".")
        raise FormularyError(f"{name}: {place or 'layer'}: {error['msg'][0].lower()}{error['msg'][1:]}") from None
    named = [(f"changes[{index}]", item.protocol) for index, item in enumerate(layer.changes)]
    named += [(f"approved[{index}]", item.protocol) for index, item in enumerate(layer.approved)]
    for place, protocol_id in named:
        if protocol_id not in loader.known_ids():
            raise FormularyError(f"{name}: {place}.protocol: {loader.no_protocol(protocol_id)}")
    places = [(item.protocol, item.at) for item in layer.changes]
    for index, item in enumerate(layer.changes):
        if (item.protocol, item.at) in places[:index]:
            raise FormularyError(f"{name}: changes[{index}].at: {item.protocol}: {item.at} is changed twice")
    return replace(layer, sha256=loader.canonical_sha256(text), name=name)


def layered(protocol: Protocol | str, layer: SiteLayer) -> Protocol:
    """The protocol (or the text of one) with the site's values.

    One that the layer does not name comes back as it is. Raises FormularyError, one line, for a place that is not there, a
    label item without a reason, a value that does not fit its field, or a result that the linter finds fault with.
    """
    text = protocol if isinstance(protocol, str) else _text_of(protocol)
    base = loader.parse(text)
    if not layer.touches(base.id):
        return base
    raw = _fresh(loader.content(text))
    asked = [change for change in layer.changes if change.protocol == base.id]
    was = [_put(raw, base, change, layer) for change in asked]
    approved = tuple(_approved(raw, item, layer) for item in layer.approved if item.protocol == base.id)
    if asked:
        title = f"{layer.site}, site layer {layer.version}"
        raw["sources"] = {**raw["sources"], SOURCE: {"title": title, "tier": "practice", "read": max(one.on for one in asked)}}
    made = _typed(raw, base, layer)
    _clean(made, base, layer)
    changes = tuple(_told(raw, made, change, *stood) for change, stood in zip(asked, was, strict=True))
    site = Site(layer.site, layer.version, layer.sha256, layer.reviewed_by, changes, approved)
    return replace(made, sha256=layered_sha256(base.sha256, layer.sha256), site=site)


def layered_sha256(protocol: str, layer: str) -> str:
    """The hash of a protocol with a layer, of the hashes of the two."""
    return hashlib.sha256(f"{protocol}\n{layer}\n".encode()).hexdigest()


def refusals(text: str, layer: SiteLayer) -> tuple[str, ...]:
    """A line for each change, and each approved ladder, that is refused by itself. What only together breaks is not in it."""
    base = loader.parse(text)
    said: list[str] = []
    for change in layer.changes:
        raw = _fresh(loader.content(text))
        try:
            if change.protocol == base.id:
                _put(raw, base, change, layer)
                cited = {SOURCE: {"title": layer.site, "tier": "practice", "read": change.on}}
                _typed(raw | {"sources": raw["sources"] | cited}, base, layer)
        except FormularyError as problem:
            said.append(str(problem))
    for item in layer.approved:
        try:
            if item.protocol == base.id:
                _approved(_fresh(loader.content(text)), item, layer)
        except FormularyError as problem:
            said.append(str(problem))
    return tuple(said)


def may_change(at: str) -> bool:
    """Whether a place is a site's to state otherwise."""
    steps = at.split(".")
    return steps[0] not in _FIXED and steps[-1] not in _MARKS


def _put(raw: dict[str, Any], base: Protocol, change: Change, layer: SiteLayer) -> tuple[str, Layer]:
    """Put one value in its place. What stood there before, and whose word it was."""
    where = f"{layer.name}: {change.protocol}: {change.at}"
    if not may_change(change.at):
        raise FormularyError(f"{where}: this is not a site's to change")
    is_item = isinstance(change.value, dict)
    try:
        place = found(raw, base, change.at, new=is_item)
    except PlaceProblem as problem:
        raise FormularyError(f"{where}: {problem}") from None
    if isinstance(place.holder, list) and not is_item:
        raise FormularyError(f"{where}: a whole item is replaced by an item")
    is_new = isinstance(place.holder, list) and isinstance(place.step, str)
    was = Layer.PRACTICE if is_new else place.layer
    if was is Layer.LABEL and not change.reason.strip():
        raise FormularyError(f"{where}: the label says this, so the change needs a reason")
    place.put(change.value, SOURCE)
    return "nothing" if is_new else shown(place.stated), was


def _typed(raw: dict[str, Any], base: Protocol, layer: SiteLayer) -> Protocol:
    try:
        return loader.typed(raw, base.id)
    except FormularyError as problem:
        raise FormularyError(f"{layer.name}: {str(problem).splitlines()[0]}") from None


def _told(raw: dict[str, Any], made: Protocol, change: Change, was: str, whose: Layer) -> SiteChange:
    now = shown(found(raw, made, change.at).stated)
    return SiteChange(change.at, was, now, whose, change.by, change.on, change.reason)


def _approved(raw: dict[str, Any], item: Approved, layer: SiteLayer) -> SiteApproval:
    where = f"{layer.name}: {item.protocol}: approved: {item.ladder}"
    ladder = next((one for one in raw.get("ladders") or [] if one.get("key") == item.ladder), None)
    if ladder is None:
        raise FormularyError(f"{where}: there is no such ladder")
    if not ladder.pop("needs_approval", False):
        raise FormularyError(f"{where}: this ladder needs no approval")
    return SiteApproval(item.ladder, item.by, item.on)


def _clean(made: Protocol, base: Protocol, layer: SiteLayer) -> None:
    """What the layer breaks is refused. A source that nothing cites any more is no fault of the layer."""
    before = set(lint(base))
    faults: Iterator[Finding] = (one for one in lint(made) if one.code != Code.UNUSED_SOURCE and one not in before)
    if (fault := next(faults, None)) is not None:
        raise FormularyError(f"{layer.name}: {base.id}: with these changes, {fault}")


def _text_of(protocol: Protocol) -> str:
    text = loader.path_of(protocol.id).read_text(encoding="utf-8") if protocol.id in loader.known_ids() else ""
    if loader.canonical_sha256(text) != protocol.sha256:
        raise FormularyError(f"{protocol.id}: the text that it was read from is needed to change it")
    return text


def _fresh(value: Any) -> Any:
    """A copy in which nothing is shared: an anchor of the file must not carry a change to where nobody asked for it."""
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    return [_fresh(item) for item in value] if isinstance(value, list) else value


def _adapter() -> TypeAdapter[list[SiteLayer]]:
    return TypeAdapter(list[SiteLayer], config=ConfigDict(extra="forbid"))
