"""One bar of minutes, part by part: what the chair is taken for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from chairside.web.charts import svg
from chairside.web.charts.scale import Scale

WIDTH, HEIGHT, TOP, BOTTOM = 640, 56, 4, 32
_LETTER = 6.4  # how wide a letter is drawn, at most


def parts_bar(parts: Sequence[tuple[str, int, str]], title: str) -> SafeString:
    """A bar of (name, minutes, tone). A name that does not fit its part is left to the list under the bar."""
    total = sum(minutes for _, minutes, _ in parts)
    across = Scale(Decimal(0), Decimal(max(total, 1)), 0, WIDTH)
    drawn: list[SafeString] = []
    begun = 0
    for name, minutes, tone in parts:
        left, right = across.at(Decimal(begun)), across.at(Decimal(begun + minutes))
        begun += minutes
        drawn.append(
            svg.element(
                "rect", class_=f"step tone-{tone}", x=left + 1, y=TOP, width=max(right - left - 2, 1), height=BOTTOM - TOP
            )
        )
        if right - left >= len(name) * _LETTER + 8:
            drawn.append(svg.text((left + right) / 2, BOTTOM - 9, name, "tone-text", "middle"))
        if right - left >= 22:
            drawn.append(svg.text((left + right) / 2, BOTTOM + 17, str(minutes), "", "middle"))
    told = ", ".join(f"{name} {minutes} min" for name, minutes, _ in parts)
    return svg.picture(WIDTH, HEIGHT, title, f"{told}; {total} min in all", drawn, "chart chart-bar")
