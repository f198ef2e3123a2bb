"""Checkers of primitive values. The usual case is one test in C; everything else is asked of `primitives`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from chairside.exchange.fhir.definitions import Binding, Element
from chairside.exchange.fhir.primitives import day_without_zone, fault
from chairside.exchange.fhir.text import Written
from chairside.exchange.fhir.walk.fault import Check, Context, Fault, Faults
from chairside.exchange.fhir.walk.narrative import narrative_fault

_NUMBERS = frozenset((int, Written, Decimal))
_MOST_REMEMBERED = 20_000  # strings a type; then forgotten all at once, so memory stays bounded


def scalar(element: Element) -> Check:
    """The checker of one value of a primitive element."""
    kind = element.type
    if element.binding is not None:
        return _code(kind, element.binding)
    if element.form:
        return _formed(kind, element.form)
    if kind in ("string", "markdown"):
        return _text(kind)
    if kind == "boolean":
        return _boolean
    if kind == "decimal":
        return _decimal
    if kind in ("integer", "positiveInt", "unsignedInt", "base64Binary"):
        return lambda value, context: _slowly(kind, value)
    return _narrative if kind == "xhtml" else _remembered(kind)


def _narrative(value: Any, context: Context) -> Faults:
    found = _slowly("xhtml", value)
    wrong = "" if found else narrative_fault(value)
    return [Fault("value", "", wrong)] if wrong else found


def _slowly(kind: str, value: Any) -> Faults:
    """The full judgement, with its sentence."""
    if value is None or isinstance(value, list | dict):
        return [Fault("structure", "", f"one {kind} is expected")]
    wrong = fault(kind, value)
    if not wrong:
        return None
    if day_without_zone(kind, value):
        return [Fault("value", "", f"“{value}” has a time but no zone, so the moment is not known", mendable=True)]
    return [Fault("value", "", wrong)]


def _boolean(value: Any, context: Context) -> Faults:
    return None if value is True or value is False else _slowly("boolean", value)


def _decimal(value: Any, context: Context) -> Faults:
    return None if type(value) in _NUMBERS else _slowly("decimal", value)


def _text(kind: str) -> Check:
    def check(value: Any, context: Context) -> Faults:
        # A printable text has no control character and no half of a character; one that is all spaces is left to the rest.
        if type(value) is str and value and value[0] != " " and len(value) < 100_000 and value.isprintable():
            return None
        return _slowly(kind, value)

    return check


def _code(kind: str, binding: Binding) -> Check:
    codes = binding.codes

    def check(value: Any, context: Context) -> Faults:
        if type(value) is str and value in codes:
            return None
        found = _slowly(kind, value)
        return found or [Fault("code-invalid", "", f"“{str(value)[:60]}” is not one of the codes of {binding.name}")]

    return check


def _formed(kind: str, form: str) -> Check:
    match = re.compile(form).fullmatch
    what = "a currency, such as USD" if "A-Z" in form else "a media type, such as application/pdf"

    def check(value: Any, context: Context) -> Faults:
        found = _slowly(kind, value)
        return found if found or match(value) else [Fault("code-invalid", "", f"“{value[:60]}” is not {what}")]

    return check


def _remembered(kind: str) -> Check:
    sound: set[str] = set()

    def check(value: Any, context: Context) -> Faults:
        if type(value) is str and value in sound:
            return None
        found = _slowly(kind, value)
        if found is None:
            if len(sound) >= _MOST_REMEMBERED:
                sound.clear()
            if len(value) < 200:
                sound.add(value)
        return found

    return check
