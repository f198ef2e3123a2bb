"""Vital signs: the limits of a believable value, what makes a set complete, and whether the newest set is fresh enough.

The same guardrails serve the form, the service and the wire (H-002, H-009). A value is never changed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from chairside.core.kernel.decision import Decision, Outcome, Reason, refused, unknown
from chairside.core.kernel.guardrail import Guardrail
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.visit.events import VitalsRecorded
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.state import VisitState, VitalsSet
from chairside.core.visit.values import Reading

_SITE = "site limits for vital signs"


def _rail(name: str, code: str, absolute: tuple[str, str], recommended: tuple[str, str]) -> Guardrail:
    def pair(ends: tuple[str, str]) -> tuple[Quantity, Quantity]:
        return quantity(ends[0], code), quantity(ends[1], code)

    return Guardrail(name, pair(absolute), pair(recommended), _SITE)


GUARDRAILS: dict[str, Guardrail] = {
    "sbp": _rail("Systolic pressure", "mm[Hg]", ("40", "300"), ("80", "200")),
    "dbp": _rail("Diastolic pressure", "mm[Hg]", ("20", "200"), ("40", "120")),
    "pulse": _rail("Pulse", "/min", ("20", "300"), ("40", "150")),
    "temp": _rail("Temperature", "Cel", ("30", "45"), ("35", "40")),
    "rr": _rail("Breathing rate", "/min", ("3", "80"), ("8", "30")),
    "spo2": _rail("Oxygen saturation", "%", ("50", "100"), ("88", "100")),
    "weight_kg": _rail("Weight", "kg", ("0.5", "400"), ("2", "250")),
    "pain": _rail("Pain", "{score}", ("0", "10"), ("0", "10")),
}
TITLES = {code: rail.name.lower() for code, rail in GUARDRAILS.items()}


def celsius(value: Quantity) -> Quantity:
    """A temperature in degrees Celsius to 0.1, half up: converted and rounded before anything is scored."""
    if value.unit.code == "[degF]":
        value = quantity((value.amount - 32) * 5 / 9, "Cel")
    return quantity(value.amount.quantize(Decimal("0.1"), ROUND_HALF_UP), "Cel")


def judge(recorded: VitalsRecorded) -> tuple[Reason, ...]:
    """The guardrails of each reading. A confirmed unusual value passes; an impossible one never does."""
    reasons: list[Reason] = []
    for reading in recorded.readings:
        reasons.extend(_judge_one(reading))
    sbp, dbp = recorded.value("sbp"), recorded.value("dbp")
    if sbp is not None and dbp is not None and sbp.unit.comparable(dbp.unit) and sbp <= dbp:
        reasons.append(
            refused(
                "out_of_range",
                f"Systolic {sbp.spelled()} is not above diastolic {dbp.spelled()}. Measure again.",
                field="vitals.dbp",
                source=_SITE,
            )
        )
    return tuple(reasons)


def possible(recorded: VitalsRecorded) -> tuple[Reason, ...]:
    """The values that no patient has, and units that do not measure the vital: slips of the hand, never facts (H-002)."""
    return tuple(
        reason
        for reading in recorded.readings
        if reading.value is not None and reading.code in GUARDRAILS
        for reason in _judge_one(reading)
        if reason.outcome is Outcome.REFUSED
    )


def _judge_one(reading: Reading) -> tuple[Reason, ...]:
    rail = GUARDRAILS.get(reading.code)
    field = f"vitals.{reading.code}"
    if rail is None:
        return (refused("out_of_range", f"“{reading.code}” is not a vital sign of this record.", field=field, source=_SITE),)
    if reading.value is None:
        if reading.unobtainable.strip():
            return ()
        return (
            unknown(
                "missing_fact",
                f"{rail.name} has no value. Measure it, or say why it cannot be taken.",
                field=field,
                source=_SITE,
            ),
        )
    measured = celsius(reading.value) if reading.code == "temp" and reading.value.unit.code == "[degF]" else reading.value
    decision: Decision[Quantity] = rail.judge(measured, field)
    return tuple(reason for reason in decision.reasons if not (reading.confirmed and reason.outcome.word == "review"))


def missing(recorded: VitalsRecorded, needed: tuple[str, ...]) -> tuple[str, ...]:
    """What a set lacks. One vital may be marked unobtainable with a reason; a second one may not."""
    absent = [code for code in needed if recorded.value(code) is None]
    excused = [reading.code for reading in recorded.readings if reading.value is None and reading.unobtainable.strip()]
    return tuple(code for code in absent if code not in excused[:1])


def newest_complete(state: VisitState, plan: VisitPlan) -> VitalsSet | None:
    """The newest set, by clinical time, that lacks nothing that the plan needs."""
    return next((item for item in reversed(state.vitals) if not missing(item.recorded, plan.vitals_needed)), None)


def latest(state: VisitState) -> VitalsSet | None:
    """The newest value of each vital, as one set at the time of the newest; the newest set itself when it has them all."""
    if not state.vitals:
        return None
    newest = state.vitals[-1]
    readings = {item.code: item for entry in state.vitals for item in entry.recorded.readings if item.value is not None}
    own = {item.code for item in newest.recorded.readings if item.value is not None}
    told = newest.recorded
    oxygen = next((s.recorded.on_oxygen for s in reversed(state.vitals) if s.recorded.on_oxygen is not None), None)
    awake = next((s.recorded.consciousness for s in reversed(state.vitals) if s.recorded.consciousness), "")
    if own == set(readings) and (told.on_oxygen, told.consciousness) == (oxygen, awake):
        return newest
    meant = replace(told, readings=tuple(readings.values()), on_oxygen=oxygen, consciousness=awake)
    return replace(newest, recorded=meant)


def fresh(state: VisitState, plan: VisitPlan, at: datetime, after: datetime | None = None) -> tuple[Reason, ...]:
    """Reasons why the newest complete set does not serve now: none, too old, or taken before the present rate was set."""
    valid = plan.policy.vitals_valid
    span = _minutes(valid)
    newest = newest_complete(state, plan)
    if newest is None:
        return (
            unknown("missing_fact", f"Take a full set of vitals: {spelled(plan.vitals_needed)}.", field="vitals", source=_SITE),
        )
    if after is not None and newest.at <= after:
        return (
            unknown(
                "missing_fact",
                "Take a fresh set of vitals: the last set is from before the present rate.",
                field="vitals",
                source=_SITE,
            ),
        )
    if newest.at > at:
        return (
            refused(
                "stale_fact",
                "The newest set of vitals is dated in the future. Correct its time or take a new set.",
                field="vitals",
                limit=f"{span} min",
                source=_SITE,
            ),
        )
    if at - newest.at > valid:
        age = _minutes(at - newest.at)
        return (
            refused(
                "stale_fact",
                f"The last set of vitals is {age} min old; it may be at most {span} min. Take a fresh set.",
                field="vitals",
                limit=f"{span} min",
                source=_SITE,
            ),
        )
    return ()


def spelled(codes: tuple[str, ...]) -> str:
    return ", ".join(TITLES.get(code, code) for code in codes)


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))
