"""Recorded facts and doses given: the plain values that every later decision reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError, unit


class FactKind(StrEnum):
    """What sort of fact it is (contracts.md, "Facts")."""

    LAB = "lab"
    VITAL = "vital"
    VACCINE = "vaccine"
    IMAGING = "imaging"
    SCREENING = "screening"
    REMS = "rems"
    CONSENT = "consent"
    TEST = "test"
    ALLERGY = "allergy"
    REACTION = "reaction"
    MEDICATION = "medication"
    CONDITION = "condition"
    ANSWER = "answer"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded fact.

    code     the fact key that protocols declare (`hemoglobin`, `tb`, `weight_kg`, an ICD-10-CM code, a generic drug name)
    value    an exact number or a word (`negative`, `yes`); None where the fact is that something is on record
    unit     UCUM code of a numeric value, "" for words
    on       the day it holds for (specimen collected, reading taken), in the site's zone
    status   final, preliminary, corrected, baseline, planned, given, refused, enrolled, active, taken …
    lower, upper   the laboratory's reporting range, for multiples of a limit
    id       the stored fact it came from, so that a decision can show its evidence
    """

    kind: FactKind
    code: str
    on: date
    value: Decimal | str | None = None
    unit: str = ""
    status: str = "final"
    note: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None
    before_dose: int | None = None
    id: str = ""

    @property
    def shown(self) -> str:
        """The value as a nurse reads it, its unit spelled: “268 × 10³/µL”, “negative”; the status where there is no value."""
        if self.value is None or isinstance(self.value, str):
            return (self.value or self.status).replace("_", " ")
        try:
            return Quantity(self.value, unit(self.unit or "1")).spelled()
        except UnitError:
            return f"{plain(self.value)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reaction as it stands in the history: grade by the CTCAE version named in the visit, and the term."""

    grade: int
    term: str


@dataclass(frozen=True, slots=True)
class DoseGiven:
    """A dose that was given, here or elsewhere. One stopped early counts as given with its amount.

    tolerated    defaults to no reaction of grade 2 or more
    route        as the protocol's routes spell it, "" where it was not recorded
    extra        given because of an event (plasma exchange), beside the numbered doses: it has no number of its own
    """

    protocol: str
    dose_number: int
    on: date
    dose: Quantity
    brand: str = ""
    reaction: Reaction | None = None
    tolerated: bool = True
    route: str = ""
    extra: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """What the rulebook may know of a person. `None` means not recorded: never zero, never adult.

    birth may be known only in part: then `born` is None and `birth_text` keeps what was sent.
    """

    born: date | None = None
    age_years: int | None = None
    sex: str = ""  # female, male, other, unknown; "" when not recorded
    weight: Quantity | None = None
    height: Quantity | None = None
    birth_text: str = ""
