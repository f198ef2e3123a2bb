"""What speaks against a dose: contraindications, allergies, interactions, duplicate therapy, limits of the chair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.dose import Step
from chairside.core.protocols.schema.terms import Layer, Severity, Words


@dataclass(frozen=True, slots=True)
class Contraindication:
    """Speaks against the dose while `when` holds; with `above`, only against doses above that level."""

    key: str
    names: Words
    when: Condition
    layer: Layer
    severity: Severity = Severity.HOLD
    above: Quantity | None = None  # a level such as 5 mg/kg
    release: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    source: str = ""


@dataclass(frozen=True, slots=True)
class Hypersensitivity:
    """An allergy to, or a reaction after, one of `agents` (generic names, brands, ingredients, lower case).

    same_drug   an allergy to the drug itself or an ingredient; otherwise another member of its class
    least_grade   counts only from this CTCAE grade where a grade is known
    """

    key: str
    agents: tuple[str, ...]
    same_drug: bool
    severity: Severity
    layer: Layer
    least_grade: int = 1
    release: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()  # only for these (a component of a menu); empty means all
    source: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """Active medicines (generic names, lower case) that must not go together with it, or only after judgement.

    washout_days   counts also when taken within so many days
    duplicate      they are the same kind of therapy, not an interaction proper
    """

    key: str
    names: Words
    agents: tuple[str, ...]
    severity: Severity
    layer: Layer
    washout_days: int = 0
    duplicate: bool = False
    release: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()  # only for these; empty means all
    source: str = ""


class Bound(StrEnum):
    MOST_DOSE = "most_dose"
    MOST_RATE = "most_rate"
    LEAST_MINUTES = "least_minutes"
    ROUTE = "route"


@dataclass(frozen=True, slots=True)
class Never:
    """Never passed at the chair: changed by a new order at most, not by a click."""

    key: str
    names: Words
    bound: Bound
    layer: Layer
    limit: Quantity | None = None
    when: Condition | None = None
    source: str = ""


class Verdict(StrEnum):
    CONTINUE = "continue"
    JUDGE = "judge"  # a prescriber decides
    SUSPEND = "suspend"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a decision table: a word for each fact, in the order of the table's facts; "*" matches any."""

    words: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Grade:
    """A stretch of a number that a table reads as one word: 1 to 4 new microhemorrhages are mild."""

    word: str
    at: Step


@dataclass(frozen=True, slots=True)
class Scale:
    """How a counted or measured fact becomes the words of a table."""

    fact: str
    unit: str
    grades: tuple[Grade, ...]


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Findings to verdict, first matching row wins (ARIA tables). Suspended treatment may resume when `resume` holds.

    scales    for facts that hold a number
    missing   what a fact that was never recorded does: the imaging itself is asked for by a requirement, so it may say nothing;
              a finding that is there and cannot be read always holds
    """

    key: str
    names: Words
    facts: tuple[str, ...]
    rows: tuple[Row, ...]
    layer: Layer
    scales: tuple[Scale, ...] = ()
    missing: Severity = Severity.HOLD
    resume: Condition | None = None
    release: tuple[str, ...] = ("prescriber",)
    source: str = ""


class Scope(StrEnum):
    """What the schema or the file will not say."""

    INDICATION = "indication"
    REGIMEN = "regimen"
    PHASE = "phase"
    PRODUCT = "product"
    LADDER = "ladder"
    REQUIREMENT = "requirement"
    BILLING = "billing"


@dataclass(frozen=True, slots=True)
class NotEncoded:
    """Stated, and refused with reason `not_encoded` wherever a question meets it. Never passed in silence."""

    key: str
    scope: Scope
    names: Words
    applies_to: tuple[str, ...] = ()  # keys of indications, regimens …; empty means whenever `when` holds
    when: Condition | None = None
