"""The ladder of a visit as the web's chart takes it: done and when, now, or locked until when and why. The core says why."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from chairside.core.kernel.decision import Reason
from chairside.core.visit.infusion import hanging, segments
from chairside.core.visit.ladder import Position, position, unlocked
from chairside.core.visit.plan import DrugPlan, LadderStep, VisitPlan
from chairside.core.visit.state import Infusion, VisitState
from chairside.web.charts.ladder import Lock, Rung, State

_LOCKS = {"step": "Time", "vitals": "Vitals", "site_ok": "Site", "symptoms": "Symptom", "reaction": "Reaction"}
_SECOND = timedelta(seconds=1)


def rungs(state: VisitState, plan: VisitPlan, drug: DrugPlan, at: datetime) -> tuple[Rung, ...]:
    """Each step of the plan: done and when, now, next, or locked until when and why."""
    region = state.infusions[drug.key]
    where = position(drug, region, at)
    after = (where.next or where.then) if where else None  # the next rate of this bag, else the first of the next bag
    reasons = unlocked(state, plan, drug, where, at) if where and after else ()
    found = []
    left = drug.volume.to("mL").amount
    for number, step in enumerate(drug.ladder, start=1):
        rate = step.rate.to("mL/h").amount
        planned = step.minutes if step.minutes is not None else max(left, Decimal(0)) * 60 / rate
        left -= rate * planned / 60
        ran = _ran(region, step, at)
        following = after is not None and step is after
        kind = _kind(region, where, number - 1, bool(ran), following and not reasons)
        running = kind == "now" and where is not None
        found.append(
            Rung(
                number,
                rate,
                int(planned),
                kind,
                _before(region, number) if where is None and kind == "locked" else "",
                at + where.left if following and where and where.left else None,
                _locks(reasons, where) if following and where else (),
                tuple((begin, None if running and end == at else end) for begin, end in ran),
                _share(where) if running and where else None,
                _note(region, where, step) if running and where else "",
                step.bag if len(drug.bags) > 1 or any(item.bag != 1 for item in drug.ladder) else 0,
            )
        )
    return tuple(found)


def _kind(region: Infusion, where: Position | None, n: int, ran: bool, free: bool) -> State:
    if where is None:
        return "done" if ran else "skipped" if region.stopped else "locked"
    if n == where.step:
        return "now"
    if n < where.step:
        return "done" if ran else "skipped"
    return "next" if free else "locked"


def _before(region: Infusion, number: int) -> str:
    """Why a step is locked while nothing runs."""
    if region.stopped:
        return ""
    if region.paused:
        return "paused"
    return "starts with the infusion" if number == 1 and not region.timeline else ""


def _ran(region: Infusion, step: LadderStep, at: datetime) -> list[tuple[datetime, datetime]]:
    """When it really ran at this step's rate, from this step's bag; a pause parts it in two."""
    found: list[tuple[datetime, datetime]] = []
    for part in segments(region, region.stopped_at or at):
        if not part.rate.same(step.rate) or hanging(region, part.start) != step.bag:
            continue
        if found and found[-1][1] == part.start:
            found[-1] = (found[-1][0], part.end)
        else:
            found.append((part.start, part.end))
    return found


def _share(where: Position) -> Decimal | None:
    """How much of the time at this rate is over; None on the last step, which has no time of its own."""
    if not where.hold:
        return None
    return min(Decimal(where.held // _SECOND) / Decimal(max(where.hold // _SECOND, 1)), Decimal(1))


def _note(region: Infusion, where: Position, step: LadderStep) -> str:
    said = [] if step.rate.same(where.rate) else [f"runs at {where.rate.spelled()}"]
    change = region.timeline[-1] if region.timeline else None
    if change is not None and change.hold_minutes is not None and where.hold is not None:
        said.append(f"{change.hold_minutes} min at this rate after the restart")
    if where.hold is not None:
        said.append(f"{_minutes(where.left)} left" if where.left else "its time is over")
    return ", ".join(said)


def _minutes(span: timedelta) -> str:
    """Whole minutes, the begun one counted: a countdown in seconds is not read at a chair."""
    return f"{-(-(span // _SECOND) // 60)} min"


def _locks(reasons: tuple[Reason, ...], where: Position) -> tuple[Lock, ...]:
    return tuple(Lock(_word(reason), _sentence(reason, where)) for reason in reasons)


def _word(reason: Reason) -> str:
    whole, last = reason.field.partition(".")[0], reason.field.rpartition(".")[2]
    return _LOCKS.get(last) or _LOCKS.get(whole) or "Rule"


def _sentence(reason: Reason, where: Position) -> str:
    """The decision's own words; of time in whole minutes, because a clock counts beside them."""
    if reason.code != "too_early" or where.hold is None:
        return reason.message
    return f"{_minutes(where.hold)} at {where.rate.spelled()}"
