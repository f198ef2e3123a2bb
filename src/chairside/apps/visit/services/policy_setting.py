"""Setting the policy of a site's visits: a new version, by a pharmacist or the medical director, with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from chairside.apps.audit.services import digest, entry_record
from chairside.apps.organizations.models import Site
from chairside.apps.visit.plan_text import policy_to_text
from chairside.apps.visit.policies import newest_policy
from chairside.apps.visit.policy_models import VisitPolicy
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.visit.policy import SitePolicy
from chairside.core.visit.policy_bounds import problems


def visit_policy_set(
    *, site: Site, policy: SitePolicy, reason: str, expected: int, actor: Actor, at: datetime
) -> Decision[VisitPolicy]:
    """Keep a policy as the site's next version, or refuse it with every reason. Open visits keep the one they were opened with.

    expected  the version that the person had before them; another one since then refuses
    """
    may = actor.may(Action.POLICY_SET)
    if not may.allowed:
        return may.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        locked = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
        newest = newest_policy(locked)
        number = newest.number if newest else 0
        text = policy_to_text(replace(policy, version=number + 1))
        reasons = [*problems(policy), *_reasons(reason, expected, number)]
        if newest is not None and policy_to_text(replace(policy, version=number)) == newest.text:
            reasons.append(refused("wrong_state", "This is the policy that holds already.", field="policy"))
        if reasons:
            return Decision(None, tuple(reasons))
        row = VisitPolicy.objects.create(
            organization_id=locked.organization_id,
            site=locked,
            number=number + 1,
            text=text,
            reason=reason.strip(),
            by_id=UUID(actor.id),
            at=at,
        )
        entry_record(
            actor=actor,
            action="visit_policy.set",
            subject_type="visit_policy",
            subject=row.pk,
            at=at,
            reason=row.reason,
            digest=digest(text),
        )
        return Decision(row)


def _reasons(reason: str, expected: int, number: int) -> list[Reason]:
    found = []
    if not reason.strip():
        found.append(unknown("missing_fact", "Say why the policy is set so.", field="reason"))
    if expected != number:
        message = "Somebody else has set the policy since you opened this page. Look at it first."
        found.append(refused("sequence_conflict", message, field="expected", limit=str(number)))
    return found
