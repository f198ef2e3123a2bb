"""Reading releases: the protocol that a plan or a visit pinned, the one in use now, and every number of it with its source."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.db.models import Case, Q, QuerySet, Value, When

from chairside.apps.formulary.models import ProtocolRelease, SignOff
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Status
from chairside.formulary import loader
from chairside.formulary.reading import FormularyError


class UnreadableRelease(Exception):
    """A stored release that this program cannot read: its schema is newer, or its text is not what was hashed."""

    def __init__(self, release: ProtocolRelease, why: str) -> None:
        super().__init__(f"release {release.sha256[:12]} of {release.protocol}: {why}")
        self.release = release


@lru_cache(maxsize=256)
def protocol_of(sha256: str) -> Protocol:
    """The protocol as it was released under this hash. Releases never change, so it is read once a process.

    Raises ProtocolRelease.DoesNotExist for a hash that was never released here, UnreadableRelease for one that cannot be read.
    """
    release = ProtocolRelease.objects.get(sha256=sha256)
    try:
        protocol = loader.parse(release.text, f"{release.protocol}.yaml")
    except FormularyError as problem:
        raise UnreadableRelease(release, str(problem)) from None
    if protocol.sha256 != sha256:
        raise UnreadableRelease(release, "it does not hold the text that was hashed")
    return protocol


def current_release(protocol: str) -> ProtocolRelease | None:
    """The release that new orders are written against; None where none is loaded.

    The furthest signed one: approved before reviewed before draft. Of several that are equally far, the one made from the file
    that this program carries, else the one loaded last.
    """
    return _in_order(ProtocolRelease.objects.filter(protocol=protocol)).first()


def current_releases() -> QuerySet[ProtocolRelease]:
    """The releases in use, one a protocol: what `current_release` gives for each."""
    newest = _in_order(ProtocolRelease.objects.all(), "protocol").distinct("protocol")
    return ProtocolRelease.objects.filter(sha256__in=newest.values("sha256"))


def contained(protocol: Protocol) -> QuerySet[ProtocolRelease]:
    """The releases in use of the protocols that a plan gives together, or that a menu has to choose from."""
    plan = [item.protocol for item in protocol.plan.items] if protocol.plan is not None else []
    menu = [item.protocol for item in protocol.menu.components if item.protocol] if protocol.menu is not None else []
    return current_releases().filter(protocol__in=plan + menu)


def releases_found(text: str = "", status: str = "") -> QuerySet[ProtocolRelease]:
    """The releases in use whose name holds the text, with that status."""
    rows = current_releases()
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(protocol__icontains=text))
    return rows.filter(status=status) if status in {item.value for item in Status} else rows


def _in_order(releases: QuerySet[ProtocolRelease], *before: str) -> QuerySet[ProtocolRelease]:
    carried = [item.sha256 for item in loader.load_all()]
    far = Case(When(status=Status.APPROVED, then=Value(0)), When(status=Status.REVIEWED, then=Value(1)), default=Value(2))
    ours = Case(When(sha256__in=carried, then=Value(0)), default=Value(1))
    return releases.order_by(*before, far, ours, "-loaded_at", "sha256")


def earlier_releases(release: ProtocolRelease) -> QuerySet[ProtocolRelease]:
    return ProtocolRelease.objects.filter(protocol=release.protocol).exclude(sha256=release.sha256).order_by("-loaded_at")


def sign_offs_of(releases: Sequence[ProtocolRelease]) -> dict[str, list[SignOff]]:
    """This organization's sign-offs, by the hash of the release."""
    found: dict[str, list[SignOff]] = {release.sha256: [] for release in releases}
    for row in SignOff.objects.filter(release_id__in=found).order_by("at"):
        found[row.release_id].append(row)
    return found
