"""Amounts and names of stored rows, for the patient's page."""

from __future__ import annotations

from django import template

from chairside.apps.chart import selectors
from chairside.apps.people.models import Fact
from chairside.core.intake.doubts import DOUBTED
from chairside.formulary import loader

register = template.Library()
register.filter(selectors.decided_dose)


@register.filter
def doubt(fact: Fact) -> str:
    """“questioned: unit not known” for a value that no rule uses; "" for any other."""
    return DOUBTED.get(fact.status, "")


@register.filter
def therapy_name(protocol: str) -> str:
    """What a therapy is called, by the key of its protocol; the key in words where its protocol is not here."""
    return loader.load(protocol).names.en if protocol in loader.known_ids() else protocol.replace("_", " ")
