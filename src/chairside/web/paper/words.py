"""Days, times and amounts as paper says them; times in the active zone, which is the site's."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError, unit

NOT_RECORDED = "not recorded"


def day(value: date | datetime | None) -> str:
    """Mon, Nov 23, 2026: the month as a word, because 11/12 means two days."""
    if value is None:
        return NOT_RECORDED
    value = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{value:%a, %b} {value.day}, {value.year}"


def short_day(value: date | None) -> str:
    """Mar 4, 1968."""
    return f"{value:%b} {value.day}, {value.year}" if value else NOT_RECORDED


def clock(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else ""


def moment(value: datetime | None) -> str:
    """Mon, Nov 23, 2026, 10:42."""
    return f"{day(value)}, {clock(value)}" if value else NOT_RECORDED


def amount(value: Quantity | None) -> str:
    """12.5 mg; what is missing says so, and is never 0."""
    return value.spelled() if value is not None else NOT_RECORDED


def number(value: Decimal | None, missing: str = "–") -> str:
    return plain(value) if value is not None else missing


def unit_word(code: str) -> str:
    """A UCUM code as a nurse reads it; a word that is no unit stays as it is."""
    try:
        return unit(code).spelled()
    except UnitError:
        return code
