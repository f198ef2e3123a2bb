"""Made-up plans, one a way of giving."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from chairside.core.visit.monitoring import INJECTION
from chairside.core.visit.plan import DrugPlan, LadderStep, Manner, VisitPlan, ml_per_hour
from tests.core.visit.walk import A_DRUG, PLAN, q


def plan(drug: DrugPlan, **change: object) -> VisitPlan:
    """No premedication and no question: what is tested is the way of giving."""
    needs = drug.manner is not Manner.INJECTION
    usual: dict[str, object] = {"drugs": (drug,), "premedications": (), "questions": (), "access_needed": needs}
    return replace(PLAN, **{**usual, **change})


_BASE = replace(A_DRUG, dose_per=None, ladder=(), strengths=())
PUSH = replace(_BASE, manner=Manner.PUSH, route="iv_push", dose=q(200, "mg"), volume=q(10, "mL"), min_minutes=Decimal(4))
INJECT = replace(
    _BASE,
    manner=Manner.INJECTION,
    route="sc",
    dose=q(210, "mg"),
    volume=q(3, "mL"),
    most_per_site=q("1.5", "mL"),
)
SLOW_INJECT = replace(INJECT, dose=q(1800, "mg"), volume=q(15, "mL"), most_per_site=None, min_minutes=Decimal(3))
FOUR_DAYS = replace(  # 96 h by the protocol, as 5-fluorouracil is given by pump
    _BASE,
    manner=Manner.PUMP,
    route="iv_pump",
    dose=q(4800, "mg"),
    volume=q(96, "mL"),
    ladder=(LadderStep(ml_per_hour("1")),),
    min_minutes=Decimal(96 * 60),
    usable_hours=Decimal(120),
)
DRAW = replace(
    _BASE,
    manner=Manner.DRAW,
    route="venesection",
    dose=q(450, "mL"),
    volume=q(450, "mL"),
    products=(),
    needs_check=False,
    min_minutes=Decimal(15),
)
UNIT = replace(
    _BASE,
    manner=Manner.UNIT,
    route="iv",
    dose=q(1, "{unit}"),
    volume=q(1, "{unit}"),
    products=("Red cells",),
    component="red cells",
    ladder=(LadderStep(ml_per_hour("120"), Decimal(15)), LadderStep(ml_per_hour("150"))),
    min_minutes=Decimal(90),
    most_minutes=Decimal(240),
    restarts=(),
)
INJECTIONS = {"cadence": INJECTION, "observation_minutes": 0}
