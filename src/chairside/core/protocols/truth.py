"""Evaluates a condition over what is known: true, false, or unknown. Missing is never taken as false."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from operator import ge, gt, le, lt

from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.span import age_on, months_old
from chairside.core.kernel.unit import UnitError, unit
from chairside.core.protocols import words
from chairside.core.protocols.changes import changed, compared_with
from chairside.core.protocols.past import of_history
from chairside.core.protocols.schema.condition import Change, Condition, Limit, Op, Test
from chairside.core.protocols.schema.protocol import FactKey
from chairside.core.protocols.standing import Latest, latest, present, said, taken_back
from chairside.core.protocols.vocabulary import name_among

_HELD = {Op.LT: lt, Op.LE: le, Op.GT: gt, Op.GE: ge}
_CONDITION = f"{FactKind.CONDITION}."
_PERCENT = frozenset((Change.RISE_PERCENT, Change.FALL_PERCENT))


class Truth(Enum):
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


_NOTHING = Latest()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on a day.

    history    every dose of this therapy that was given, in this course and before
    declared   facts that the protocol declares, with the words that may answer them
    fresh      days that a fact may be old to decide anything, where the protocol requires it fresh
    before     doses that the number of the dose asked about says came before it, on record or not
    """

    day: date
    patient: Patient = field(default_factory=Patient)
    facts: tuple[Fact, ...] = ()
    history: tuple[DoseGiven, ...] = ()
    declared: tuple[FactKey, ...] = ()
    fresh: Mapping[str, int] = field(default_factory=dict)
    before: int = 0
    # Read often while one question is answered: the facts by key, what stands for a key, and the conditions answered.
    _by_key: dict[str, list[Fact]] = field(init=False, repr=False, compare=False, default_factory=dict)
    _standing: dict[str, Latest] = field(init=False, repr=False, compare=False, default_factory=dict)
    _answered: dict[int, tuple[Condition, Finding]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.facts:
            self._by_key.setdefault(f"{item.kind}.{item.code}", []).append(item)

    def latest(self, fact: str) -> Latest:
        """What stands for that key on the day, and what puts it in doubt."""
        if fact not in self._standing:
            found = self.of(fact)
            self._standing[fact] = latest(found, self.day) if found else _NOTHING
        return self._standing[fact]

    def newest(self, fact: str, within_days: int | None = None) -> Fact | None:
        """The newest usable fact of that key on or before the day; of one day, the one recorded last."""
        found = self.latest(fact).fact
        return None if found is None or self.is_old(found, within_days) else found

    def called(self, fact: str) -> str:
        """What the fact is called, as the protocol names it."""
        return name_among(fact, self.declared)

    def is_old(self, fact: Fact, days: int | None) -> bool:
        return days is not None and (self.day - fact.on).days > days

    def of(self, fact: str) -> Sequence[Fact]:
        """Every fact of that key, in the order recorded. `condition.I50` finds each code that starts so, dotted or not."""
        if not fact.startswith(_CONDITION):
            return self._by_key.get(fact, ())
        prefix = fact.removeprefix(_CONDITION)
        return [item for item in self.facts if item.kind is FactKind.CONDITION and _starts(item.code, prefix)]


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer, the facts that were read for it, and the keys of those that were missing."""

    truth: Truth
    evidence: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()


def evaluate(condition: Condition, known: Known) -> Finding:
    """True when all of `all` and, where given, one of `any` hold (Kleene's three-valued logic)."""
    asked = known._answered.get(id(condition))
    if asked is None:
        # Kept with the condition itself, so that no other one can come to stand at its place in memory.
        asked = known._answered[id(condition)] = (condition, _evaluated(condition, known))
    return asked[1]


def _evaluated(condition: Condition, known: Known) -> Finding:
    if len(condition.all) == 1 and not condition.any:
        return check(condition.all[0], known)  # most conditions hold one test
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
    """One comparison. Newer results that are not final, and results of one day that do not agree, leave it unknown."""
    kind = test.fact.partition(".")[0]
    if test.op in (Op.PRESENT, Op.ABSENT):
        return _presence(test, known)
    if kind in ("patient", "history"):
        return _compare(test, of_patient(test.fact, known), None, known)
    newest = known.latest(test.fact)
    days = test.within_days if test.within_days is not None else known.fresh.get(test.fact)
    if newest.doubt is not None:
        return Finding(Truth.UNKNOWN, (*newest.of_day, newest.doubt), (test.fact,))
    if newest.fact is None or known.is_old(newest.fact, days):
        return Finding(Truth.UNKNOWN, missing=(test.fact,))
    judge = _against if test.change is Change.NONE else _change
    each = [judge(test, fact, known) for fact in newest.of_day]
    if any(finding.truth is not each[0].truth for finding in each):
        return Finding(Truth.UNKNOWN, newest.of_day, (test.fact,))
    return each[-1]


def _against(test: Test, fact: Fact, known: Known) -> Finding:
    if taken_back(fact):
        return Finding(Truth.FALSE if test.op is Op.IN else Truth.UNKNOWN, (fact,))
    if not isinstance(fact.value, Decimal):
        return _compare(test, said(fact), fact, known)
    try:
        return _compare(test, Quantity(fact.value, unit(fact.unit)) if fact.unit else fact.value, fact, known)
    except UnitError:
        return Finding(Truth.UNKNOWN, (fact,), (test.fact,))


def _change(test: Test, fact: Fact, known: Known) -> Finding:
    """Compares how the result changed. Without an earlier one, or with one that cannot be read, it is unknown."""
    earlier = compared_with(known.of(test.fact), fact.on, test.over_days)
    number = changed(test.change, fact, earlier, "" if test.change in _PERCENT else test.unit)
    evidence = (fact, *earlier)
    limit = _limit(test, fact)
    if number is None or limit is None or test.op not in _HELD:
        return Finding(Truth.UNKNOWN, evidence, (test.fact,))
    return Finding(Truth.TRUE if _HELD[test.op](number, limit) else Truth.FALSE, evidence)


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
        case "patient.age_months":
            return None if patient.born is None or known.day < patient.born else Decimal(months_old(patient.born, known.day))
    kind, _, name = fact.partition(".")
    return of_history(name, known.history, known.day, known.before) if kind == "history" else None


def age_years(patient: Patient, day: date) -> int | None:
    """Completed years on the day, from the birth date, else as stated; None when neither is known."""
    if patient.born is not None:
        return age_on(patient.born, day) if patient.born <= day else None
    return patient.age_years


def _presence(test: Test, known: Known) -> Finding:
    found = [item for item in known.of(test.fact) if item.on <= known.day and present(item)]
    if test.within_days is not None:
        found = [item for item in found if (known.day - item.on).days <= test.within_days]
    there = bool(found) is (test.op is Op.PRESENT)
    return Finding(Truth.TRUE if there else Truth.FALSE, tuple(found))


def _starts(code: str, prefix: str) -> bool:
    """Diagnosis codes are sent with and without their dot."""
    return code.replace(".", "").upper().startswith(prefix.replace(".", "").upper())


def _compare(test: Test, value: Quantity | Decimal | str | None, fact: Fact | None, known: Known) -> Finding:
    evidence = (fact,) if fact else ()
    if value is None:
        return Finding(Truth.UNKNOWN, evidence, (test.fact,))
    if test.op in (Op.IN, Op.NOT_IN):
        word = value if isinstance(value, str) else str(value)
        inside = words.understood(word, test.words)
        told = inside or fact is None or words.understood(word, words.declared(test.fact, known.declared))
        if words.plain(word) == words.UNKNOWN or not told:
            return Finding(Truth.UNKNOWN, evidence, (test.fact,))
        return Finding(Truth.TRUE if inside is (test.op is Op.IN) else Truth.FALSE, evidence)
    limit = _limit(test, fact)
    number = _number(value, test, fact)
    if limit is None or number is None:
        return Finding(Truth.UNKNOWN, evidence, (test.fact,))
    return Finding(Truth.TRUE if _HELD[test.op](number, limit) else Truth.FALSE, evidence)


def _limit(test: Test, fact: Fact | None) -> Decimal | None:
    if test.value is None:
        return None
    if test.times is Limit.NONE:
        return test.value
    bound = None if fact is None else fact.upper if test.times is Limit.UPPER else fact.lower
    return None if bound is None else test.value * bound


def _number(value: Quantity | Decimal | str, test: Test, fact: Fact | None) -> Decimal | None:
    """The value as a number in the unit of the limit; None for a word, without a unit, or in one of another measure."""
    if isinstance(value, str):
        return None
    if isinstance(value, Decimal):
        return None if fact is not None and test.unit else value
    wanted = test.unit or (fact.unit if fact and test.times is not Limit.NONE else "")
    try:
        return value.to(wanted).amount if wanted else value.amount
    except UnitError:
        return None


def _all(truths: Iterable[Truth]) -> Truth:
    seen = tuple(truths)
    return Truth.FALSE if Truth.FALSE in seen else Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.TRUE


def _any(truths: Iterable[Truth]) -> Truth:
    seen = tuple(truths)
    return Truth.TRUE if Truth.TRUE in seen else Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.FALSE
