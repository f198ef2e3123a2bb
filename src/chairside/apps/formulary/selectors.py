"""Reading releases: the protocol that a plan or a visit pinned, the one in use now, and every number of it with its source."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.db.models import Case, QuerySet, Value, When

from chairside.apps.formulary.models import ProtocolRelease, SignOff
from chairside.core.protocols import Protocol
from chairside.formulary import loader


@lru_cache(maxsize=256)
def protocol_of(sha256: str) -> Protocol:
    """The protocol as it was released under this hash. Releases never change, so it is read once a process.

    Raises ProtocolRelease.DoesNotExist for a hash that was never released here, ValueError when the stored text is not what
    was hashed.
    """
    release = ProtocolRelease.objects.get(sha256=sha256)
    protocol = loader.parse(release.text, f"{release.protocol}.yaml")
    if protocol.sha256 != sha256:
        raise ValueError(f"release {sha256[:12]} of {release.protocol} does not hold the text that was hashed")
    return protocol


def current_release(protocol: str) -> ProtocolRelease | None:
    """The release that new orders are written against: the one made from the file that this program carries.

    Before that file is loaded (between an upgrade and its migration) the release that was loaded last holds.
    """
    releases = ProtocolRelease.objects.filter(protocol=protocol)
    carried = loader.load(protocol).sha256 if protocol in loader.known_ids() else ""
    return releases.filter(sha256=carried).first() or releases.order_by("-loaded_at", "sha256").first()


def current_releases() -> QuerySet[ProtocolRelease]:
    """The releases in use, one a protocol: what `current_release` gives for each."""
    carried = [item.sha256 for item in loader.load_all()]
    first = Case(When(sha256__in=carried, then=Value(0)), default=Value(1))
    newest = ProtocolRelease.objects.order_by("protocol", first, "-loaded_at", "sha256").distinct("protocol")
    return ProtocolRelease.objects.filter(sha256__in=newest.values("sha256")).order_by("name")


def earlier_releases(release: ProtocolRelease) -> QuerySet[ProtocolRelease]:
    return ProtocolRelease.objects.filter(protocol=release.protocol).exclude(sha256=release.sha256).order_by("-loaded_at")


def sign_offs_of(releases: Sequence[ProtocolRelease]) -> dict[str, list[SignOff]]:
    """This organization's sign-offs, by the hash of the release."""
    found: dict[str, list[SignOff]] = {release.sha256: [] for release in releases}
    for row in SignOff.objects.filter(release_id__in=found).order_by("at"):
        found[row.release_id].append(row)
    return found
