"""Care around the drug: the site, the provider, treatments by the site's order set, their signature."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState


def _not_open(state: VisitState, plan: VisitPlan, command: Any, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return (refused("wrong_state", "This cannot be recorded live yet.", field="kind"),)


assess_site = _not_open
notify = _not_open
treat = _not_open
acknowledge = _not_open
