"""Filters and tags of every page: exact numbers, the site's time, states, reasons, charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chairside.core.kernel.decision import Decision, Outcome, Reason
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError, unit
from chairside.web.charts.flowsheet import flowsheet_chart
from chairside.web.charts.ladder import ladder_drawing
from chairside.web.charts.lanes import lane_chart
from chairside.web.charts.sparkline import sparkline

register = template.Library()

TONES = ("plain", "now", "due", "act", "observe", "done", "unknown", "locked")
OUTCOME_WORDS = {
    Outcome.REFUSED: ("act", "Refused"),
    Outcome.UNKNOWN: ("unknown", "Missing"),
    Outcome.REVIEW: ("due", "Needs review"),
    Outcome.ALLOWED: ("done", "Allowed"),
}


# ---- numbers ----


@register.filter
def amount(value: object, code: str = "") -> SafeString | str:
    """A number or quantity as safe text: leading zero, no trailing zero, thousands, the unit spelled and never parted from it.

    `{{ dose|amount }}` for a Quantity, `{{ rate|amount:"mL/h" }}` for a bare number. Missing is a dash with a word, never 0.
    """
    if value is None or value == "":
        return format_html('<span class="missing">{}</span>', translation.gettext("not recorded"))
    if isinstance(value, Quantity):
        text = value.spelled()
    elif isinstance(value, float | bool):
        raise TypeError("an amount is exact: give a Decimal, an int or a Quantity, never a float")
    else:
        text = " ".join(part for part in (plain(Decimal(str(value))), _spelled(code)) if part)
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter(name="unit")
def unit_word(code: str) -> str:
    """A UCUM code as a nurse reads it: `[iU]` is international units. A word that is no unit stays as it is."""
    return _spelled(code)


def _spelled(code: str) -> str:
    if not code or code == "1":
        return ""
    try:
        return unit(code).spelled()
    except UnitError:
        return code


@register.filter
def minutes(value: object) -> str:
    """Elapsed time as people say it: 85 is "1 h 25 min". Takes whole minutes or a timedelta."""
    if value is None or value == "":
        return translation.gettext("not recorded")
    total = int(value.total_seconds() // 60) if isinstance(value, timedelta) else int(str(value))
    sign, total = ("-", -total) if total < 0 else ("", total)
    hours, rest = divmod(total, 60)
    space = "\N{NO-BREAK SPACE}"
    parts = [f"{hours}{space}h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest}{space}min")
    return sign + space.join(parts)


# ---- time: aware UTC in, the site's zone out (the middleware activates it) ----


@register.filter
def clock(value: datetime | None) -> SafeString | str:
    """10:42, as a `<time>`."""
    return _time(value, "H:i")


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """Mon, Nov 23, 2026: the month as a word, because 11/12 means two days."""
    return _time(value, "DATE_FORMAT" if translation.get_language() == "es" else "D, M j, Y")


@register.filter
def day_clock(value: datetime | None) -> SafeString | str:
    """Mon, Nov 23, 10:42."""
    return _time(value, "D, M j, H:i")


@register.filter
def birth(value: date | None) -> SafeString | str:
    """A birth date: Mar 4, 1961."""
    return _time(value, "DATE_FORMAT" if translation.get_language() == "es" else "M j, Y")


def _time(value: date | datetime | None, pattern: str) -> SafeString | str:
    if value is None or value == "":
        return translation.gettext("not recorded")
    if isinstance(value, datetime):
        if timezone.is_naive(value):
            raise ValueError("a time without a zone cannot be shown")
        value = timezone.localtime(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, pattern))


@register.simple_tag
def countdown(until: datetime, late: str = "late") -> SafeString:
    """Minutes left until a moment, kept right by timers.js; after it, how late it is, with the given word."""
    local = timezone.localtime(until)
    return format_html(
        '<time datetime="{0}" data-until="{0}" data-late="{1}">{2}</time>', local.isoformat(), late, date_format(local, "H:i")
    )


# ---- states and reasons ----


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A shape from the sprite: decoration without a label, a picture with a name with one. A tag, since pages draw hundreds."""
    if label:
        return format_html(
            '<svg class="icon icon-{0}" role="img" aria-label="{1}" focusable="false"><use href="#i-{0}"/></svg>', name, label
        )
    return format_html('<svg class="icon icon-{0}" aria-hidden="true" focusable="false"><use href="#i-{0}"/></svg>', name)


@register.filter
def icon_for(tone: str) -> str:
    """The shape that goes with a tone."""
    return tone if tone in TONES else "plain"


@register.filter
def outcome(source: Decision[Any]) -> dict[str, str]:
    """The tone and the word of a decision's outcome, as they stand everywhere."""
    tone, word = OUTCOME_WORDS[source.outcome]
    return {"tone": tone, "word": word}


@register.filter
def reasons(source: Decision[Any] | Iterable[Reason] | None) -> list[dict[str, Any]]:
    """A decision's reasons, strongest first, each with the tone and the word of its outcome and the way forward."""
    if source is None:
        return []
    found = source.reasons if isinstance(source, Decision) else tuple(source)
    ranked = sorted(found, key=lambda reason: -reason.outcome)
    return [
        {
            "tone": OUTCOME_WORDS[reason.outcome][0],
            "word": OUTCOME_WORDS[reason.outcome][1],
            "reason": reason,
            "override": "" if reason.override in ("", "none") else reason.override.replace("_", " "),
        }
        for reason in ranked
    ]


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """`{{ values|item:key }}`, for rows whose keys are data."""
    return mapping.get(key)


# ---- forms ----


@register.simple_tag
def widget(field: BoundField, hint: str = "", unit: str = "", last: str = "") -> SafeString:
    """A field's control, described by exactly the texts that its component shows around it."""
    parts = {"helptext": hint, "last": last, "unit": unit, "error": field.errors}
    described = " ".join(f"{field.auto_id}_{part}" for part, shown in parts.items() if shown)
    attributes: dict[str, str | bool] = {"aria-describedby": described} if described else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return field.as_widget(attrs=attributes)


# ---- pictures ----

register.simple_tag(sparkline)
register.simple_tag(ladder_drawing)
register.simple_tag(flowsheet_chart)
register.simple_tag(lane_chart)
