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


@register.filter
def hour_minute(value: datetime | None) -> str:
    """10:42 as plain text, for an attribute."""
    return timezone.localtime(value).strftime("%H:%M") if value else ""
