"""How large a question may be: numbers that an engine can count with, and a day that it can search."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from chairside.core.scheduling.day.instance import DayInstance

MOST = 10**9  # of any number
LONGEST = 4320  # minutes of a day that is searched
_UNITS = 2**53  # of load, in the parts that all loads are made of
_WRITTEN = {"rest": "break"}


def too_large(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """The numbers in a dataclass that are beyond all reason, with their fields."""
    if is_dataclass(value):
        for each in fields(value):
            name = _WRITTEN.get(each.name, each.name)
            yield from too_large(getattr(value, each.name), f"{field}.{name}" if field else name)
    elif isinstance(value, tuple):
        for place, part in enumerate(value):
            yield from too_large(part, f"{field}[{place}]")
    elif isinstance(value, int | float) and not -MOST <= value <= MOST:
        yield field, f"must be a number between {-MOST} and {MOST}"


def unsearchable(day: DayInstance) -> Iterator[tuple[str, str]]:
    """What keeps a usable day from being searched."""
    rests = [nurse.rest.window for nurse in day.nurses if nurse.rest]
    spans = [(day.open, day.latest_end), day.pharmacy.open, *(nurse.shift for nurse in day.nurses), *rests]
    long = max(end for _, end in spans) - min(begin for begin, _ in spans)
    if long > LONGEST:
        yield "latest_end", f"open, shifts, breaks and pharmacy span {long} minutes, and may span {LONGEST}"
    loads = [Fraction(str(each)) for each in (*(n.max_load for n in day.nurses), *(v.acuity for v in day.patients))]
    if max(loads, default=0) * math.lcm(*(load.denominator for load in loads)) > _UNITS:
        yield "nurses", "max_load and the acuities have too many digits"
    for place, visit in enumerate(day.patients):
        if day.weights.unscheduled * visit.weight >= MOST:
            yield f"patients[{place}].weight", f"times weights.unscheduled must be less than {MOST}"
    places: dict[str, tuple[int, str, str]] = {}
    for place, fixed in enumerate(day.fixed):
        here = fixed.start, fixed.chair, fixed.nurse
        if places.setdefault(fixed.patient, here) != here:
            yield f"fixed[{place}].patient", f"{fixed.patient} is fixed in two places"
