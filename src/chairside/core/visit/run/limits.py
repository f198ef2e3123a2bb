"""Limits of a run: every highest rate and every shortest time that is for this infusion, with who says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from chairside.core.kernel.decision import Reason
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.protocols.schema.dose import Axis, Cell, Table
from chairside.core.protocols.schema.ladder import Ladder, RateCap
from chairside.core.protocols.schema.safety import Bound
from chairside.core.protocols.schema.terms import Layer
from chairside.core.protocols.stretch import holds
from chairside.core.protocols.truth import Truth, of_patient
from chairside.core.visit.run.asked import NO, YES, Asked, Scope
from chairside.core.visit.run.rates import stands


@dataclass(frozen=True, slots=True)
class Limit:
    """A highest rate in mL/h, or a shortest time in minutes.

    said     what it is, as the answer names it: "100 mg/min", "at least 60 min"
    missing  facts that would say whether it is for this patient; empty when it is
    """

    amount: Fraction
    said: str
    layer: Layer
    source: str
    missing: tuple[str, ...] = ()


def rate_limits(asked: Asked) -> tuple[tuple[Limit, ...], tuple[Reason, ...]]:
    """Every highest rate that is, or may be, for this infusion, the lowest first; and why one cannot be turned into mL/h."""
    found: list[Limit] = []
    reasons: list[Reason] = []
    for rate, said, layer, source, scope in _stated(asked):
        pace = asked.bag.pace(rate)
        if isinstance(pace, Reason):
            reasons.append(pace)
        else:
            found.append(Limit(pace, said, layer, source, scope.missing))
    return tuple(sorted(found, key=lambda limit: (limit.amount, bool(limit.missing)))), tuple(reasons)


def _stated(asked: Asked) -> Iterator[tuple[Quantity, str, Layer, str, Scope]]:
    for cap in asked.protocol.rate_caps:
        scope = _capped(cap, asked)
        if scope.truth is not Truth.FALSE:
            why = ", ".join(sorted(asked.risks & set(cap.risks))) or (asked.indication if cap.indications else "")
            yield (
                cap.rate,
                f"at most {cap.rate.spelled()}" + (f" ({_spoken(why)})" if why else ""),
                cap.layer,
                cap.source,
                scope,
            )
    for never in asked.protocol.nevers:
        if never.bound is Bound.MOST_RATE and never.limit is not None:
            scope = asked.holds(never.when)
            if scope.truth is not Truth.FALSE:
                yield never.limit, f"never above {never.limit.spelled()}", never.layer, never.source, scope


def _capped(cap: RateCap, asked: Asked) -> Scope:
    if cap.risks and not asked.risks & set(cap.risks):
        return NO
    scope = asked.under(cap.regimens) & Scope(stands(cap.infusions, asked.course), ("tolerated",))
    if scope.truth is Truth.FALSE:
        return NO
    return scope & asked.indicated(cap.indications) & asked.holds(cap.when)


def time_limits(asked: Asked) -> tuple[Limit, ...]:
    """Every shortest time that is, or may be, for this infusion whatever the ladder, the longest first."""
    return longest_first((*_of_tables(asked), *_pumps(asked), *_nevers(asked)))


def with_ladder(times: tuple[Limit, ...], ladder: Ladder) -> tuple[Limit, ...]:
    """The same with the ladder's own shortest time."""
    if ladder.least_minutes is None:
        return times
    own = Limit(Fraction(ladder.least_minutes), f"at least {ladder.least_minutes} min", ladder.layer, ladder.source)
    return longest_first((*times, own))


def longest_first(times: tuple[Limit, ...]) -> tuple[Limit, ...]:
    return tuple(sorted(times, key=lambda limit: (-limit.amount, bool(limit.missing))))


def _nevers(asked: Asked) -> Iterator[Limit]:
    for never in asked.protocol.nevers:
        if never.bound is Bound.LEAST_MINUTES and never.limit is not None:
            scope = asked.holds(never.when)
            if scope.truth is not Truth.FALSE:
                minutes = Fraction(never.limit.to("min").amount)
                yield Limit(minutes, f"never in less than {never.limit.spelled()}", never.layer, never.source, scope.missing)


def _pumps(asked: Asked) -> Iterator[Limit]:
    for phase in asked.phases:
        if phase.pump is not None:
            least = Fraction(phase.pump.least_hours * 60)
            yield Limit(least, f"never emptied before {phase.pump.least_hours} h", Layer.LABEL, phase.pump.source)


def _of_tables(asked: Asked) -> Iterator[Limit]:
    """The times of the dose tables' cells for this weight and amount, in every phase that it may be."""
    fitting: list[tuple[Cell, Scope, str]] = []
    for phase in asked.phases:
        if isinstance(phase.dose, Table):
            for cell in phase.dose.cells:
                scope = NO if cell.least_minutes is None else _in_cell(cell, phase.dose.axes, asked)
                if scope.truth is not Truth.FALSE:
                    fitting.append((cell, scope, cell.minutes_source or phase.source))
    # An amount that no cell of this weight gives was ordered: the time of its weight holds all the same.
    chosen = [item for item in fitting if _gives(item[0], asked.bag.dose)] or fitting
    certain = len({cell.least_minutes for cell, _, _ in chosen}) == 1
    for cell, scope, source in chosen:
        said = f"at least {cell.least_minutes} min by the dose table"
        yield Limit(Fraction(cell.least_minutes or 0), said, Layer.LABEL, source, () if certain else scope.missing)


def _in_cell(cell: Cell, axes: tuple[Axis, ...], asked: Asked) -> Scope:
    scope = YES
    for axis, step in zip(axes, cell.at, strict=True):
        value = _entry(axis, asked)
        scope &= Scope(Truth.UNKNOWN, (axis.fact,)) if value is None else YES if holds(step, value) else NO
    return scope


def _entry(axis: Axis, asked: Asked) -> Decimal | None:
    if axis.fact == "patient.weight_kg":
        return None if asked.bag.weight is None else asked.bag.weight.to(axis.unit).amount
    if asked.known is None:
        return None
    value = of_patient(axis.fact, asked.known)
    newest = asked.known.newest(axis.fact)
    if value is None and newest is not None and newest.unit == axis.unit and isinstance(newest.value, Decimal):
        return newest.value
    return value.to(axis.unit).amount if isinstance(value, Quantity) else value if isinstance(value, Decimal) else None


def _gives(cell: Cell, dose: Quantity) -> bool:
    try:
        return any(amount.same(dose) for amount in cell.amounts)
    except UnitError:
        return False


def _spoken(word: str) -> str:
    return word.replace("_", " ")
