"""Evaluates a condition over what is known: true, false, or unknown. Missing is never taken as false."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum

from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import age_on
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols.schema.condition import Condition, Limit, Op, Test

# A result that is only planned, refused, or not yet final does not answer a question.
_USABLE = frozenset(("final", "corrected", "baseline", "given", "enrolled", "certified", "active", "taken", "signed", ""))


class Truth(Enum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on a day: the patient, recorded facts, doses given in this course and before."""

    day: date
    patient: Patient = field(default_factory=Patient)
    facts: tuple[Fact, ...] = ()
    history: tuple[DoseGiven, ...] = ()

    def newest(self, fact: str, within_days: int | None = None) -> Fact | None:
        """The newest usable fact of that key on or before the day; of one day, the one recorded last."""
        found: Fact | None = None
        for item in self.of(fact):
            if item.status in _USABLE and item.on <= self.day and (found is None or found.on <= item.on):
                found = item
        if found is not None and within_days is not None and (self.day - found.on).days > within_days:
            return None
        return found

    def of(self, fact: str) -> Iterable[Fact]:
        """Every fact of that key, in the order recorded. `condition.I50` finds every code that starts with it."""
        kind, _, code = fact.partition(".")
        for item in self.facts:
            if item.kind.value == kind and (item.code == code or (kind == FactKind.CONDITION and item.code.startswith(code))):
                yield item


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer, the facts that were read for it, and the keys of those that were missing."""

    truth: Truth
    evidence: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()


def evaluate(condition: Condition, known: Known) -> Finding:
    """True when all of `all` and, where given, one of `any` hold (Kleene's three-valued logic)."""
    every = [check(test, known) for test in condition.all]
    some = [check(test, known) for test in condition.any]
    truth = _all(finding.truth for finding in every)
    if some:
        truth = _all((truth, _any(finding.truth for finding in some)))
    findings = [*every, *some]
    return Finding(
        truth,
        tuple(item for finding in findings for item in finding.evidence),
        tuple(dict.fromkeys(key for finding in findings for key in finding.missing)),
    )


def check(test: Test, known: Known) -> Finding:
    """One comparison."""
    kind = test.fact.partition(".")[0]
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _presence(test, known)
    if kind in ("patient", "history"):
        return _compare(test, of_patient(test.fact, known), None)
    fact = known.newest(test.fact, test.within_days)
    if fact is None or fact.value is None:
        return Finding(Truth.UNKNOWN, missing=(test.fact,))
    if isinstance(fact.value, str):
        return _compare(test, fact.value, fact)
    try:
        return _compare(test, Quantity(fact.value, unit(fact.unit)) if fact.unit else fact.value, fact)
    except UnitError:
        return Finding(Truth.UNKNOWN, (fact,), (test.fact,))


def of_patient(fact: str, known: Known) -> Quantity | Decimal | str | None:
    """A value of the patient or the history, None when it was not recorded."""
    patient = known.patient
    match fact:
        case "patient.weight_kg":
            return patient.weight
        case "patient.height_cm":
            return patient.height
        case "patient.sex":
            return patient.sex if patient.sex in ("female", "male", "other") else None
        case "patient.age_years":
            years = age_years(patient, known.day)
            return None if years is None else Decimal(years)
        case "history.doses" | "history.infusions":
            return Decimal(len(known.history))
    return None


def age_years(patient: Patient, day: date) -> int | None:
    """Completed years on the day, from the birth date, else as stated; None when neither is known."""
    if patient.born is not None:
        return age_on(patient.born, day) if patient.born <= day else None
    return patient.age_years


def _presence(test: Test, known: Known) -> Finding:
    found = [item for item in known.of(test.fact) if item.on <= known.day and item.status in _USABLE]
    if test.within_days is not None:
        found = [item for item in found if (known.day - item.on).days <= test.within_days]
    there = bool(found) is (test.op is Op.PRESENT)
    return Finding(Truth.TRUE if there else Truth.FALSE, tuple(found))


def _compare(test: Test, value: Quantity | Decimal | str | None, fact: Fact | None) -> Finding:
    evidence = (fact,) if fact else ()
    if value is None:
        return Finding(Truth.UNKNOWN, evidence, (test.fact,))
    if test.op in (Op.IN, Op.NOT_IN):
        word = value.casefold() if isinstance(value, str) else str(value)
        inside = word in {item.casefold() for item in test.words}
        if word == "unknown":
            return Finding(Truth.UNKNOWN, evidence, (test.fact,))
        return Finding(Truth.TRUE if inside is (test.op is Op.IN) else Truth.FALSE, evidence)
    limit = _limit(test, fact)
    number = _number(value, test, fact)
    if limit is None or number is None:
        return Finding(Truth.UNKNOWN, evidence, (test.fact,))
    held = {Op.LT: number < limit, Op.LE: number <= limit, Op.GT: number > limit, Op.GE: number >= limit}[test.op]
    return Finding(Truth.TRUE if held else Truth.FALSE, evidence)


def _limit(test: Test, fact: Fact | None) -> Decimal | None:
    if test.value is None:
        return None
    if test.times is Limit.NONE:
        return test.value
    bound = None if fact is None else fact.upper if test.times is Limit.UPPER else fact.lower
    return None if bound is None else test.value * bound


def _number(value: Quantity | Decimal | str, test: Test, fact: Fact | None) -> Decimal | None:
    """The value as a number in the unit of the limit; None for a word, or when the units do not measure the same."""
    if isinstance(value, str):
        return None
    if isinstance(value, Decimal):
        return value
    wanted = test.unit or (fact.unit if fact and test.times is not Limit.NONE else "")
    try:
        return value.to(wanted).amount if wanted else value.amount
    except UnitError:
        return None


def _all(truths: Iterable[Truth]) -> Truth:
    seen = set(truths)
    return Truth.FALSE if Truth.FALSE in seen else Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.TRUE


def _any(truths: Iterable[Truth]) -> Truth:
    seen = set(truths)
    return Truth.TRUE if Truth.TRUE in seen else Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.FALSE
