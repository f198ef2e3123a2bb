"""Who pressed it? The entries of devices that nobody has claimed, each with one button."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import template

from chairside.apps.visit.locked import WORDS
from chairside.apps.visit.screen import Screen, may

register = template.Library()


@register.inclusion_tag("visit/_unclaimed.html", takes_context=True)
def unclaimed(context: dict[str, Any], screen: Screen) -> dict[str, Any]:
    """The unclaimed entries of a visit. A key is made for each, so that a second tap is the same answer."""
    found = [event for event in screen.state.log if event.id in screen.state.unclaimed]
    return {
        "csrf_token": context.get("csrf_token"),
        "visit": screen.visit,
        "may_claim": may(screen.actor, "claim"),
        "entries": [{"event": event, "word": WORDS.get(event.kind, event.kind), "key": uuid4()} for event in found],
    }
