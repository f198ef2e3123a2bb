"""What an amount is asked for, what it comes to, and how the numbers on record are read for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.fact import DoseGiven, Fact
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.plans.amounts.body import Formula
from chairside.core.plans.course import Course
from chairside.core.protocols.standing import status_of
from chairside.core.protocols.truth import Known, of_patient

# What is said of a result that an amount cannot be computed without.
NOT_THERE = "is not on record as a final result, fresh and in its unit"


@dataclass(frozen=True, slots=True)
class Amount:
    """A computed amount, and what a level of it is multiplied by.

    per             weight, surface, or what else makes an amount of an ordered level
    weight          the weight that the amount was computed from, in kg
    course_total    what the whole course comes to, where the rule says so itself (a deficit)
    """

    quantity: Quantity
    per: Quantity | None = None
    interval_days: int | None = None
    least_minutes: int | None = None
    weight: Quantity | None = None
    course_total: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the amount is asked for.

    position   of the dose in its phase, from 1
    weight     the dosing weight of record, in kg
    today      the weight taken on the day, in kg, where one was and it can be right
    level, ordered   an ordered level and an ordered amount, for rules that leave them to the prescriber
    anchor     the day at which a frozen weight stood: of the event that the course is counted from, else of the first dose
    given      every dose on record, of other therapies too
    """

    known: Known
    course: Course
    position: int
    weight: Quantity | None
    today: Quantity | None
    formula: Formula
    level: Quantity | None = None
    ordered: Quantity | None = None
    source: str = ""
    dose_number: int = 1
    anchor: date | None = None
    given: tuple[DoseGiven, ...] = ()

    @property
    def first_day(self) -> date | None:
        """The day of the first dose of the course, where it is on record."""
        first = self.course.numbered(1)
        return first.on if first is not None else None

    def called(self, fact: str) -> str:
        """What the fact is called, as the protocol names it."""
        return self.known.called(fact)


def number(fact: str, code: str, ask: Question, frozen: bool = False) -> Decimal | None:
    """The value of a fact in a unit ("" for a plain number). None when it is missing, not final, too old, or cannot be read.

    frozen   the value that stood at the first dose of the course: its recorded baseline, else the one of that day
    """
    if frozen and (baseline := _baseline(fact, ask)) is not None:
        return _in_unit(baseline, code)
    day = ask.first_day if frozen else None
    if frozen and day is None and ask.dose_number > 1:
        return None  # what stood at a first dose that is not on record cannot be told
    known = ask.known if day is None else replace(ask.known, day=day)
    value = of_patient(fact, known)
    if value is not None:
        return _plain(value, code)
    newest = known.latest(fact)
    if newest.doubt is not None or newest.fact is None or len({(item.value, item.unit) for item in newest.of_day}) != 1:
        return None  # not final, not there, or two results of one day
    return None if known.is_old(newest.fact, known.fresh.get(fact)) else _in_unit(newest.fact, code)


def baseline(fact: str, code: str, ask: Question) -> Decimal | None:
    """The value recorded as the baseline of this course, in a unit."""
    found = _baseline(fact, ask)
    return None if found is None else _in_unit(found, code)


def recorded(fact: str, ask: Question) -> bool:
    """True when anything stands for the fact on the day, whether or not it can be read."""
    newest = ask.known.latest(fact)
    return newest.fact is not None or newest.doubt is not None


def missing(fact: str, message: str, ask: Question) -> Reason:
    return unknown("missing_fact", message, field=fact, source=ask.source)


def no_amount(stated: Quantity, ask: Question) -> Reason:
    message = f"The protocol's level of {stated.spelled()} does not make an amount. The pharmacist computes and signs it."
    return refused("not_encoded", message, field="dose", limit=str(stated.unit), source=ask.source)


def whole(level: Quantity) -> str:
    """The unit of the whole dose: `mg` of `mg/kg`."""
    return level.unit.code.partition("/")[0]


def _baseline(fact: str, ask: Question) -> Fact | None:
    """The newest fact recorded as the baseline of this course."""
    since = ask.course.earlier[-1].on if ask.course.earlier else None
    found = [
        item
        for item in ask.known.of(fact)
        if status_of(item) == "baseline" and item.on <= ask.known.day and (since is None or item.on > since)
    ]
    return max(found, key=lambda item: item.on, default=None)


def _in_unit(fact: Fact, code: str) -> Decimal | None:
    if not isinstance(fact.value, Decimal) or bool(fact.unit) is not bool(code):
        return None
    try:
        return _plain(Quantity(fact.value, unit(fact.unit)), code) if fact.unit else fact.value
    except UnitError:
        return None


def _plain(value: Quantity | Decimal | str, code: str) -> Decimal | None:
    try:
        return value.to(code).amount if isinstance(value, Quantity) else value if isinstance(value, Decimal) else None
    except UnitError:
        return None
