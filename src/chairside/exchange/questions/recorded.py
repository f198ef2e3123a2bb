"""Patient, facts, indication and brand, as several questions carry them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from chairside.core.intake.recording import judge
from chairside.core.kernel.fact import Fact, FactKind, Patient
from chairside.core.kernel.quantity import Quantity, quantity
from chairside.core.kernel.span import age_on
from chairside.core.protocols import Protocol
from chairside.exchange.questions.numbers import exact
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.text import shown

_SEXES = ("female", "male", "other", "unknown")
_OLDEST = 130
_PLANNED = "planned"
_RISKS, _NEAR = ("renal", "thrombosis", "age_over_65"), 0.7
_OLDER = re.compile(r"age_over_\d+", re.ASCII)
_CODED = re.compile(r"[A-Za-z]\d[\dA-Za-z](\W|\d|$)")
_DIAGNOSIS = re.compile(r"[A-Z]\d[\dA-Z](\.?[\dA-Z]{1,4})?", re.ASCII)
_NUMERIC = (FactKind.LAB, FactKind.VITAL)
_KINDS = {kind.value: kind for kind in FactKind}
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


def indication_of(question: Fields) -> str:
    """The indication: a key of the protocol, or a diagnosis code. What begins as a code must be one in all its signs."""
    said = question.needed("indication", question.text("indication"))
    if _CODED.match(said) and not _DIAGNOSIS.fullmatch(said):
        better = f"; write {said.upper()}" if _DIAGNOSIS.fullmatch(said.upper()) else " of ICD-10-CM, such as K50.90"
        raise question.problem("indication", f"{shown(said)} is not a diagnosis code{better}")
    return said


def risks_of(question: Fields, protocol: Protocol) -> tuple[str, ...]:
    """The patient's risks in the spelling that rules compare. One that is nearly a known one would count for nothing."""
    known = {*_RISKS, *(risk for cap in protocol.rate_caps for risk in cap.risks)}
    found = []
    for place, said in enumerate(question.texts("risks")):
        risk = "_".join(said.casefold().replace("-", " ").replace("_", " ").split())
        if risk not in known and not _OLDER.fullmatch(risk) and (near := _nearest(risk, known)):
            raise question.problem(f"risks[{place}]", f"{shown(said)} is not a risk known here; did you mean {near}?")
        found.append(risk)
    return tuple(found)


def _nearest(said: str, known: set[str]) -> str:
    """The word that is part of what was said, or is spelled nearly so; "" when there is none."""
    from difflib import get_close_matches

    part = next((word for word in sorted(known) if word in said), "")
    return part or next(iter(get_close_matches(said, known, 1, _NEAR)), "")


def brand_of(question: Fields) -> str:
    """The brand, "" when it is left open."""
    return question.text("brand") or ""
