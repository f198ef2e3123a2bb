"""Dose rules: the amount that a rule gives, before reductions, caps and the order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tests.second.choosing import Choice
from tests.second.opinion import REFUSED, REVIEW, Opinion
from tests.second.raw import Amount, NoSuchUnit, amount, over, quantity
from tests.second.surface import lean_weight, surface
from tests.second.truth import Case, last_amount, number_of, on_record, stale


@dataclass
class Rule:
    """A dose rule with everything that it may read."""

    case: Case
    choice: Choice
    question: dict[str, Any]
    opinion: Opinion

    @property
    def body(self) -> dict[str, Any]:
        return self.choice.phase["dose"]

    def today(self) -> Fraction | None:
        """The weight measured on the day, else the one of record."""
        return number_of(self.case, "vital.weight_kg", "kg", within=0) or self.case.weight

    def course_start(self) -> date | None:
        """The day of the first dose of this course, where it is on record."""
        if (self.case.number or 1) == 1:
            return self.case.day
        firsts = [item["date"] for item in self.case.own if item["dose_number"] == 1]
        return date.fromisoformat(firsts[-1]) if firsts else None

    def weight(self) -> Fraction | None:
        """The weight by the rule's choice; the finding is made where it is missing."""
        chosen = self.body.get("weight", {"wanted_rise": "actual", "deficit": "lean"}.get(self.body["rule"], "record"))
        found = self.case.weight
        if chosen == "actual":
            found = self.today()
        elif chosen == "frozen":
            event = next(
                (phase["timing"]["event"] for phase in self.choice.regimen["phases"] if "event" in phase["timing"]), ""
            )
            happened = on_record(self.case, event) if event else []
            start = date.fromisoformat(happened[0]["date"]) if happened else self.course_start()
            if (self.case.number or 1) == 1:
                if self.today() != found:  # not stated: whether the weight of record or of the day is the frozen one
                    self.opinion.silent.update(("value", "outcome"))
            else:
                found = number_of(self.case, "vital.weight_kg", "kg", until=start) if start else None
        elif chosen == "lean":
            height, sex, actual = self.case.patient.get("height_cm"), self.case.patient.get("sex"), self.today()
            found = lean_weight(Fraction(height), actual, sex) if height and sex and actual else None
        if found is None:
            self.opinion.missing("the weight")
        return found

    def surface(self) -> Fraction | None:
        height, weight = self.case.patient.get("height_cm"), self.case.weight
        if not height or weight is None:
            self.opinion.missing("height and weight")
            return None
        return surface(Fraction(height), weight, self.question.get("policy", {}).get("bsa", "mosteller"))

    def scaled(self, text: str | Amount) -> Amount | None:
        """An amount or a level turned into an amount by weight or surface. None when that is missing."""
        level = text if isinstance(text, Amount) else quantity(text)
        for base, find in (("w", self.weight), ("a", self.surface)):
            kind = over(level.kind, base)
            if kind is not None:
                by = find()
                return None if by is None else Amount(level.value * by, kind)
        return level

    def result(self, fact: str, unit: str, until: date | None = None) -> Fraction | None:
        """A measured value that the rule is entered by."""
        if fact == "patient.weight_kg" and until is None:
            found = self.case.weight
        elif fact == "patient.weight_kg":
            found = number_of(self.case, "vital.weight_kg", "kg", until=until)
        elif fact == "history.last_amount":
            found = last_amount(self.case)
        else:
            found = number_of(self.case, fact, unit, until=until)
            if found is not None and stale(self.case, fact, until):
                found = None
        if found is None:
            self.opinion.missing(fact)
        return found

    def level(self, least: str, most: str) -> Amount | None:
        """The level that the order states, within its range."""
        stated = self.question.get("order", {}).get("level")
        if not stated:
            self.opinion.missing("the level on the order")
            return None
        got, low, high = amount(stated["amount"], stated["unit"]), quantity(least), quantity(most)
        if got.kind != low.kind:
            self.opinion.silent.update(("outcome", "value"))
            return None
        if got.value < low.value:
            self.opinion.add("level below its range", "below_minimum", REFUSED)
        if got.value > high.value:
            self.opinion.add("level above its range", "above_maximum", REFUSED)
        return got


def compute(rule: Rule) -> Amount | None:
    """The amount by the dose rule. None when it cannot be computed; the findings say why."""
    return _KINDS[rule.body["rule"]](rule)


def _simple(rule: Rule) -> Amount | None:
    return rule.scaled(rule.body["amount"])


def _calvert(rule: Rule) -> Amount | None:
    body = rule.body
    level = rule.level(body["least_level"], body["most_level"])
    gfr = rule.result(body["gfr_fact"], "mL/min")
    if level is None or gfr is None:
        return None
    capped = min(gfr, quantity(body["gfr_cap"]).value)
    return Amount(level.value * (capped + 25), (("m", 1),))


def _wanted_rise(rule: Rule) -> Amount | None:
    body = rule.body
    level, weight = rule.level(body["least_rise"], body["most_rise"]), rule.weight()
    if level is None or weight is None:
        return None
    points = level.value / quantity("1 [iU]/dL").value
    if body.get("recovery_fact") and on_record(rule.case, body["recovery_fact"]):
        own = number_of(rule.case, body["recovery_fact"], "kg/dL")
        if own:
            return Amount(weight * points / own, (("i", 1),))
        rule.opinion.silent.update(("outcome", "value"))  # on record, and not to be relied on
        return None
    return Amount(weight * points * Fraction(body["factor"]), (("i", 1),))


