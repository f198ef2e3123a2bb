"""The course: which doses given belong to it, and what they add up to. A dose stopped early counts with its amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from chairside.core.kernel.fact import DoseGiven
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.protocol import Protocol


@dataclass(frozen=True, slots=True)
class Course:
    """Doses of this protocol, oldest first: those of the present course, and those of earlier courses.

    extra   doses given because of an event, of any course: they have no number and move no other dose
    """

    doses: tuple[DoseGiven, ...] = ()
    earlier: tuple[DoseGiven, ...] = ()
    extra: tuple[DoseGiven, ...] = ()

    @property
    def everything(self) -> tuple[DoseGiven, ...]:
        return self.earlier + self.doses + self.extra

    @property
    def counted(self) -> tuple[DoseGiven, ...]:
        """What counts towards a limit of the present course: its doses and the extra ones since it began."""
        return self.doses + tuple(dose for dose in self.extra if self.doses and dose.on >= self.doses[0].on)

    def numbered(self, number: int) -> DoseGiven | None:
        """The dose of that number in the present course, where it was given."""
        return next((dose for dose in self.doses if dose.dose_number == number), None)

    @property
    def latest(self) -> DoseGiven | None:
        return self.doses[-1] if self.doses else None


def course_of(history: Iterable[DoseGiven], protocol_id: str, dose_number: int, day: date, start: date | None = None) -> Course:
    """Split the history at the start of the present course.

    Dose numbers count within a course, so a number that does not rise marks the start of a new one. Asking for dose 1 starts a
    course, unless dose 1 was given on that very day. `start` says outright on which day the present course begins.
    """
    mine = [dose for dose in history if dose.protocol == protocol_id and dose.on <= day]
    extra = tuple(dose for dose in mine if dose.extra)
    given = sorted((dose for dose in mine if not dose.extra), key=lambda dose: (dose.on, dose.dose_number))
    if start is not None:
        began = tuple(dose for dose in given if dose.on >= start)
        return Course(began, tuple(dose for dose in given if dose.on < start), extra)
    first = len(given)
    number: float = float("inf")
    while first and given[first - 1].dose_number < number:
        first -= 1
        number = given[first].dose_number
    present = given[first:]
    if dose_number == 1 and present and not any(dose.dose_number == 1 and dose.on == day for dose in present):
        return Course((), tuple(given), extra)
    return Course(tuple(present), tuple(given[:first]), extra)


def in_regimen(history: Iterable[DoseGiven], protocol: Protocol, regimen: str, dose_number: int = 0) -> tuple[DoseGiven, ...]:
    """The history as a named regimen counts it, where a push and a pump of one therapy are numbered apart.

    That is so where a dose by a route of its own and one by another route, or the dose asked about, have the same number: then
    those by other routes count to limits and have no number. Otherwise all doses of the therapy are numbered together.
    """
    doses = tuple(history)
    chosen = protocol.regimen(regimen)
    if chosen is None:
        return doses
    own = {(phase.route or protocol.routes[0]).value for phase in chosen.phases}
    mine = [dose for dose in doses if dose.protocol == protocol.id and not dose.extra]
    others = [dose for dose in mine if dose.route and dose.route not in own]
    numbers = {dose.dose_number for dose in mine if dose not in others} | {dose_number}
    if not any(dose.dose_number in numbers for dose in others):
        return doses
    return tuple(replace(dose, extra=True) if dose in others else dose for dose in doses)


def total(doses: Iterable[DoseGiven], like: Quantity) -> Quantity:
    """What the doses add up to, in the unit of `like`. Raises UnitError for a dose that was not measured in the same."""
    result = like - like
    for dose in doses:
        result = result + dose.dose
    return result


def days_before(day: date, hours: int) -> date:
    """The first day that lies, in part, within so many hours before the day ends (days are all that the history keeps)."""
    return day - timedelta(days=-(-hours // 24) - 1)
