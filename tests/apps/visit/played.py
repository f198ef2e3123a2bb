"""A visit of any way of giving in the database: the core's careful nurse plays it, and every entry passes the gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from uuid import uuid4

from chairside.apps.visit.services import event_append
from chairside.core.visit.plan import DrugPlan, Subject, VisitPlan
from chairside.core.visit.values import LotDraw
from tests.apps.visit import cast as story
from tests.apps.visit.cast import Cast
from tests.core.visit.plans_of_ways import plan
from tests.core.visit.robot import Robot
from tests.core.visit.walk import AMY, BEN, PAT

WHO = {AMY.id: "nurse", BEN.id: "second", PAT.id: "pharmacist", "desk": "desk"}


def plan_of(drug: DrugPlan, **change: object) -> VisitPlan:
    """The made-up plan, for the patient of the cast."""
    usual: dict[str, object] = {"dosing_weight": None, "protocol_id": "infliximab_iv", "protocol_sha256": story.SHA}
    made = plan(replace(drug, title="riTUXimab" if drug.title == "Testumab" else drug.title), **{**usual, **change})
    return replace(made, subject=Subject("Alba Moreno", date(1968, 3, 4), "MRN-1"), day=story.TODAY)


@contextmanager
def played(drug: DrugPlan, until: str = "", **change: object) -> Iterator[tuple[Cast, Robot]]:
    """A center whose one visit has come to the card of that kind; to the signature without one."""
    visit_plan = plan_of(drug, **change)
    walk = Robot(visit_plan, story.NINE).play(until=until)
    with story.center(visit_plan=visit_plan) as cast:
        story.all_clear(cast)
        follow(cast, walk)
        yield cast, walk


def follow(cast: Cast, walk: Robot) -> None:
    """Record in the database what the walk has recorded since."""
    cast.visit.refresh_from_db()
    for event in walk.log[cast.visit.sequence :]:
        if event.actor.id == "system":
            continue
        cast.visit.refresh_from_db()
        decided = event_append(
            visit=cast.visit,
            event_id=uuid4(),
            payload=event.payload,
            actor=cast.actors[WHO[event.actor.id]],
            at=event.at,
            expected_sequence=cast.visit.sequence,
        )
        assert decided.allowed, [reason.message for reason in decided.reasons]
    cast.at = walk.at
    cast.visit.refresh_from_db()
    assert cast.visit.sequence == len(walk.log)


__all__ = ["LotDraw", "follow", "plan_of", "played"]
