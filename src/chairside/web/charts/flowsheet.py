"""The flowsheet: rate, vital signs, symptoms, drugs and events in lanes over one time axis, beside its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.web.charts import flowsheet_lanes as lanes
from chairside.web.charts import svg
from chairside.web.charts.scale import TimeScale

_TICKS = (5, 10, 15, 30, 60, 120)
_APART = 62  # px between two times on the axis


@dataclass(frozen=True, slots=True)
class Series:
    """One vital sign. Series of the same lane share its axis; without a lane it has one of its own.

    axis   what its axis holds at least, so that one point of oxygen is not drawn as a cliff and no new value moves the others
    """

    name: str
    unit: str
    drawn: bool = True
    lane: str = ""
    axis: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """How a value stands against the baseline where that matters: `level` is watch or act, `text` such as "down 22 %"."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One set: a value for each series, None where it was not taken (never zero), and the rate that was running.

    said      what was seen beside the numbers: awake, oxygen, the access site
    changes   for each series its change from the baseline, None where there is nothing to say
    reported  written down afterwards
    """

    at: datetime
    values: tuple[Decimal | None, ...]
    rate: Decimal | None = None
    said: str = ""
    changes: tuple[Change | None, ...] = ()
    reported: bool = False
    baseline: bool = False

    @property
    def cells(self) -> list[tuple[Decimal | None, Change | None]]:
        return [(value, self.changes[n] if n < len(self.changes) else None) for n, value in enumerate(self.values)]


@dataclass(frozen=True, slots=True)
class RateLane:
    """One drug's rates: from when, mL/h (0: not running). The last one runs until `until`, else until now."""

    name: str
    steps: tuple[tuple[datetime, Decimal], ...]
    until: datetime | None = None

    def at(self, moment: datetime) -> Decimal | None:
        """The rate at a moment, None while it did not run."""
        if self.until is not None and moment > self.until:
            return None
        return next((rate or None for begin, rate in reversed(self.steps) if begin <= moment), None)


@dataclass(frozen=True, slots=True)
class Span:
    """A symptom from when to when; no end: it is still there."""

    name: str
    begin: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing at one moment, in words. `lane` is drugs or events."""

    at: datetime
    label: str
    lane: str = "events"
    tone: str = "plain"
    reported: bool = False


@dataclass(frozen=True, slots=True)
class Flowsheet:
    series: tuple[Series, ...]
    rows: tuple[Row, ...]
    rate_steps: tuple[tuple[datetime, Decimal], ...] = ()  # of one drug; `rates` where there are several
    until: datetime | None = None
    now: datetime | None = None
    rates: tuple[RateLane, ...] = ()
    spans: tuple[Span, ...] = ()
    ticks: tuple[Tick, ...] = ()

    @property
    def rate_lanes(self) -> tuple[RateLane, ...]:
        return self.rates or ((RateLane("Rate", self.rate_steps, self.until),) if self.rate_steps else ())

    @property
    def lines(self) -> list[tuple[Series, list[tuple[Decimal | None, Change | None]]]]:
        """Each series with its values: the table runs as the chart does, the newest set last."""
        return [(series, [row.cells[n] for row in self.rows]) for n, series in enumerate(self.series)]

    @property
    def rate_lines(self) -> list[tuple[RateLane, list[Decimal | None]]]:
        """Each drug's rate at each set."""
        return [(lane, [lane.at(row.at) for row in self.rows]) for lane in self.rate_lanes]

    @property
    def any_said(self) -> bool:
        return any(row.said for row in self.rows)

    @property
    def any_reported(self) -> bool:
        return any(row.reported for row in self.rows) or any(tick.reported for tick in self.ticks)

    @property
    def moments(self) -> list[datetime]:
        """Every moment that stands on the sheet."""
        found = [row.at for row in self.rows] + [tick.at for tick in self.ticks]
        found += [at for lane in self.rate_lanes for at, _ in lane.steps]
        found += [at for span in self.spans for at in (span.begin, span.end) if at]
        return found + [at for at in (self.until, self.now, *(lane.until for lane in self.rate_lanes)) if at]


def flowsheet_chart(sheet: Flowsheet, title: str) -> SafeString:
    """All lanes under each other, one time axis at the foot, baseline and now as lines. A missing value breaks its curve."""
    moments = sheet.moments
    if not moments:
        return svg.picture(lanes.WIDTH, 60, title, "no values yet", [])
    first, last = min(moments), max(moments)
    width = _width(last - first)
    across = TimeScale(first, max(last, first + timedelta(minutes=10)), lanes.LEFT, width - lanes.RIGHT)
    drawn, floor = lanes.stacked(sheet, across)
    parts = [*_time_axis(across, floor), *drawn]
    if sheet.now:
        x = across.at(sheet.now)
        parts += [svg.line(x, lanes.TOP - 4, x, floor, "now"), svg.text(x, lanes.TOP - 8, "now", "now-label", "end")]
    wide = f"chart chart-flow chart-flow-{round((width - lanes.WIDTH) / 360)}"
    return svg.picture(width, int(floor) + 26, title, told(sheet), parts, wide)


def _width(length: timedelta) -> int:
    """1000 for up to four hours, then 90 more an hour; the chart scrolls in itself."""
    hours = max(length / timedelta(hours=1) - 4, 0)
    return lanes.WIDTH + 90 * min(int(hours + 0.99), 16)


def _time_axis(across: TimeScale, floor: float) -> list[SafeString]:
    length = across.last - across.first
    room = (across.end - across.start) / _APART
    step = next((timedelta(minutes=m) for m in _TICKS if length <= timedelta(minutes=m) * room), timedelta(hours=4))
    parts = []
    for tick in across.ticks(step):
        x = across.at(tick)
        parts.append(svg.line(x, lanes.TOP, x, floor, "grid"))
        parts.append(svg.text(x, floor + 18, clock(tick), "", "middle"))
    return parts


def clock(at: datetime) -> str:
    return timezone.localtime(at).strftime("%H:%M")


def told(sheet: Flowsheet) -> str:
    """The whole sheet in words: the last set, the rates, symptoms, drugs and events."""
    parts = []
    if sheet.rows:
        last = sheet.rows[-1]
        said = ", ".join(
            f"{series.name} {plain(value)} {series.unit}" if value is not None else f"{series.name} not taken"
            for series, value in zip(sheet.series, last.values, strict=True)
        )
        sets = "1 set" if len(sheet.rows) == 1 else f"{len(sheet.rows)} sets"
        parts.append(f"{sets}; last at {clock(last.at)}: {said}")
    else:
        parts.append("no vital signs yet")
    for lane in sheet.rate_lanes:
        parts.append(f"{lane.name}: " + ", ".join(f"{plain(rate)} mL/h from {clock(at)}" for at, rate in lane.steps))
    parts += [
        f"{span.name} {clock(span.begin)} to {clock(span.end)}" if span.end else f"{span.name} since {clock(span.begin)}"
        for span in sheet.spans
    ]
    parts += [f"{clock(tick.at)} {tick.label}{', reported' if tick.reported else ''}" for tick in sheet.ticks]
    return "; ".join(parts) + ". The table has every value."
