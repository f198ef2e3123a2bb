"""The ladder and the flowsheet of a visit as the web's charts take them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chairside.core.visit.handlers import rate_at
from chairside.core.visit.ladder import position, unlocked
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import Infusion, VisitState
from chairside.web.charts.flowsheet import Flowsheet, Row, Series
from chairside.web.charts.ladder import Rung, State

SERIES = (
    ("sbp", "Systolic", "mm[Hg]", True),
    ("dbp", "Diastolic", "mm[Hg]", True),
    ("pulse", "Pulse", "/min", True),
    ("spo2", "Oxygen", "%", True),
    ("temp", "Temperature", "Cel", False),
    ("rr", "Breathing", "/min", False),
)


def rungs(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> tuple[Rung, ...]:
    """Each step of the plan: done, now, next, or locked until when and why."""
    region = state.infusions[drug.key]
    where = position(drug, region, at)
    run = {change.rate.to("mL/h").amount for change in region.timeline if change.rate is not None}
    reasons = unlocked(state, plan, drug, where, at) if where and where.next else ()
    found, left = [], drug.volume.to("mL").amount
    for number, step in enumerate(drug.ladder, start=1):
        rate = step.rate.to("mL/h").amount
        planned = step.minutes if step.minutes is not None else max(left, Decimal(0)) * 60 / rate
        left -= rate * planned / 60
        why, unlocks = "", None
        if where is None:
            kind: State = "done" if region.stopped and rate in run else "skipped" if region.stopped else "locked"
            why = "" if region.timeline else ("the first step" if number == 1 else "")
        elif number - 1 == where.step:
            kind = "now"
        elif number - 1 < where.step:
            kind = "done" if rate in run else "skipped"
        elif where.next is not None and step.rate.same(where.next.rate):
            kind = "locked" if reasons else "next"
            why = reasons[0].message if reasons else ""
            unlocks = at + where.left if where.left else None
        else:
            kind = "locked"
        found.append(Rung(number, rate, int(planned), kind, why, unlocks))
    return tuple(found)


def flowsheet(state: VisitState, plan: VisitPlan, at: datetime) -> Flowsheet:
    """Every set of this visit over one axis of clinical time, with the rate of the drug that was running."""
    region = _shown(state, plan)
    rows = []
    for item in state.vitals:
        values = tuple(
            value.to(unit).amount
            if (value := item.recorded.value(code)) is not None and code != "temp"
            else (value.amount if value is not None else None)
            for code, _, unit, _ in SERIES
        )
        rows.append(Row(item.at, values, _rate(region, item.at)))
    steps = tuple(
        (change.at, change.rate.to("mL/h").amount if change.rate is not None else Decimal(0))
        for change in (region.timeline if region else ())
    )
    ended = region.stopped_at if region else None
    series = tuple(Series(name, unit, drawn) for _, name, unit, drawn in SERIES)
    return Flowsheet(series, tuple(rows), steps, until=ended, now=None if state.discharged_at or not state.log else at)


def _shown(state: VisitState, plan: VisitPlan) -> Infusion | None:
    """The drug whose rate is drawn: the one that runs, else the first that was started."""
    begun = [state.infusions[drug.key] for drug in plan.drugs if state.infusions[drug.key].timeline]
    return next((region for region in begun if region.running), begun[0] if begun else None)


def _rate(region: Infusion | None, at: datetime) -> Decimal | None:
    """The rate at a moment, None while nothing ran."""
    if region is None:
        return None
    before = [change for change in region.timeline if change.at <= at]
    rate = rate_at(region, at) if before and before[-1].rate is not None else None
    return rate.to("mL/h").amount if rate is not None else None
