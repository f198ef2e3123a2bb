"""Lanes on a shared axis of days: doses, requirements, authorization windows. One picture across the stages of the journey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from chairside.web.charts import svg

WIDTH, NAME, HEAD, LANE = 960, 132, 38, 36


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of days, both ends included: a window, an authorization."""

    first: date
    last: date
    label: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on one day: a dose, a requirement that falls due."""

    on: date
    label: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class LineLane:
    name: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneChart:
    first: date
    last: date
    lanes: tuple[LineLane, ...]
    today: date | None = None

    def x(self, day: date) -> float:
        """Where a day begins; days outside the chart stand at its edge."""
        whole = (self.last - self.first).days + 1
        return NAME + min(max((day - self.first).days, 0), whole) / whole * (WIDTH - NAME)


def lane_chart(chart: LaneChart, title: str) -> SafeString:
    """Bars and marks by lane, months across, today as a line. Everything drawn is also said in the description."""
    height = HEAD + LANE * len(chart.lanes) + 4
    parts = _months(chart, height)
    for index, lane in enumerate(chart.lanes):
        top = HEAD + LANE * index
        parts.append(svg.line(0, top, WIDTH, top, "grid"))
        parts.append(svg.text(0, top + 22, lane.name, "value"))
        parts += [_bar(chart, bar, top) for bar in lane.bars if bar.last >= chart.first and bar.first <= chart.last]
        parts += [_mark(chart, mark, top) for mark in lane.marks if chart.first <= mark.on <= chart.last]
    if chart.today and chart.first <= chart.today <= chart.last:
        parts.append(svg.line(chart.x(chart.today), HEAD - 16, chart.x(chart.today), height, "now"))
        parts.append(svg.text(chart.x(chart.today) + 3, HEAD - 8, "today", "now-label"))
    return svg.picture(WIDTH, height, title, _told(chart), parts)


def _months(chart: LaneChart, height: int) -> list[SafeString]:
    parts, day = [], chart.first.replace(day=1)
    while day <= chart.last:
        if day >= chart.first:
            parts.append(svg.line(chart.x(day), 18, chart.x(day), height, "grid"))
            parts.append(svg.text(chart.x(day) + 3, 12, date_format(day, "M Y" if day.month == 1 else "M")))
        day = (day + timedelta(days=32)).replace(day=1)
    return parts


def _bar(chart: LaneChart, bar: Bar, top: int) -> SafeString:
    left, right = chart.x(bar.first), chart.x(bar.last + timedelta(days=1))
    parts = [
        svg.element("rect", class_=f"step tone-{bar.tone}", x=left, y=top + 7, width=max(right - left, 3), height=22, rx=3)
    ]
    if right - left > 7 * len(bar.label):
        parts.append(svg.text(left + 6, top + 22, bar.label, "tone-text"))
    return svg.element("g", svg.join(parts), class_=f"tone-{bar.tone}")


def _mark(chart: LaneChart, mark: Mark, top: int) -> SafeString:
    x = chart.x(mark.on)
    parts = [
        svg.element("circle", class_=f"step tone-{mark.tone}", cx=x, cy=top + 18, r=10),
        svg.text(x, top + 22, mark.label, "tone-text", "middle"),
    ]
    return svg.element("g", svg.join(parts), class_=f"tone-{mark.tone}")


def _told(chart: LaneChart) -> str:
    said = []
    for lane in chart.lanes:
        things = [f"{bar.label} {bar.first} to {bar.last}" for bar in lane.bars] + [f"{m.label} on {m.on}" for m in lane.marks]
        said.append(f"{lane.name}: {', '.join(things) or 'nothing'}")
    return "; ".join(said)
