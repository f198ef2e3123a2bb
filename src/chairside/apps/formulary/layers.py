"""What a text would do as a site's layer: each refused place in a sentence, each protocol's difference by meaning."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.selectors import current_release, protocol_of
from chairside.apps.formulary.standing import approval_in_force
from chairside.apps.organizations.models import Site
from chairside.core.kernel.decision import Reason, refused
from chairside.core.protocols import Protocol
from chairside.formulary.difference import Difference, differences
from chairside.formulary.reading import FormularyError
from chairside.formulary.site_layer import SiteLayer, layered, parse_layer, refusals

LONGEST = 200_000  # characters of a layer: a hundred changes take a tenth


@dataclass(frozen=True, slots=True)
class Part:
    """One protocol under the layer: the release of ours, how it reads with the layer, and what that changes."""

    release: ProtocolRelease
    protocol: Protocol
    differences: tuple[Difference, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Where the site departs from the label."""
        return self.protocol.site.notes if self.protocol.site else ()


@dataclass(frozen=True, slots=True)
class Preview:
    """A layer as read, None where it cannot be, with what stands against it."""

    layer: SiteLayer | None
    reasons: tuple[Reason, ...] = ()
    parts: tuple[Part, ...] = ()


def preview_of(site: Site, text: str, name: str = "layer") -> Preview:
    """Read the text and try it on each protocol that it names, in the version that the site goes by. A long one is not cut."""
    if len(text) > LONGEST:
        message = f"A layer has at most {LONGEST:,} characters; this one is longer, and nothing of it is used. Shorten it."
        return Preview(None, (refused("above_maximum", message, field="layer", limit=f"{LONGEST:,} characters"),))
    try:
        layer = parse_layer(text, name)
    except FormularyError as problem:
        return Preview(None, (_refused(str(problem)),))
    reasons, parts = [], []
    if layer.site != site.name:
        message = (
            f"This is the layer of {layer.site}, and you work at {site.name}. Write “site: {site.name}” where it is meant here."
        )
        reasons.append(refused("mismatch", message, field="site", limit=site.name))
    named = dict.fromkeys([*(one.protocol for one in layer.changes), *(one.protocol for one in layer.approved)])
    for protocol in named:
        base = base_at(site, protocol)
        if base is None:
            reasons.append(_refused(f"{name}: the protocol {protocol} is not loaded in this database"))
            continue
        try:
            made = layered(base.text, layer)
        except FormularyError as problem:
            reasons += [_refused(said) for said in refusals(base.text, layer) or (str(problem),)]
        else:
            parts.append(Part(base, made, differences(protocol_of(base.sha256), made)))
    return Preview(layer, tuple(reasons), tuple(parts))


def base_at(site: Site, protocol: str) -> ProtocolRelease | None:
    """The release of ours that the site's orders rest on, else the one in use."""
    approval = approval_in_force(site, protocol)
    if approval is not None and approval.release is not None:
        return approval.release.base or approval.release
    return current_release(protocol)


def _refused(message: str) -> Reason:
    return refused("mismatch", f"{message[0].upper()}{message[1:]}.", field="layer")
