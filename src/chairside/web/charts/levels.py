"""Levels over time: one or two curves with their marks, told apart by dash and by the shape of the mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale, rounded_range

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR = 800, 280, 56, 16, 26, 236
_DAY = 1.0
_STEPS = (1 / 24, 2 / 24, 4 / 24, 6 / 24, 12 / 24, 1, 2, 7, 14, 28, 56, 84, 168, 364, 728)
_PARTS = 9  # marks on the time axis at most
_MARK = 4


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One curve as (day, level), and the points to mark: the levels just before a dose."""

    name: str
    points: Sequence[tuple[float, float]]
    marks: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class LevelChart:
    """Up to two curves on one axis of days. Without a `unit` there are no numbers on the level axis: a shape."""

    lines: tuple[LevelLine, ...]
    unit: str
    told: str


def levels_chart(chart: LevelChart, title: str) -> SafeString:
    """The curves with their axes. Days, or hours where the whole is shorter than three days."""
    times = [time for line in chart.lines for time, _ in line.points]
    if not times:
        return svg.picture(WIDTH, HEIGHT, title, "no levels", [])
    across = Scale(_exact(min(times)), _exact(max(times)), LEFT, WIDTH - RIGHT)
    highest = max(level for line in chart.lines for _, level in line.points)
    _, high, step = rounded_range([Decimal(0), _exact(highest) or Decimal(1)])
    up = Scale(Decimal(0), high, FLOOR, TOP)
    parts = [*_time_axis(across), *_level_axis(up, high, step, chart.unit)]
    for number, line in enumerate(chart.lines, 1):
        places: list[tuple[svg.Number, svg.Number]] = [(across.at(_exact(x)), up.at(_exact(y))) for x, y in line.points]
        parts.append(svg.path(places, f"line level-{number}"))
        parts += [_mark(number, across.at(_exact(x)), up.at(_exact(y))) for x, y in line.marks]
    return svg.picture(WIDTH, HEIGHT, title, chart.told, parts)


def levels_legend(chart: LevelChart) -> list[tuple[str, SafeString]]:
    """The name of each curve with a sample of its dash and mark."""
    samples = []
    for number, line in enumerate(chart.lines, 1):
        drawn = [svg.line(0, 6, 32, 6, f"line level-{number}"), *([_mark(number, 16, 6)] if line.marks else [])]
        sample = svg.element("svg", svg.join(drawn), class_="chart", viewBox="0 0 32 12", aria_hidden="true", focusable="false")
        samples.append((line.name, sample))
    return samples


def _time_axis(across: Scale) -> list[SafeString]:
    span = float(across.high - across.low)
    step = next((step for step in _STEPS if span <= step * _PARTS), _STEPS[-1])
    hours = step < _DAY
    parts = []
    tick = 0
    while tick * step <= span * 1.0001:
        x = across.at(across.low + _exact(tick * step))
        label = round(tick * step * 24) if hours else round(float(across.low) + tick * step)
        parts += [svg.line(x, TOP, x, FLOOR, "grid"), svg.text(x, FLOOR + 17, str(label), "", "middle")]
        tick += 1
    parts.append(svg.text(WIDTH - RIGHT, FLOOR + 36, "hours" if hours else "days", "", "end"))
    return parts


def _level_axis(up: Scale, high: Decimal, step: Decimal, unit: str) -> list[SafeString]:
    parts = [svg.line(LEFT, FLOOR, WIDTH - RIGHT, FLOOR, "axis"), svg.line(LEFT, TOP, LEFT, FLOOR, "axis")]
    parts.append(svg.text(0, TOP - 12, unit or "level, without a scale"))
    tick = Decimal(0)
    while unit and tick <= high:
        parts.append(svg.line(LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick), "grid"))
        parts.append(svg.text(LEFT - 6, up.at(tick) + 4, plain(tick.normalize()), "", "end"))
        tick += step
    return parts


def _mark(number: int, x: float, y: float) -> SafeString:
    """A circle for the first curve, a diamond for the second."""
    if number == 1:
        return svg.element("circle", class_="mark level-1", cx=x, cy=y, r=_MARK)
    corners = [(x, y - _MARK - 1), (x + _MARK + 1, y), (x, y + _MARK + 1), (x - _MARK - 1, y), (x, y - _MARK - 1)]
    return svg.path(list(corners), "mark level-2")


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))
