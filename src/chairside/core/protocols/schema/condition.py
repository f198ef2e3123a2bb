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


class Limit(StrEnum):
    """The laboratory's own reporting limit that `value` multiplies (3 x upper limit of normal)."""

    NONE = ""
    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison.

    fact         kind and code: `lab.hemoglobin`, `screening.tb`, `answer.active_infection`, `condition.I50` (a code prefix),
                 or of the patient: `patient.weight_kg`, `patient.age_years`, `patient.sex`
    value, unit  the limit and its UCUM unit, for lt, le, gt, ge; with `times`, a multiple of the laboratory's own limit
    words        for in and not_in
    within_days  the fact must not be older than this on the day judged (calendar days)
    """

    fact: str
    op: Op
    value: Decimal | None = None
    unit: str = ""
    words: tuple[str, ...] = ()
    times: Limit = Limit.NONE
    within_days: int | None = None

    __test__ = False  # not a test class, whatever pytest thinks of the name


@dataclass(frozen=True, slots=True)
class Condition:
    """True when every test of `all` holds and, where `any` is given, at least one of it does."""

    all: tuple[Test, ...] = ()
    any: tuple[Test, ...] = ()
