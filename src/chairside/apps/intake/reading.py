"""What the intake pages read beside the selectors: the queue as rows of a list, therapies, an order's versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.formulary.selectors import UnreadableRelease, current_release, current_releases, protocol_of
from chairside.apps.intake.models import Order, OrderVersion, Referral
from chairside.apps.intake.selectors import QueueFilter, QueueRow, referral_queue
from chairside.apps.organizations.models import Site
from chairside.core.kernel.decision import Decision
from chairside.core.protocols import Protocol


class QueueRows:
    """The queue as `web.paging` reads lists: the selector sorts and cuts, so the two never disagree."""

    def __init__(self, wanted: QueueFilter, now: datetime) -> None:
        self.wanted, self.now = wanted, now

    def order_by(self, *fields: str) -> QueueRows:
        """Sorted already: `wanted.sort` names the column."""
        return self

    def count(self) -> int:
        return referral_queue(now=self.now, wanted=self.wanted, size=1).total

    def __getitem__(self, part: Any) -> tuple[QueueRow, ...]:
        size = part.stop - part.start
        return referral_queue(now=self.now, wanted=self.wanted, page=part.start // size + 1, size=size).rows


def therapies_in(site: Site | None) -> list[tuple[str, str]]:
    """Therapies that referrals of a site are for, for the filter: each by its key and its name, in the order of the names."""
    rows = Referral.objects.filter(site=site).exclude(protocol="").values_list("protocol", flat=True).distinct()
    names = dict(current_releases().filter(protocol__in=rows).values_list("protocol", "name"))
    return sorted(((key, names.get(key, key)) for key in rows), key=lambda pair: pair[1].casefold())


def release_for(referral: Referral) -> ProtocolRelease | None:
    """The protocol that an order of this referral would be written against today."""
    return current_release(referral.protocol) if referral.protocol else None


def source_titles(release: ProtocolRelease | None) -> dict[str, str]:
    """The titles of a protocol's sources by their keys, so that a finding can name its source in words."""
    if release is None:
        return {}
    try:
        return {source.key: source.title for source in protocol_of(release.sha256).sources}
    except UnreadableRelease:  # the protocol's own page says why; the referral is still to be read
        return {}


def cited(decision: Decision[Any], protocol: Protocol) -> Decision[Any]:
    """The same decision with the sources of its reasons by their titles, for a page."""
    titles = {source.key: source.title for source in protocol.sources}
    return replace(
        decision, reasons=tuple(replace(item, source=titles.get(item.source, item.source)) for item in decision.reasons)
    )


def versions_of(order: Order) -> QuerySet[OrderVersion]:
    """Every version of an order, newest first."""
    return order.versions.select_related("release", "prescriber", "signed_by", "order__patient").order_by("-number")
