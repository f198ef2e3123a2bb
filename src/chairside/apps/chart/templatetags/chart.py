"""Amounts of stored rows, for the patient's page."""

from __future__ import annotations

from django import template

from chairside.apps.chart import selectors
from chairside.apps.people.models import Fact
from chairside.core.kernel.quantity import decimal, plain

register = template.Library()
register.filter(selectors.decided_dose)


@register.filter
def said_amount(fact: Fact) -> str:
    """The number of a fact as safe text, without its unit."""
    return plain(decimal(fact.exact) if fact.exact else fact.amount or decimal("0"))
