"""Random dose questions that sit on the edges of a protocol: tiers, ages, limits of facts, caps, tolerances."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from tests.second.choosing import doses_of
from tests.second.dose import dose
from tests.second.edges import edges_of, tests_in
from tests.second.raw import protocols, quantity

Question = dict[str, Any]
IDS = tuple(sorted(key for key, data in protocols().items() if data["kind"] != "plan"))
FACTORS = [
    Fraction(text) for text in ("0.5", "0.85", "0.899", "0.9", "0.95", "1", "1", "1.05", "1.1", "1.101", "1.2", "2", "10")
]

# Protocols whose dose rules no other has: asked twice in each round, so that each rule is met often enough.
RARE = ("carboplatin", "ferric_carboxymaltose", "iron_dextran_lmw", "omalizumab_sc", "ravulizumab", "scig_hizentra")

# A result below this one is not believed, whatever a limit of the file is.
_LIVED_WITH = {"lab.calcium": Fraction(3)}


def written(value: Fraction, places: int = 4) -> str:
    """A fraction as decimal text, cut to so many places."""
    whole = int(value * 10**places)
    text = f"{whole // 10**places}.{whole % 10**places:0{places}d}"
    return text.rstrip("0").rstrip(".")


def near(rng: Random, edges: list[Fraction], low: float, high: float, step: Fraction) -> Fraction:
    """A value at, just below or just above an edge, or anywhere in a range."""
    if edges and rng.random() < 0.6:
        return max(step, rng.choice(edges) + rng.choice((-step, Fraction(0), step)))
    return Fraction(round(rng.uniform(low, high) * 10), 10)


def patient(rng: Random, protocol: dict[str, Any], day: date, indication: dict[str, Any]) -> dict[str, Any]:
    """A patient of a likely age, sex and weight, sometimes with one of them missing."""
    ages = [indication] if rng.random() < 0.8 else protocol["indications"]
    years = [
        int(item["ages"][key]) for item in ages for key in ("from_years", "below_years") if key in (item.get("ages") or {})
    ]
    born = day - timedelta(days=rng.randrange(19 * 366, 85 * 365))
    if years and rng.random() < 0.25:
        born = date(day.year - rng.choice(years), day.month, min(day.day, 28)) + timedelta(days=rng.choice((-1, 0, 1)))
    elif rng.random() < 0.15:
        born = day - timedelta(days=rng.randrange(10, 18 * 365))
    found: dict[str, Any] = {}
    chance = rng.random()
    if chance > 0.08:
        found["birth_date"] = born.isoformat()
    elif chance > 0.04:
        found["age_y"] = str(max(0, (day - born).days * 100 // 36525))
    if rng.random() > 0.04:
        found["sex"] = indication.get("sex") if indication.get("sex") and rng.random() < 0.8 else rng.choice(("female", "male"))
    if rng.random() > 0.05:
        found["weight_kg"] = written(near(rng, edges_of(protocol, "patient.weight_kg"), 8, 150, Fraction(1, 10)))
    if rng.random() > 0.05:
        found["height_cm"] = str(rng.choice((rng.randrange(145, 200), rng.randrange(60, 200), Fraction("152.4"))))
        found["height_cm"] = written(Fraction(found["height_cm"]))
    return found


def facts(rng: Random, protocol: dict[str, Any], day: date, known: float = 0.85) -> list[dict[str, Any]]:
    """Facts around every limit that dose rules, reductions, caps and conditions of the protocol read."""
    wanted: dict[str, dict[str, Any]] = {}
    pieces = [protocol["indications"], protocol["regimens"], [c for c in protocol.get("contraindications", []) if "above" in c]]
    for test in tests_in(pieces):
        wanted.setdefault(test["fact"], test)
    for regimen in protocol["regimens"]:
        for phase in regimen["phases"]:
            body = phase["dose"]
            for axis in body.get("axes", []):
                wanted.setdefault(axis["fact"], {"unit": axis["unit"]})
            for key, unit in (
                ("gfr_fact", "mL/min"),
                ("level_fact", body.get("level_unit", "")),
                ("loss_fact", "mL"),
                ("fraction_fact", "%"),
                ("recovery_fact", "kg/dL"),
            ):
                if key in body and not (key == "recovery_fact" and rng.random() < 0.6):
                    wanted.setdefault(body[key], {"unit": unit})
            if "event" in phase["timing"]:
                wanted.setdefault(phase["timing"]["event"], {"words": ["yes"]})
    found = []
    for fact, test in wanted.items():
        if fact.split(".")[0] not in ("patient", "history") and rng.random() < known:
            found += fact_around(rng, protocol, fact, test, day)
    return found


def fact_around(rng: Random, protocol: dict[str, Any], fact: str, test: dict[str, Any], day: date) -> list[dict[str, Any]]:
    """A fact near the limits that the protocol compares it with, sometimes with an earlier one beside it."""
    kind, _, code = fact.partition(".")
    base = {"kind": kind, "code": code, "date": (day - timedelta(days=rng.choice((0, 1, 2, 3, 3, 5, 12)))).isoformat()}
    if test.get("op") in ("present", "absent"):
        return [base | {"value": "yes"}] if rng.random() < 0.3 else []
    if "words" in test and "unit" not in test:
        declared = next((item.get("words") for item in protocol.get("facts", []) if item["fact"] == fact), None) or [
            "positive",
            "negative",
            "unknown",
        ]
        return [base | {"value": rng.choice((*declared, *test["words"], *test["words"]))}]
    edges = edges_of(protocol["regimens"], fact) or edges_of(protocol, fact)
    top = (
        float(max(edges)) * 1.3
        if edges
        else {"mL/min": 160, "g/dL": 16, "mL": 600, "%": 60, "kg/dL": 3}.get(test.get("unit", ""), 100)
    )
    least = _LIVED_WITH.get(fact, Fraction(0))
    step = Fraction(1, 10) if top < 50 else Fraction(1)
    made = base | {
        "value": written(max(near(rng, edges, top * 0.1, top, step), step * 15, least)),
        "unit": test.get("unit", ""),
    }
    if rng.random() < 0.05:
        made["status"] = rng.choice(("preliminary", "corrected", "final"))
    if rng.random() < 0.03:
        del made["unit"]
    if "change" in test or rng.random() < 0.2:
        before = date.fromisoformat(made["date"]) - timedelta(days=rng.choice((4, 10, 13, 14, 15, 30)))
        earlier = base | {"date": before.isoformat(), "unit": test.get("unit", "")}
        earlier["value"] = written(
            max(
                Fraction("1.2"),
                least,
                Fraction(made["value"]) - rng.choice((Fraction("0.9"), Fraction(1), Fraction("1.1"), Fraction(2))),
            )
        )
        return [made, earlier]
    return [made]


def _history(rng: Random, question: Question, protocol: dict[str, Any], regimen: dict[str, Any]) -> list[dict[str, Any]]:
    number, day = question["dose_number"], date.fromisoformat(question["date"])
    opinion = dose({**question, "dose_number": 1, "history": [], "order": {}})
    one = opinion.amounts[0] if opinion.amounts else Fraction(rng.choice((1, 30, 300)))
    caps = [quantity(cap["amount"]) for cap in regimen.get("caps", []) if cap["per"] != "dose"]
    unit = _unit(protocol, regimen)
    if caps and rng.random() < 0.5:
        limit = rng.choice(caps)
        kilograms = Fraction(question["patient"].get("weight_kg", "70")) if ("w", -1) in limit.kind else Fraction(1)
        room = (limit.value * kilograms - one) / max(1, number - 1)
        one = max(Fraction(1, 10), room + rng.choice((Fraction(-1), Fraction(0), Fraction(0), Fraction(1, 10), Fraction(1))))
    gap = rng.choice((0, 1, 2, 7, 14, 28)) if caps else rng.choice((1, 7, 14, 28, 56))
    made = [
        {
            "protocol": question["protocol"],
            "dose_number": place,
            "date": (day - timedelta(days=gap * (number - place))).isoformat(),
            "dose": written(one / quantity(f"1 {unit}").value, 3),
            "unit": unit,
            "reaction": None,
            "tolerated": True,
        }
        for place in range(max(1, number - 12), number)
    ]
    if made and rng.random() < 0.08:
        made.pop(rng.randrange(len(made)))
    for body in [phase["dose"] for phase in regimen["phases"] if phase["dose"]["rule"] == "from_product"][:1]:
        if rng.random() < 0.6:
            other, weeks = rng.choice(body["protocols"]), rng.choice((2, 3, 4))
            for place in (1, 2):
                when = (day - timedelta(days=300 + 7 * weeks * (2 - place))).isoformat()
                made.append(
                    {
                        "protocol": other,
                        "dose_number": place,
                        "date": when,
                        "dose": str(rng.choice((20, 30, 35))),
                        "unit": "g",
                        "reaction": None,
                        "tolerated": True,
                    }
                )
    if rng.random() < 0.1:
        made.append(
            {
                "protocol": "vedolizumab_iv",
                "dose_number": 1,
                "date": (day - timedelta(days=90)).isoformat(),
                "dose": "300",
                "unit": "mg",
                "reaction": None,
                "tolerated": True,
            }
        )
    return made


def _unit(protocol: dict[str, Any], regimen: dict[str, Any]) -> str:
    for phase in regimen.get("phases", []):
        body = phase["dose"]
        for text in (
            body.get("amount"),
            body.get("least"),
            *(cell["amounts"][0] for cell in body.get("cells", []) if cell.get("amounts")),
        ):
            if text:
                return str(text.split(" ", 1)[1].split("/")[0])
        if body["rule"] == "wanted_rise":
            return "[iU]"
    return "mg"


def _order(rng: Random, question: Question, regimen: dict[str, Any], phase: dict[str, Any], unit: str) -> dict[str, Any]:
    body = phase.get("dose", {})
    if body.get("rule") in ("calvert", "wanted_rise"):
        low, high, level = (
            ("least_level", "most_level", "mg.min/mL") if body["rule"] == "calvert" else ("least_rise", "most_rise", "[iU]/dL")
        )
        edges = [Fraction(body[low].split(" ")[0]), Fraction(body[high].split(" ")[0])]
        value = rng.choice(edges) + rng.choice((Fraction(0), Fraction(1, 10), Fraction(-1, 10)))
        if rng.random() < 0.5:
            value = Fraction(round(rng.uniform(float(edges[0]), float(edges[1])) * 2), 2)
        return {"level": {"amount": written(value), "unit": level}} if rng.random() < 0.93 else {}
    if body.get("rule") == "ordered":
        least, most = quantity(body["least"]), quantity(body["most"])
        text, value = (
            body["least"].split(" ", 1)[1],
            rng.choice((Fraction(body["least"].split(" ")[0]), Fraction(body["most"].split(" ")[0]))),
        )
        share = Fraction(rng.choice(("0.9", "0.999", "1", "1", "1.001", "1.1", "5")))
        if rng.random() < 0.4:
            value, share = (Fraction(body["least"].split(" ")[0]) + Fraction(body["most"].split(" ")[0])) / 2, Fraction(1)
        if "/" in text and rng.random() < 0.5 and "weight_kg" in question["patient"]:
            value, text = value * Fraction(question["patient"]["weight_kg"]), text.split("/")[0]
        if least.kind != most.kind or rng.random() < 0.08:
            return {}
        key = "level" if "/" in text else "dose"
        return {key: {"amount": written(value * share), "unit": text}}
    if rng.random() < 0.5:
        return {}
    opinion = dose({**question, "order": {}})
    base = opinion.amounts[0] / quantity(f"1 {unit}").value if opinion.amounts else Fraction(100)
    kinds = [quantity(cap["amount"]) for cap in regimen.get("caps", [])]
    if kinds and rng.random() < 0.3 and "weight_kg" in question["patient"]:
        limit = rng.choice(kinds)
        base = (
            limit.value
            * (Fraction(question["patient"]["weight_kg"]) if ("w", -1) in limit.kind else 1)
            / quantity(f"1 {unit}").value
        )
    made: dict[str, Any] = {"amount": written(max(base * rng.choice(FACTORS), Fraction(1, 100))), "unit": unit}
    if rng.random() < 0.02:
        made["unit"] = "mL" if unit != "mL" else "mg"
    if body.get("rule") in ("per_kg", "per_m2") and rng.random() < 0.2:
        text = body["amount"].split(" ")
        return {"level": {"amount": written(Fraction(text[0]) * rng.choice(FACTORS)), "unit": text[1]}}
    return {"dose": made}


def dose_question(rng: Random, ids: tuple[str, ...] = IDS) -> Question:
    """One question about one of these protocols."""
    protocol = protocols()[rng.choice(ids)]
    day = date(2026, 4, 13) + timedelta(days=rng.randrange(0, 200))
    if rng.random() < 0.06:  # codes and indications have days on which they count
        day = date(2021, 1, 1) + timedelta(days=rng.randrange(0, 2200))
    indication = rng.choice(protocol["indications"])
    chance = rng.random()
    asked = indication["key"]
    if chance < 0.3 and indication.get("codes"):
        prefix = rng.choice(indication["codes"])["prefix"]
        asked = prefix if "." in prefix else prefix + rng.choice((".9", ".1", ""))
    elif chance < 0.32:
        asked = "Z99.9"
    mine = [item for item in protocol["regimens"] if indication["key"] in item["indications"]]
    regimen = rng.choice(mine if mine and rng.random() < 0.9 else protocol["regimens"])
    phase = rng.choice(regimen["phases"])
    total = sum(doses_of(item) or 3 for item in regimen["phases"])
    question: Question = {
        "protocol": protocol["id"],
        "indication": asked,
        "dose_number": rng.randrange(1, total + 2) if rng.random() < 0.75 else 1,
        "date": day.isoformat(),
        "patient": patient(rng, protocol, day, indication),
        "facts": facts(rng, protocol, day),
        "policy": {"rounding": rng.choice(("none", "none", "nearest_vial", "percent"))},
    }
    if question["policy"]["rounding"] == "percent":
        question["policy"]["percent"] = rng.choice(("5", "10", "15"))
    if rng.random() < 0.6:
        question["policy"]["bsa"] = rng.choice(("mosteller", "du_bois", "haycock"))
    if rng.random() < 0.7:
        question["brand"] = rng.choice(protocol["products"])["brand"] if protocol.get("products") else "None such"
    if rng.random() < 0.02:
        question["brand"] = "None such"
    named = [item for entry in protocol.get("not_encoded", []) for item in entry.get("applies_to", [])]
    if rng.random() < (0.9 if regimen.get("named_only") == "true" else 0.2):
        question["regimen"] = regimen["key"] if rng.random() < 0.96 else rng.choice([*named, "none_such"])
    if rng.random() < 0.12:
        question["phase"] = phase["key"] if rng.random() < 0.95 else "none_such"
    if "weight_kg" in question["patient"] and rng.random() < 0.15:
        today = Fraction(question["patient"]["weight_kg"]) * rng.choice(
            (Fraction("0.9"), Fraction("0.901"), Fraction("0.97"), Fraction("1.05"), Fraction("1.1"), Fraction("1.2"))
        )
        question["facts"].append(
            {"kind": "vital", "code": "weight_kg", "value": written(today), "unit": "kg", "date": day.isoformat()}
        )
    question["history"] = _history(rng, question, protocol, regimen)
    if question["history"] and rng.random() < 0.6 and "weight_kg" in question["patient"]:
        own = [item["date"] for item in question["history"] if item["protocol"] == protocol["id"]] or [day.isoformat()]
        first = date.fromisoformat(min(own)) - timedelta(days=1)
        question["facts"].append(
            {
                "kind": "vital",
                "code": "weight_kg",
                "value": question["patient"]["weight_kg"],
                "unit": "kg",
                "date": first.isoformat(),
            }
        )
    events = {phase["timing"].get("event") for phase in regimen["phases"] if phase["timing"].get("anchor") == "event"}
    for item in question["facts"]:
        if f"{item['kind']}.{item['code']}" in events:
            given = [dose_["date"] for dose_ in question["history"] if dose_["protocol"] == protocol["id"]]
            item.update(date=min(given, default=day.isoformat()), value="yes")
    born = question["patient"].get("birth_date", "")
    question["facts"] = [item for item in question["facts"] if item["date"] >= born]
    question["history"] = [item for item in question["history"] if item["date"] >= born]
    if order := _order(rng, question, regimen, phase, _unit(protocol, regimen)):
        question["order"] = order
    return question
