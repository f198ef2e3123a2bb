"""Do the values of a record give what was published? Each check with what came out and how far off it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit
from chairside.core.kinetics.curve import Curve, curve
from chairside.core.kinetics.disposition import Disposition, Input, disposition, inputs
from chairside.core.kinetics.measures import peak, residence
from chairside.core.kinetics.schema import Check, Metric, Record

_UNITS = {
    Metric.HALF_LIFE: "d",
    Metric.PEAK_TIME: "d",
    Metric.RESIDENCE: "d",
    Metric.AREA: "mg.d/L",
    Metric.STEADY_VOLUME: "L",
    Metric.PEAK_RATIO: "1",
    Metric.TROUGH_RATIO: "1",
    Metric.AREA_RATIO: "1",
    Metric.AREA_TO_IV: "%",
}  # all others: mg/L


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check came to, in its own unit. `difference` is a share of the wanted value; None where a range is wanted."""

    check: Check
    got: Quantity
    difference: float | None
    closes: bool


def outcome(record: Record, check: Check) -> Outcome:
    """Compute what a check asks for and compare. Raises ValueError when it lacks the doses or the value that it needs."""
    body = disposition(record.set(check.parameters))
    wanted = check.value or check.low
    if wanted is None:
        raise ValueError(f"{record.id}: the check “{check.id}” wants nothing")
    base = unit(_UNITS.get(check.metric, "mg/L"))
    got = Quantity(Decimal(repr(_measured(body, check))), base).to(wanted.unit)
    if check.low is not None and check.high is not None:
        return Outcome(check, got, None, check.low <= got <= check.high)
    off = float(got.amount / wanted.amount) - 1
    return Outcome(check, got, off, abs(off) * 100 <= float(check.percent or 0))


def _measured(body: Disposition, check: Check) -> float:
    alone = {
        Metric.HALF_LIFE: body.half_life,
        Metric.STEADY_VOLUME: body.steady_volume,
        Metric.RESIDENCE: residence(body),
    }
    if check.metric in alone:
        return alone[check.metric]
    if check.window is None or not check.doses:
        raise ValueError(f"the check “{check.id}” needs doses and a window")
    begin, end = (float(time.to("d").amount) for time in check.window)
    given = inputs(check.doses)
    drawn = curve(body, given, end)
    if check.metric is Metric.AREA_TO_IV:
        by_vein = curve(body, [Input(one.amount, one.at) for one in given], end)
        return 100 * drawn.area(begin, end) / by_vein.area(begin, end)
    ratios = {Metric.PEAK_RATIO: Metric.PEAK, Metric.TROUGH_RATIO: Metric.TROUGH, Metric.AREA_RATIO: Metric.AREA}
    if (of := ratios.get(check.metric)) is not None:
        return _read(drawn, of, begin, end) / _read(drawn, of, 0.0, end - begin)
    return _read(drawn, check.metric, begin, end)


def _read(drawn: Curve, metric: Metric, begin: float, end: float) -> float:
    """One number off a curve, in a window of days."""
    if metric is Metric.LEVEL:
        return drawn.level(begin)
    if metric is Metric.TROUGH:
        return drawn.before(end)
    if metric in (Metric.PEAK, Metric.PEAK_TIME):
        time, level = peak(drawn, begin, end)
        return level if metric is Metric.PEAK else time - begin
    area = drawn.area(begin, end)
    return area / (end - begin) if metric is Metric.AVERAGE else area
