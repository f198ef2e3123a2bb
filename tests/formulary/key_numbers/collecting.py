"""Collects the numbers of a protocol, kind by kind, by walking it; and reads a number as a second reader writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from chairside.core.kernel.quantity import Quantity, QuantityError, quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema import condition, dose, ladder, product, regimen, requirement, safety, terms, visit
from chairside.core.protocols.schema.protocol import Protocol
from chairside.formulary.loader import load

KINDS = ("doses", "days", "minutes", "vials", "codes", "limits")
_MONTHS = re.compile(r"^(\d+) months?$")
_VOLUME = re.compile(r"\s*/\s*(?=\d)")
_DOSE_RULES = (dose.Flat, dose.PerWeight, dose.PerSurface, dose.Cell, dose.Ordered, dose.Deficit, dose.Replacement)
_BESIDE_DOSES = (dose.Cap, visit.Premedication, dose.Calvert, dose.WantedRise)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one kind, by their one spelling, as written: all that are held, and those that a record must hold too."""

    held: Mapping[str, str]
    demanded: Mapping[str, str]

    def holds(self, number: str) -> bool:
        """Whether the number stands in the protocol. A count of months stands for the days that it may be."""
        months = _MONTHS.match(number)
        if number in self.held or not months:
            return number in self.held
        count = int(months[1])
        return any(day.isdigit() and 28 * count <= int(day) <= 31 * count for day in self.held)


def read(number: object) -> str:
    """One spelling for each number, whatever the unit it is written in: 1 g is 1000 mg, `5 mg/kg` stays apart from `5 mg`."""
    text = " ".join(str(number).split())
    amount, _, code = text.partition(" ")
    try:
        return _in_base_units(quantity(amount, code)) if code else _plain(Decimal(amount))
    except (UnitError, QuantityError, ArithmeticError):
        return text


def read_as(kind: str, number: object) -> str:
    """The same for a number of one kind: a vial is its strength with or without its volume, a code carries its billing unit."""
    text = str(number)
    if kind == "vials" and _VOLUME.search(text):
        return " in ".join(read(part) for part in _VOLUME.split(text, maxsplit=1))
    if kind == "codes":
        code, _, unit = text.partition(": ")
        return f"{code}: {read(unit)}"
    return read(text)


def collect(protocol: Protocol) -> dict[str, Numbers]:
    """The numbers of a protocol by kind. A plan or a menu also holds the doses of the protocols that it calls."""
    own, called = list(_numbers(protocol)), [number for other in _called(protocol) for number in _numbers(other)]
    return {
        kind: Numbers(
            held={read_as(of, text): text for of, text, _ in (*own, *called) if of == kind},
            demanded={read_as(of, text): text for of, text, demanded in own if of == kind and demanded},
        )
        for kind in KINDS
    }


def _called(protocol: Protocol) -> Iterator[Protocol]:
    items = protocol.plan.items if protocol.plan else protocol.menu.components if protocol.menu else ()
    yield from (load(item.protocol) for item in items if item.protocol)


def _numbers(protocol: Protocol) -> Iterator[tuple[str, str, bool]]:
    for part in _parts(protocol):
        for field in fields(part):
            value = getattr(part, field.name)
            if value is not None:
                yield from _of_field(part, field.name, value)
        yield from _of_part(part)


def _of_field(part: Any, name: str, value: Any) -> Iterator[tuple[str, str, bool]]:
    """What a field says by its type and its name: quantities are limits, `*_days` are days, `*minutes` are minutes.

    `ask_days` is when the center asks for a result: a plan of its own, in no record.
    """
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, Quantity):
            yield "limits", str(item), False
            if isinstance(part, (*_DOSE_RULES, *_BESIDE_DOSES, regimen.Part)) and item.amount:
                yield "doses", str(item), isinstance(part, (*_DOSE_RULES, regimen.Part))
        elif isinstance(item, int) and not isinstance(item, bool):
            if name == "days" or (name.endswith(("_days", "first_day")) and name != "ask_days"):
                yield "days", str(item), False
            elif name in ("minutes", "total") or name.endswith("_minutes"):
                yield "minutes", str(item), name == "least_minutes" and isinstance(part, ladder.Ladder | dose.Cell)


