"""From what an amount is computed, and on which day it is due: each rule of the schema as one sentence."""

from __future__ import annotations

from collections.abc import Iterator

from chairside.core.kernel.quantity import plain
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import (
    Calvert,
    Deficit,
    DoseRule,
    Flat,
    FromProduct,
    Ordered,
    PerSurface,
    PerWeight,
    Replacement,
    Table,
    WantedRise,
    WeightChoice,
)
from chairside.core.protocols.schema.regimen import Anchor, Cycles, Every, Offsets, OnDemand, Timing, Triggered
from chairside.formulary.sheet import words

WEIGHTS = {
    WeightChoice.RECORD: "the dosing weight of record",
    WeightChoice.ACTUAL: "today's weight",
    WeightChoice.LEAN: "the lean weight",
    WeightChoice.ADJUSTED: "the adjusted weight",
    WeightChoice.FROZEN: "the weight at the anchor event or first dose",
}
_ANCHORS = {
    Anchor.FIRST_DOSE: "the first dose",
    Anchor.LAST_DOSE: "the dose before",
    Anchor.CALENDAR: "the original calendar",
    Anchor.CYCLE_START: "the start of the cycle",
    Anchor.EVENT: "the event",
}


def dose(rule: DoseRule, protocol: Protocol) -> str:
    """How the amount of one dose comes about."""
    match rule:
        case Flat():
            return f"{rule.amount.spelled()}{_highest(rule)}"
        case PerWeight():
            whom = [found.names.en if (found := protocol.indication(key)) else words.key(key) for key in rule.highest_for]
            limit = f"{_highest(rule)}{f' for {words.listed(whom)}' if whom else ''}"
            return f"{rule.amount.spelled()} of {WEIGHTS[rule.weight]}{limit}"
        case PerSurface():
            return f"{rule.amount.spelled()} of body surface{_highest(rule)}"
        case Ordered():
            by_weight = "kg" in dict(rule.least.unit.powers) or rule.weight is not WeightChoice.RECORD
            weight = f", by {WEIGHTS[rule.weight]}" if by_weight else ""
            return f"as ordered, {rule.least.spelled()} to {rule.most.spelled()}{weight}"
        case Table():
            return "by the table below"
        case Calvert():
            return (
                f"ordered AUC, {rule.least_level.spelled()} to {rule.most_level.spelled()}, × "
                f"({words.fact_name(rule.gfr_fact, protocol)}, at most {rule.gfr_cap.spelled()} in the formula, + 25)"
            )
        case WantedRise():
            fact = words.fact_name(rule.recovery_fact, protocol) if rule.recovery_fact else ""
            own = f", or by the patient's own recovery ({fact})" if fact else ""
            return (
                f"{WEIGHTS[rule.weight]} in kg × wanted rise × {plain(rule.factor)}{own}; "
                f"wanted rise {rule.least_rise.spelled()} to {rule.most_rise.spelled()}"
            )
        case Deficit():
            return _deficit(rule, protocol)
        case Replacement():
            fraction = words.fact_name(rule.fraction_fact, protocol)
            return f"{rule.per.spelled()} × volume lost ({words.fact_name(rule.loss_fact, protocol)}) × {fraction}"
        case FromProduct():
            return (
                f"{plain(rule.factor)} × the last dose of {words.keys(rule.protocols, 'or')} ÷ the weeks between its doses, "
                f"for {words.days(rule.per_days)}; first given {words.days(rule.start_after_days)} after that dose"
            )


def _deficit(rule: Deficit, protocol: Protocol) -> str:
    level = words.fact_name(rule.level_fact, protocol)
    whose = WEIGHTS[rule.weight]
    more = f" + {rule.per_kg.spelled()} × {whose}" if rule.per_kg is not None else ""
    stores = f" + {rule.stores.spelled()} for stores" if rule.stores is not None else ""
    since = f" (counted from {rule.stores_from.spelled()})" if rule.stores_from is not None else ""
    target = f"{plain(rule.target)}{words.unit_text(rule.level_unit)}"
    return f"{rule.per_kg_point.spelled()} × {whose} × ({target} − {level}){more}{stores}{since}"


def _highest(rule: Flat | PerWeight | PerSurface) -> str:
    return f", by order up to {rule.highest.spelled()}" if rule.highest is not None else ""


def cells(rule: Table, protocol: Protocol) -> Iterator[tuple[str, str]]:
    """The axes, then each cell of the table; with the source of a cell's minutes where that is another one."""
    for axis in rule.axes:
        if axis.frozen:
            yield f"{words.fact_name(axis.fact, protocol)}: the value at the first dose of the course stays", ""
    for cell in rule.cells:
        pairs = zip(rule.axes, cell.at, strict=True)
        where = ", ".join(words.stretch(axis.unit, step, words.fact_name(axis.fact, protocol)) for axis, step in pairs)
        much = (
            ", then ".join(f"{value.spelled()}{'' if value.amount else ' (not given)'}" for value in cell.amounts)
            or "do not dose"
        )
        every = f", every {words.days(cell.every_days)}" if cell.every_days is not None else ""
        over = f", over at least {cell.least_minutes} min" if cell.least_minutes is not None else ""
        if over and cell.minutes_source:
            yield f"{where}: {much}{every}", ""
            yield f"{where}{over}", cell.minutes_source
        else:
            yield f"{where}: {much}{every}{over}", ""


def timing(stated: Timing, protocol: Protocol) -> str:
    """On which days doses are due."""
    match stated:
        case Offsets():
            noun = "day" if len(stated.days) == 1 else "days"
            anchor = _ANCHORS[stated.anchor]
            event = f" ({words.key(stated.event)})" if stated.event else ""
            return f"on {noun} {words.listed(stated.days)}, counted from {anchor}{event}"
        case Every():
            first = f", the first on day {stated.first_day}" if stated.first_day is not None else ""
            short = f", by order down to {words.days(stated.shortest_days)}" if stated.shortest_days is not None else ""
            return f"every {words.days(stated.days)}, counted from {_ANCHORS[stated.anchor]}{first}{short}"
        case Cycles():
            return _cycles(stated)
        case OnDemand():
            most = f", repeated at most {words.counted(stated.most_repeats, 'time')}" if stated.most_repeats is not None else ""
            soon = f", no sooner than {stated.least_minutes} min after the one before" if stated.least_minutes else ""
            return f"as needed{soon}{most}"
        case Triggered():
            event = words.fact_name(stated.event, protocol)
            return f"after {event}, within {stated.within_hours} h; the other doses stay where they are"


def _cycles(stated: Cycles) -> str:
    some = f"any {stated.any_days} of " if stated.any_days is not None else ""
    length = f" of {words.counted(stated.length_days, 'day')}" if stated.length_days is not None else ""
    count = f", {words.counted(stated.cycles, 'cycle')}" if stated.cycles is not None else ""
    way = "the next cycle follows at once" if stated.next_cycle == "fixed" else "the prescriber decides on the next cycle"
    soonest = (
        f", never sooner than {words.days(stated.earliest_days)} from the start of the last" if stated.earliest_days else ""
    )
    noun = "day" if len(stated.on_days) == 1 else "days"
    return f"on {some}{noun} {words.listed(stated.on_days)} of each cycle{length}{count}; {way}{soonest}"
