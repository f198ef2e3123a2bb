"""How fast a therapy is meant to run: stairs of rates, before any infusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import Quantity, plain
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale

WIDTH, HEIGHT, FLOOR, TOP = 400, 130, 108, 22
_OPEN = 45  # minutes for which a step that lasts to the end is drawn


@dataclass(frozen=True, slots=True)
class Stair:
    """One rate, and for how many minutes; None: to the end."""

    rate: Quantity
    minutes: int | None


def stairs_drawing(stairs: Sequence[Stair], title: str) -> SafeString:
    """Width is time, height is rate. The last one, which lasts to the end, is drawn open."""
    if not stairs:
        return svg.picture(WIDTH, HEIGHT, title, "no steps", [])
    lengths = [stair.minutes if stair.minutes is not None else _OPEN for stair in stairs]
    across = Scale(Decimal(0), Decimal(sum(lengths)), 0, WIDTH)
    up = Scale(Decimal(0), max(stair.rate.amount for stair in stairs), FLOOR, TOP)
    parts: list[SafeString] = []
    begun = 0
    for stair, minutes in zip(stairs, lengths, strict=True):
        left, right = across.at(Decimal(begun)), across.at(Decimal(begun + minutes))
        top = up.at(stair.rate.amount)
        begun += minutes
        wide = right - left
        shape = f"step tone-{'locked' if stair.minutes is None else 'plain'}"
        parts.append(svg.element("rect", class_=shape, x=left + 1, y=top, width=max(wide - 2, 1), height=max(FLOOR - top, 2)))
        if wide >= 18:
            parts.append(svg.text((left + right) / 2, top - 6, plain(stair.rate.amount), "value", "middle"))
        if wide >= 40:
            told = "to the end" if stair.minutes is None else f"{stair.minutes} min"
            parts.append(svg.text((left + right) / 2, FLOOR + 15, told, "", "middle"))
    parts.append(svg.line(0, FLOOR, WIDTH, FLOOR, "axis"))
    return svg.picture(WIDTH, HEIGHT, title, "; ".join(map(_told, stairs)), parts, "chart chart-small")


def _told(stair: Stair) -> str:
    return f"{stair.rate.spelled()} {'to the end' if stair.minutes is None else f'for {stair.minutes} min'}"
