"""What `chairside simulate` says: its figures as JSON has them, and as people read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chairside.core.scheduling.day.instance import DayInstance
from chairside.core.scheduling.day.objective import objective
from chairside.core.scheduling.day.schedule import Schedule
from chairside.core.scheduling.replay.durations import Durations
from chairside.core.scheduling.replay.outcome import LONG_WAIT, Figure, Outcome
from chairside.exchange.schedules.text import number

if TYPE_CHECKING:
    from chairside.engines.robust.choosing import NoPlan, Plan


def standing(day: DayInstance, taken: Durations) -> dict[str, Any]:
    """What the real minutes rest on."""
    resting = Counter(taken.standing(visit) for visit in day.patients)
    source = taken.source and {"title": taken.source.title, "tier": taken.source.tier.value}
    return {"source": source, "visits": len(day.patients), "between": resting["between"], "beyond": resting["beyond"]}


def outcome_values(day: DayInstance, schedule: Schedule, found: Outcome) -> dict[str, Any]:
    """The figures of a replay."""
    parts = {name: number(round(value, 3)) for name, value in asdict(found.cost.parts).items()}
    return {
        "left_out": len(day.patients) - len(schedule.assignments),
        "wait": _figure(found.wait),
        "long_wait": {"minutes": LONG_WAIT, "share": found.long_wait.share, "error": _rounded(found.long_wait.error)},
        "overtime": _figure(found.overtime),
        "last_end": _figure(found.last_end),
        "past_shift": {nurse: _figure(figure) for nurse, figure in found.past_shift.items()},
        "late_breaks": found.late_breaks,
        "cost": {"mean": _rounded(found.cost.mean), "error": _rounded(found.cost.error), "parts": parts},
    }


def plan_values(day: DayInstance, found: Plan | NoPlan) -> dict[str, Any]:
    """One plan and the figures of its replay, or why there is none. `against` is the cost beyond the nominal plan's."""
    from chairside.engines.robust.choosing import NoPlan

    if isinstance(found, NoPlan):
        return {"quantile": found.quantile, "problem": found.problem}
    against = found.against and {"mean": _rounded(found.against[0]), "error": _rounded(found.against[1])}
    return {
        "quantile": found.quantile,
        "planned_cost": number(objective(found.day, found.schedule)),
        **outcome_values(day, found.schedule, found.outcome),
        "against": against,
        "tries": [_rounded(cost) for cost in found.tries],
    }


def outcome_lines(answer: dict[str, Any]) -> list[str]:
    """A replay in plain lines."""
    wait, last, cost, long_wait = answer["wait"], answer["last_end"], answer["cost"], answer["long_wait"]
    nurses = "; ".join(f"{nurse} {_mean(figure)} ({figure['p90']})" for nurse, figure in answer["past_shift"].items())
    booked = answer["visits"] - answer["left_out"]
    lines = [
        f"{answer['instance']}: {answer['runs']} days drawn (seed {answer['seed']}), {booked} visits booked, "
        f"{answer['left_out']} left out.",
        *_standing_lines(answer),
    ]
    if broken := answer["broken_rules"]:
        rules = f"rule {broken[0]}" if len(broken) == 1 else f"rules {', '.join(map(str, broken))}"
        lines.append(f"With nominal minutes the schedule breaks {rules} of the day; it is played as it stands.")
    lines.append("Minutes on average ± standard error, and those that 90 of 100 do not exceed in brackets:")
    if wait:
        often = f"{long_wait['share']:.1%}{_error(long_wait['error'], 100, ' %')}"
        lines.append(f"  wait beyond the booked start: {_mean(wait)} ({wait['p90']}) a visit")
        lines.append(f"  somebody waits longer than {long_wait['minutes']} minutes: on {often} of days")
    lines.append(f"  overtime of visits past close: {_mean(answer['overtime'])} ({answer['overtime']['p90']}) a day")
    if last:
        lines.append(f"  end of the last visit: minute {_mean(last)} ({last['p90']})")
    lines.append(f"  past the end of the shift: {nurses or 'no nurse'}")
    lines.append(f"  breaks that begin too late for their window: {answer['late_breaks']:.2f} a day")
    parts = ", ".join(f"{name} {part:.0f}" for name, part in cost["parts"].items() if part)
    average = f"{cost['mean']:.0f}{_error(cost['error'])} on average{f' ({parts})' if parts else ''}"
    lines.append(f"Cost {average}; {answer['booked_cost']} as booked.")
    return lines


def plan_lines(answer: dict[str, Any]) -> list[str]:
    """The table of plans."""
    chosen = "nominal minutes" if answer["chosen"] is None else f"the {answer['chosen']:g} quantile"
    return [
        f"{answer['instance']}: each plan replayed on the same {answer['runs']} days (seed {answer['seed']}).",
        *_standing_lines(answer),
        "planned with   left out  wait (90 %)  overtime (90 %)  last end (90 %)       cost     against nominal",
        *map(_row, answer["plans"]),
        f"Least: {chosen}.",
    ]


def _row(plan: dict[str, Any]) -> str:
    name = "nominal" if plan["quantile"] is None else f"quantile {plan['quantile']:g}"
    if "problem" in plan:
        return f"{name:<14} no plan: {plan['problem']}"
    wait, overtime, last, cost, against = (plan[key] for key in ("wait", "overtime", "last_end", "cost", "against"))
    told = f"{against['mean']:+.0f}{_error(against['error'])}" if against and plan["quantile"] is not None else ""
    cells = (_short(wait), _short(overtime), _short(last), f"{cost['mean']:.0f}{_error(cost['error'])}", told)
    return (
        f"{name:<14} {plan['left_out']:>8} {cells[0]:>12} {cells[1]:>16} {cells[2]:>16} {cells[3]:>12} {cells[4]:>16}".rstrip()
    )


def _standing_lines(answer: dict[str, Any]) -> list[str]:
    source = answer["source"]
    lines = [f"Real minutes: {source['title']} ({source['tier']})."] if source else []
    if answer["between"]:
        lines.append(f"Visits with a length between two of the table, the ratio taken between theirs: {answer['between']}.")
    if answer["beyond"]:
        lines.append(f"Visits with a length beyond the table, the ratio taken of the nearest: {answer['beyond']}.")
    return lines


def _figure(found: Figure | None) -> dict[str, Any] | None:
    return {name: _rounded(value) for name, value in asdict(found).items()} if found else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else number(round(value, 4))


def _short(figure: dict[str, Any] | None) -> str:
    return f"{figure['mean']:.0f} ({figure['p90']})" if figure else "-"


def _mean(figure: dict[str, Any]) -> str:
    return f"{figure['mean']:.1f}{_error(figure['mean_error'])}"


def _error(error: float | None, times: float = 1, unit: str = "") -> str:
    return "" if error is None else f" ± {error * times:.1f}{unit}"
