"""Requirements: what must be known and acceptable before a dose, when, how fresh, and who may release it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.terms import Layer, Occasion, Severity, Words


class What(StrEnum):
    """What kind of requirement it is, as the answer names it."""

    LAB = "lab"
    VACCINE = "vaccine"
    IMAGING = "imaging"
    SCREENING = "screening"
    REMS = "rems"
    CONSENT = "consent"
    TEST = "test"
    VITAL = "vital"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement.

    fact                 the fact that answers it, as `lab.ferritin`
    when, doses          the occasion; dose numbers for `doses`
    accept               what the fact must show; None means that it is enough to have it on record
    accept_continuing    what is enough after the first dose, where continuing asks for less than starting
    fresh_days           how old it may be on the day of the dose, in calendar days; None means any age
    lead_days            must be at least this old (a vaccine two weeks before the first dose)
    series               how many, for a vaccine series
    missing, unmet       what not knowing it, and knowing it to be out of bounds, do
    release              roles that may release it by a typed record; empty means nobody
    applies              only for patients for whom this holds
    ask_days             ask for it this many days before the dose
    apart_days           for a series: least days from the first to the second, from the second to the third …
    booster_days         a series this old on the day of the dose needs a booster
    unless               while this holds (an urgent start with antibacterial cover) it is for review instead of a hold
    jurisdiction, valid_from, valid_until   where, and on which days of treatment, the rule stands (both included)
    repeat_within_months  for `repeat_course`: only when the earlier course ended less than so many months ago
    """

    key: str
    what: What
    fact: str
    names: Words
    when: Occasion
    layer: Layer
    doses: tuple[int, ...] = ()
    accept: Condition | None = None
    accept_continuing: Condition | None = None
    fresh_days: int | None = None
    lead_days: int | None = None
    series: int | None = None
    missing: Severity = Severity.HOLD
    unmet: Severity = Severity.HOLD
    release: tuple[str, ...] = ("prescriber",)
    indications: tuple[str, ...] = ()
    applies: Condition | None = None
    ask_days: int = 14
    repeat_within_months: int | None = None
    apart_days: tuple[int, ...] = ()
    booster_days: int | None = None
    unless: Condition | None = None
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    jurisdiction: str = "US"
    valid_from: date | None = None
    valid_until: date | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the day. An answer among `trips`, and "unknown", trip it. Answers start blank."""

    key: str
    fact: str
    asks: Words
    trips: tuple[str, ...]
    severity: Severity
    layer: Layer
    release: tuple[str, ...] = ("prescriber",)
    applies: Condition | None = None
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    source: str = ""
