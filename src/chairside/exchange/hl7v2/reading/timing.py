"""TQ1, and the older timing in ORC-7 and OBR-27: how much, how often, how many times, from when to when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chairside.core.intake.meanings import MINUTES
from chairside.core.intake.referral import Amount
from chairside.exchange.hl7v2.reading.context import Context, plain_number
from chairside.exchange.hl7v2.segments import Segment, Value

_EVERY = re.compile(r"Q(\d{1,3})([SMHDWL])")
_SPELLED = {"S": "second", "M": "minute", "H": "hour", "D": "day", "W": "week", "L": "month"}


@dataclass(frozen=True, slots=True)
class Timing:
    """One timing. `said` is everything that has no place of its own, in words."""

    amount: Amount | None = None
    times: str = ""  # a quantity without a unit: how many of what is ordered
    pattern: str = ""
    count: int | None = None
    minutes: Decimal | None = None
    starts: date | None = None
    ends: date | None = None
    priority: str = ""
    text: str = ""
    said: tuple[str, ...] = ()


def spelled(pattern: str) -> str:
    """A repeat pattern as a person reads it: `Q2W` is every 2 weeks; one that is not of that form as it was sent."""
    found = _EVERY.fullmatch(pattern)
    if found is None:
        return pattern
    number, unit = int(found[1]), _SPELLED[found[2]]
    return f"every {unit} ({pattern})" if number == 1 else f"every {number} {unit}s ({pattern})"


def timing(tq1: Segment, source: str, context: Context) -> Timing:
    """One TQ1."""
    quantity = tq1.value(2)
    amount, times = _quantity(tq1, 2, quantity, context)
    duration = tq1.value(6)
    said = [f"for {_shown(duration)}"] if duration else []
    said += [text for text in (tq1.whole(4), tq1.whole(5), tq1.whole(10)) if text]
    return Timing(
        amount,
        times,
        tq1.text(3, 1, 1),
        _count(tq1, 14, tq1.text(14), context),
        _minutes(tq1, tq1.value(13), context),
        context.day(tq1, 7, source),
        context.day(tq1, 8, source),
        _priority(tq1.value(9), context),
        tq1.whole(11),
        tuple(said),
    )


def older_timings(segment: Segment, at: int, source: str, context: Context) -> list[Timing]:
    """The timings of ORC-7 or OBR-27: `200&mg^Q2D^X5^20261128^20261211^R`."""
    found = []
    for item in segment.values(at):
        number = item.text(1, 1)
        units = context.coded(_shifted(item), 1, sub=True)
        amount = context.amount(segment, at, number, units) if units else None
        length = item.text(3)
        count = _count(segment, at, item.text(12) or (length[1:] if length[:1] == "X" else ""), context)
        starts, ends = (context.time(segment, at, source, item, part) for part in (4, 5))
        said = [
            text for text in (f"for {length}" if length and length[:1] != "X" else "", item.text(2, 2), item.text(7)) if text
        ]
        found.append(
            Timing(
                amount,
                "" if units else number,
                item.text(2, 1),
                count,
                None,
                starts.day(context.zone) if starts else None,
                ends.day(context.zone) if ends else None,
                _priority_word("", item.text(6), context),
                item.text(8),
                tuple(said),
            )
        )
    return found


def _shifted(item: Value) -> Value:
    """The units of a quantity whose parts are subcomponents: `200&mg&milligram&UCUM` without its number."""
    first = item.parts[0] if item.parts else ()
    return Value("", (first[1:],), item.marks)


def _quantity(segment: Segment, at: int, value: Value | None, context: Context) -> tuple[Amount | None, str]:
    if value is None:
        return None, ""
    units = context.coded(value, 2, sub=True)
    if not units:
        return None, value.text(1)
    return context.amount(segment, at, value.text(1), units), ""


def _count(segment: Segment, at: int, text: str, context: Context) -> int | None:
    number = plain_number(text)
    if text and (number is None or number != int(number) or not 0 < number < 10_000):
        context.wrong(segment, at, "102", f"“{text[:20]}” is no number of times.")
        return None
    return int(number) if number is not None else None


def _minutes(segment: Segment, value: Value | None, context: Context) -> Decimal | None:
    amount, _ = _quantity(segment, 13, value, context)
    return amount.number * MINUTES[amount.unit] if amount and amount.unit in MINUTES else None


def _priority(value: Value | None, context: Context) -> str:
    return _priority_word(value.text(3), value.text(1), context) if value else ""


def _priority_word(system: str, code: str, context: Context) -> str:
    return (context.tables.word("priority", system, code) or "") if code else ""


def _shown(value: Value) -> str:
    unit = value.text(2, 2) or value.text(2, 1)
    several = "s" if unit in _SPELLED.values() and value.text(1) != "1" else ""
    return f"{value.text(1)} {unit}{several}".strip()
