"""`charge`: the documented work of a day and its drugs become lines; what gives no line says why."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from chairside.core.charges.charge import charge
from chairside.core.charges.lines import Charge, Hold, Line, NotBilled
from chairside.core.charges.reading import ChargeInputError, read_day, read_drugs
from chairside.core.charges.work import Day
from chairside.core.kernel.decision import REASON_CODES, Decision, Reason, review
from chairside.exchange.questions.envelope import envelope, measured, present
from chairside.exchange.questions.reading import Fields
from chairside.exchange.questions.rulebook import Answer, Question, Rulebook
from chairside.exchange.questions.text import InputProblem, shown

_SETTINGS = ("physician_office", "hospital_outpatient", "home")
_EVENT_WORDS = ("bag", "site", "site_reason", "purpose", "encounter")
_CLASSES = ("complex", "therapeutic", "hydration", "fluid")
_CONTAINERS = ("single_dose", "multi_dose")
_CODE = re.compile(r"[A-Z0-9]{5}", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?", re.ASCII)


def answer(rulebook: Rulebook, question: Question) -> Answer:
    """Answer a `charge` question. Raises InputProblem naming the field that cannot be used."""
    _checked(Fields(question))
    if not any(key in question for key in ("events", "drugs", "drug", "diagnosis")):
        raise InputProblem("events", "is missing; a charge is made from the work, the drugs or the diagnoses of a day")
    question = _stated(question)
    try:
        day, drugs = read_day(question), read_drugs(question)
    except ChargeInputError as problem:
        field, _, sentence = str(problem).partition(": ")
        raise InputProblem(field, sentence) from None
    made = charge(day, drugs, rulebook.administration_codes(), rulebook.diagnosis_codes())
    decided = Decision(made, tuple(_reason(hold) for hold in made.holds), made.working)
    return envelope(decided, written(made, day))


def written(made: Charge, day: Day) -> dict[str, Any]:
    """Charges as plain JSON. The order of lines says nothing."""
    given = {name for item in day.work for name in item.drugs}
    return {
        "lines": [_line(line) for line in made.lines],
        "drug_lines": [_line(line) for line in made.drug_lines],
        "not_billed": [_left_out(item) for item in made.not_billed],
        "claim_hold": [
            {"reason": hold.reason, "code": hold.code, "alternatives": list(hold.alternatives)} for hold in made.holds
        ],
        "vials": [{"mg": strength, "count": count} for strength, count in made.vials.items()],
        "each_drug_billed": given == set(made.drugs),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "code": line.code,
        "units": line.units,
        "modifiers": sorted(line.modifiers),
        "events": list(line.evidence),
        "rules": list(line.rules),
    }


def _left_out(item: NotBilled) -> dict[str, Any]:
    amount = None if item.amount is None else measured(item.amount)
    return present({"n": item.id, "reason": item.reason, "rules": list(item.rules), "units": item.units, "amount": amount})


def _reason(hold: Hold) -> Reason:
    """What keeps a claim back is for a named person, who corrects the document or the code."""
    code = hold.reason if hold.reason in REASON_CODES else "mismatch"
    about = " ".join(part for part in (hold.code, hold.about) if part)
    instead = f" Instead: {', '.join(hold.alternatives)}." if hold.alternatives else ""
    return review(
        code, f"The claim is held: {hold.reason.replace('_', ' ')} ({about}).{instead}", field="claim", override="biller"
    )


def _stated(value: Any) -> Any:
    """Without the fields that are null: they say the same as fields that are left out."""
    if isinstance(value, dict):
        return {key: _stated(part) for key, part in value.items() if part is not None}
    return [_stated(part) for part in value] if isinstance(value, list) else value


def _checked(fields: Fields) -> None:
    """Every field has its type and nothing is left over, so that charges never meet a value that they cannot read."""
    fields.day("dos")
    fields.word("setting", _SETTINGS)
    fields.text("payer_profile")
    fields.texts("diagnosis")
    for part in fields.parts("events"):
        _event(part)
    one = fields.part("drug")
    for part in (*fields.parts("drugs"), *([one] if one is not None else [])):
        _drug(part)
    fields.close()


def _event(part: Fields) -> None:
    part.needed("kind", part.text("kind"))
    if isinstance(part.raw.get("n"), str):
        part.text("n")
    else:
        part.whole("n")
    if isinstance(part.raw.get("drug"), list):
        part.texts("drug")
    else:
        part.text("drug")
    part.word("class", _CLASSES)
    _code(part, "level")
    for key in _EVENT_WORDS:
        part.text(key)
    for key in ("start", "stop"):
        _time(part.text(key), part.place(key))
    if part.text("stop") and not part.text("start"):
        raise part.problem("start", "is missing; a stop without a start proves no time")
    _segments(part)
    part.number("minutes")
    part.whole("sites", most=20)
    part.flag("separate")
    part.close()


def _segments(part: Fields) -> None:
    for place, pair in enumerate(part.entries("segments")):
        if not isinstance(pair, list) or len(pair) != 2:
            raise part.problem(f"segments[{place}]", "is not a pair; write [start, stop]")
        for said in pair:
            _time(said, part.place(f"segments[{place}]"))


def _time(said: object, place: str) -> None:
    if said is None:
        return
    try:
        if not isinstance(said, str) or not _TIME.fullmatch(said):
            raise ValueError
        time.fromisoformat(said)
    except ValueError:
        raise InputProblem(place, f"{shown(said)} is not a time of day; write HH:MM") from None


def _code(part: Fields, key: str) -> str | None:
    code = part.text(key)
    if code is not None and not _CODE.fullmatch(code):
        raise part.problem(key, f"{shown(code)} is not a billing code; five signs are expected, such as 96413 or J1745")
    return code


def _drug(part: Fields) -> None:
    part.needed("hcpcs", _code(part, "hcpcs"))
    for key in ("unit_mg", "dose_mg"):
        part.needed(key, part.number(key, least=None, above=0))
    part.word("container", _CONTAINERS)
    part.text("supply")
    for vial in part.parts("vials_used"):
        vial.needed("mg", vial.number("mg", least=None, above=0))
        vial.needed("count", vial.whole("count"))
        vial.close()
    sizes = part.numbers("vials_available_mg")
    if any(size <= 0 for size in sizes):
        raise part.problem("vials_available_mg", "must be above zero")
    part.close()
