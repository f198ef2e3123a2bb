"""The doses that a therapy's curve is drawn for: days and amounts of the protocol, for the person of the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice, pairwise

from chairside.core.kernel.fact import Patient
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kinetics.disposition import VEIN, inputs, per_kg
from chairside.core.kinetics.disposition import Input as Given
from chairside.core.kinetics.schema import Doses, Record
from chairside.core.plans.dosing import dose
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.schema.terms import Route
from chairside.core.protocols.schema.visit import ChairPart
from chairside.formulary.sheet.dose_line import planned_days

SHOWN = 8  # doses on the picture
_LOOKED_AT = 24  # by then a schedule without end repeats
_ALIKE = 8  # days in a row that are equally far apart when it does: no block of daily doses is as long
_ASSUMED = quantity("70", "kg")
_HEIGHT = quantity("170", "cm")
_AGE = 45


@dataclass(frozen=True, slots=True)
class Planned:
    """One dose as the protocol gives it: its day counted from the first as 0."""

    day: int
    amount: Quantity


@dataclass(frozen=True, slots=True)
class Schedule:
    """Doses of a regimen in order. `every` is the interval that goes on without end; None when the course ends.

    over   minutes that the protocol plans for the infusion; None for an injection or a tablet
    """

    regimen: Regimen
    doses: tuple[Planned, ...]
    every: int | None
    over: int | None
    route: Route

    def given(self, record: Record) -> list[Given]:
        """The doses for the curve of a record; per kg where the record is."""
        over = quantity(self.over, "min") if self.over is not None else None
        doses = (Doses(self.route, one.amount, over, (quantity(one.day, "d"),)) for one in self.doses)
        return inputs(doses, subject_weight(record) if per_kg(record.parameters) else None)


def subject_weight(record: Record) -> Quantity:
    """The weight of the record's person; 70 kg is assumed where it is not known."""
    return record.weight or _ASSUMED


def schedules(protocol: Protocol, record: Record, on: date) -> Iterator[Schedule]:
    """A schedule for each regimen that fixes the days, gives an adult an amount, and goes by a route that the record knows."""
    for regimen in protocol.regimens:
        route = next((phase.route for phase in regimen.phases if phase.route is not None), protocol.routes[0])
        days = _days(regimen)
        if not _known(route, record) or len(days) < 1 or (len(days) == 1 and not _once(regimen)):
            continue
        doses = _amounts(protocol, regimen, record, days[:SHOWN], on)
        if doses:
            yield Schedule(regimen, doses, _interval(days), None if route not in VEIN else _minutes(protocol), route)


def _days(regimen: Regimen) -> list[int]:
    """The days as far as they are fixed."""
    days: list[int] = []
    for day in islice(planned_days(regimen), _LOOKED_AT):
        if day is None:
            return days
        days.append(day)
    return days


def _once(regimen: Regimen) -> bool:
    """Whether one dose is the whole course: else the rest has no fixed days."""
    return sum(1 for _ in islice(planned_days(regimen), 2)) == 1


def _interval(days: list[int]) -> int | None:
    """The interval of a schedule that does not end within two dozen doses and whose last gaps are equal."""
    gaps = {later - earlier for earlier, later in pairwise(days[-_ALIKE:])}
    return gaps.pop() if len(days) == _LOOKED_AT and len(gaps) == 1 else None


def _known(route: Route, record: Record) -> bool:
    """By vein always; by another way only where the record's own absorption is of that way."""
    pair = (record.pair.first, record.pair.second) if record.pair is not None and not record.pair.record else ()
    return route in VEIN or route in {doses.route for doses in (*record.example, *pair)}


def _amounts(protocol: Protocol, regimen: Regimen, record: Record, days: list[int], on: date) -> tuple[Planned, ...]:
    """What the rulebook computes for an adult of the record's weight; nothing when one amount cannot be computed."""
    person = Patient(age_years=_AGE, sex="female", weight=subject_weight(record), height=_HEIGHT)
    indication = regimen.indications[0] if regimen.indications else ""
    found = []
    for number, day in enumerate(days, 1):
        decided = dose(
            protocol,
            indication=indication,
            regimen=regimen.key,
            dose_number=number,
            day=on + timedelta(days=day),
            course_start=on,
            patient=person,
        )
        if decided.value is None or any(reason.code == "wrong_population" for reason in decided.reasons):
            return ()
        found.append(Planned(day, decided.value.amount))
    return tuple(found)


def _minutes(protocol: Protocol) -> int | None:
    """The infusion's part of the first chair time that has one."""
    parts = (part for time in protocol.chair_times for part in time.parts if part.part is ChairPart.INFUSION)
    return next((part.minutes for part in parts), None)
