"""Filters that the staff pages share. Load them with `{% load staff %}`."""

from __future__ import annotations

from django import template

from chairside.apps.people.models import Fact
from chairside.apps.people.selectors import core_facts
from chairside.core.protocols.vocabulary import KINDS, name_of

register = template.Library()


@register.filter
def spoken(key: object) -> str:
    """A key as words: `medical_director` is “medical director”."""
    return str(key or "").replace("_", " ")


@register.filter
def fact_name(fact: Fact) -> str:
    """What a stored fact is called: “Systolic pressure”; one of another system by its display, else its code."""
    system, _, code = fact.code.partition(":")
    if code:  # kept under the sender's own code ("loinc:72172-0") or words ("text:HFE genotype")
        return fact.display or (code if system == "text" else fact.code)
    named = name_of(f"{fact.kind}.{fact.code}")
    return fact.display or named if named == fact.code else named


@register.filter
def fact_value(fact: Fact) -> str:
    """The value with its unit spelled, never parted from it: “268 × 10³/µL”, “negative”."""
    (told,) = core_facts([fact])
    number = told.value is not None and not isinstance(told.value, str)
    return told.shown.replace(" ", "\N{NO-BREAK SPACE}") if number else told.shown


@register.filter
def kind_name(kind: str) -> str:
    """“Lab result” for `lab`."""
    return KINDS.get(kind, spoken(kind))