def _deficit(rule: Rule) -> Amount | None:
    body = rule.body
    level = rule.result(body["level_fact"], body["level_unit"])
    if level is not None and level >= Fraction(body["target"]):
        rule.opinion.add("no deficit", "out_of_range", REFUSED)
        return None
    weight = rule.weight()
    if level is None or weight is None:
        return None
    total = quantity(body["per_kg_point"]).value * weight * (Fraction(body["target"]) - level)
    total += quantity(body["per_kg"]).value * weight if "per_kg" in body else 0
    if "stores" in body and ("stores_from" not in body or weight >= quantity(body["stores_from"]).value):
        total += quantity(body["stores"]).value
    return Amount(total, (("m", 1),))


def _replacement(rule: Rule) -> Amount | None:
    lost = rule.result(rule.body["loss_fact"], "mL")
    fraction = rule.result(rule.body["fraction_fact"], "%")
    if lost is None or fraction is None:
        return None
    return Amount(quantity(rule.body["per"]).value * lost * fraction / 100, (("m", 1),))


def _from_product(rule: Rule) -> Amount | None:
    body, case = rule.body, rule.case
    others = [item for item in case.history if item["protocol"] in body["protocols"] and item["date"] < case.day.isoformat()]
    others.sort(key=lambda item: item["date"])
    told = on_record(case, "answer.other_dose") and on_record(case, "answer.other_interval_weeks")
    if len(others) >= 2 and not told and len({item["protocol"] for item in others[-2:]}) == 1:
        days = (date.fromisoformat(others[-1]["date"]) - date.fromisoformat(others[-2]["date"])).days
        dose = amount(others[-1]["dose"], others[-1]["unit"])
        weeks = Fraction(days, 7)
        if days < 7:
            rule.opinion.silent.update(("outcome", "value"))
            return None
    elif told and not others:
        found = number_of(case, "answer.other_dose", "mg")
        number = number_of(case, "answer.other_interval_weeks", "wk")
        if found is None or not number:
            rule.opinion.missing("the other dose and its interval")
            return None
        dose, weeks = Amount(found, (("m", 1),)), number
    elif not told and len(others) < 2:
        rule.opinion.missing("the other dose and its interval")
        return None
    else:
        rule.opinion.silent.update(("outcome", "value"))
        return None
    return dose.times(Fraction(body["factor"]) / weeks * Fraction(int(body["per_days"]), 7))


def inside(step: dict[str, str], value: Fraction) -> bool:
    """Whether a value lies in one stretch of a scale."""
    if "low" in step:
        low = Fraction(step["low"])
        if value < low or (value == low and step.get("low_included") == "false"):
            return False
    if "high" in step:
        high = Fraction(step["high"])
        if value > high or (value == high and step.get("high_included") != "true"):
            return False
    return True


def cell_of(rule: Rule) -> dict[str, Any] | None:
    """The cell of a table; None when a value is missing or no cell holds it."""
    values = []
    for axis in rule.body["axes"]:
        until = None
        if axis.get("frozen") == "true" and (rule.case.number or 1) > 1:
            until = rule.course_start()
            if until is None:
                rule.opinion.missing("the first dose of the course is not on record")
                return None
        values.append(rule.result(axis["fact"], axis["unit"], until))
    known = [value for value in values if value is not None]
    cells = [
        cell
        for cell in rule.body["cells"]
        if all(inside(step, value) for step, value in zip(cell["at"], values, strict=True) if value is not None)
    ]
    if not cells:
        rule.opinion.add("outside the table: do not dose", "out_of_range", REFUSED, REFUSED) if len(known) == len(
            values
        ) else None
        return None
    return cells[0] if len(known) == len(values) else None


def _table(rule: Rule) -> Amount | None:
    cell = cell_of(rule)
    if cell is None:
        return None
    amounts = cell.get("amounts", [])
    if not amounts:
        rule.opinion.add("an empty cell: do not dose", "out_of_range", REFUSED)
        return None
    if len(amounts) > 1 and "position" in rule.opinion.silent:
        rule.opinion.silent.update(("outcome", "value"))
    found = quantity(amounts[min(rule.choice.position, len(amounts)) - 1])
    if found.value == 0:
        rule.opinion.add("this dose is not given", "course_complete out_of_range", REVIEW, REFUSED)
        return None
    return found


def _ordered(rule: Rule) -> Amount | None:
    order = rule.question.get("order", {})
    if "level" in order and "dose" in order:
        rule.opinion.silent.update(("outcome", "value"))
        return None
    least, most = rule.scaled(rule.body["least"]), rule.scaled(rule.body["most"])
    stated = order.get("dose") or order.get("level")
    if not stated:
        rule.opinion.missing("the amount on the order")
        return None
    try:
        level = amount(stated["amount"], stated["unit"])
        got = rule.scaled(level) if ("dose" not in order) else level
    except NoSuchUnit:
        got = None
    if least is None or most is None:
        return None
    if got is None or got.kind != least.kind:
        rule.opinion.add("order in another unit", "mismatch missing_fact", REVIEW, REFUSED)
        rule.opinion.silent.add("value")
        return None
    if got.value < least.value:
        rule.opinion.add("order below its range", "below_minimum", REFUSED)
    if got.value > most.value:
        rule.opinion.add("order above its range", "above_maximum", REFUSED)
    return got


_KINDS = {
    "flat": _simple,
    "per_kg": _simple,
    "per_m2": _simple,
    "table": _table,
    "calvert": _calvert,
    "wanted_rise": _wanted_rise,
    "deficit": _deficit,
    "replacement": _replacement,
    "from_product": _from_product,
    "ordered": _ordered,
}
