"""How far each release and layer came: its review, what is approved for a site, and what may be ordered there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

from django.db.models import Q, QuerySet

from chairside.apps.formulary.models import Approval, LayerVersion, ProtocolRelease, ReviewEntry, Withdrawal
from chairside.apps.formulary.selectors import current_release
from chairside.apps.organizations.models import Site
from chairside.core.kernel.decision import Decision, Reason, refused
from chairside.core.protocols.release import Entry, Kind, Thread
from chairside.formulary.reading import FormularyError
from chairside.formulary.site_layer import SiteLayer, layered, layered_sha256, parse_layer

Reviewed = ProtocolRelease | LayerVersion
DEMO = "Demo: this version is not approved. Outside the demo it could not be ordered."
_SOURCE = "two people and a release"


def split(subject: Reviewed) -> tuple[ProtocolRelease | None, LayerVersion | None]:
    """The two columns that name it: one of them is None."""
    return (subject, None) if isinstance(subject, ProtocolRelease) else (None, subject)


# ---- review ----


def review_of(subject: Reviewed) -> QuerySet[ReviewEntry]:
    """The thread of a release of ours or of a layer, in order."""
    return subject.review.select_related("by", "query").order_by("number")


def thread_of(subject: Reviewed) -> Thread:
    """The same as the rulebook reads it."""
    return Thread(str(subject), tuple(_entry(row) for row in review_of(subject)))


def threads_by_hash(hashes: Collection[str]) -> dict[str, Thread]:
    """The threads of many releases of ours and layers, by their hash, for lists: one query. One that is not there is empty."""
    rows = ReviewEntry.objects.filter(Q(release__in=hashes) | Q(layer__sha256__in=hashes))
    found: dict[str, list[Entry]] = {}
    for row in rows.select_related("query", "layer").order_by("number"):
        found.setdefault(row.layer.sha256 if row.layer is not None else str(row.release_id), []).append(_entry(row))
    return {sha256: Thread(sha256[:12], tuple(found.get(sha256, ()))) for sha256 in hashes}


def _entry(row: ReviewEntry) -> Entry:
    return Entry(row.number, Kind(row.kind), str(row.by_id), row.query.number if row.query is not None else 0)


def threads_of(release: ProtocolRelease) -> tuple[Thread, ...]:
    """Everything that is reviewed before this release may be approved: ours, and the layer that is over it."""
    if release.base is None or release.layer is None:
        return (thread_of(release),)
    return thread_of(release.base), thread_of(release.layer)


def review_words(threads: Sequence[Thread]) -> str:
    """How far a review came, in a few words."""
    if count := sum(len(thread.open_queries) for thread in threads):
        return f"{count} open {'query' if count == 1 else 'queries'}"
    if all(thread.accepted for thread in threads):
        return "Accepted"
    return "In review" if any(thread.entries for thread in threads) else "Not reviewed"


# ---- approval ----


def approvals_at(site: Site) -> QuerySet[Approval]:
    """Every approval that was ever given for a site, newest first."""
    rows = Approval.objects.filter(site=site).select_related("release__base", "layer", "by", "withdrawal__by")
    return rows.order_by("-at", "-number", "pk")


def approval_in_force(site: Site, protocol: str) -> Approval | None:
    """The newest approval of a protocol for the site, unless it was withdrawn. No protocol asks for the layer's."""
    newest = approvals_at(site).filter(protocol=protocol).order_by("-number").first()
    return None if newest is None or withdrawn(newest) else newest


def withdrawn(approval: Approval) -> Withdrawal | None:
    return getattr(approval, "withdrawal", None)


def approvals_in_force(site: Site) -> dict[str, Approval]:
    """By protocol, for lists; the layer's under the empty name. One query."""
    newest = approvals_at(site).order_by("protocol", "-number").distinct("protocol")
    return {row.protocol: row for row in newest if withdrawn(row) is None}


# ---- the site's layer ----


@lru_cache(maxsize=64)
def _layer_read(text: str, name: str) -> SiteLayer:
    return parse_layer(text, name)


def layer_read(layer: LayerVersion) -> SiteLayer:
    """What a stored layer says. Raises FormularyError where this program cannot read it."""
    return _layer_read(layer.text, str(layer))


def layer_in_force(site: Site) -> LayerVersion | None:
    """The layer that is approved for the site."""
    approval = approval_in_force(site, "")
    return approval.layer if approval else None


