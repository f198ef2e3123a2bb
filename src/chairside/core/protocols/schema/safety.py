"""What speaks against a dose: contraindications, allergies, interactions, duplicate therapy, limits of the chair."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.condition import Condition
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
class DecisionTable:
    """Findings to verdict, first matching row wins (ARIA tables). Suspended treatment may resume when `resume` holds."""

    key: str
    names: Words
    facts: tuple[str, ...]
    rows: tuple[Row, ...]
    layer: Layer
    resume: Condition | None = None
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
