"""Amounts and names of stored rows, for the patient's page."""

from __future__ import annotations

from django import template

from chairside.apps.chart import selectors
from chairside.formulary import loader

register = template.Library()
register.filter(selectors.decided_dose)


@register.filter
def therapy_name(protocol: str) -> str:
    """What a therapy is called, by the key of its protocol; the key in words where its protocol is not here."""
    return loader.load(protocol).names.en if protocol in loader.known_ids() else protocol.replace("_", " ")
