"""Ways of giving beside the infusion: push, injection, pump, blood, blood taken, the next bag."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chairside.core.access import Actor
from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState


def _not_open(state: VisitState, plan: VisitPlan, command: Any, actor: Actor, at: datetime) -> tuple[Reason, ...]:
    return (refused("wrong_state", "This cannot be recorded live yet.", field="kind"),)


dose = _not_open
start_push = _not_open
end_push = _not_open
start_draw = _not_open
end_draw = _not_open
connect_pump = _not_open
disconnect_pump = _not_open
receive_unit = _not_open
change_bag = _not_open
