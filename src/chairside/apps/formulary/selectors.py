"""Reading releases: the protocol that a plan or a visit pinned, the one in use now, and every number of it with its source."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from django.db.models import Case, Q, QuerySet, Value, When

from chairside.apps.formulary.models import LayerVersion, ProtocolRelease, layer_held
from chairside.apps.organizations.context import current
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Route, Status
from chairside.formulary import loader
from chairside.formulary.finding import Finder
from chairside.formulary.reading import FormularyError
from chairside.formulary.site_layer import layered, parse_layer


class UnreadableRelease(Exception):
    """A stored release that this program cannot read: its schema is newer, or its text is not what was hashed."""

    def __init__(self, release: ProtocolRelease, why: str) -> None:
        super().__init__(f"release {release.sha256[:12]} of {release.protocol}: {why}")
        self.release = release


def protocol_of(sha256: str) -> Protocol:
    """The protocol as it was released under this hash, with the site's layer where one is over it. It is read once a process.

    Raises ProtocolRelease.DoesNotExist for a hash that was never released to this organization, UnreadableRelease for one that
    cannot be read.
    """
    release = _stored(sha256)
    return _read(sha256, current().organization if release.layer_sha256 else "")


@lru_cache(maxsize=1024)
def _stored(sha256: str) -> ProtocolRelease:
    return ProtocolRelease.objects.select_related("base").get(sha256=sha256)


@lru_cache(maxsize=512)
def _read(sha256: str, organization: str) -> Protocol:
    """The protocol, for the organization that holds the layer over it; for everybody where there is none."""
    release = _stored(sha256)
    try:
        if release.base is None:
            protocol = loader.parse_kept(release.text, f"{release.protocol}.yaml")
        else:
            layer = layer_held(organization, release.layer_sha256)
            if layer is None:
                raise ProtocolRelease.DoesNotExist(f"{sha256}: no such release in this organization")
            protocol = layered(release.base.text, parse_layer(layer.text, str(layer)))
    except FormularyError as problem:
        raise UnreadableRelease(release, str(problem)) from None
    if protocol.sha256 != sha256:
        raise UnreadableRelease(release, "it does not hold the text that was hashed")
    return protocol


def ours() -> QuerySet[ProtocolRelease]:
    """The releases without a site's layer."""
    return ProtocolRelease.objects.filter(base=None)


def departures(sha256: str) -> tuple[str, ...]:
    """A sentence for each place where the site departs from the label. None where no layer is over the release."""
    site = protocol_of(sha256).site
    return site.notes if site else ()


def recalled_in(release: ProtocolRelease) -> bool:
    """Some of its numbers were recalled and never looked up in a source (H-040)."""
    return any(not source.tier.checked for source in protocol_of(release.sha256).sources)


def releases_here() -> QuerySet[ProtocolRelease]:
    """Every release that this organization can read: ours, and those with a layer that it holds."""
    held = LayerVersion.objects.values("sha256")
    return ProtocolRelease.objects.select_related("base").filter(Q(base=None) | Q(layer_sha256__in=held))


def current_release(protocol: str) -> ProtocolRelease | None:
    """The release in use: what is read and judged by before anything is ordered; None where none is loaded.

    The furthest signed one: approved before reviewed before draft. Of several that are equally far, the one made from the file
    that this program carries, else the one loaded last.
    """
    return _in_order(ours().filter(protocol=protocol)).first()


def current_releases() -> QuerySet[ProtocolRelease]:
    """The releases in use, one a protocol: what `current_release` gives for each."""
    newest = _in_order(ours(), "protocol").distinct("protocol")
    return ProtocolRelease.objects.filter(sha256__in=newest.values("sha256"))


def contained(protocol: Protocol) -> QuerySet[ProtocolRelease]:
    """The releases in use of the protocols that a plan gives together, or that a menu has to choose from."""
    plan = [item.protocol for item in protocol.plan.items] if protocol.plan is not None else []
    menu = [item.protocol for item in protocol.menu.components if item.protocol] if protocol.menu is not None else []
    return current_releases().filter(protocol__in=plan + menu)


def releases_found(text: str = "", status: str = "", route: str = "") -> tuple[QuerySet[ProtocolRelease], dict[str, str]]:
    """The releases in use that go by these words, with that status and route; and by which name each was found, by its hash."""
    rows = current_releases()
    if status in {item.value for item in Status}:
        rows = rows.filter(status=status)
    by_route = route in {item.value for item in Route}
    if not text and not by_route:
        return rows, {}
    hits = finder(tuple(rows.order_by("protocol").values_list("sha256", flat=True))).find(text)
    found = {hit.protocol.sha256: hit.by for hit in hits if not by_route or Route(route) in hit.protocol.routes}
    order = [When(sha256=sha256, then=Value(place)) for place, sha256 in enumerate(found)]
    return rows.filter(sha256__in=found).annotate(place=Case(*order, default=Value(0))), found


@lru_cache(maxsize=4)
def finder(hashes: tuple[str, ...]) -> Finder:
    """What finds among these releases; those that cannot be read are left out."""
    readable = []
    for sha256 in hashes:
        with suppress(UnreadableRelease):
            readable.append(protocol_of(sha256))
    return Finder(readable)


def _in_order(releases: QuerySet[ProtocolRelease], *before: str) -> QuerySet[ProtocolRelease]:
    carried = [item.sha256 for item in loader.load_all()]
    far = Case(When(status=Status.APPROVED, then=Value(0)), When(status=Status.REVIEWED, then=Value(1)), default=Value(2))
    ours = Case(When(sha256__in=carried, then=Value(0)), default=Value(1))
    return releases.order_by(*before, far, ours, "-loaded_at", "sha256")


def earlier_releases(release: ProtocolRelease) -> QuerySet[ProtocolRelease]:
    return ours().filter(protocol=release.protocol).exclude(sha256=release.sha256).order_by("-loaded_at")
