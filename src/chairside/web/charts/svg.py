"""Writing SVG safely: every text is escaped, every picture has a title and a description, nothing carries `style=`."""

from __future__ import annotations

from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Number = int | float | Decimal


def number(value: Number) -> str:
    """A coordinate: at most one decimal, so that pictures stay small. Never used for a clinical value."""
    text = f"{float(value):.1f}"
    return text[:-2] if text.endswith(".0") else text


def element(tag: str, content: str | SafeString = "", **attributes: object) -> SafeString:
    """One element. `class_` is class, other underscores become hyphens; numbers are shortened."""
    written = format_html_join(
        "",
        ' {}="{}"',
        (
            (name.rstrip("_").replace("_", "-"), number(value) if isinstance(value, int | float | Decimal) else str(value))
            for name, value in attributes.items()
            if value is not None and value != ""
        ),
    )
    return format_html("<{0}{1}>{2}</{0}>", mark_safe(tag), written, content)


def join(parts: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def picture(
    width: int, height: int, title: str, description: str, parts: list[SafeString], class_: str = "chart"
) -> SafeString:
    """The whole SVG, named by its title and described in words for those who do not see it."""
    named = [element("title", title)] + ([element("desc", description)] if description else [])
    label = f"{title}: {description}" if description else title
    return element(
        "svg",
        join(named + parts),
        class_=class_,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_label=label,
        focusable="false",
    )


def line(x1: Number, y1: Number, x2: Number, y2: Number, class_: str) -> SafeString:
    return element("path", class_=class_, d=f"M{number(x1)} {number(y1)}L{number(x2)} {number(y2)}")


def path(points: list[tuple[Number, Number]], class_: str) -> SafeString:
    return element("path", class_=class_, d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points))


def text(x: Number, y: Number, content: str, class_: str = "", anchor: str = "") -> SafeString:
    return element("text", content, x=x, y=y, class_=class_, text_anchor=anchor)
