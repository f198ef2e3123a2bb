"""The lists of the visit's own place: today, what waits for a person, and what the site has set."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from chairside.apps.organizations.models import Site
from chairside.core.access import Action

register = template.Library()

_LISTS = (
    ("Today", "visit:list", Action.VISIT_READ),
    ("Double checks", "visit:checks", Action.VISIT_VERIFY),
    ("To sign from elsewhere", "visit:sign-offs", Action.DOSE_DECIDE),
    ("Calls", "visit:calls", Action.VISIT_ASSESS),
    ("To sign", "visit:acknowledge", Action.VISIT_READ),
    ("Incidents", "visit:incidents", Action.VISIT_REPORT),
    ("Rules released", "visit:rules", Action.REPORT_READ),
    ("Policy", "visit:policy", Action.VISIT_READ),
    ("Order sets", "visit:order-sets", Action.VISIT_READ),
)
_AT_HOME = {"visit:sign-offs"}


@register.simple_tag(takes_context=True)
def visit_tabs(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The lists that this person may open, as `<c-tabs>` draws them; the one shown is current."""
    request = context["request"]
    return [
        {"label": label, "url": url, "current": url == request.path}
        for label, name, action in _LISTS
        if request.actor is not None and request.actor.may(action).allowed and (url := reverse(name))
        if name not in _AT_HOME or (request.site is not None and request.site.kind == Site.Kind.HOME)
    ]
