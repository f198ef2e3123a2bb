"""Typed conditions over facts: what a protocol asks of a patient, without prose. `truth.py` evaluates them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Op(StrEnum):
    """How a fact is compared."""

    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"  # a word among `words`
    NOT_IN = "not_in"
    PRESENT = "present"  # any such fact is on record
    ABSENT = "absent"


class Change(StrEnum):
    """What of a result is compared: itself, or how it changed from an earlier one. Falls and rises are positive numbers."""

    NONE = ""
    RISE = "rise"  # from the lowest earlier result of the span
    FALL = "fall"  # from the highest earlier result of the span
    RISE_PERCENT = "rise_percent"
    FALL_PERCENT = "fall_percent"


class Limit(StrEnum):
    """The laboratory's own reporting limit that `value` multiplies (3 x upper limit of normal)."""

    NONE = ""
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison.

    fact         kind and code: `lab.hemoglobin`, `screening.tb`, `answer.active_infection`, `condition.I50` (a code prefix),
                 of the patient: `patient.weight_kg`, `patient.age_years`, `patient.sex`, or of the doses given:
                 `history.doses`, `history.last_amount`, `history.days_since_last`, `history.worst_grade`
    value, unit  the limit and its UCUM unit, for lt, le, gt, ge; with `times`, a multiple of the laboratory's own limit
    words        for in and not_in
    within_days  the fact must not be older than this on the day judged (calendar days)
    change       compares the change of the newest result from earlier ones of the last `over_days` days before it, or from
                 the one just before it when no span is given; without an earlier one the test is unknown
    """

    fact: str
    op: Op
    value: Decimal | None = None
    unit: str = ""
    words: tuple[str, ...] = ()
    times: Limit = Limit.NONE
    within_days: int | None = None
    change: Change = Change.NONE
    over_days: int | None = None

    __test__ = False  # not a test class, whatever pytest thinks of the name


@dataclass(frozen=True, slots=True)
class Condition:
    """True when every test of `all` holds and, where `any` is given, at least one of it does."""

    all: tuple[Test, ...] = ()
    any: tuple[Test, ...] = ()
