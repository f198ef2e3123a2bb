"""Questions of a second reader: the engine asked of one protocol, with no more facts than the question is about."""

from __future__ import annotations

from typing import Any

from chairside.cli.rulebook import FormularyOnDisk
from chairside.exchange.questions.table import ask

RULES = FormularyOnDisk()
ADULT = {"birth_date": "1976-05-01", "sex": "male", "weight_kg": "70", "height_cm": "170"}
DAY = "2026-04-13"


def kg(weight: str, born: str = "1976-05-01") -> dict[str, str]:
    return {**ADULT, "weight_kg": weight, "birth_date": born}


def given(protocol: str, *days: str, amount: str = "300", unit: str = "mg") -> list[dict[str, Any]]:
    each = {"protocol": protocol, "dose": amount, "unit": unit}
    return [{**each, "dose_number": at, "date": on} for at, on in enumerate(days, 1)]


def fact(kind: str, code: str, value: str, unit: str = "", on: str = "2026-03-01", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "code": code, "value": value, "date": on, **({"unit": unit} if unit else {}), **more}


def answer(op: str, protocol: str, indication: str = "", **more: Any) -> dict[str, Any]:
    question: dict[str, Any] = {"protocol": protocol, **({"indication": indication} if indication else {}), **more}
    if op != "restart":
        question.setdefault("patient", ADULT)
    if op in ("dose", "clear"):
        question = {"dose_number": 1, "date": DAY, **question}
    return ask(op, question, RULES)


def beside_the_label(made: dict[str, Any]) -> str:
    """The outcome but for the use itself: that a use off the label is for a person is tested of each (test_off_label)."""
    only = made["outcome"] == "review" and {reason["code"] for reason in made["reasons"]} == {"off_label"}
    return "allowed" if only else made["outcome"]


def ids(rows: list[tuple[Any, ...]]) -> list[str]:
    return [f"{row[1]}: {row[0]}" for row in rows]


RAV, LEC, EFG, EDA, NAT = "ravulizumab", "lecanemab", "efgartigimod_iv", "edaravone_iv", "natalizumab"
OCR, DHE, MIG, VED = "ocrelizumab_iv", "dihydroergotamine_iv", "migraine_rescue_infusions", "vedolizumab_iv"
TOC, BEL, OMA, SCIG = "tocilizumab_iv", "belatacept_iv", "omalizumab_sc", "scig_hizentra"
ACHR = [fact("test", "achr", "positive", on="2026-01-01")]
SECOND = {"dose_number": 2, "history": given(TOC, "2026-03-16", amount="280")}
