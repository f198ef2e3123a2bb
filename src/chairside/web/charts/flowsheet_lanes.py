"""The lanes of a flowsheet: stairs of rates, curves of vital signs, symptoms as spans, drugs and events as ticks with words.

A word stands only where it has room: in a full lane the newest value is kept and the table has the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.core.kernel.unit import unit
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale, TimeScale, rounded_range

if TYPE_CHECKING:
    from chairside.web.charts.flowsheet import Flowsheet, RateLane, Row, Series, Span, Tick

WIDTH, LEFT, RIGHT, TOP = 1000, 160, 30, 22
_GAP, _LINE = 14, 22  # between lanes; one line of words
_LETTER = 8.4  # px of one letter at the size of the chart: an estimate on the safe side
_RATE, _PAIR, _ONE = 58, 104, 50  # heights


def stacked(sheet: Flowsheet, across: TimeScale) -> tuple[list[SafeString], float]:
    """Every lane from the top down, and where the last one ends."""
    parts: list[SafeString] = []
    y: float = TOP
    for lane in sheet.rate_lanes:
        parts += _rates(lane, sheet, across, y)
        y += _RATE + _GAP
    for group in groups(sheet.series):
        height = _PAIR if len(group) > 1 else _ONE
        parts += _vitals(sheet, group, across, y, height)
        y += height + _GAP
    drugs, events = _ticks(sheet, "drugs", across), _ticks(sheet, "events", across)
    for name, rows in (("Symptoms", _spans(sheet.spans, sheet, across)), ("Drugs", drugs), ("Events", events)):
        if rows:
            parts += _words(name, rows, y, across)
            y += len(rows) * _LINE + _GAP
    return parts, y


def groups(series: Sequence[Series]) -> list[list[int]]:
    """The places of the series that share a lane, in the order of the sheet."""
    found: dict[str, list[int]] = {}
    for n, item in enumerate(series):
        if item.drawn:
            found.setdefault(item.lane or item.name, []).append(n)
    return list(found.values())


def _name(name: str, measure: str, y: float, across: TimeScale, height: float) -> list[SafeString]:
    said = [svg.text(0, y + 12, name, "lane-name")]
    if measure:
        said.append(svg.text(0, y + 28, measure))
    return [*said, svg.line(0, y + height, across.end, y + height, "axis")]


def _rates(lane: RateLane, sheet: Flowsheet, across: TimeScale, y: float) -> list[SafeString]:
    top = max((rate for _, rate in lane.steps), default=Decimal(0)) or Decimal(1)
    up = Scale(Decimal(0), top, y + _RATE, y + 14)
    ends = [*(at for at, _ in lane.steps[1:]), lane.until or sheet.now or across.last][: len(lane.steps)]
    parts = _name(lane.name if len(lane.name) < 17 else lane.name[:15] + "…", "mL/h", y, across, _RATE)
    free = 0.0
    for (begin, rate), end in zip(lane.steps, ends, strict=True):
        left, right = across.at(begin), across.at(max(begin, end))
        height = y + _RATE - up.at(rate)
        parts.append(svg.element("rect", class_="area", x=left, y=up.at(rate), width=right - left, height=height))
        word = plain(rate) if rate else "paused"
        if left >= free and (right - left > len(word) * _LETTER or left + len(word) * _LETTER < across.end):
            parts.append(svg.text(left + 3, up.at(rate) - 4, word, "value"))
            free = left + len(word) * _LETTER + 6
    return parts


def _vitals(sheet: Flowsheet, group: list[int], across: TimeScale, y: float, height: int) -> list[SafeString]:
    series = [sheet.series[n] for n in group]
    values = [value for row in sheet.rows for n in group if (value := row.values[n]) is not None]
    held = [end for item in series for end in item.axis or ()]
    low, high = (min([*values, *held]), max([*values, *held])) if held else rounded_range(values, parts=2)[:2]
    up = Scale(low, high, y + height - 4, y + 16)
    parts = _name(series[0].lane or series[0].name, unit(series[0].unit).spelled(), y, across, height)
    parts += [svg.text(LEFT - 30, up.at(value) + (0 if value == low else 6), plain(value), "", "end") for value in (low, high)]
    base = next((row for row in sheet.rows if row.baseline), None)
    for n in group:
        if base is not None and (value := base.values[n]) is not None:
            parts.append(svg.line(across.at(base.at), up.at(value), across.end, up.at(value), "baseline"))
    if len(group) == 2:
        parts += _band(sheet.rows, group, across, up)
    for place, n in enumerate(group, start=1):
        parts += _curve(sheet.rows, n, f"series-{place}", across, up)
    return parts + _values(sheet.rows, group, across, up)


def _band(rows: Sequence[Row], group: list[int], across: TimeScale, up: Scale) -> list[SafeString]:
    """A bar from the lower to the upper pressure of each set."""
    upper, lower = group
    return [
        svg.line(across.at(row.at), up.at(high), across.at(row.at), up.at(low), "band-bar")
        for row in rows
        if (high := row.values[upper]) is not None and (low := row.values[lower]) is not None
    ]


def _curve(rows: Sequence[Row], n: int, class_: str, across: TimeScale, up: Scale) -> list[SafeString]:
    parts = []
    for run in _runs(rows, n):
        if len(run) > 1:
            points = [(across.at(row.at), up.at(value)) for row, value in run]
            parts.append(svg.path(list(points), f"line {class_}"))
        parts += [_mark(across.at(row.at), up.at(value), row, n, class_) for row, value in run]
    return parts


def _mark(x: float, y: float, row: Row, n: int, class_: str) -> SafeString:
    """A ring; a diamond when it was written down afterwards; full when it has changed from the baseline."""
    changed = n < len(row.changes) and row.changes[n] is not None
    name = f"mark {class_}{' mark-out' if changed else ''}"
    if row.reported:
        return svg.element("path", class_=name, d=f"M{svg.number(x)} {svg.number(y - 6)}l6 6l-6 6l-6 -6z")
    return svg.element("circle", class_=name, cx=x, cy=y, r=5 if changed else 3.5)


def _runs(rows: Sequence[Row], n: int) -> list[list[tuple[Row, Decimal]]]:
    """Unbroken stretches of one series: a set in which it was not taken is a gap, not a guess."""
    runs: list[list[tuple[Row, Decimal]]] = [[]]
    for row in rows:
        value = row.values[n]
        if value is not None:
            runs[-1].append((row, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _values(rows: Sequence[Row], group: list[int], across: TimeScale, up: Scale) -> list[SafeString]:
    """The numbers over their marks, the newest first; one that would touch a newer one is left to the table."""
    parts, taken = [], float("inf")
    for row in reversed(rows):
        found = [value for n in group if (value := row.values[n]) is not None]
        if not found:
            continue
        text = "/".join(plain(value) for value in found)
        half = len(text) * _LETTER / 2
        x = min(across.at(row.at), across.end + RIGHT - half)
        if x + half > taken:
            continue
        parts.append(svg.text(x, up.at(max(found)) - 8, text, "value", "middle"))
        taken = x - half - 4
    return parts


def _spans(spans: Iterable[Span], sheet: Flowsheet, across: TimeScale) -> list[list[SafeString]]:
    """One line a symptom."""
    by_name: dict[str, list[SafeString]] = {}
    for span in spans:
        left, right = across.at(span.begin), across.at(span.end or sheet.now or across.last)
        shape = "span" if span.end else "span span-open"
        bar = svg.element("rect", class_=shape, x=left, y=4, width=max(right - left, 3), height=12)
        word = span.name if span.end else f"{span.name}, still there"
        inside = right + 6 + len(word) * _LETTER > across.end + RIGHT
        text = svg.text(left - 6 if inside else max(right, left + 3) + 6, 15, word, "value", "end" if inside else "")
        by_name.setdefault(span.name, []).append(svg.join([bar, text]))
    return list(by_name.values())


def _ticks(sheet: Flowsheet, lane: str, across: TimeScale) -> list[list[SafeString]]:
    """Each tick with its word in the first line that has room for it."""
    rows: list[list[SafeString]] = []
    free: list[float] = []
    for tick in sorted((tick for tick in sheet.ticks if tick.lane == lane), key=lambda tick: tick.at):
        x, length = across.at(tick.at), len(_word(tick)) * _LETTER + 14
        back = x + length > across.end + RIGHT
        begin = x - length if back else x - 6
        place = next((n for n, end in enumerate(free) if end <= begin), len(free))
        if place == len(free):
            rows.append([])
            free.append(0)
        rows[place].append(_tick(tick, x, back))
        free[place] = max(x + 8, begin + length) + 6
    return rows


def _word(tick: Tick) -> str:
    return f"{tick.label}, reported" if tick.reported else tick.label


def _tick(tick: Tick, x: float, back: bool) -> SafeString:
    shape = f"M{svg.number(x)} 4l6 6l-6 6l-6 -6z" if tick.reported else f"M{svg.number(x)} 3l5 13h-10z"
    mark = svg.element("path", class_=f"step tone-{tick.tone}", d=shape)
    word = svg.text(x - 9 if back else x + 9, 15, _word(tick), "tick-word", "end" if back else "")
    return svg.element("g", svg.join([mark, word]), class_=f"tone-{tick.tone}")


def _words(name: str, rows: list[list[SafeString]], y: float, across: TimeScale) -> list[SafeString]:
    places = [f"translate(0 {svg.number(y + n * _LINE)})" for n in range(len(rows))]
    drawn = [svg.element("g", svg.join(row), transform=place) for row, place in zip(rows, places, strict=True)]
    return [*_name(name, "", y, across, len(rows) * _LINE), *drawn]
