"""Reading a site's order sets: the one in force, one version with its items, and what the record says beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from chairside.apps.organizations.models import Site
from chairside.apps.visit.models import OrderSetVersion
from chairside.apps.visit.plan_text import items_from_text
from chairside.core.kernel.fact import FactKind
from chairside.core.protocols.standing import present
from chairside.core.protocols.truth import Known
from chairside.core.visit.reactions.order_set import PROPOSAL, OrderItem, OrderSet

SPO2_SCALE_2 = "spo2_scale_2"  # a risk on record, set by a clinician
_A_PREGNANCY = 300  # days for which an answer or a test speaks


def versions_of(site: Site | None) -> QuerySet[OrderSetVersion]:
    """The site's versions, newest first, each with who wrote and signed it."""
    rows = OrderSetVersion.objects.select_related("by", "signature__by").order_by("-number")
    return rows.filter(site=site) if site else rows.none()


def in_force(site: Site | None) -> OrderSetVersion | None:
    """The newest signed version."""
    return versions_of(site).filter(signature__isnull=False).first()


def order_set_of(version: OrderSetVersion, site: Site) -> OrderSet:
    """A version as the rulebook reads it."""
    signature = getattr(version, "signature", None)
    day = signature.at.astimezone(site.zone).date() if signature else None
    return OrderSet(str(version.pk), version.number, str(signature.by) if signature else "", day, items_from_text(version.text))


def order_set_for(site: Site) -> OrderSet | None:
    """The set that a visit opened now is held to; None while nobody has signed one."""
    version = in_force(site)
    return order_set_of(version, site) if version else None


def to_begin_with(site: Site | None) -> tuple[OrderItem, ...]:
    """What a new version begins with: the newest one, else the published figures as a proposal."""
    newest = versions_of(site).first()
    return items_from_text(newest.text) if newest else PROPOSAL


def beside_the_drug(site: Site, known: Known, day: date) -> dict[str, Any]:
    """What a plan takes along for reactions: the signed set, a pregnancy on record, the oxygen scale that a clinician set."""
    return {"order_set": order_set_for(site), "pregnant": _pregnant(known, day), "spo2_scale": _spo2_scale(known)}


def _pregnant(known: Known, day: date) -> bool | None:
    """True when the record says so. It never says no for good: without a word it is not known."""
    for fact in known.facts:
        near = 0 <= (day - fact.on).days <= _A_PREGNANCY
        coded = fact.kind is FactKind.CONDITION and fact.code.upper().startswith(("O", "Z33", "Z34", "Z3A"))
        told = fact.code == "pregnancy" and str(fact.value).casefold() in ("yes", "positive")
        if near and present(fact) and (coded or told):
            return True
    return None


def _spo2_scale(known: Known) -> int:
    risks = (fact for fact in known.facts if fact.kind is FactKind.RISK and fact.code == SPO2_SCALE_2)
    return 2 if any(present(fact) for fact in risks) else 1
