"""Everyday questions about every protocol of the formulary: an adult, the facts that the protocol asks for, doses before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from chairside.core.protocols import Protocol
from chairside.core.protocols.vocabulary import unit_of
from chairside.core.protocols.words import declared

DAY = date(2026, 4, 13)
OPS = ("dose", "ladder", "plan", "clear", "prepare", "restart")
Question = dict[str, Any]

_PATIENT = {"birth_date": "1976-05-01", "sex": "female", "weight_kg": "82.4", "height_cm": "170"}
_RESULTS = {
    **{"anc": "4.1", "platelets": "210", "wbc": "6.3", "hemoglobin": "9.6", "hematocrit": "46", "creatinine": "0.9"},
    **{"crcl": "88", "egfr": "88", "igm": "90", "alp": "70"},
    **{"alt": "22", "ast": "24", "bilirubin": "0.6", "calcium": "9.4", "phosphate": "3.2", "ferritin": "14", "tsat": "11"},
    **{"ige": "180", "iga": "160", "igg": "540", "vitamin_d": "38", "potassium": "4.1", "magnesium": "2.0", "sbp": "124"},
    **{"dbp": "76", "pulse": "72", "temp": "36.8", "rr": "16", "spo2": "98", "weight_kg": "82.4", "height_cm": "170"},
}
_GOOD_WORDS = ("no", "negative", "none", "given", "enrolled", "certified", "yes")


def everyday(protocol: Protocol) -> Iterator[tuple[str, Question]]:
    """A question of each kind for every indication and brand, at the first dose and at the third."""
    brands = [product.brand for product in protocol.products] or [""]
    for brand in brands:
        for indication in protocol.indications:
            named = {"protocol": protocol.id, "indication": indication.key} | ({"brand": brand} if brand else {})
            for number in (1, 3):
                yield from _of_a_dose(protocol, named, number)
        about = {"protocol": protocol.id} | ({"brand": brand} if brand else {})
        if protocol.plan is None:
            yield "prepare", about | _bag(protocol)
            yield "restart", about | _paused(protocol)


def facts(protocol: Protocol) -> list[Question]:
    """One fact for each key that the protocol asks for."""
    keys = dict.fromkeys(
        [rule.fact for rule in (*protocol.requirements, *protocol.questions)] + [item.fact for item in protocol.facts]
    )
    return [_fact(key, protocol) for key in keys if not key.startswith(("patient.", "history.", "condition.", "order."))]


def _of_a_dose(protocol: Protocol, named: Question, number: int) -> Iterator[tuple[str, Question]]:
    known = {"patient": _PATIENT, "facts": facts(protocol), "history": _given(protocol, number)}
    asked = named | known | {"dose_number": number, "date": DAY.isoformat()}
    if protocol.plan is not None:
        yield "dose", {key: part for key, part in asked.items() if key != "brand"}
        return
    yield "dose", asked
    yield "clear", asked
    yield "plan", named | known | {"as_of": DAY.isoformat(), "start": (DAY - timedelta(days=28)).isoformat()}
    yield "ladder", named | known_of_a_run(known, protocol, number)


def known_of_a_run(known: Question, protocol: Protocol, number: int) -> Question:
    """What a ladder is asked with."""
    amount = {"amount": "400", "unit": _unit(protocol)}
    run = {"dose": amount, "volume_ml": "250", "infusion_number": number, "tolerated": True, "date": DAY.isoformat()}
    return {key: part for key, part in known.items() if key != "history"} | run


def _given(protocol: Protocol, number: int) -> list[Question]:
    """The doses before this one, two weeks apart; a plan's are of its first item."""
    owner = protocol.id if protocol.plan is None else protocol.plan.items[0].protocol
    days = [DAY - timedelta(days=14 * back) for back in range(number - 1, 0, -1)]
    return [
        {"protocol": owner, "dose_number": place, "date": day.isoformat(), "dose": "400", "unit": _unit(protocol)}
        for place, day in enumerate(days, start=1)
    ]


def _bag(protocol: Protocol) -> Question:
    return {
        "dose": {"amount": "400", "unit": _unit(protocol)},
        "diluent": "0.9% sodium chloride",
        "volume_ml": "250",
        "filter_micron": "0.2",
        "prepared_at": "2026-04-13T08:30:00-06:00",
        "storage": "room",
        "start_at": "2026-04-13T09:30:00-06:00",
        "minutes": "120",
    }


def _paused(protocol: Protocol) -> Question:
    reaction = {"grade": 2, "term": "infusion_related_reaction", "rate_at_onset_ml_h": "120", "count_this_visit": 1}
    return {"reaction": reaction, "resolved": True}


def _unit(protocol: Protocol) -> str:
    """In what its vials are measured."""
    return next((str(vial.strength.unit) for product in protocol.products for vial in product.vials), "mg")


def _fact(key: str, protocol: Protocol) -> Question:
    kind, _, code = key.partition(".")
    made: Question = {"kind": kind, "code": code, "date": (DAY - timedelta(days=3)).isoformat()}
    unit, words = unit_of(key, protocol), declared(key, protocol.facts)
    if unit or (kind in ("lab", "vital")):
        made |= {"value": _RESULTS.get(code, "1"), "unit": unit or "1"}
    elif kind == "vaccine":
        made |= {"value": "yes" if words else "1", "status": "given"}
    elif kind not in ("medication", "allergy", "risk", "imaging"):
        made["value"] = next((word for word in _GOOD_WORDS if word in words), words[0] if words else "yes")
    return made
