"""Patient, facts and doses given, as several questions carry them. Days out of order are refused here, with their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from chairside.core.intake.recording import judge
from chairside.core.kernel.fact import DoseGiven, Fact, FactKind, Patient, Reaction
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.span import age_on
from chairside.core.kernel.unit import unit
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.terms import Route
from chairside.exchange.questions.reading import Fields, exact
from chairside.exchange.questions.text import shown

_SEXES = ("female", "male", "other", "unknown")
_OLDEST = 130
_PLANNED = "planned"
_NEARLY, _NEAR = "anaphyla", 0.75
_MOST_VIALS = 10_000
_DENSEST, _GRAM = quantity(5, "g/mL"), unit("g")
_NUMERIC = (FactKind.LAB, FactKind.VITAL)
_KINDS = {kind.value: kind for kind in FactKind}
_ROUTES = tuple(route.value for route in Route)
# What a list of problems or medicines says without a day holds on the day that is asked about.
_STANDING = (FactKind.CONDITION, FactKind.ALLERGY, FactKind.MEDICATION, FactKind.RISK)


def patient(question: Fields, on: date) -> Patient:
    """The patient of a question, as known on a day; what is not stated stays unknown."""
    part = question.part("patient")
    if part is None:
        return Patient()
    born, age = part.day("birth_date"), part.whole("age_y", least=0, most=_OLDEST)
    if born is not None and born > on:
        raise part.problem("birth_date", f"{born.isoformat()} lies after {on.isoformat()}, the day that is asked about")
    if born is not None and on.year - born.year > _OLDEST:
        raise part.problem("birth_date", f"{born.isoformat()} cannot be right; check the year")
    if born is not None and age is not None and age_on(born, on) != age:
        raise part.problem("age_y", f"{age} is not the age on {on.isoformat()} of a person born on {born.isoformat()}")
    made = Patient(born, age, part.word("sex", _SEXES) or "", _size(part, "weight_kg", "kg"), _size(part, "height_cm", "cm"))
    part.close()
    return made


def facts(question: Fields, on: date, born: date | None = None) -> tuple[Fact, ...]:
    """The recorded facts. Only what is planned may lie after the day that is asked about."""
    return tuple(_fact(part, on, born) for part in question.parts("facts"))


def history(question: Fields, protocols: Iterable[Protocol], until: date, born: date | None = None) -> tuple[DoseGiven, ...]:
    """The doses given, up to a day. Numbers of one course must rise with the days; a new course begins with dose 1.

    protocols   those that are asked about: their doses must be measured as their vials are
    """
    parts = question.parts("history")
    given = tuple(_given(part, until, born) for part in parts)
    for name in dict.fromkeys(dose.protocol for dose in given):
        _in_order([(part, dose) for part, dose in zip(parts, given, strict=True) if dose.protocol == name and not dose.extra])
    asked = {protocol.id: protocol for protocol in protocols}
    for part, dose in zip(parts, given, strict=True):
        if dose.protocol in asked:
            _measured_alike(part, dose, asked[dose.protocol])
    return given


def _size(part: Fields, key: str, code: str) -> Quantity | None:
    number = part.number(key, least=None, above=0)
    return None if number is None else quantity(number, code)


def _fact(part: Fields, on: date, born: date | None) -> Fact:
    kind = _KINDS[part.needed("kind", part.word("kind", _KINDS))]
    code = part.needed("code", part.text("code"))
    status = part.text("status") or "final"
    day = part.day("date") or (on if kind in _STANDING else None)
    made = Fact(
        kind,
        code,
        part.needed("date", day),
        _value(part, kind),
        part.unit_code("unit") or "",
        status,
        part.text("note", lines=True) or "",
        part.number("lower_limit"),
        part.number("upper_limit"),
        part.whole("before_dose"),
    )
    part.close()
    if made.on > on and status != _PLANNED:
        raise part.problem("date", f"{made.on.isoformat()} lies after {on.isoformat()}, the day that is asked about")
    if born is not None and made.on < born:
        raise part.problem("date", f"{made.on.isoformat()} lies before the birth date, {born.isoformat()}")
    if made.value is not None:
        # The same question as at the page and the import; a fact without a value says something by its status.
        for reason in judge(made, today=max(on, made.on), rails={}).reasons:
            raise part.problem("unit" if reason.field == "fact.unit" else "value", reason.message)
    return made


def _value(part: Fields, kind: FactKind) -> Decimal | str | None:
    """A number where it is written as one, else a word. A result with a unit is always a number."""
    raw = part.raw.get("value")
    if not isinstance(raw, str):
        return part.number("value", least=None)
    said = part.text("value")
    if said is None:
        return None
    numeric = said.lstrip("+-.,")[:1].isdigit() and not any(sign.isalpha() or sign in "/:" for sign in said)
    if numeric or (kind in _NUMERIC and part.raw.get("unit")):
        return exact(said, part.place("value"))
    return said


def _given(part: Fields, until: date, born: date | None) -> DoseGiven:
    name = part.needed("protocol", part.text("protocol"))
    brand, extra, number = part.text("brand"), part.flag("extra") or False, part.whole("dose_number")
    if not extra:  # one that was given because of an event has no number
        part.needed("dose_number", number)
    day = part.needed("date", part.day("date"))
    dose = part.measured(part.needed("dose", part.number("dose")), "unit")
    reaction = _reaction(part.part("reaction"))
    tolerated, route = part.flag("tolerated"), part.word("route", _ROUTES)
    part.close()
    if day > until:
        raise part.problem("date", f"{day.isoformat()} lies after {until.isoformat()}, the day that is asked about")
    if born is not None and day < born:
        raise part.problem("date", f"{day.isoformat()} lies before the birth date, {born.isoformat()}")
    well = tolerated if tolerated is not None else reaction is None or reaction.grade < 2
    return DoseGiven(name, number or 0, day, dose, brand or "", reaction, well, route or "", extra)


def _reaction(part: Fields | None) -> Reaction | None:
    if part is None:
        return None
    made = Reaction(part.needed("grade", part.whole("grade", most=5)), term_of(part))
    part.close()
    return made


def term_of(part: Fields) -> str:
    """The term of a reaction in the one spelling that rules compare: `Allergic reaction` is `allergic_reaction`.

    What is nearly anaphylaxis is asked again: under another name no rule of it would hold.
    """
    from difflib import get_close_matches  # here, because few questions tell of a reaction and all of them start this module

    from chairside.core.visit.reaction import ANAPHYLAXIS

    said = part.needed("term", part.text("term"))
    term = "_".join(said.casefold().replace("-", " ").replace("_", " ").split())
    if term != ANAPHYLAXIS and (_NEARLY in term or get_close_matches(term, (ANAPHYLAXIS,), 1, _NEAR)):
        raise part.problem("term", f"{shown(said)} is not a term of a reaction here; write {ANAPHYLAXIS} if it is meant")
    return term


def _in_order(rows: Sequence[tuple[Fields, DoseGiven]]) -> None:
    """As listed, a higher number has no earlier day; day by day, numbers rise until a new course begins with dose 1."""
    by_day = sorted(rows, key=lambda row: (row[1].on, row[1].dose_number))
    for (_, before), (part, dose) in (*pairwise(rows), *pairwise(by_day)):
        rises, goes_back = before.dose_number < dose.dose_number, dose.on < before.on
        earlier = f"dose {before.dose_number} of {before.on.isoformat()}"
        if rises and goes_back:
            raise part.problem("date", f"{dose.on.isoformat()} is out of order: dose {dose.dose_number} lies before {earlier}")
        twin = (before.on, before.dose_number) == (dose.on, dose.dose_number)  # a bolus and a pump of one plan
        if not rises and not goes_back and not twin and dose.dose_number != 1:
            sentence = f"is out of order: dose {dose.dose_number} lies after {earlier}, and a new course begins with dose 1"
            raise part.problem("date", f"{dose.on.isoformat()} {sentence}")


def _measured_alike(part: Fields, dose: DoseGiven, protocol: Protocol) -> None:
    """A dose of this protocol is measured as its vials are, else it could not be added to the others."""
    strengths = [vial.strength for product in protocol.products for vial in product.vials]
    if strengths and not any(dose.dose.unit.comparable(strength.unit) for strength in strengths):
        known = ", ".join(dict.fromkeys(str(strength.unit) for strength in strengths))
        raise part.problem("unit", f"{shown(dose.dose.unit)} does not measure a dose of {protocol.id} (its vials hold {known})")
    alike = [strength for strength in strengths if dose.dose.unit.comparable(strength.unit)]
    if alike and all(dose.dose > strength * _MOST_VIALS for strength in alike):
        raise part.problem("dose", f"{dose.dose.spelled()} cannot be right: more than {_MOST_VIALS:,} vials; check the number")


def in_a_bag(question: Fields, volume: Quantity | None) -> Quantity:
    """The dose of one bag. More grams than the bag could weigh are a slipped digit or a wrong unit."""
    dose = question.needed("dose", question.quantity("dose"))
    if volume is not None and dose.unit.comparable(_GRAM) and dose > _DENSEST * volume:
        sentence = f"{dose.spelled()} cannot be in {volume.spelled()}; check the number and its unit"
        raise question.problem("dose.amount", sentence)
    return dose


def brand_of(question: Fields) -> str:
    """The brand, "" when it is left open."""
    return question.text("brand") or ""