def _of_part(part: Any) -> Iterator[tuple[str, str, bool]]:
    """What only the part as a whole says."""
    if isinstance(part, product.Vial):
        yield "vials", str(part.strength), True
        if part.volume:
            yield "vials", f"{part.strength}/{part.volume}", False
    elif isinstance(part, product.BillingCode):
        yield "codes", f"{part.code}: {part.unit}", True
    elif isinstance(part, condition.Test) and part.value is not None:
        yield "limits", f"{_plain(part.value)} x {part.times}" if part.times else f"{part.value} {part.unit}".strip(), False
    elif isinstance(part, dose.Table):
        for cell in part.cells:
            yield from (
                ("limits", edge, False)
                for axis, step in zip(part.axes, cell.at, strict=True)
                for edge in _edges(step, axis.unit)
            )
    elif isinstance(part, safety.Scale):
        yield from (("limits", edge, False) for grade in part.grades for edge in _edges(grade.at, part.unit))
    elif isinstance(part, product.Filter):
        yield from (("limits", f"{size} um", False) for size in (part.least_micron, part.most_micron) if size is not None)
    elif isinstance(part, product.Stability):
        yield "limits", f"{part.hours} h", False
    elif isinstance(part, regimen.Triggered):
        yield "limits", f"{part.within_hours} h", False
    elif isinstance(part, dose.Cap) and part.hours is not None:
        yield "limits", f"{part.hours} h", False
    elif isinstance(part, dose.Adjustment) and part.reduce_by_percent is not None:
        yield "limits", f"{part.reduce_by_percent} %", False
    elif isinstance(part, ladder.Restart) and part.rate_percent is not None:
        yield "limits", f"{part.rate_percent} %", False
    elif isinstance(part, dose.WantedRise | dose.FromProduct):
        yield "limits", _plain(part.factor), False
    elif isinstance(part, dose.Deficit):
        yield "limits", _plain(part.target), False
    elif isinstance(part, terms.Ages):
        yield from (("limits", f"{age} years", False) for age in (part.from_years, part.below_years) if age is not None)
        if part.from_months is not None:
            yield "limits", f"{part.from_months} months", False
    elif isinstance(part, regimen.Choice):
        yield "days", f"{part.after_months} months", False
    elif isinstance(part, requirement.Requirement) and part.repeat_within_months is not None:
        yield "days", f"{part.repeat_within_months} months", False
    elif isinstance(part, regimen.Pump):
        yield from (("minutes", str(60 * hours), False) for hours in (part.hours, part.least_hours))
    elif isinstance(part, regimen.Part):
        yield "minutes", _plain(Decimal(part.over_seconds) / 60), False
    elif isinstance(part, ladder.Ladder):
        yield from (("minutes", str(start), False) for start in _starts(part.steps))


def _starts(steps: Iterable[ladder.Rung]) -> Iterator[int]:
    """The minute from the start of the infusion at which each step begins."""
    at = 0
    for step in steps:
        yield at
        at += step.minutes or 0


def _edges(step: dose.Step, unit: str) -> Iterator[str]:
    yield from (f"{edge} {unit}" for edge in (step.low, step.high) if edge is not None)


def _parts(part: Any) -> Iterator[Any]:
    """The part and every dataclass below it, quantities apart."""
    if isinstance(part, tuple):
        for item in part:
            yield from _parts(item)
    elif is_dataclass(part) and not isinstance(part, Quantity):
        yield part
        for field in fields(part):
            yield from _parts(getattr(part, field.name))


def _in_base_units(value: Quantity) -> str:
    above, below = value.unit.scale()
    measures = ".".join(f"{kind}^{power}" for kind, power in sorted(_powers(value)))
    return f"{_plain(value.amount * above / below)} {measures}"


def _powers(value: Quantity) -> Iterator[tuple[str, int]]:
    """What each atom of the unit measures: mg/kg is a mass for a mass, not a bare number."""
    for atom, power in value.unit.powers:
        yield unit(atom).measures()[0][0], power


def _plain(number: Decimal) -> str:
    return format(round(number, 12).normalize() + 0, "f")
