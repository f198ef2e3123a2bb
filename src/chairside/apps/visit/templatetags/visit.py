"""Words and times that the visit's pages need inside attributes."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.utils import timezone

from chairside.core.visit.outlook import Due
from chairside.core.visit.plan import VisitPlan
from chairside.web.templatetags.chairside import clock, day_clock

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
def due_title(due: Due, plan: VisitPlan) -> str:
    """What is due; in a visit of several drugs with the drug that it is of."""
    drug = plan.drug(due.drug) if len(plan.drugs) > 1 else None
    return f"{due_word(due.what)}, {drug.title}" if drug else due_word(due.what)


@register.filter
def hour_minute(value: datetime | None) -> str:
    """10:42 as plain text, for an attribute."""
    return timezone.localtime(value).strftime("%H:%M") if value else ""


@register.filter
def clock_on(value: datetime | None, day: date) -> str:
    """10:42; with the day where it is another one than `day`."""
    return clock(value) if value is None or timezone.localtime(value).date() == day else day_clock(value)
