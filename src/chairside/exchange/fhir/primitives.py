"""Is this JSON value a legal value of a FHIR primitive type? Patterns from the definitions, calendar days checked for real."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from chairside.exchange.fhir.definitions import definitions

_WITHOUT_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?$")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_INTEGER_RANGE = {"integer": (-(2**31), 2**31 - 1), "positiveInt": (1, 2**31 - 1), "unsignedInt": (0, 2**31 - 1)}
_LONGEST = 1024 * 1024
_DATED = frozenset(("date", "dateTime", "instant"))
_ANY_TEXT = frozenset(("string", "markdown"))
_SAMPLE = {
    "dateTime": "a day, or a time with its zone, such as 2026-11-12T14:32:00-06:00",
    "instant": "a time with seconds and zone, such as 2026-11-12T14:32:00-06:00",
    "date": "a day such as 2026-11-12, a month or a year",
    "id": "1 to 64 letters, digits, dashes and dots",
    "code": "a code without spaces around it",
    "base64Binary": "base64 text",
}


@lru_cache(maxsize=64)
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(definitions().patterns[kind])


def fault(kind: str, value: Any) -> str:
    """What is wrong with the value as a primitive of this kind; "" when nothing is."""
    if kind == "boolean":
        return "" if isinstance(value, bool) else f"{_shown(value)} is not true or false"
    if kind in _INTEGER_RANGE:
        low, high = _INTEGER_RANGE[kind]
        whole = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return "" if whole else f"{_shown(value)} is not a whole number from {low} to {high}"
    if kind == "decimal":
        number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return "" if number else f"{_shown(value)} is not a number (a number is written without quotes)"
    if not isinstance(value, str):
        return f"{_shown(value)} is not text, where a {kind} is expected"
    if not value:
        return "an empty text; leave the element out instead"
    if _FORBIDDEN.search(value):
        return "it has a control character, or half of a character, which FHIR does not allow"
    if len(value) > _LONGEST and kind in _ANY_TEXT:
        return f"it is {len(value):,} characters long, where FHIR allows {_LONGEST:,}"
    if kind in _ANY_TEXT:
        return "" if not value.isspace() else "nothing but spaces; leave the element out instead"
    if kind == "xhtml":
        return "" if value.lstrip().startswith("<div") else "the narrative does not start with <div"
    if kind == "base64Binary":
        return "" if _base64(value) else f"{_shown(value)} is not base64 text"
    if not _pattern(kind).fullmatch(value):
        return f"{_shown(value)} is not {_SAMPLE.get(kind, 'a legal ' + kind)}"
    return f"{_shown(value)} is not a day of the calendar" if kind in _DATED and not _real_day(value) else ""


def day_without_zone(kind: str, value: Any) -> str:
    """The day as written, where a dateTime or instant has a time but no zone (hazard: never read silently as UTC); else ""."""
    if kind not in ("dateTime", "instant") or not isinstance(value, str):
        return ""
    found = _WITHOUT_ZONE.match(value)
    return found[1] if found and _real_day(found[1]) else ""


def _base64(value: str) -> bool:
    packed = value if value.isalnum() else re.sub(r"\s+", "", value)
    return len(packed) % 4 == 0 and re.fullmatch(r"[0-9A-Za-z+/]*={0,2}", packed) is not None


def _real_day(value: str) -> bool:
    if len(value) < 10:
        return True
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else "true" if value is True else "false" if value is False else str(value)
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return f"“{text[:60]}{'…' if len(text) > 60 else ''}”"
