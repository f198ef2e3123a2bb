"""A visit at home: on the way, the kit, the remote sign-off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState


def _not_open(state: VisitState, plan: VisitPlan, command: Any, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return (refused("wrong_state", "This cannot be recorded live yet.", field="kind"),)


set_out = _not_open
check_kit = _not_open
sign_remotely = _not_open
