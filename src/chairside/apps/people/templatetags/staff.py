"""Filters that the staff pages share. Load them with `{% load staff %}`."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def spoken(key: object) -> str:
    """A key as words: `medical_director` is “medical director”."""
    return str(key or "").replace("_", " ")
