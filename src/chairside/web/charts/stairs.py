"""How fast a therapy is meant to run: stairs of rates, before any infusion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    """One rate, and for how many minutes; None: to the end. Without a rate: the even one that bag and time give."""

    rate: Quantity | None
    minutes: int | None


def stairs_drawing(stairs: Sequence[Stair], title: str) -> SafeString:
    """Width is time, height is rate. The last one, which lasts to the end, is drawn open."""
    if not stairs:
        return svg.picture(WIDTH, HEIGHT, title, "no steps", [])
    lengths = [stair.minutes if stair.minutes is not None else _OPEN for stair in stairs]
    across = Scale(Decimal(0), Decimal(sum(lengths)), 0, WIDTH)
    up = Scale(Decimal(0), max((stair.rate.amount for stair in stairs if stair.rate), default=Decimal(1)), FLOOR, TOP)
    parts: list[SafeString] = []
    begun = 0
    for stair, minutes in zip(stairs, lengths, strict=True):
        left, right = across.at(Decimal(begun)), across.at(Decimal(begun + minutes))
        parts += _stair(stair, left, right, up.at(stair.rate.amount) if stair.rate else (FLOOR + TOP) / 2)
        begun += minutes
    parts.append(svg.line(0, FLOOR, WIDTH, FLOOR, "axis"))
    return svg.picture(WIDTH, HEIGHT, title, "; ".join(map(_told, stairs)), parts, "chart chart-small")


def _stair(stair: Stair, left: float, right: float, top: float) -> Iterator[SafeString]:
    """Its block, with what fits over and under it."""
    shape = f"step tone-{'locked' if stair.minutes is None else 'plain'}"
    yield svg.element("rect", class_=shape, x=left + 1, y=top, width=max(right - left - 2, 1), height=max(FLOOR - top, 2))
    middle = (left + right) / 2
    if right - left >= 18:
        yield svg.text(middle, top - 6, plain(stair.rate.amount) if stair.rate else "even rate", "value", "middle")
    if right - left >= 40:
        yield svg.text(middle, FLOOR + 15, "to the end" if stair.minutes is None else f"{stair.minutes} min", "", "middle")


def _told(stair: Stair) -> str:
    rate = stair.rate.spelled() if stair.rate else "one even rate"
    return f"{rate} {'to the end' if stair.minutes is None else f'for {stair.minutes} min'}"
