"""The rate ladder as stairs: what is done, where the infusion stands, what is locked until when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from django.utils.safestring import SafeString

from chairside.core.kernel.quantity import plain
from chairside.web.charts import svg
from chairside.web.charts.scale import Scale

State = Literal["done", "now", "next", "locked", "skipped"]
_TONES = {"done": "done", "now": "now", "next": "due", "locked": "locked", "skipped": "plain"}
_WORDS = {"done": "Done", "now": "Now", "next": "May start", "locked": "Locked", "skipped": "Not used"}
WIDTH, HEIGHT, FLOOR, TOP = 400, 150, 112, 22


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: its rate in mL/h, its planned minutes, and why it is locked, in the words of the decision."""

    number: int
    rate: Decimal
    minutes: int
    state: State
    why: str = ""
    unlocks_at: datetime | None = None

    @property
    def tone(self) -> str:
        return _TONES[self.state]

    @property
    def word(self) -> str:
        return _WORDS[self.state]


def ladder_drawing(rungs: Sequence[Rung], title: str) -> SafeString:
    """Stairs: width is time, height is rate. Text that would not fit its stair is left to the list under the drawing."""
    if not rungs:
        return svg.picture(WIDTH, HEIGHT, title, "no steps", [])
    total = sum(rung.minutes for rung in rungs) or 1
    across = Scale(Decimal(0), Decimal(total), 0, WIDTH)
    up = Scale(Decimal(0), max(rung.rate for rung in rungs), FLOOR, TOP)
    parts: list[SafeString] = []
    begun = 0
    for rung in rungs:
        left, right = across.at(Decimal(begun)), across.at(Decimal(begun + rung.minutes))
        top = up.at(rung.rate)
        middle = (left + right) / 2
        classes = f"step tone-{rung.tone}" + (" step-now" if rung.state == "now" else "")
        stair = [
            svg.element("rect", class_=classes, x=left + 1, y=top, width=max(right - left - 2, 1), height=max(FLOOR - top, 2)),
            svg.text(middle, top - 6, plain(rung.rate), "value", "middle"),
        ]
        if right - left >= 40:
            stair.append(svg.text(middle, FLOOR + 15, f"{rung.minutes} min", "", "middle"))
        if right - left >= 52:
            stair.append(svg.text(middle, FLOOR + 31, rung.word, "tone-text", "middle"))
        parts.append(svg.element("g", svg.join(stair), class_=f"tone-{rung.tone}"))
        begun += rung.minutes
    parts.append(svg.line(0, FLOOR, WIDTH, FLOOR, "axis"))
    told = "; ".join(f"step {r.number}, {plain(r.rate)} mL/h for {r.minutes} min, {r.word.lower()}" for r in rungs)
    return svg.picture(WIDTH, HEIGHT, title, told, parts, "chart chart-small")
