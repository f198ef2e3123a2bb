"""A number's course in a line of text, with the last value written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale

WIDTH, HEIGHT, PAD = 128, 32, 5


def sparkline(
    points: Sequence[tuple[str, Decimal]], label: str, unit: str, low: Decimal | None = None, high: Decimal | None = None
) -> SafeString:
    """Points are (when, value) in order. A value outside low..high is a filled mark. Fewer than two points draw no line."""
    values = [value for _, value in points]
    if not values:
        return svg.picture(WIDTH, HEIGHT, label, "no values", [], "chart sparkline")
    bounds = [*values, *(bound for bound in (low, high) if bound is not None)]
    x = Scale(Decimal(0), Decimal(max(len(values) - 1, 1)), PAD, WIDTH - PAD)
    y = Scale(min(bounds), max(bounds), HEIGHT - PAD, PAD)
    places = [(x.at(Decimal(index)), y.at(value)) for index, value in enumerate(values)]
    parts = []
    if low is not None and high is not None:
        parts.append(svg.element("rect", class_="band", x=0, y=y.at(high), width=WIDTH, height=max(y.at(low) - y.at(high), 1)))
    if len(places) > 1:
        parts.append(svg.path(list(places), "line"))
    for (left, top), value in zip(places, values, strict=True):
        outside = (low is not None and value < low) or (high is not None and value > high)
        if outside or (left, top) == places[-1]:
            parts.append(svg.element("circle", class_="mark mark-out" if outside else "mark", cx=left, cy=top, r=3))
    told = ", ".join(f"{when} {plain(value)}" for when, value in points)
    return svg.picture(WIDTH, HEIGHT, f"{label} ({unit})" if unit else label, told, parts, "chart sparkline")
