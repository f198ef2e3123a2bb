"""Infusions, bags, holds and restarts of the same thirteen protocols, typed again from the sources by a second reader."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.formulary.second_reading import (
    ADULT,
    BEL,
    DAY,
    DHE,
    EDA,
    EFG,
    LEC,
    MIG,
    NAT,
    OCR,
    OMA,
    RAV,
    SCIG,
    SECOND,
    TOC,
    VED,
    answer,
    fact,
    given,
    ids,
    kg,
)

# what it says, protocol, indication, dose, mL, infusion, the rest, start and highest mL/h, whole minutes, minutes watched
RUNS: list[tuple[Any, ...]] = [
    ("the load of 60 kg over 0.6 h, an hour watched", RAV, "D59.5", "2700 mg", 54, 1, {}, "90", "90", 36, "60"),
    ("maintenance from 100 kg over 0.5 h", RAV, "D59.5", "3600 mg", 72, 2, {"patient": kg("105")}, "144", "144", 30, "60"),
    ("an hour, three hours watched at first", LEC, "G30.1", "700 mg", 250, 1, {}, "250", "250", 60, "180"),
    ("two hours watched at the third", LEC, "G30.1", "700 mg", 250, 3, {}, "250", "250", 60, "120"),
    ("half an hour watched from the fourth", LEC, "G30.1", "700 mg", 250, 4, {}, "250", "250", 60, "30"),
    ("125 mL in an hour, an hour watched", EFG, "G70.00", "700 mg", 125, 1, {}, "125", "125", 60, "60"),
    ("200 mL at 3.33 mL/min", EDA, "G12.21", "60 mg", 200, 20, {}, "200", "200", 60, None),
    ("115 mL/h, watched through the twelfth", NAT, "G35.A", "300 mg", 115, 12, {}, "115", "115", 60, "60"),
    ("by judgement from the thirteenth", NAT, "G35.A", "300 mg", 115, 13, {}, "115", "115", 60, None),
    ("300 mg from 30 to 180 mL/h", OCR, "G35.A", "300 mg", 250, 1, {}, "30", "180", 158, "60"),
    ("600 mg from 40 to 200 mL/h in 3.5 h", OCR, "G35.A", "600 mg", 500, 3, {}, "40", "200", 210, "60"),
    ("half an hour", DHE, "G43.709", "1 mg", 50, 1, {}, "100", "100", 30, "30"),
    ("metoclopramide over 15 minutes", MIG, "G43.709", "10 mg", 50, 1, {"regimen": "metoclopramide"}, "200", "200", 15, "30"),
    ("half an hour, the first three watched", VED, "K50.90", "300 mg", 250, 3, {}, "500", "500", 30, "30"),
    ("nothing after it from the fourth", VED, "K50.90", "300 mg", 250, 4, {}, "500", "500", 30, "0"),
    ("an hour", TOC, "M05.79", "280 mg", 100, 1, {}, "100", "100", 60, "15"),
    ("half an hour", BEL, "Z94.0", "700 mg", 100, 1, {}, "200", "200", 30, "15"),
    ("two hours watched through the third", OMA, "J45.50", "300 mg", 2, 3, {}, "24", "24", 5, "120"),
    ("PI at first 15 mL/h a site, 4 sites for 60 mL", SCIG, "D83.9", "12 g", 60, 1, {}, "60", "60", 60, None),
    ("PI later 25 mL/h a site, 2 sites for 50 mL", SCIG, "D83.9", "10 g", 50, 2, {}, "50", "50", 60, None),
    ("CIDP at first 20 mL/h a site, 3 sites for 60 mL", SCIG, "G61.81", "12 g", 60, 1, {}, "60", "60", 60, None),
    ("CIDP later 50 mL at one site", SCIG, "G61.81", "10 g", 50, 2, {}, "50", "50", 60, None),
]


@pytest.mark.parametrize(
    ("says", "protocol", "code", "dose", "ml", "number", "more", "start", "most", "minutes", "watched"), RUNS, ids=ids(RUNS)
)
def test_the_infusion_runs_as_the_source_says(
    says: str,
    protocol: str,
    code: str,
    dose: str,
    ml: int,
    number: int,
    more: dict[str, Any],
    start: str,
    most: str,
    minutes: int,
    watched: str | None,
) -> None:
    amount, unit = dose.split()
    asked = {"dose": {"amount": amount, "unit": unit}, "volume_ml": str(ml), "infusion_number": number, "tolerated": True}
    made = answer("ladder", protocol, code, **asked, **more)["value"]
    assert (made["start_ml_h"], made["max_ml_h"], round(Decimal(made["total_min"]))) == (start, most, minutes)
    assert made.get("observe", {}).get("minutes") == watched


SALINE = "0.9% sodium chloride"
# what it says, protocol, brand, mg, mL, diluent, storage, filter, hours that it keeps (None: not so made)
BAGS: list[tuple[Any, ...]] = [
    ("50 mg/mL, 4 h in the room", RAV, "Ultomiris", "3300", "66", SALINE, "room", "0.2", 4),
    ("24 h in the refrigerator", RAV, "Ultomiris", "3300", "66", SALINE, "refrigerated", "0.2", 24),
    ("not in dextrose", RAV, "Ultomiris", "3300", "66", "5% dextrose", "room", "0.2", None),
    ("250 mL, 4 h", LEC, "Leqembi", "700", "250", SALINE, "room", "0.2", 4),
    ("125 mL, 4 h in the room", EFG, "Vyvgart", "700", "125", SALINE, "room", "0.2", 4),
    ("8 h in the refrigerator", EFG, "Vyvgart", "700", "125", SALINE, "refrigerated", "0.2", 8),
    ("not 250 mL", EFG, "Vyvgart", "700", "250", SALINE, "room", "0.2", None),
    ("24 h once the overwrap is open", EDA, "Radicava", "60", "200", "none", "room", None, 24),
    ("Tysabri 48 h in the refrigerator", NAT, "Tysabri", "300", "115", SALINE, "refrigerated", None, 48),
    ("Tyruko 8 h", NAT, "Tyruko", "300", "115", SALINE, "refrigerated", None, 8),
    ("300 mg in 250 mL, 8 h in the room", OCR, "Ocrevus", "300", "250", SALINE, "room", "0.2", 8),
    ("600 mg in 500 mL, 24 h in the refrigerator", OCR, "Ocrevus", "600", "500", SALINE, "refrigerated", "0.22", 24),
    ("600 mg not in 250 mL", OCR, "Ocrevus", "600", "250", SALINE, "room", "0.2", None),
    ("saline 12 h in the room", VED, "Entyvio", "300", "250", SALINE, "room", None, 12),
    ("Ringer 6 h in the refrigerator", VED, "Entyvio", "300", "250", "lactated Ringer", "refrigerated", None, 6),
    ("saline 24 h", TOC, "Actemra", "280", "100", SALINE, "room", None, 24),
    ("half saline 4 h in the room", TOC, "Actemra", "280", "100", "0.45% sodium chloride", "room", None, 4),
    ("not 50 mL from 30 kg", TOC, "Actemra", "280", "50", SALINE, "room", None, None),
    ("2 mg/mL is enough", BEL, "Nulojix", "200", "100", "5% dextrose", "refrigerated", "1.2", 24),
    ("below 2 mg/mL is not", BEL, "Nulojix", "187.5", "100", "5% dextrose", "refrigerated", "1.2", None),
    ("above 10 mg/mL is not", BEL, "Nulojix", "1012.5", "100", SALINE, "room", "0.2", None),
    ("never diluted", SCIG, "Hizentra", "10000", "50", SALINE, "room", None, None),
]


@pytest.mark.parametrize(
    ("says", "protocol", "brand", "mg", "ml", "diluent", "storage", "micron", "hours"), BAGS, ids=ids(BAGS)
)
def test_the_bag_is_made_and_keeps_as_the_source_says(
    says: str, protocol: str, brand: str, mg: str, ml: str, diluent: str, storage: str, micron: str | None, hours: int | None
) -> None:
    when = {"prepared_at": "2026-04-13T08:00:00-05:00", "start_at": "2026-04-13T09:00:00-05:00", "minutes": "60"}
    how = {"diluent": diluent, "volume_ml": ml, "storage": storage, **({"filter_micron": micron} if micron else {})}
    made = answer("prepare", protocol, brand=brand, dose={"amount": mg, "unit": "mg"}, **how, **when)
    if hours is None:
        assert made["outcome"] == "refused"
    else:
        days, rest = divmod(8 + hours, 24)
        assert (made["outcome"], made["value"]["use_by"][:13]) == ("allowed", f"2026-04-{13 + days}T{rest:02}")


def labs(**levels: str) -> list[dict[str, Any]]:
    units = {"anc": "10*3/uL", "platelets": "10*3/uL", "alt": "U/L", "ast": "U/L"}
    usual = {"anc": "3", "platelets": "200", "alt": "20", "ast": "20", **levels}
    return [fact("lab", code, level, units[code], "2026-04-05", upper_limit="40") for code, level in usual.items()]


FIRST: dict[str, Any] = {"dose_number": 1, "history": []}
TOLD = [fact("answer", "jaundice", "yes", on=DAY)]
MRI = [fact("imaging", "brain_mri", "done", on="2026-01-10", status="final")]
THIRD = {"dose_number": 3, "history": given(LEC, "2026-03-16", "2026-03-30", amount="700")}
LATER = {"dose_number": 2, "history": given(MIG, "2025-04-13", amount="30"), "patient": {**ADULT, "sex": "female"}}
VACCINES = [fact("vaccine", "menacwy", "1", on="2026-01-02"), fact("vaccine", "menacwy", "2", on="2026-03-31")]
# what it says, protocol, indication, the rest, code of the item, whether it holds
HOLDS: list[tuple[Any, ...]] = [
    ("a vaccine 13 days before the first dose", RAV, "D59.5", {**FIRST, "facts": VACCINES}, "menacwy", True),
    (
        "a vaccine 14 days before the first dose",
        RAV,
        "D59.5",
        {**FIRST, "facts": VACCINES, "date": "2026-04-14"},
        "menacwy",
        False,
    ),
    ("an MRI from before the start, at infusion 3", LEC, "G30.1", {**THIRD, "facts": MRI}, "brain_mri", True),
    (
        "no MRI at infusion 2",
        LEC,
        "G30.1",
        {**THIRD, "dose_number": 2, "history": THIRD["history"][:1], "facts": []},
        "brain_mri",
        False,
    ),
    (
        "sulfite allergy or asthma",
        EDA,
        "G12.21",
        {**FIRST, "facts": [fact("answer", "sulfite_allergy_or_asthma", "yes")]},
        "sulfite_allergy_or_asthma",
        True,
    ),
    ("PML ever", NAT, "G35.A", {**FIRST, "facts": [fact("answer", "pml_ever", "yes")]}, "pml_ever", True),
    ("HBsAg positive", OCR, "G35.A", {**FIRST, "facts": [fact("screening", "hbsag", "positive")]}, "hbsag", True),
    (
        "a triptan yesterday",
        DHE,
        "G43.709",
        {**FIRST, "facts": [fact("medication", "sumatriptan", "", on="2026-04-12", status="taken")]},
        "triptan_or_ergot",
        True,
    ),
    (
        "an MAO inhibitor 13 days ago",
        DHE,
        "G43.709",
        {**FIRST, "facts": [fact("medication", "phenelzine", "", on="2026-03-31", status="taken")]},
        "mao_inhibitor",
        True,
    ),
    (
        "pregnancy asked again at a later ketorolac",
        MIG,
        "G43.709",
        {**LATER, "regimen": "ketorolac", "facts": []},
        "pregnancy",
        True,
    ),
    ("jaundice", VED, "K50.90", {**FIRST, "facts": TOLD}, "jaundice", True),
    ("neutrophils 2,000 to start", TOC, "M05.79", {**FIRST, "facts": labs(anc="2")}, "anc", False),
    ("neutrophils below 2,000 to start", TOC, "M05.79", {**FIRST, "facts": labs(anc="1.99")}, "anc", True),
    ("neutrophils 1,000 later", TOC, "M05.79", {**SECOND, "facts": labs(anc="1")}, "anc", True),
    ("neutrophils above 1,000 later", TOC, "M05.79", {**SECOND, "facts": labs(anc="1.01")}, "anc", False),
    ("ALT 1.5 times the limit to start", TOC, "M05.79", {**FIRST, "facts": labs(alt="60")}, "alt", False),
    ("ALT above 1.5 times to start", TOC, "M05.79", {**FIRST, "facts": labs(alt="61")}, "alt", True),
    ("platelets below 50,000", TOC, "M05.79", {**SECOND, "facts": labs(platelets="49")}, "platelets_below_50000", True),
    ("ALT above 5 times", TOC, "M05.79", {**SECOND, "facts": labs(alt="201")}, "alt_above_5", True),
    (
        "no antibody to Epstein-Barr virus",
        BEL,
        "Z94.0",
        {**FIRST, "facts": [fact("screening", "ebv", "negative")]},
        "ebv",
        True,
    ),
    (
        "no perennial allergen",
        OMA,
        "J45.50",
        {**FIRST, "facts": [fact("test", "perennial_allergen", "negative")]},
        "perennial_allergen",
        True,
    ),
    ("hyperprolinemia", SCIG, "D83.9", {**FIRST, "facts": [fact("condition", "E72.59", "")]}, "hyperprolinemia", True),
]


@pytest.mark.parametrize(("says", "protocol", "code", "more", "item", "holds"), HOLDS, ids=ids(HOLDS))
def test_the_clearance_holds_where_the_source_says(
    says: str, protocol: str, code: str, more: dict[str, Any], item: str, holds: bool
) -> None:
    facts = [{key: value for key, value in one.items() if value != ""} for one in more["facts"]]
    held = {entry["code"] for entry in answer("clear", protocol, code, **{**more, "facts": facts})["value"]["held_by"]}
    assert (item in held) is holds


def test_only_an_urgent_start_under_antibacterial_cover_passes_a_missing_vaccine_before_ravulizumab() -> None:
    cover = [fact("answer", "urgent_start", "yes"), fact("answer", "antibacterial_prophylaxis", "yes")]
    for facts, override in ((VACCINES, "none"), (cover[:1] + VACCINES, "none"), (cover + VACCINES, "prescriber")):
        reasons = answer("clear", RAV, "D59.5", **FIRST, facts=facts)["reasons"]
        assert {one["override"] for one in reasons if "ACWY" in one["message"]} == {override}


# what it says, protocol, grade, term, rate after 120 mL/h (None: not started again)
RESTARTS: list[tuple[Any, ...]] = [
    ("half the rate after a moderate reaction", OCR, 2, "infusion_related_reaction", "60"),
    ("half the rate after a severe one", OCR, 3, "infusion_related_reaction", "60"),
    ("never after a life-threatening one", OCR, 4, "infusion_related_reaction", None),
    ("never after a first sign of hypersensitivity", NAT, 1, "hives", None),
    ("never after a sign of hypersensitivity", EFG, 1, "urticaria", None),
    ("never after a sign of hypersensitivity", EDA, 2, "bronchospasm", None),
    ("never after a serious reaction", VED, 3, "infusion_related_reaction", None),
]


@pytest.mark.parametrize(("says", "protocol", "grade", "term", "rate"), RESTARTS, ids=ids(RESTARTS))
def test_the_restart_is_the_one_of_the_source(says: str, protocol: str, grade: int, term: str, rate: str | None) -> None:
    reaction = {"grade": grade, "term": term, "rate_at_onset_ml_h": "120", "count_this_visit": 1}
    made = answer("restart", protocol, reaction=reaction, resolved=True)
    assert (made["outcome"] == "allowed", made["value"].get("rate_ml_h")) == (rate is not None, rate)
