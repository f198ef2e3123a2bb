"""The flowsheet: vital signs and the rate on one time axis, drawn over the table that holds the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale, TimeScale, rounded_range

WIDTH, LEFT, RIGHT = 800, 44, 56
VITALS_TOP, VITALS_FLOOR, RATE_TOP, RATE_FLOOR = 12, 200, 224, 288
HEIGHT = RATE_FLOOR + 28


@dataclass(frozen=True, slots=True)
class Series:
    """One vital sign; all series of a sheet share the axis, so give those that may (pressures, pulse), others in the table."""

    name: str
    unit: str
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One set: a value for each series, None where it was not taken (never zero), and the rate that was running."""

    at: datetime
    values: tuple[Decimal | None, ...]
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Flowsheet:
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    rate_steps: tuple[tuple[datetime, Decimal], ...] = ()  # (from when, mL/h); the last one runs until `until`
    until: datetime | None = None
    now: datetime | None = None


def flowsheet_chart(sheet: Flowsheet, title: str) -> SafeString:
    """Curves above, rate as shaded steps below. A missing value breaks its curve."""
    moments = [row.at for row in sheet.rows] + [at for at, _ in sheet.rate_steps]
    moments += [at for at in (sheet.until, sheet.now) if at]
    if not moments:
        return svg.picture(WIDTH, HEIGHT, title, "no values yet", [])
    across = TimeScale(min(moments), max(moments), LEFT, WIDTH - RIGHT)
    parts = _time_axis(across)
    if sheet.now:
        x = across.at(sheet.now)
        parts.append(svg.line(x, VITALS_TOP, x, RATE_FLOOR, "now"))
        parts.append(svg.text(x + 4, RATE_TOP - 6, "now", "now-label"))
    parts += _curves(sheet, across) + _rates(sheet, across)
    return svg.picture(WIDTH, HEIGHT, title, _told(sheet), parts)


def _time_axis(across: TimeScale) -> list[SafeString]:
    length = across.last - across.first
    step = next(
        (timedelta(minutes=m) for m in (5, 10, 15, 30, 60, 120) if length <= timedelta(minutes=m) * 9), timedelta(hours=4)
    )
    parts = []
    for tick in across.ticks(step):
        x = across.at(tick)
        parts.append(svg.line(x, VITALS_TOP, x, RATE_FLOOR, "grid"))
        parts.append(svg.text(x, RATE_FLOOR + 18, timezone.localtime(tick).strftime("%H:%M"), "", "middle"))
    return parts


def _curves(sheet: Flowsheet, across: TimeScale) -> list[SafeString]:
    drawn = [index for index, series in enumerate(sheet.series) if series.drawn]
    values = [value for row in sheet.rows for index in drawn if (value := row.values[index]) is not None]
    low, high, step = rounded_range(values)
    up = Scale(low, high, VITALS_FLOOR, VITALS_TOP)
    parts = []
    tick = low
    while tick <= high:
        parts.append(svg.line(LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick), "grid"))
        parts.append(svg.text(LEFT - 6, up.at(tick) + 4, plain(tick), "", "end"))
        tick += step
    for index in drawn:
        for run in _runs(sheet.rows, index):
            places = [(across.at(at), up.at(value)) for at, value in run]
            if len(places) > 1:
                parts.append(svg.path(list(places), f"line series-{index + 1}"))
            parts += [svg.element("circle", class_=f"mark series-{index + 1}", cx=x, cy=y, r=3) for x, y in places]
            parts.append(svg.text(places[-1][0] + 7, places[-1][1] + 4, plain(run[-1][1]), "value"))
    return parts


def _runs(rows: Sequence[Row], index: int) -> list[list[tuple[datetime, Decimal]]]:
    """Unbroken stretches of one series: a set that was not taken is a gap, not a guess."""
    runs: list[list[tuple[datetime, Decimal]]] = [[]]
    for row in rows:
        value = row.values[index]
        if value is not None:
            runs[-1].append((row.at, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _rates(sheet: Flowsheet, across: TimeScale) -> list[SafeString]:
    top = max((rate for _, rate in sheet.rate_steps), default=Decimal(0)) or Decimal(1)
    up = Scale(Decimal(0), top, RATE_FLOOR, RATE_TOP)
    ends = [*(at for at, _ in sheet.rate_steps[1:]), sheet.until or sheet.now or across.last][: len(sheet.rate_steps)]
    parts = []
    for (begin, rate), end in zip(sheet.rate_steps, ends, strict=True):
        left, right = across.at(begin), across.at(end)
        parts.append(
            svg.element(
                "rect", class_="area", x=left, y=up.at(rate), width=max(right - left, 0), height=RATE_FLOOR - up.at(rate)
            )
        )
        if right - left > 24:
            parts.append(svg.text(left + 4, min(up.at(rate) + 13, RATE_FLOOR - 3), plain(rate), "value"))
    parts.append(svg.line(LEFT, RATE_FLOOR, WIDTH - RIGHT, RATE_FLOOR, "axis"))
    parts.append(svg.text(LEFT - 6, RATE_TOP + 10, "mL/h", "", "end"))
    return parts


def _told(sheet: Flowsheet) -> str:
    if not sheet.rows:
        return "no vital signs yet"
    last = sheet.rows[-1]
    said = [
        f"{series.name} {plain(value)} {series.unit}" if value is not None else f"{series.name} not taken"
        for series, value in zip(sheet.series, last.values, strict=True)
    ]
    return f"{len(sheet.rows)} sets; last at {timezone.localtime(last.at):%H:%M}: {', '.join(said)}. The table has every value."
