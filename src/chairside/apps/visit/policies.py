"""Reading the policy of a site's visits: the one in force, its text, its history."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from chairside.apps.organizations.models import Site
from chairside.apps.visit.plan_text import policy_from_text
from chairside.apps.visit.policy_models import VisitPolicy
from chairside.core.visit.policy import PROPOSAL, SitePolicy


def newest_policy(site: Site) -> VisitPolicy | None:
    return versions_of(site).select_related("by").order_by("-number").first()


def policy_in_force(site: Site) -> SitePolicy:
    """What the site set last, else the proposal that nobody there has confirmed (version 0)."""
    row = newest_policy(site)
    return policy_from_text(row.text).with_all_classes() if row else PROPOSAL


def versions_of(site: Site | UUID) -> QuerySet[VisitPolicy]:
    return VisitPolicy.objects.filter(site=site)
