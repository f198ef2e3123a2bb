"""The flowsheet of a visit as the web's chart takes it: sets, rates, symptoms, drugs and events over clinical time."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chairside.apps.visit import drawn_events
from chairside.apps.visit.drawn_ladder import rungs as rungs  # offered here too
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.visit.baseline import baseline, changes
from chairside.core.visit.handlers import rate_at
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import Infusion, VisitState, VitalsSet
from chairside.core.visit.vitals import celsius
from chairside.web.charts.flowsheet import Change, Flowsheet, RateLane, Row, Series

SERIES = (
    ("sbp", "Systolic", "mm[Hg]", "Pressure", (40, 160)),
    ("dbp", "Diastolic", "mm[Hg]", "Pressure", (40, 160)),
    ("pulse", "Pulse", "/min", "", (40, 120)),
    ("spo2", "Oxygen", "%", "", (85, 100)),
    ("temp", "Temperature", "Cel", "", (35, 39)),
    ("rr", "Breathing", "/min", "", (5, 25)),
)
AWAKE = {"A": "alert", "C": "new confusion", "V": "answers to voice", "P": "answers to pain", "U": "does not answer"}


def flowsheet(state: VisitState, plan: VisitPlan, at: datetime) -> Flowsheet:
    """Every set of this visit over one axis of clinical time, with the rates, symptoms, drugs and events."""
    region = _shown(state, plan)
    base = baseline(state, plan)
    fahrenheit = _all_fahrenheit(state)
    rows = [_row(state, item, base, region, fahrenheit) for item in state.vitals]
    series = tuple(_series(row, fahrenheit and row[0] == "temp") for row in SERIES)
    started = [(drug, state.infusions[drug.key]) for drug in plan.drugs if state.infusions[drug.key].timeline]
    rates = tuple(
        RateLane(drug.title, _steps(item), item.stopped_at)
        for drug, item in started
        if any(change.rate is not None and change.rate.amount for change in item.timeline)
    )
    return Flowsheet(
        series,
        tuple(rows),
        _steps(region) if region and rates else (),
        until=region.stopped_at if region else None,
        now=None if state.discharged_at or not state.log else at,
        rates=rates,
        spans=drawn_events.spans(state, plan),
        ticks=drawn_events.ticks(state, plan),
    )


def _series(row: tuple[str, str, str, str, tuple[int, int]], fahrenheit: bool) -> Series:
    _, name, unit, lane, (low, high) = row
    if fahrenheit:
        return Series(name, "[degF]", lane=lane, axis=(Decimal(95), Decimal(103)))
    return Series(name, unit, lane=lane, axis=(Decimal(low), Decimal(high)))


def _steps(region: Infusion) -> tuple[tuple[datetime, Decimal], ...]:
    """The rates until the end; the end itself is no pause."""
    return tuple(
        (change.at, change.rate.to("mL/h").amount if change.rate is not None else Decimal(0))
        for change in region.timeline
        if region.stopped_at is None or change.at < region.stopped_at
    )


def _row(state: VisitState, item: VitalsSet, base: VitalsSet | None, region: Infusion | None, fahrenheit: bool) -> Row:
    values = tuple(_value(item.recorded.value(code), code, unit, fahrenheit) for code, _, unit, *_ in SERIES)
    return Row(
        item.at,
        values,
        _rate(region, item.at),
        seen(item),
        _changes(item, base, fahrenheit),
        item.event in state.reported,
        base is item,
    )


def _value(value: Quantity | None, code: str, unit: str, fahrenheit: bool) -> Decimal | None:
    if value is None:
        return None
    if code == "temp":
        return value.amount if fahrenheit else celsius(value).amount
    return value.to(unit).amount


def _all_fahrenheit(state: VisitState) -> bool:
    """Whether every temperature of the visit was read in degrees Fahrenheit; then the sheet stays in them."""
    read = [value for item in state.vitals if (value := item.recorded.value("temp")) is not None]
    return bool(read) and all(value.unit.code == "[degF]" for value in read)


def _changes(item: VitalsSet, base: VitalsSet | None, fahrenheit: bool) -> tuple[Change | None, ...]:
    """The changes from the baseline that matter, as the core names them, each in two words."""
    if base is None or base is item:
        return ()
    levels = {change.vital: change.level for change in changes(base, item)}
    return tuple(
        Change(levels[code], difference(item, base, code, fahrenheit=fahrenheit)) if code in levels else None
        for code, *_ in SERIES
    )


def difference(item: VitalsSet, base: VitalsSet, code: str, *, fahrenheit: bool = False) -> str:
    """How far a value lies from another set's: up 12, down 26, the same; "" where one of them is missing."""
    unit = next((unit for name, _, unit, *_ in SERIES if name == code), "")
    now, before = (_value(each.recorded.value(code), code, unit, fahrenheit) for each in (item, base)) if unit else (None, None)
    if now is None or before is None:
        return ""
    if now == before:
        return "the same"
    return f"up {plain(now - before)}" if now > before else f"down {plain(before - now)}"


def seen(item: VitalsSet) -> str:
    """What was seen beside the numbers; what nobody said is not said here either."""
    told = item.recorded
    parts = [AWAKE.get(told.consciousness, "")]
    if told.on_oxygen is not None:
        parts.append("on oxygen" if told.on_oxygen else "room air")
    if told.site_ok is not None:
        parts.append("site well" if told.site_ok else "site not well")
    return ", ".join(part for part in parts if part)


def _shown(state: VisitState, plan: VisitPlan) -> Infusion | None:
    """The drug whose rate stands beside each set: the one that runs, else the first that was started."""
    begun = [state.infusions[drug.key] for drug in plan.drugs if state.infusions[drug.key].timeline]
    return next((region for region in begun if region.running), begun[0] if begun else None)


def _rate(region: Infusion | None, at: datetime) -> Decimal | None:
    """The rate at a moment, None while nothing ran."""
    if region is None:
        return None
    before = [change for change in region.timeline if change.at <= at]
    rate = rate_at(region, at) if before and before[-1].rate is not None else None
    return rate.to("mL/h").amount if rate is not None else None
