"""Which indication, regimen and phase a question is about, by the schema's docstrings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.second.opinion import ALLOWED, REFUSED, REVIEW, UNKNOWN, Opinion
from tests.second.raw import named
from tests.second.truth import Case, holds

Piece = dict[str, Any]


@dataclass
class Choice:
    """What was chosen. An empty piece could not be chosen."""

    indication: Piece = field(default_factory=dict)
    regimen: Piece = field(default_factory=dict)
    phase: Piece = field(default_factory=dict)
    position: int = 1  # of the dose in its phase
    phase_named: bool = False


def indications_for(case: Case, asked: str) -> list[Piece]:
    """The indication of a key, or those whose prefix is the longest that matches the code on the day."""
    if found := named(case.protocol["indications"], asked):
        return [found]
    day, best, chosen = case.day.isoformat(), 0, list[Piece]()
    for item in case.protocol["indications"]:
        for code in item["codes"]:
            valid = code.get("valid_from", day) <= day <= code.get("valid_until", day)
            if not valid or code.get("supporting") == "true" or not asked.startswith(code["prefix"]):
                continue
            if len(code["prefix"]) > best:
                best, chosen = len(code["prefix"]), []
            if len(code["prefix"]) == best and item not in chosen:
                chosen.append(item)
    return chosen


def fits(case: Case, item: Piece) -> bool | None:
    """Whether age and sex are those of an indication."""
    ages, verdict = item.get("ages") or {}, True
    if ages:
        years, months = case.age_years, case.age_months
        least = int(ages.get("from_years", 0))
        if years is None or ("from_months" in ages and months is None):
            verdict = None
        elif (
            years < least
            or (months is not None and months < int(ages.get("from_months", 0)))
            or years >= int(ages.get("below_years", 200))
        ):
            return False
    if item.get("sex"):
        if not case.patient.get("sex"):
            return None
        if case.patient["sex"] != item["sex"]:
            return False
    return verdict


def choose_indication(case: Case, asked: str, opinion: Opinion) -> Piece:
    """The indication of the question, and what is to be said about it."""
    candidates = indications_for(case, asked)
    if not candidates:
        opinion.add("no such indication", "wrong_indication off_label", REVIEW, REFUSED)
        return {}
    judged = [(item, fits(case, item), holds(case, item.get("needs"))) for item in candidates]
    good = [item for item, fit, need in judged if fit and need]
    maybe = [item for item, fit, need in judged if fit is not False and need is not False and item not in good]
    if good:
        if maybe or len(good) > 1:
            opinion.silent.add("indication")
        return good[0]
    if len(candidates) > 1:
        opinion.silent.add("indication")
    if maybe:
        opinion.missing("the indication rests on a fact that is not known")
        return maybe[0]
    for item, fit, need in judged[:1]:
        untold = (candidates[0].get("ages") and case.age_years is None) or (item.get("sex") and not case.patient.get("sex"))
        if fit is None or need is None or untold:
            opinion.missing("age, sex or a needed fact")
        if fit is False:
            opinion.add("age or sex", "wrong_population wrong_indication", REVIEW, REFUSED)
        if need is False:
            opinion.add("facts do not fit the indication", "wrong_indication wrong_population", REVIEW, REFUSED)
    return candidates[0]


def not_encoded(case: Case, choice: Choice, asked: set[str], opinion: Opinion) -> None:
    """What the file says that it does not say: refused where a question meets it."""
    for item in case.protocol.get("not_encoded", []):
        names = set(item.get("applies_to", []))
        if item["scope"] in ("indication", "regimen") and names & (asked | {choice.indication.get("key", "")}):
            opinion.add(f"not encoded: {item['key']}", "not_encoded", REFUSED)
        elif item["scope"] == "phase" and names & {choice.phase.get("key", ""), choice.regimen.get("key", "")}:
            opinion.add(f"perhaps not encoded: {item['key']}", "not_encoded", ALLOWED, REFUSED)


def by_brand(case: Case, indication: Piece, brand: str) -> list[Piece]:
    """Regimens that need not be named: of a brand that is only for some, its own; if these are to be named, all of them."""
    mine = [item for item in case.protocol["regimens"] if indication.get("key") in item["indications"]]
    usual = [item for item in mine if item.get("named_only") != "true"]
    sold = [item for item in case.protocol.get("products", []) if brand and item["brand"].casefold() == brand.casefold()]
    own = [item for item in mine if any(item["key"] in product.get("regimens", []) for product in sold)]
    return [item for item in own if item in usual] or own or usual


def choose_regimen(case: Case, indication: Piece, asked: str, opinion: Opinion, brand: str = "") -> Piece:
    """The regimen named, or the first that applies to patient and brand and is not kept for orders that name it."""
    regimens, open_ones = case.protocol["regimens"], by_brand(case, indication, brand)
    to_be_named = [item["key"] for item in open_ones if item.get("named_only") == "true"]
    if not asked and len(to_be_named) == 1:
        (asked,) = to_be_named
    if asked:
        found = named(regimens, asked)
        if not found:
            opinion.add("no such regimen", "not_encoded", REFUSED)
            return {}
        if indication and indication["key"] not in found["indications"]:
            opinion.add("regimen of another indication", "off_label wrong_indication", REVIEW, REFUSED)
        applies = holds(case, found.get("applies"))
        if applies is None:
            opinion.missing("whether the regimen is for this patient")
        elif not applies:
            opinion.add("regimen is for others", "wrong_population out_of_range off_label", REVIEW, REFUSED)
        return found
    if to_be_named:
        opinion.missing("which of the brand's regimens is ordered")
        return {}
    for regimen in open_ones:
        applies = holds(case, regimen.get("applies"))
        if applies is None:
            opinion.missing("which regimen is for this patient")
            return {}
        if applies:
            return regimen
    if indication and case.protocol["kind"] == "menu":
        opinion.add("nothing of a menu is chosen by itself", "missing_fact wrong_population", REVIEW, REFUSED)
        opinion.add("what the prescriber chose", "missing_fact", ALLOWED, UNKNOWN)
    elif indication:
        opinion.add("no regimen applies", "wrong_population out_of_range not_encoded off_label", REVIEW, REFUSED)
    return {}


def doses_of(phase: Piece) -> int | None:
    """How many doses a phase has: those stated, else the days of its offsets or of its cycles; None while it goes on."""
    timing = phase["timing"]
    if timing["timing"] == "offsets":
        return min(int(phase.get("doses", len(timing["days"]))), len(timing["days"]))
    if "doses" in phase:
        return int(phase["doses"])
    if timing["timing"] == "cycles" and "cycles" in timing:
        return int(timing["cycles"]) * int(timing.get("any_days", len(timing["on_days"])))
    return None


def choose_phase(number: int, regimen: Piece, asked: str, opinion: Opinion) -> tuple[Piece, int]:
    """The phase of a dose number, or the one named, and the place of the dose in it."""
    before, found, place = 0, dict[str, Any](), 1
    for phase in regimen["phases"]:
        if phase["timing"]["timing"] == "triggered":
            continue
        count = doses_of(phase)
        if count is None or number <= before + count:
            found, place = phase, number - before
            break
        before += count
    if not found:
        triggered = named(regimen["phases"], asked) or {"timing": {"timing": ""}}
        if triggered["timing"]["timing"] != "triggered":
            opinion.add("beyond the last dose", "course_complete", REVIEW, REFUSED)
            opinion.add("a phase that there is not", "not_encoded mismatch", ALLOWED, REFUSED)
            opinion.silent.add("value")
            return {}, 1
    if asked:
        if any(late["action"] in ("ask", "give_phase") for late in found.get("late", [])):
            # Whether a late dose is still of the phase that is named is not stated.
            opinion.add("a late dose and a phase", "mismatch too_late", ALLOWED, REVIEW)
            opinion.add("doses before a late one", "missing_fact", ALLOWED, UNKNOWN)
        other = named(regimen["phases"], asked)
        if not other:
            opinion.add("no such phase", "not_encoded", REFUSED)
            opinion.silent.add("value")
            return found, place
        if other is not found:
            if any(late.get("phase") == asked for late in found.get("late", [])):  # a late dose is of that phase
                opinion.add("dose number of another phase", "mismatch course_complete too_late", ALLOWED, REFUSED)
            elif other["timing"]["timing"] != "triggered":
                opinion.add("dose number of another phase", "mismatch course_complete", REVIEW, REFUSED)
            opinion.silent.add("position")
            return other, 1
        return found, place
    return found, place
