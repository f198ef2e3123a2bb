"""Conditions over facts: true, false or unknown (None), never a guess."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.second.raw import NoSuchUnit, amount

COMMON_WORDS = {"positive", "negative", "yes", "no", "unknown", "none", "mild", "moderate", "severe"}
FINAL = {"", "final", "corrected", "baseline"}


@dataclass
class Case:
    """One question as the second engine sees it."""

    protocol: dict[str, Any]
    day: date
    patient: dict[str, Any]
    facts: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    number: int | None = None
    doubts: set[str] = field(default_factory=set)  # facts of which no document says whether they are fresh enough

    @property
    def age_years(self) -> Fraction | None:
        """Whole years on the day; None when it is not known."""
        if born := self.patient.get("birth_date"):
            start = date.fromisoformat(born)
            return Fraction(self.day.year - start.year - ((self.day.month, self.day.day) < (start.month, start.day)))
        return Fraction(self.patient["age_y"]) if "age_y" in self.patient else None

    @property
    def age_months(self) -> int | None:
        if born := self.patient.get("birth_date"):
            start = date.fromisoformat(born)
            return (self.day.year - start.year) * 12 + self.day.month - start.month - (self.day.day < start.day)
        years = int(self.patient.get("age_y", 0))
        return years * 12 if years else None  # in the first year whole years say nothing of months

    @property
    def weight(self) -> Fraction | None:
        """The dosing weight of record."""
        return Fraction(self.patient["weight_kg"]) if "weight_kg" in self.patient else None

    @property
    def own(self) -> list[dict[str, Any]]:
        """Doses of this protocol before this one, oldest first."""
        mine = [item for item in self.history if item["protocol"] == self.protocol["id"]]
        return sorted(mine, key=lambda item: (item["date"], item["dose_number"]))


def on_record(case: Case, fact: str, until: date | None = None) -> list[dict[str, Any]]:
    """Facts of a key up to a day, newest first."""
    kind, _, code = fact.partition(".")
    last = (until or case.day).isoformat()
    found = [
        item
        for item in case.facts
        if item["kind"] == kind
        and (item["code"].startswith(code) if kind == "condition" else item["code"] == code)
        and item.get("date", last) <= last
    ]
    return sorted(found, key=lambda item: str(item.get("date", "")), reverse=True)


def number_of(case: Case, fact: str, unit: str, within: int | None = None, until: date | None = None) -> Fraction | None:
    """A measured value in a unit, from the newest result alone; None when it cannot be relied on."""
    results = on_record(case, fact, until)
    if not results:
        return None
    same_day = [item for item in results if item.get("date") == results[0].get("date")]
    values = {_value(item, unit) for item in same_day}
    if within is not None and (case.day - date.fromisoformat(results[0]["date"])).days > within:
        return None
    return values.pop() if len(values) == 1 else None


def _value(item: dict[str, Any], unit: str) -> Fraction | None:
    if item.get("status", "") not in FINAL or (unit and not item.get("unit")):
        return None
    try:
        got, wanted = amount(str(item["value"]), item.get("unit", "")), amount("1", unit)
    except (NoSuchUnit, ValueError):
        return None
    return got.value / wanted.value if got.kind == wanted.kind else None


def holds(case: Case, condition: dict[str, Any] | None) -> bool | None:
    """Whether a condition holds. `all` and `any` together, each in three values."""
    if not condition:
        return True
    every = [_test(case, test) for test in condition.get("all", [])]
    some = [_test(case, test) for test in condition.get("any", [])]
    first = False if False in every else (None if None in every else True)
    second = True if not some or True in some else (None if None in some else False)
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _test(case: Case, test: dict[str, Any]) -> bool | None:
    fact, op = test["fact"], test["op"]
    if op in ("present", "absent"):
        there = any(item.get("status", "") not in ("resolved", "inactive") for item in on_record(case, fact))
        return there if op == "present" else not there
    if op in ("in", "not_in"):
        word = _word(case, test)
        return None if word is None else (word in test["words"]) == (op == "in")
    value = _changed(case, test) if "change" in test else _measured(case, test)
    return None if value is None else _compared(value, op, Fraction(test["value"]))


def _compared(value: Fraction, op: str, limit: Fraction) -> bool:
    return {"lt": value < limit, "le": value <= limit, "gt": value > limit, "ge": value >= limit}[op]


def _word(case: Case, test: dict[str, Any]) -> str | None:
    fact = test["fact"]
    if fact == "patient.sex":
        return case.patient.get("sex") or None
    results = on_record(case, fact)
    if not results or results[0].get("status", "") not in FINAL:
        return None
    within = test.get("within_days")
    if within and (case.day - date.fromisoformat(results[0]["date"])).days > int(within):
        return None
    if stale(case, fact):
        return None
    words = {str(item["value"]) for item in results if item["date"] == results[0]["date"]}
    declared = next((set(key.get("words", [])) for key in case.protocol.get("facts", []) if key["fact"] == fact), set())
    known = (declared or COMMON_WORDS | set(test["words"])) - {"unknown"}
    return words.pop() if len(words) == 1 and words <= known else None


def _measured(case: Case, test: dict[str, Any]) -> Fraction | None:
    fact = test["fact"]
    if fact == "patient.age_years":
        return case.age_years
    if fact == "patient.weight_kg":
        return case.weight
    if fact == "history.doses":
        # A dose number above one says that doses were given, whether or not each is on record.
        return Fraction(max(len(case.own), (case.number or 1) - 1))
    if fact == "history.last_amount":
        return last_amount(case)
    if fact.startswith("history."):
        return None
    within = test.get("within_days")
    found = number_of(case, fact, test.get("unit", ""), int(within) if within else None)
    return None if found is None or stale(case, fact) else found


def stale(case: Case, fact: str, until: date | None = None) -> bool:
    """Whether the newest result is too old.

    No document says how old a result may be that only a dose reads; the requirements say it for the same fact. Older than all
    of them is stale; older than one of them is a doubt.
    """
    spans = [
        int(item["fresh_days"])
        for item in case.protocol.get("requirements", [])
        if item["fact"] == fact and "fresh_days" in item
    ]
    results = on_record(case, fact, until)
    if not spans or not results:
        return False
    age = ((until or case.day) - date.fromisoformat(results[0]["date"])).days
    if age > min(spans):
        case.doubts.add(fact)
    return age > max(spans)


def last_amount(case: Case) -> Fraction | None:
    """The amount of the last dose of this protocol, in base units."""
    return amount(case.own[-1]["dose"], case.own[-1]["unit"]).value if case.own else None


def _changed(case: Case, test: dict[str, Any]) -> Fraction | None:
    results = on_record(case, test["fact"])
    values = [(date.fromisoformat(item["date"]), _value(item, test.get("unit", ""))) for item in results]
    if len(values) < 2 or any(value is None for _, value in values) or values[0][0] == values[1][0]:
        return None
    if stale(case, test["fact"]):
        return None
    span = timedelta(days=int(test["over_days"])) if "over_days" in test else None
    earlier = [value for day, value in values[1:] if value is not None and (span is None or day >= values[0][0] - span)]
    newest = values[0][1]
    if not earlier or newest is None:
        return None
    earlier = earlier if span else earlier[:1]
    rise = newest - min(earlier)
    fall = max(earlier) - newest
    return {
        "rise": rise,
        "fall": fall,
        "rise_percent": rise / min(earlier) * 100,
        "fall_percent": fall / max(earlier) * 100,
    }[test["change"]]
