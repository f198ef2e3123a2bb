"""Observation after the drug: how long, from when, and what ends it early."""

from __future__ import annotations

from datetime import datetime, timedelta

from chairside.core.kernel.decision import Reason, refused
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState

RULE = "observation.minutes"


def ends_at(state: VisitState, plan: VisitPlan) -> datetime | None:
    """When observation is over, counted from the later of its start and the last drug's end; None before it began."""
    if state.observation_at is None:
        return None
    ended = [region.stopped_at for region in state.infusions.values() if region.stopped_at]
    return max([state.observation_at, *ended]) + timedelta(minutes=plan.observation_minutes)


def open_reasons(state: VisitState, plan: VisitPlan, at: datetime) -> tuple[Reason, ...]:
    """Reasons why observation is not over. A prescriber may shorten it with a reason."""
    if plan.observation_minutes == 0 or RULE in state.overrides:
        return ()
    end = ends_at(state, plan)
    if end is None:
        return (
            refused(
                "wrong_state",
                f"Observation of {plan.observation_minutes} min has not begun.",
                field="observation",
                source=plan.observation_source,
            ),
        )
    if at < end:
        left = -(-int((end - at).total_seconds()) // 60)
        return (
            refused(
                "too_early",
                f"Observation ends in {left} min.",
                field=RULE,
                limit=f"{plan.observation_minutes} min",
                source=plan.observation_source,
                override="prescriber",
            ),
        )
    return ()
