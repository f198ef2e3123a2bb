"""Random ladder questions around the edges of ladders, rate caps and limits of the chair."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.second.edges import edges_of, tests_in
from tests.second.making import IDS, fact_around, near, written
from tests.second.raw import protocols, quantity

Question = dict[str, Any]
LADDER_IDS = tuple(key for key in IDS if protocols()[key].get("ladders"))
STEPPED = tuple(key for key in LADDER_IDS if any("steps" in item or "sites" in item for item in protocols()[key]["ladders"]))
_READ = ("indications", "regimens", "ladders", "rate_caps", "nevers")
SHARES = [Fraction(text) for text in ("1/2", "9/10", "99/100", "1", "1", "101/100", "11/10", "3/2", "3")]


def _dose(rng: Random, protocol: dict[str, Any], ladder: dict[str, Any]) -> tuple[Fraction, str]:
    """An amount near those that the protocol gives or that the ladder is bound to, and its unit."""
    found: list[tuple[Fraction, str]] = []
    for side in ("dose_from", "dose_up_to"):
        if side in ladder:
            number, _, unit = ladder[side].partition(" ")
            found += [(Fraction(number), unit)] * 3
    if found and rng.random() < 0.3:
        value, unit = rng.choice(found)
        return max(Fraction(1), value + rng.choice((Fraction(-1), Fraction(1)))), unit
    for phase in (phase for regimen in protocol["regimens"] for phase in regimen["phases"]):
        body = phase["dose"]
        texts = [
            body.get("amount"),
            body.get("least"),
            *(text for cell in body.get("cells", []) for text in cell.get("amounts", [])),
        ]
        for text in texts:
            if text and not text.startswith("0 "):
                number, _, unit = text.partition(" ")
                base, _, by = unit.partition("/")
                found.append(
                    (
                        Fraction(number) * {"kg": rng.randrange(10, 120), "m2": Fraction(rng.randrange(5, 25), 10)}.get(by, 1),
                        base,
                    )
                )
        if body["rule"] == "wanted_rise":
            found.append((Fraction(rng.randrange(250, 4000)), "[iU]"))
    return rng.choice(found) if found else (Fraction(100), "mg")


def _volume(rng: Random, protocol: dict[str, Any], ladder: dict[str, Any], dose: Fraction, unit: str) -> Fraction:
    known = quantity(f"1 {unit}")
    in_mg = dose * known.value if known.kind == (("m", 1),) else Fraction(0)
    if "bag" in ladder and rng.random() < 0.85:
        return quantity(ladder["bag"]).value
    if unit == "mL" and rng.random() < 0.9:
        return dose
    product = rng.choice(protocol["products"]) if protocol.get("products") else {}
    strength = quantity(product["concentration"]) if "concentration" in product else None
    if strength and rng.random() < 0.4:
        return max(Fraction(1, 2), dose * quantity(f"1 {unit}").value / strength.value)
    if "iv_push" in ladder.get("routes", []) and strength and rng.random() < 0.8:
        return dose * known.value / strength.value
    room = [size for size in (5, 10, 20, 50, 100, 115, 125, 250, 300, 500, 750, 1000) if in_mg <= 900 * size]
    return Fraction(rng.choice(room or [1000]))


def _order(rng: Random, question: Question, protocol: dict[str, Any], ladder: dict[str, Any]) -> dict[str, Any]:
    order: dict[str, Any] = {}
    chance = rng.random()
    if chance < 0.25:
        minutes = [Fraction(ladder[key]) for key in ("least_minutes", "stated_minutes", "most_minutes") if key in ladder] or [
            Fraction(60)
        ]
        order["minutes"] = written(max(Fraction(1), rng.choice(minutes) * rng.choice(SHARES)), 1)
    elif chance < 0.5:
        texts = [item["rate"] for item in protocol.get("rate_caps", [])] + [
            rung["rate"] for rung in ladder.get("steps", [])
        ] or ["100 mL/h"]
        number, _, unit = rng.choice(texts).partition(" ")
        order["max_rate"] = {"amount": written(Fraction(number) * rng.choice(SHARES)), "unit": unit}
        if rng.random() < 0.08:
            order["minutes"] = str(rng.choice((30, 60, 120, 240)))
    return order


def _facts(rng: Random, protocol: dict[str, Any], day: date) -> list[dict[str, Any]]:
    """Facts around the limits of what ladders, rates and times depend on, and of what the file leaves to a person there."""
    gaps = [item for item in protocol.get("not_encoded", []) if item["scope"] == "ladder"]
    wanted = {test["fact"]: test for test in tests_in([*(protocol.get(key, []) for key in _READ), gaps])}
    found: list[dict[str, Any]] = []
    for fact, test in wanted.items():
        if fact.split(".")[0] not in ("patient", "history", "risk") and rng.random() < 0.7:
            found += fact_around(rng, protocol, fact, test, day)
    return found


def ladder_question(rng: Random, ids: tuple[str, ...] = LADDER_IDS) -> Question:
    """One question about one of these protocols."""
    protocol = protocols()[rng.choice(ids)]
    stepped = [item for item in protocol["ladders"] if "steps" in item or "sites" in item]
    ladder = rng.choice(stepped if stepped and rng.random() < 0.7 else protocol["ladders"])
    keys = ladder.get("indications") or [item["key"] for item in protocol["indications"]]
    patient: dict[str, Any] = {"birth_date": f"{rng.randrange(1940, 2006)}-05-01", "sex": rng.choice(("female", "male"))}
    if rng.random() > 0.05:
        patient["weight_kg"] = written(near(rng, edges_of(protocol["ladders"], "patient.weight_kg"), 8, 150, Fraction(1, 10)))
    if rng.random() > 0.1:
        patient["height_cm"] = str(rng.randrange(120, 200))
    dose, unit = _dose(rng, protocol, ladder)
    question: Question = {
        "protocol": protocol["id"],
        "indication": rng.choice(keys),
        "patient": patient,
        "dose": {"amount": written(dose), "unit": unit},
        "date": "2026-04-13",
        "infusion_number": rng.choice((1, 1, 2, 3, 4, 5, 6, 13)),
    }
    if rng.random() < 0.75:
        question["tolerated"] = rng.random() < 0.7
    regimens = ladder.get("regimens", [])
    if regimens and rng.random() < 0.9:
        question["regimen"] = rng.choice(regimens)
        held = next(item for item in protocol["regimens"] if item["key"] == question["regimen"])
        question["indication"] = rng.choice(held["indications"])
    if rng.random() < 0.25:
        risks = ["renal", "thrombosis", "age_over_65"] if rng.random() < 0.8 else ["renal"]
        question["risks"] = [rng.choice(risks)]
    elif rng.random() < 0.5:
        question["risks"] = []
    if rng.random() < 0.4 and protocol.get("products"):
        question["brand"] = rng.choice(protocol["products"])["brand"]
    if facts := _facts(rng, protocol, date(2026, 4, 13)):
        question["facts"] = facts
    volume = _volume(rng, protocol, ladder, dose, unit)
    in_mg = quantity(f"{question['dose']['amount']} {unit}")
    if in_mg.kind == (("m", 1),) and rng.random() < 0.15:
        question["concentration_mg_ml"] = written(in_mg.value / volume, 4)
        if not 0 < Fraction(question["concentration_mg_ml"]) < 4000:
            del question["concentration_mg_ml"]
    if "concentration_mg_ml" not in question:
        question["volume_ml"] = written(volume, 2)
    if order := _order(rng, question, protocol, ladder):
        question["order"] = order
    return question