def with_layer(base: ProtocolRelease, layer: LayerVersion) -> ProtocolRelease:
    """The release of ours with a layer over it, or itself where the layer does not name it.

    What it says follows from the two, so its row is made when it is first asked for. Raises FormularyError, one line, where the
    layer does not fit this version of the protocol.
    """
    if not layer_read(layer).touches(base.protocol):
        return base
    sha256 = layered_sha256(base.sha256, layer.sha256)
    found = ProtocolRelease.objects.select_related("base").filter(sha256=sha256).first()
    if found is not None:
        return found
    layered(base.text, layer_read(layer))
    row, _ = ProtocolRelease.objects.get_or_create(
        sha256=sha256,
        defaults={
            "protocol": base.protocol,
            "version": base.version,
            "status": base.status,
            "name": base.name,
            "loaded_at": layer.at,
            "base": base,
            "layer_sha256": layer.sha256,
        },
    )
    return row


def at_site(base: ProtocolRelease, site: Site) -> Decision[ProtocolRelease]:
    """The release as the site would have it, with its layer in force; refused where the layer does not fit it."""
    layer = layer_in_force(site)
    if layer is None:
        return Decision(base)
    try:
        return Decision(with_layer(base, layer))
    except FormularyError as problem:
        return Decision(None, (does_not_fit(base, layer, problem),))


def does_not_fit(base: ProtocolRelease, layer: LayerVersion, problem: FormularyError) -> Reason:
    message = f"{layer} does not fit {base.name} {base.version}: {problem}. Change the layer first."
    return refused("mismatch", message, field="layer", source=str(layer))


# ---- ordering ----


def orderable_release(protocol: str, site: Site) -> Decision[ProtocolRelease]:
    """The release that orders of a site are signed against: the newest approved for it.

    In the demo the release in use stands in where none is approved, and the working says so. Elsewhere that is refused, with
    who has to do what.
    """
    approval = approval_in_force(site, protocol)
    if approval is not None and approval.release is not None:
        return Decision(approval.release)
    base = current_release(protocol)
    if base is None:
        message = f"The protocol {protocol} is not loaded in this database. Load the formulary, then try again."
        return Decision(None, (refused("not_available", message, field="order.protocol"),))
    if not site.organization.demo:
        return Decision(None, (_not_approved(base, site),))
    here = at_site(base, site)
    return Decision(here.value, here.reasons, (DEMO,))


def release_in_use(protocol: str, site: Site | None) -> ProtocolRelease | None:
    """What a site goes by where nothing is ordered yet: what it may order, else the release in use anywhere."""
    found = orderable_release(protocol, site).value if site is not None else None
    return found or current_release(protocol)


def signing_reasons(release: ProtocolRelease, site: Site) -> tuple[Reason, ...]:
    """Why an order against this release may not be signed for the site: it takes the one that is orderable now."""
    orderable = orderable_release(release.protocol, site)
    if orderable.value is None:
        return orderable.reasons
    if orderable.value.sha256 == release.sha256:
        return ()
    message = (
        f"{site} now orders by {orderable.value}. This order was written by {release}: take over the new version, then sign."
    )
    return (refused("wrong_state", message, field="order.protocol", limit=str(orderable.value), source=_SOURCE),)


def withdrawal_reasons(release: str, site: Site) -> tuple[Reason, ...]:
    """Why nothing more is planned, decided or begun by a release, given by its hash: its approval for the site was withdrawn.

    A newer approval of the protocol is no withdrawal: an order keeps the version that it was signed by.
    """
    rows = Approval.objects.filter(site=site, release=release).select_related("withdrawal__by", "release")
    newest = rows.order_by("-number").first()
    taken = withdrawn(newest) if newest is not None else None
    if newest is None or taken is None:
        return ()
    message = (
        f"The approval of {newest.release} for {site} was withdrawn by {taken.by}: {taken.reason}. "
        "A prescriber signs a new version of the order, by a version that is approved."
    )
    return (refused("not_signed", message, field="order.protocol", source=_SOURCE),)


def _not_approved(base: ProtocolRelease, site: Site) -> Reason:
    newest = approvals_at(site).filter(protocol=base.protocol).order_by("-number").first()
    taken = withdrawn(newest) if newest is not None else None
    why = f" The last approval was withdrawn by {taken.by}: {taken.reason}." if taken else ""
    thread = thread_of(base)
    if thread.open_queries:
        way = f"A query of the review of version {base.version} is to be answered first."
    elif thread.accepted:
        way = f"A pharmacist has accepted version {base.version}: the medical director approves it."
    else:
        way = f"A pharmacist reviews version {base.version}, then the medical director approves it."
    message = f"No version of {base.name} is approved for {site}.{why} {way} Formulary, {base.name}, Versions."
    return refused("not_signed", message, field="order.protocol", limit="approved for the site", source=_SOURCE)
