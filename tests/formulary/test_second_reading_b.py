"""Amounts, limits, days and codes of sixteen protocols, typed again from the sources by a second reader, not from the files.

A row says what it holds in its first words. Most are asked of the engine, as a nurse or pharmacist would ask.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chairside.formulary.loader import load
from tests.formulary.second_reading import ADULT, answer, beside_the_label, fact, given, ids, kg

INF, FCM, DEX, F8, EPO = "infliximab_iv", "ferric_carboxymaltose", "iron_dextran_lmw", "factor_viii", "epoetin"
RBC, PHL, VAN, CAR, FU = "blood_transfusion", "therapeutic_phlebotomy", "vancomycin", "carboplatin", "fluorouracil"
OXA, LEU, GAM, PRI, ZOL = "oxaliplatin", "leucovorin", "ivig_gamunex_c", "ivig_privigen", "zoledronic_acid_5mg_iv"
WOMAN = {**ADULT, "sex": "female"}


def lab(code: str, value: str, unit: str, on: str = "2026-04-10", **more: Any) -> dict[str, Any]:
    return fact("lab", code, value, unit, on, **more)


def ordered(amount: str, unit: str = "mg") -> dict[str, Any]:
    return {"order": {"dose": {"amount": amount, "unit": unit}}}


def level(amount: str, unit: str) -> dict[str, Any]:
    return {"order": {"level": {"amount": amount, "unit": unit}}}


def failing(hemoglobin: str, number: int = 1, kg_at_start: str = "70") -> dict[str, Any]:
    """Iron deficiency in heart failure of class II; the second dose six weeks after the first."""
    facts = [lab("hemoglobin", hemoglobin, "g/dL", "2026-03-01"), fact("screening", "nyha_class", "II")]
    facts.append(fact("vital", "weight_kg", kg_at_start, "kg", "2026-03-02"))
    history = given(FCM, "2026-03-02", amount="1000") if number == 2 else []
    return {"facts": facts, "dose_number": number, "history": history}


def auc(area: str, clearance: str) -> dict[str, Any]:
    return {**level(area, "mg.min/mL"), "facts": [lab("crcl", clearance, "mL/min")]}


# One square metre by Mosteller (36 kg, 100 cm), so that an amount by surface is the number of the source.
SQUARE = {**ADULT, "weight_kg": "36", "height_cm": "100"}
CLEAR_80 = {"facts": [lab("crcl", "80", "mL/min")]}
LEAN = {"facts": [lab("hemoglobin", "8", "g/dL")], "regimen": "total_dose_deficit"}
# 60 inches: the ideal weight of a man is 50 kg and of a woman 45.5 kg.
FIVE_FEET = {**ADULT, "height_cm": "152.4"}
LATER = {"dose_number": 4, "history": given(INF, "2026-01-05", "2026-01-19", "2026-02-16", amount="350")}
NO_FAILURE = {"facts": [fact("screening", "nyha_class", "none")]}

# what it says, protocol, diagnosis, patient, more of the question, the amount that is allowed (None: it is not)
DOSES: list[tuple[Any, ...]] = [
    ("Crohn's disease takes 5 mg/kg", INF, "K50.90", ADULT, {}, "350 mg"),
    ("arthritis takes 3 mg/kg", INF, "M05.79", ADULT, {}, "210 mg"),
    ("spondylitis takes 5 mg/kg", INF, "M45.9", ADULT, {}, "350 mg"),
    ("a child has Crohn's disease treated from 6 years", INF, "K50.90", kg("20", "2020-04-13"), {}, "100 mg"),
    ("not the day before 6 years", INF, "K50.90", kg("20", "2020-04-14"), {}, None),
    ("arthritis not below 18", INF, "M05.79", kg("50", "2008-04-14"), {}, None),
    ("10 mg/kg when Crohn's disease no longer responds", INF, "K50.90", ADULT, LATER | NO_FAILURE | ordered("700"), "700 mg"),
    ("not above 10 mg/kg", INF, "K50.90", ADULT, LATER | NO_FAILURE | ordered("701"), None),
    ("above 5 mg/kg only when the class is known", INF, "K50.90", ADULT, LATER | ordered("700"), None),
    ("non-radiographic spondylitis is not in the label", INF, "M45.A0", ADULT, {}, None),
    ("50 kg takes 750 mg", FCM, "D50.9", kg("50"), {}, "750 mg"),
    ("below 50 kg 15 mg/kg", FCM, "D50.9", kg("49.9"), {}, "748.5 mg"),
    ("one dose of 15 mg/kg ends at 1,000 mg", FCM, "D50.9", kg("80"), {"regimen": "ida_adult_alternative"}, "1000 mg"),
    ("a child from 1 year", FCM, "D50.9", kg("10", "2025-04-13"), {}, "150 mg"),
    ("no child below 1 year", FCM, "D50.9", kg("10", "2025-04-14"), {}, None),
    ("no child for kidney disease", FCM, "D63.1", kg("30", "2016-04-14"), {}, None),
    ("failing heart, light, hemoglobin below 10", FCM, "I50.22", kg("69.9"), failing("9.9", 1, "69.9"), "1000 mg"),
    ("then 500 mg", FCM, "I50.22", kg("69.9"), failing("9.9", 2, "69.9"), "500 mg"),
    ("light and 10: no second dose", FCM, "I50.22", kg("69.9"), failing("10", 2, "69.9"), None),
    ("light and 14 still 1,000 mg", FCM, "I50.22", kg("69.9"), failing("14", 1, "69.9"), "1000 mg"),
    ("light and above 14 only 500 mg", FCM, "I50.22", kg("69.9"), failing("14.1", 1, "69.9"), "500 mg"),
    ("70 kg and below 10: 1,000 mg again", FCM, "I50.22", kg("70"), failing("9.9", 2), "1000 mg"),
    ("70 kg and 10: 500 mg the second time", FCM, "I50.22", kg("70"), failing("10", 2), "500 mg"),
    ("70 kg and above 14: 500 mg", FCM, "I50.22", kg("70"), failing("14.1"), "500 mg"),
    ("nothing at a hemoglobin of 15", FCM, "I50.22", kg("70"), failing("15"), None),
    # 50 kg x (2.21 x 6.8 + 13) and 45.5 kg x the same
    ("deficit of a man of 5 feet", DEX, "D50.0", FIVE_FEET, LEAN, "1401.4 mg"),
    ("deficit of a woman of 5 feet", DEX, "D50.0", {**FIVE_FEET, "sex": "female"}, LEAN, "1275.274 mg"),
    ("the actual weight where it is lower", DEX, "D50.0", {**FIVE_FEET, "weight_kg": "45"}, LEAN, "1261.26 mg"),
    ("the label gives 100 mg a day", DEX, "D50.0", FIVE_FEET, {"facts": LEAN["facts"]}, "100 mg"),
    ("no deficit at 14.8", DEX, "D50.0", FIVE_FEET, {"facts": [lab("hemoglobin", "14.8", "g/dL")]}, None),
    ("not below 4 months", DEX, "D50.0", {**FIVE_FEET, "birth_date": "2025-12-14"}, LEAN, None),
    ("half a unit for each kg and point", F8, "D66", kg("24", "2018-01-10"), level("60", "[iU]/dL"), "720 [iU]"),
    ("a wanted rise from 20", F8, "D66", ADULT, level("20", "[iU]/dL"), "700 [iU]"),
    ("not below 20", F8, "D66", ADULT, level("19", "[iU]/dL"), None),
    ("a wanted rise up to 100", F8, "D66", ADULT, level("100", "[iU]/dL"), "3500 [iU]"),
    ("not above 100", F8, "D66", ADULT, level("101", "[iU]/dL"), None),
    ("minor bleeding up to 40", F8, "D66", ADULT, {"regimen": "minor"} | level("41", "[iU]/dL"), None),
    ("moderate bleeding from 30", F8, "D66", ADULT, {"regimen": "moderate"} | level("29", "[iU]/dL"), None),
    ("major bleeding from 60", F8, "D66", ADULT, {"regimen": "major"} | level("59", "[iU]/dL"), None),
    ("50 units/kg in kidney disease", EPO, "D63.1", ADULT, ordered("3500", "U"), "3500 U"),
    ("100 units/kg in kidney disease", EPO, "D63.1", ADULT, ordered("7000", "U"), "7000 U"),
    ("not above 100 units/kg", EPO, "D63.1", ADULT, ordered("7001", "U"), None),
    ("40,000 units in chemotherapy", EPO, "D64.81", ADULT, {}, "40000 U"),
    ("or 150 units/kg", EPO, "D64.81", ADULT, {"regimen": "chemotherapy_alternative"}, "10500 U"),
    ("anemia of the cancer itself is another thing", EPO, "D63.0", ADULT, {}, None),
    ("one unit of red cells", RBC, "D64.9", ADULT, {}, "1 {unit}"),
    ("not two at once", RBC, "D64.9", ADULT, ordered("2", "{unit}"), None),
    ("15 mg/kg of vancomycin", VAN, "A41.02", ADULT, ordered("1050"), "1050 mg"),
    ("20 mg/kg of vancomycin", VAN, "A41.02", ADULT, ordered("1400"), "1400 mg"),
    ("not above 20 mg/kg", VAN, "A41.02", ADULT, ordered("1401"), None),
    ("not by this dose for a newborn", VAN, "A41.02", kg("3", "2026-04-01"), ordered("45"), None),
    ("AUC 5 at a clearance of 80", CAR, "C56.9", ADULT, auc("5", "80"), "525 mg"),
    ("AUC 4 ends at 600 mg", CAR, "C56.9", ADULT, auc("4", "150"), "600 mg"),
    ("AUC 5 ends at 750 mg", CAR, "C56.9", ADULT, auc("5", "150"), "750 mg"),
    ("AUC 6 ends at 900 mg", CAR, "C56.9", ADULT, auc("6", "150"), "900 mg"),
    ("no area above 6", CAR, "C56.9", ADULT, auc("6.1", "80"), None),
    ("the label alone 360 mg/m2", CAR, "C56.9", SQUARE, CLEAR_80 | {"regimen": "label_single_agent"}, "360 mg"),
    ("with cyclophosphamide 300", CAR, "C56.9", SQUARE, CLEAR_80 | {"regimen": "label_with_cyclophosphamide"}, "300 mg"),
    ("a push of 400 mg/m2", FU, "C18.9", SQUARE, {}, "400 mg"),
    ("2,400 mg/m2 in all by the pump", FU, "C18.9", SQUARE, {"regimen": "pump"}, "2400 mg"),
    ("3,000 mg/m2 by order", FU, "C18.9", SQUARE, {"regimen": "pump"} | ordered("3000"), "3000 mg"),
    ("not above 3,000 mg/m2", FU, "C18.9", SQUARE, {"regimen": "pump"} | ordered("3001"), None),
    ("85 mg/m2 of oxaliplatin", OXA, "C18.9", SQUARE, {}, "85 mg"),
    ("75 mg/m2 with lasting neuropathy", OXA, "C18.9", SQUARE, {"regimen": "neuropathy_75"}, "75 mg"),
    ("400 mg/m2 of leucovorin", LEU, "C18.9", SQUARE, {}, "400 mg"),
    ("200 mg/m2 in FOLFOX4", LEU, "C18.9", SQUARE, {"regimen": "folfox4"}, "200 mg"),
    ("300 mg/kg of Gamunex-C", GAM, "D83.9", ADULT, ordered("21000"), "21000 mg"),
    ("not below 300 mg/kg", GAM, "D83.9", ADULT, ordered("20999"), None),
    ("600 mg/kg of Gamunex-C", GAM, "D83.9", ADULT, ordered("42000"), "42000 mg"),
    ("Gamunex-C from 2 years", GAM, "D83.9", kg("12", "2024-04-14"), ordered("4800"), None),
    ("1 g/kg a day in ITP", GAM, "D69.3", ADULT, {}, "70000 mg"),
    ("or 0.4 g/kg on 5 days", GAM, "D69.3", ADULT, {"regimen": "itp_5_days"}, "28000 mg"),
    ("1 g/kg a day loads CIDP", GAM, "G61.81", ADULT, {}, "70000 mg"),
    ("200 mg/kg of Privigen", PRI, "D83.9", ADULT, ordered("14000"), "14000 mg"),
    ("800 mg/kg of Privigen", PRI, "D83.9", ADULT, ordered("56000"), "56000 mg"),
    ("not above 800 mg/kg", PRI, "D83.9", ADULT, ordered("56001"), None),
    ("Privigen from 3 years", PRI, "D83.9", kg("12", "2023-04-14"), ordered("4800"), None),
    ("Privigen in ITP from 15 years", PRI, "D69.3", kg("45", "2011-04-14"), {}, None),
    ("5 mg of zoledronic acid", ZOL, "M81.0", WOMAN, {}, "5 mg"),
    ("never more than 5 mg", ZOL, "M81.0", WOMAN, ordered("5.1"), None),
    ("steroids alone are no diagnosis", ZOL, "Z79.52", WOMAN, {}, None),
]  # fmt: skip


@pytest.mark.parametrize(("says", "protocol", "code", "patient", "more", "amount"), DOSES, ids=ids(DOSES))
def test_the_amount_is_the_one_of_the_source(
    says: str, protocol: str, code: str, patient: dict[str, str], more: dict[str, Any], amount: str | None
) -> None:
    made = answer("dose", protocol, code, patient=patient, **more)
    given_amount = made["value"].get("dose") if beside_the_label(made) == "allowed" else None
    assert (f"{given_amount['amount']} {given_amount['unit']}" if given_amount else None) == amount


def area(value: str) -> dict[str, Any]:
    return {"facts": [lab("crcl", value, "mL/min")]}


@pytest.mark.parametrize(
    ("regimen", "clearance", "amount"),
    [
        ("label_clearance_41_to_59", "59", "250"),
        ("label_clearance_41_to_59", "41", "250"),
        ("label_clearance_41_to_59", "40", None),
        ("label_clearance_16_to_40", "40", "200"),
        ("label_clearance_16_to_40", "16", "200"),
        ("label_clearance_16_to_40", "15", None),
        ("label_single_agent", "59", None),
    ],
)
def test_carboplatin_by_surface_follows_the_kidney(regimen: str, clearance: str, amount: str | None) -> None:
    made = answer("dose", CAR, "C56.9", patient=SQUARE, regimen=regimen, **area(clearance))
    assert (made["value"]["dose"]["amount"] if made["outcome"] == "allowed" else None) == amount


@pytest.mark.parametrize(
    ("platelets", "neutrophils", "order", "outcome"),
    [("101", "2.1", "450", "allowed"), ("100", "2.1", "450", "refused"), ("101", "2", "450", "refused")],
)
def test_carboplatin_rises_by_a_quarter_only_after_high_nadirs(
    platelets: str, neutrophils: str, order: str, outcome: str
) -> None:
    nadirs = [lab("platelets_nadir", platelets, "10*3/uL"), lab("anc_nadir", neutrophils, "10*3/uL")]
    more = {"dose_number": 2, "history": given(CAR, "2026-03-16", amount="360"), **ordered(order)}
    facts = [*CLEAR_80["facts"], *nadirs]
    made = answer("dose", CAR, "C56.9", patient=SQUARE, regimen="label_single_agent", facts=facts, **more)
    assert made["outcome"] == outcome


def test_carboplatin_falls_by_a_quarter_after_platelets_below_50() -> None:
    nadirs = [lab("platelets_nadir", "49", "10*3/uL"), lab("anc_nadir", "1", "10*3/uL")]
    more = {"dose_number": 2, "history": given(CAR, "2026-03-16", amount="360"), "facts": [*CLEAR_80["facts"], *nadirs]}
    made = answer("dose", CAR, "C56.9", patient=SQUARE, regimen="label_single_agent", **more)
    assert made["value"]["dose"]["amount"] == "270"


def test_epoetin_falls_by_a_quarter_or_more_when_hemoglobin_rose_by_more_than_1_in_two_weeks() -> None:
    history = given(EPO, "2026-03-30", "2026-04-06", amount="40000", unit="U")
    before = lab("hemoglobin", "9", "g/dL", "2026-03-30")
    for now, amount, outcome in (("10", "40000", "allowed"), ("10.1", "30000", "review")):
        facts = [before, lab("hemoglobin", now, "g/dL", "2026-04-12")]
        made = answer("dose", EPO, "D64.81", dose_number=3, history=history, facts=facts)
        assert (made["value"]["dose"]["amount"], made["outcome"]) == (amount, outcome)


def test_iron_dextran_starts_with_25_mg_over_30_seconds_and_an_hour() -> None:
    first = answer("dose", DEX, "D50.0", patient=FIVE_FEET, facts=LEAN["facts"])["value"]["first"]
    assert first == [{"amount": {"amount": "25", "unit": "mg"}, "over_s": "30", "wait_min": "60"}]


# what it says, protocol, diagnosis, days given, day asked, the outcome
DAYS: list[tuple[Any, ...]] = [
    ("iron again after 7 days", FCM, "D50.9", ["2026-04-06"], "2026-04-13", "allowed"),
    ("not after 6", FCM, "D50.9", ["2026-04-06"], "2026-04-12", "refused"),
    ("carboplatin every 21 days", CAR, "C56.9", ["2026-03-23"], "2026-04-13", "allowed"),
    ("not a day before", CAR, "C56.9", ["2026-03-23"], "2026-04-12", "review"),
    ("oxaliplatin every 14 days", OXA, "C18.9", ["2026-03-30"], "2026-04-13", "allowed"),
    ("zoledronic acid after 365 days", ZOL, "M81.0", ["2025-04-13"], "2026-04-13", "allowed"),
    ("not after 364", ZOL, "M81.0", ["2025-04-14"], "2026-04-13", "review"),
    ("prevention only after 730", ZOL, "Z78.0", ["2025-04-13"], "2026-04-13", "review"),
    ("prevention after 730", ZOL, "Z78.0", ["2024-04-13"], "2026-04-13", "allowed"),
    ("Paget's disease once", ZOL, "M88.9", ["2024-04-13"], "2026-04-13", "refused"),
]


@pytest.mark.parametrize(("says", "protocol", "code", "days", "asked", "outcome"), DAYS, ids=ids(DAYS))
def test_the_day_is_judged_as_the_source_says(
    says: str, protocol: str, code: str, days: list[str], asked: str, outcome: str
) -> None:
    request = {"dose_number": len(days) + 1, "date": asked}
    patient = WOMAN if protocol == ZOL else ADULT
    assert (
        answer("plan", protocol, code, patient=patient, history=given(protocol, *days), request=request)["outcome"] == outcome
    )


# days of the first doses after the start
COURSES: list[tuple[Any, ...]] = [
    ("weeks 0, 2, 6, 14 and 22", INF, "K50.90", [0, 14, 42, 98, 154]),
    ("weeks 0, 2, 6, 12 and 18", INF, "M45.9", [0, 14, 42, 84, 126]),
    ("day 1, week 6, then weeks 12, 24 and 36", FCM, "I50.22", [0, 42, 84, 168, 252]),
    ("two days, then every 3 weeks", GAM, "G61.81", [0, 1, 22, 43]),
    ("two days, then every 3 weeks", PRI, "G61.81", [0, 1, 22, 43]),
    ("a cycle every 14 days", "mfolfox6", "C18.9", [0, 14, 28, 42]),
]


@pytest.mark.parametrize(("says", "protocol", "code", "days"), COURSES, ids=ids(COURSES))
def test_the_first_days_are_those_of_the_source(says: str, protocol: str, code: str, days: list[int]) -> None:
    facts = [lab("hemoglobin", "9", "g/dL"), fact("screening", "nyha_class", "II")]
    doses = answer("plan", protocol, code, start="2026-04-13", history=[], facts=facts)["value"]["doses"]
    start = date(2026, 4, 13)
    assert [(date.fromisoformat(dose["target"]) - start).days for dose in doses[: len(days)]] == days


def test_mfolfox6_is_its_four_items_in_order_and_the_pump_counts_once() -> None:
    items = answer("dose", "mfolfox6", "C18.9", patient=SQUARE)["value"]["items"]
    found = [(item["key"], item["sequence"], item["value"]["dose"]["amount"], item["per_cycle"]["amount"]) for item in items]
    assert found == [
        ("oxaliplatin", 1, "85", "85"),
        ("leucovorin", 1, "400", "400"),
        ("fluorouracil_push", 2, "400", "400"),
        ("fluorouracil_pump", 3, "2400", "2400"),
    ]
    assert answer("dose", "mfolfox6", "C18.9", patient=SQUARE, dose_number=13)["outcome"] == "refused"


CODES: list[tuple[Any, ...]] = [
    (INF, "Remicade", "J1745", "10 mg", None, None), (INF, "Inflectra", "Q5103", "10 mg", None, None),
    (INF, "Renflexis", "Q5104", "10 mg", None, None), (INF, "Avsola", "Q5121", "10 mg", date(2020, 7, 1), None),
    (FCM, "Injectafer", "J1439", "1 mg", None, None), (DEX, "INFeD", "J1750", "50 mg", None, None),
    (F8, "Advate", "J7192", "1 [iU]", None, None), (F8, "Kovaltry", "J7211", "1 [iU]", None, None),
    (F8, "Novoeight", "J7182", "1 [iU]", None, None), (F8, "Nuwiq", "J7209", "1 [iU]", None, None),
    (F8, "Xyntha", "J7185", "1 [iU]", None, None), (F8, "Eloctate", "J7205", "1 [iU]", None, None),
    (F8, "Adynovate", "J7207", "1 [iU]", None, None), (F8, "Jivi", "J7208", "1 [iU]", None, None),
    (F8, "Esperoct", "J7204", "1 [iU]", date(2020, 7, 1), None), (EPO, "Procrit", "J0885", "1000 U", None, None),
    (EPO, "Retacrit", "Q5106", "1000 U", None, None), (RBC, "Red cells leukoreduced", "P9016", "1 {unit}", None, None),
    (RBC, "Platelets pheresis leukoreduced irradiated", "P9037", "1 {unit}", None, None),
    (VAN, "Vancomycin", "J3370", "500 mg", None, date(2025, 6, 30)),
    (VAN, "Vancomycin", "J3373", "10 mg", date(2025, 7, 1), None),
    (VAN, "Vancomycin (Xellia)", "J3372", "500 mg", date(2023, 1, 1), date(2025, 6, 30)),
    (VAN, "Vancomycin (Hikma)", "J3376", "10 mg", date(2026, 1, 1), None), (CAR, "Carboplatin", "J9045", "50 mg", None, None),
    (FU, "Fluorouracil", "J9190", "500 mg", None, None), (OXA, "Oxaliplatin", "J9263", "0.5 mg", None, None),
    (LEU, "Leucovorin", "J0640", "50 mg", None, None), (GAM, "Gamunex-C", "J1561", "500 mg", None, None),
    (PRI, "Privigen", "J1459", "500 mg", None, None), (ZOL, "Reclast", "J3489", "1 mg", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("protocol", "brand", "code", "unit", "since", "until"), CODES)
def test_a_billing_unit_stands_for_the_amount_of_the_federal_files(
    protocol: str, brand: str, code: str, unit: str, since: date | None, until: date | None
) -> None:
    product = load(protocol).product(brand)
    assert product is not None
    entry = next(item for item in product.billing if item.code == code)
    assert (f"{entry.unit.amount} {entry.unit.unit.code}", entry.valid_from, entry.valid_until) == (unit, since, until)
