"""Words and times that the visit's pages need inside attributes."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

register = template.Library()


@register.filter
def words(value: object) -> str:
    """A stored key as words: `drug_verified` is drug verified."""
    return str(value or "").replace("_", " ")


_DUE = {
    "step": "Next step",
    "use_by": "Use by",
    "observation_end": "Observation over",
    "premedication": "Premedication wait over",
    "finish": "Bag empty",
    "unit_end": "Unit must be over",
    "disconnect": "Pump comes off",
}


@register.filter
def due_word(what: str) -> str:
    """What is due, as a nurse says it."""
    return _DUE.get(what) or words(what).capitalize()


@register.filter
def hour_minute(value: datetime | None) -> str:
    """10:42 as plain text, for an attribute."""
    return timezone.localtime(value).strftime("%H:%M") if value else ""
