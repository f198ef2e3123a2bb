"""Infusions, bags, holds, restarts and tiers of the same sixteen protocols, typed again from the sources by a second reader."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from chairside.core.kernel.evidence import Tier
from chairside.formulary.loader import load
from tests.formulary.second_reading import ADULT, DAY, answer, fact, given, ids
from tests.formulary.test_second_reading_b import (
    CAR,
    DEX,
    EPO,
    F8,
    FCM,
    FU,
    GAM,
    INF,
    LEU,
    OXA,
    PHL,
    PRI,
    RBC,
    VAN,
    WOMAN,
    ZOL,
    lab,
)

# what it says, protocol, diagnosis, dose in mg, mL, the rates in mL/h, minutes in all, the ladder
RATES: list[tuple[Any, ...]] = [
    ("20, 40, 80, 120, then 150 mL/h", INF, "K50.90", "350", "250", ["20", "40", "80", "120", "150"], "137"),
    ("never in less than 15 minutes", FCM, "D50.9", "750", "265", ["1060"], "15"),
    ("10 mg a minute", VAN, "A41.02", "1000", "250", ["150"], "100"),
    ("1,500 mg in 150 minutes", VAN, "A41.02", "1500", "300", ["120"], "150"),
    ("at least an hour", VAN, "A41.02", "500", "100", ["100"], "60"),
    ("two hours", OXA, "C18.9", "150", "530", ["265"], "120"),
    ("two hours", LEU, "C18.9", "700", "250", ["125"], "120"),
    ("15 minutes", ZOL, "M81.0", "5", "100", ["400"], "15"),
    # 70 kg: 1 mg/kg/min is 42 mL/h of a 10 % solution
    ("1, 2, 4, then 8 mg/kg/min", GAM, "D83.9", "35000", "350", ["42", "84", "168", "336"], None),
    ("in CIDP from 2 mg/kg/min", GAM, "G61.81", "70000", "700", ["84", "168", "336"], None),
    ("from 0.5 mg/kg/min to 8", PRI, "D83.9", "35000", "350", ["21", "42", "84", "168", "336"], None),
    ("in ITP only to 4", PRI, "D69.3", "70000", "700", ["21", "42", "84", "168"], None),
]


@pytest.mark.parametrize(("says", "protocol", "code", "dose", "volume", "rates", "minutes"), RATES, ids=ids(RATES))
def test_the_rates_are_those_of_the_source(
    says: str, protocol: str, code: str, dose: str, volume: str, rates: list[str], minutes: str | None
) -> None:
    asked = {"dose": {"amount": dose, "unit": "mg"}, "volume_ml": volume, "infusion_number": 1, "risks": []}
    patient = WOMAN if protocol == ZOL else ADULT
    value = answer("ladder", protocol, code, patient=patient, **asked)["value"]
    assert [Decimal(step["rate_ml_h"]) for step in value["steps"]] == [Decimal(rate) for rate in rates]
    assert minutes is None or value["total_min"] == minutes


# what it says, protocol, diagnosis, dose in mg, mL, minutes ordered that are too short
SHORT: list[tuple[Any, ...]] = [
    ("not in 119 minutes", INF, "K50.90", "350", "250", "119"),
    ("not in one hour unless approved", INF, "K50.90", "350", "250", "60"),
    ("not in 14 minutes", FCM, "D50.9", "750", "265", "14"),
    ("1 g not in an hour", VAN, "A41.02", "1000", "250", "60"),
    ("not in 14 minutes", CAR, "C56.9", "500", "250", "14"),
    ("not in 119 minutes", OXA, "C18.9", "150", "530", "119"),
    ("not in 14 minutes", ZOL, "M81.0", "5", "100", "14"),
]


@pytest.mark.parametrize(("says", "protocol", "code", "dose", "volume", "minutes"), SHORT, ids=ids(SHORT))
def test_a_shorter_infusion_than_the_source_gives_is_refused(
    says: str, protocol: str, code: str, dose: str, volume: str, minutes: str
) -> None:
    asked = {"dose": {"amount": dose, "unit": "mg"}, "volume_ml": volume, "infusion_number": 6, "tolerated": True, "risks": []}
    patient = WOMAN if protocol == ZOL else ADULT
    assert answer("ladder", protocol, code, patient=patient, order={"minutes": minutes}, **asked)["outcome"] == "refused"


def test_the_pump_of_fluorouracil_runs_46_hours_and_a_unit_of_red_cells_four_at_most() -> None:
    pump = {"regimen": "pump", "dose": {"amount": "4600", "unit": "mg"}, "volume_ml": "92", "infusion_number": 1, "risks": []}
    assert answer("ladder", FU, "C18.9", **pump)["value"]["total_min"] == str(46 * 60)
    unit = {"dose": {"amount": "1", "unit": "{unit}"}, "volume_ml": "300", "infusion_number": 1, "risks": []}
    red = {"brand": "Red cells leukoreduced", **unit}
    assert answer("ladder", RBC, "D64.9", order={"minutes": "240"}, **red)["outcome"] == "allowed"
    assert answer("ladder", RBC, "D64.9", order={"minutes": "241"}, **red)["outcome"] != "allowed"


def test_after_throat_spasm_oxaliplatin_takes_six_hours() -> None:
    asked = {"dose": {"amount": "150", "unit": "mg"}, "volume_ml": "530", "infusion_number": 2, "tolerated": False, "risks": []}
    spasm = [fact("answer", "throat_spasm", "yes", on=DAY)]
    assert answer("ladder", OXA, "C18.9", facts=spasm, **asked)["value"]["total_min"] == "360"


# what it says, protocol, mg, mL, diluent, hours until the start, minutes, storage, the outcome
BAGS: list[tuple[Any, ...]] = [
    ("started within 3 hours", INF, "350", "250", "0.9% sodium chloride", 3, "120", "room", "allowed"),
    ("not after 3 hours", INF, "350", "250", "0.9% sodium chloride", 4, "120", "room", "refused"),
    ("no dextrose", INF, "350", "250", "5% dextrose", 1, "120", "room", "refused"),
    ("not above 4 mg/mL", INF, "1001", "250", "0.9% sodium chloride", 1, "120", "room", "refused"),
    ("at least 2 mg/mL", FCM, "499", "250", "0.9% sodium chloride", 1, "20", "room", "refused"),
    ("72 hours at 2 to 4 mg/mL", FCM, "750", "250", "0.9% sodium chloride", 71, "20", "room", "allowed"),
    ("at most 250 mL beside the 20 mL of the drug", FCM, "1000", "271", "0.9% sodium chloride", 1, "20", "room", "refused"),
    ("only dextrose", OXA, "150", "500", "0.9% sodium chloride", 1, "120", "room", "refused"),
    ("dextrose", OXA, "150", "500", "5% dextrose", 1, "120", "room", "allowed"),
    ("at most 0.7 mg/mL", OXA, "200", "250", "5% dextrose", 1, "120", "room", "refused"),
    ("at most 500 mL beside the 30 mL of the drug", OXA, "150", "531", "5% dextrose", 1, "120", "room", "refused"),
    ("at least 0.5 mg/mL", CAR, "450", "1000", "5% dextrose", 1, "30", "room", "refused"),
    ("either diluent", CAR, "450", "250", "0.9% sodium chloride", 1, "30", "room", "allowed"),
    ("at most 5 mg/mL", VAN, "1250", "249", "5% dextrose", 1, "125", "refrigerated", "refused"),
    ("5 mg/mL", VAN, "1250", "250", "5% dextrose", 1, "125", "refrigerated", "allowed"),
    ("no saline in the bag", GAM, "30000", "300", "0.9% sodium chloride", 1, "120", "room", "refused"),
    ("24 hours when opened", ZOL, "5", "100", "undiluted", 23, "15", "refrigerated", "allowed"),
    ("not after 24 hours", ZOL, "5", "100", "undiluted", 24, "15", "refrigerated", "refused"),
]


@pytest.mark.parametrize(
    ("says", "protocol", "amount", "volume", "diluent", "hours", "minutes", "storage", "outcome"), BAGS, ids=ids(BAGS)
)
def test_the_bag_is_judged_as_the_source_says(
    says: str, protocol: str, amount: str, volume: str, diluent: str, hours: int, minutes: str, storage: str, outcome: str
) -> None:
    days, hour = divmod(hours, 24)
    times = {"prepared_at": "2026-04-13T00:00:00-05:00", "start_at": f"2026-04-{13 + days}T{hour:02}:00:00-05:00"}
    bag: dict[str, Any] = {
        "dose": {"amount": amount, "unit": "mg"},
        "diluent": diluent,
        "volume_ml": volume,
        "filter_micron": "1.2",
    }
    assert answer("prepare", protocol, minutes=minutes, storage=storage, **bag, **times)["outcome"] == outcome


AGAIN = {
    protocol: {"dose_number": 2, "history": given(protocol, "2026-03-30", amount=amount, unit=unit)}
    for protocol, amount, unit in (
        (OXA, "150", "mg"),
        (FU, "700", "mg"),
        (CAR, "500", "mg"),
        (EPO, "4000", "U"),
        (PHL, "450", "mL"),
    )
}


def said(code: str, word: str) -> dict[str, Any]:
    return fact("answer", code, word, on=DAY)


def hb(value: str, on: str = DAY) -> dict[str, Any]:
    return lab("hemoglobin", value, "g/dL", on)


BEFORE = "2026-03-30"
ON_DIALYSIS, NO_DIALYSIS, NUMB = said("dialysis", "yes"), said("dialysis", "no"), said("neuropathy_grade", "grade_3")
LOW_CALCIUM = lab("calcium", "8.5", "mg/dL", lower_limit="8.6")

# what it says, protocol, diagnosis, more of the question, part of the item's name, whether it holds
HOLDS: list[tuple[Any, ...]] = [
    ("positive hepatitis B antigen", INF, "K50.90", {"facts": [fact("screening", "hbsag", "positive")]}, "hbsag", True),
    ("ALT of 5 times", INF, "K50.90", {"facts": [lab("alt", "200", "U/L", upper_limit="40")]}, "alt", True),
    ("ALT below 5 times", INF, "K50.90", {"facts": [lab("alt", "199", "U/L", upper_limit="40")]}, "alt", False),
    ("hemoglobin 10 in chemotherapy", EPO, "D64.81", {"facts": [hb("10")]}, "hemoglobin", True),
    ("hemoglobin 9.9 in chemotherapy", EPO, "D64.81", {"facts": [hb("9.9")]}, "hemoglobin", False),
    ("dialysis goes on below 11", EPO, "D63.1", {"facts": [hb("10.9"), ON_DIALYSIS]} | AGAIN[EPO], "hemoglobin", False),
    ("dialysis not at 11", EPO, "D63.1", {"facts": [hb("11"), ON_DIALYSIS]} | AGAIN[EPO], "hemoglobin", True),
    ("without it not above 10", EPO, "D63.1", {"facts": [hb("10.1"), NO_DIALYSIS]} | AGAIN[EPO], "hemoglobin", True),
    ("chemotherapy that is to cure", EPO, "D64.81", {"facts": [said("chemo_intent", "curative")]}, "chemo_intent", True),
    ("red cells below 7", RBC, "D64.9", {"facts": [hb("6.9"), said("cardiac_disease", "no")]}, "hemoglobin", False),
    ("red cells not at 7", RBC, "D64.9", {"facts": [hb("7"), said("cardiac_disease", "no")]}, "hemoglobin", True),
    ("heart disease: below 8", RBC, "D64.9", {"facts": [hb("7.9"), said("cardiac_disease", "yes")]}, "hemoglobin", False),
    ("platelets not at 10,000", RBC, "D69.6", {"facts": [lab("platelets", "10", "10*3/uL", DAY)]}, "platelets", True),
    ("platelets below 10,000", RBC, "D69.6", {"facts": [lab("platelets", "9", "10*3/uL", DAY)]}, "platelets", False),
    ("hemoglobin 12, no great fall", PHL, "E83.110", {"facts": [hb("15", BEFORE), hb("12")]} | AGAIN[PHL], "hemoglobin", False),
    ("a fall of more than 20 %", PHL, "E83.110", {"facts": [hb("15.1", BEFORE), hb("12")]} | AGAIN[PHL], "hemoglobin", True),
    ("hemoglobin below 11", PHL, "E83.110", {"facts": [hb("10.9")]}, "hemoglobin", True),
    ("hematocrit below 45", PHL, "D45", {"facts": [lab("hematocrit", "44.9", "%", DAY)]}, "hematocrit", True),
    ("hematocrit of 45", PHL, "D45", {"facts": [lab("hematocrit", "45", "%", DAY)]}, "hematocrit", False),
    ("creatinine of 8 days", VAN, "A41.02", {"facts": [lab("creatinine", "1", "mg/dL", "2026-04-05")]}, "creatinine", True),
    ("creatinine of 7 days", VAN, "A41.02", {"facts": [lab("creatinine", "1", "mg/dL", "2026-04-06")]}, "creatinine", False),
    ("platelets below 100", CAR, "C56.9", {"facts": [lab("platelets", "99", "10*3/uL")]}, "platelets", True),
    ("platelets of 100", CAR, "C56.9", {"facts": [lab("platelets", "100", "10*3/uL")]}, "platelets", False),
    ("neutrophils below 2 again", CAR, "C56.9", {"facts": [lab("anc", "1.9", "10*3/uL")]} | AGAIN[CAR], "anc", True),
    ("clearance of 15", CAR, "C56.9", {"facts": [lab("crcl", "15", "mL/min")]}, "crcl", True),
    ("DPYD unknown", FU, "C18.9", {"facts": []}, "dpyd", True),
    ("platelets of 75", FU, "C18.9", {"facts": [lab("platelets", "75", "10*3/uL")]}, "platelets", False),
    ("platelets below 75", OXA, "C18.9", {"facts": [lab("platelets", "74", "10*3/uL")]}, "platelets", True),
    ("neutrophils of 1.5", OXA, "C18.9", {"facts": [lab("anc", "1.5", "10*3/uL")]}, "anc", False),
    ("grade 3 neuropathy", OXA, "C18.9", {"facts": [NUMB]} | AGAIN[OXA], "neuropathy_grade", True),
    ("no inhibitor result", F8, "D66", {"facts": []}, "factor_viii_inhibitor", True),
    ("no emergency drugs at hand", DEX, "D50.0", {"facts": [said("resuscitation_ready", "no")]}, "resuscitation_ready", True),
    ("IgA alone", GAM, "D83.9", {"facts": [lab("iga", "5", "mg/dL", lower_limit="70")]}, "iga", False),
    ("clearance of 35", ZOL, "M81.0", {"patient": WOMAN, "facts": [lab("crcl", "35", "mL/min")]}, "crcl", False),
    ("clearance below 35", ZOL, "M81.0", {"patient": WOMAN, "facts": [lab("crcl", "34.9", "mL/min")]}, "crcl", True),
    ("low calcium", ZOL, "M81.0", {"patient": WOMAN, "facts": [LOW_CALCIUM]}, "calcium", True),
    ("menopause not on record at 49", ZOL, "M81.0", {"patient": WOMAN, "facts": []}, "pregnancy", True),
]  # fmt: skip


@pytest.mark.parametrize(("says", "protocol", "code", "more", "item", "holds"), HOLDS, ids=ids(HOLDS))
def test_the_clearance_holds_where_the_source_says(
    says: str, protocol: str, code: str, more: dict[str, Any], item: str, holds: bool
) -> None:
    held = {entry["code"] for entry in answer("clear", protocol, code, **{"history": [], **more})["value"]["held_by"]}
    assert (item in held) is holds


# what it says, protocol, grade, term, rate after 120 mL/h (None: not started again)
RESTARTS: list[tuple[Any, ...]] = [
    ("flushing without anaphylaxis goes on slower", VAN, 2, "flushing", "60"),
    ("never after a reaction to a transfusion", RBC, 1, "fever", None),
    ("never after hypersensitivity", OXA, 1, "hypersensitivity", None),
    ("never after a severe reaction", INF, 3, "infusion_related_reaction", None),
    ("lower and on after a mild one", GAM, 1, "headache", "60"),
]


@pytest.mark.parametrize(("says", "protocol", "grade", "term", "rate"), RESTARTS, ids=ids(RESTARTS))
def test_the_restart_is_the_one_of_the_source(says: str, protocol: str, grade: int, term: str, rate: str | None) -> None:
    reaction = {"grade": grade, "term": term, "rate_at_onset_ml_h": "120", "count_this_visit": 1}
    made = answer("restart", protocol, reaction=reaction, resolved=True)
    assert (made["outcome"] == "allowed", made["value"].get("rate_ml_h")) == (rate is not None, rate)


@pytest.mark.parametrize("protocol", [F8, RBC, PHL])
def test_a_record_that_nobody_checked_rests_on_recollection_but_for_its_codes(protocol: str) -> None:
    tiers = {source.tier for source in load(protocol).sources if source.key != "cms_files"}
    assert tiers <= {Tier.RECALL, Tier.PRACTICE}


def test_leucovorin_400_is_recalled_and_the_doses_of_oxaliplatin_were_read() -> None:
    leucovorin, oxaliplatin = load(LEU), load(OXA)
    tier = {source.key: source.tier for source in (*leucovorin.sources, *oxaliplatin.sources)}
    recalled, read = leucovorin.regimen("mfolfox6"), oxaliplatin.regimen("folfox")
    assert recalled is not None
    assert read is not None
    assert (tier[recalled.source], tier[read.source]) == (Tier.RECALL, Tier.LABEL_COPY)
