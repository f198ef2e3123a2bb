"""Amounts, limits, days and codes of thirteen protocols, typed again from the sources by a second reader, not from the files.

A row says what it holds in its first words. Most are asked of the engine, as a nurse or pharmacist would ask.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chairside.formulary.loader import load
from tests.formulary.second_reading import (
    ACHR,
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
    beside_the_label,
    fact,
    given,
    ids,
    kg,
)

TRANSPLANT = [fact("answer", "kidney_transplant", "yes", on="2026-04-13")]
AFTER = {"dose_number": 2, "history": given(RAV, "2026-03-30", amount="2700")}
PEX = {"dose_number": 3, "phase": "supplemental_plasma_exchange", "facts": [fact("answer", "plasma_exchange", "yes", on=DAY)]}
IVIG = {"dose_number": 3, "phase": "supplemental_ivig", "facts": [fact("answer", "ivig_cycle_end", "yes", on=DAY)]}


def last(amount: str) -> dict[str, Any]:
    return {"history": given(RAV, "2026-02-01", "2026-02-15", amount=amount)}


def ige(level: str) -> dict[str, Any]:
    return {"facts": [fact("lab", "ige", level, "[iU]/mL")]}


def order(amount: str, unit: str = "mg", **more: Any) -> dict[str, Any]:
    return {"order": {"dose": {"amount": amount, "unit": unit}}, **more}


BY_VEIN = {"history": given("ivig_gamunex_c", "2026-03-09", "2026-04-06", amount="30", unit="g")}

# what it says, protocol, indication, patient, the rest of the question, amount (None: nothing to give)
DOSES: list[tuple[Any, ...]] = [
    ("nothing below 5 kg", RAV, "D59.5", kg("4.9"), {}, None),
    ("5 kg is loaded with 600 mg", RAV, "D59.5", kg("5"), {}, "600 mg"),
    ("below 20 kg still 600 mg", RAV, "D59.5", kg("19.9"), {}, "600 mg"),
    ("20 kg is loaded with 900 mg", RAV, "D59.5", kg("20"), {}, "900 mg"),
    ("30 kg is loaded with 1,200 mg", RAV, "D59.5", kg("30"), {}, "1200 mg"),
    ("40 kg is loaded with 2,400 mg", RAV, "D59.5", kg("40"), {}, "2400 mg"),
    ("60 kg is loaded with 2,700 mg", RAV, "D59.5", kg("60"), {}, "2700 mg"),
    ("100 kg is loaded with 3,000 mg", RAV, "D59.5", kg("100"), {}, "3000 mg"),
    ("below 10 kg is kept with 300 mg", RAV, "D59.5", kg("9.9"), AFTER, "300 mg"),
    ("10 kg is kept with 600 mg", RAV, "D59.5", kg("10"), AFTER, "600 mg"),
    ("20 kg is kept with 2,100 mg", RAV, "D59.5", kg("20"), AFTER, "2100 mg"),
    ("30 kg is kept with 2,700 mg", RAV, "D59.5", kg("30"), AFTER, "2700 mg"),
    ("40 kg is kept with 3,000 mg", RAV, "D59.5", kg("40"), AFTER, "3000 mg"),
    ("60 kg is kept with 3,300 mg", RAV, "D59.5", kg("60"), AFTER, "3300 mg"),
    ("100 kg is kept with 3,600 mg", RAV, "D59.5", kg("100"), AFTER, "3600 mg"),
    ("myasthenia only from 40 kg", RAV, "G70.00", kg("39.9"), {"facts": ACHR}, None),
    ("1,200 mg after plasma exchange on 2,400 mg", RAV, "D59.5", kg("50"), {**PEX, **last("2400")}, "1200 mg"),
    ("1,500 mg after plasma exchange on 3,000 mg", RAV, "D59.5", kg("50"), {**PEX, **last("3000")}, "1500 mg"),
    ("1,800 mg after plasma exchange on 3,300 mg", RAV, "D59.5", kg("70"), {**PEX, **last("3300")}, "1800 mg"),
    ("600 mg after immune globulin", RAV, "D59.5", kg("70"), {**IVIG, **last("3300")}, "600 mg"),
    ("10 mg/kg", LEC, "G30.1", kg("52.5"), {}, "525 mg"),
    ("10 mg/kg", EFG, "G70.00", kg("119.9"), {"facts": ACHR}, "1199 mg"),
    ("1,200 mg from 120 kg on", EFG, "G70.00", kg("150"), {"facts": ACHR}, "1200 mg"),
    ("60 mg for everybody", EDA, "G12.21", kg("110"), {}, "60 mg"),
    ("300 mg for everybody", NAT, "G35.A", kg("110"), {}, "300 mg"),
    ("300 mg on day 1", OCR, "G35.B1", ADULT, {}, "300 mg"),
    (
        "600 mg from the third dose on",
        OCR,
        "G35.A",
        ADULT,
        {"dose_number": 3, "history": given(OCR, "2025-10-20", "2025-11-03")},
        "600 mg",
    ),
    ("1 mg at a time", DHE, "G43.709", ADULT, {}, "1 mg"),
    ("0.5 mg is the test of the repetitive practice", DHE, "G43.911", ADULT, {"regimen": "repetitive_iv"}, "0.5 mg"),
    ("prochlorperazine 10 mg", MIG, "G43.709", ADULT, {"regimen": "prochlorperazine"}, "10 mg"),
    ("metoclopramide 10 mg", MIG, "G43.709", ADULT, {"regimen": "metoclopramide"}, "10 mg"),
    ("dexamethasone 10 mg", MIG, "G43.709", ADULT, {"regimen": "dexamethasone"}, "10 mg"),
    ("ketorolac 30 mg at 64 years and 50 kg", MIG, "G43.709", kg("50", "1961-04-14"), {"regimen": "ketorolac"}, "30 mg"),
    ("ketorolac 15 mg from 65 years", MIG, "G43.709", kg("70", "1961-04-13"), {"regimen": "ketorolac"}, "15 mg"),
    ("ketorolac 15 mg below 50 kg", MIG, "G43.709", kg("49.9"), {"regimen": "ketorolac"}, "15 mg"),
    ("300 mg for everybody", VED, "K51.90", kg("110"), {}, "300 mg"),
    ("rheumatoid arthritis starts with 4 mg/kg", TOC, "M05.79", ADULT, {}, "280 mg"),
    ("never more than 800 mg", TOC, "M05.79", kg("250"), {}, "800 mg"),
    ("giant cell arteritis 6 mg/kg", TOC, "M31.6", ADULT, {}, "420 mg"),
    ("giant cell arteritis at most 600 mg", TOC, "M31.6", kg("110"), {}, "600 mg"),
    ("polyarticular 10 mg/kg below 30 kg", TOC, "M08.3", kg("29.9", "2016-01-01"), {}, "299 mg"),
    ("polyarticular 8 mg/kg from 30 kg", TOC, "M08.3", kg("30", "2016-01-01"), {}, "240 mg"),
    ("systemic 12 mg/kg below 30 kg", TOC, "M08.20", kg("25", "2016-01-01"), {}, "300 mg"),
    ("systemic 8 mg/kg from 30 kg", TOC, "M08.20", kg("30", "2016-01-01"), {}, "240 mg"),
    ("cytokine release at most 800 mg", TOC, "D89.831", kg("120"), {}, "800 mg"),
    ("64 kg: 640 mg becomes 637.5 mg", BEL, "Z94.0", kg("64"), {"facts": TRANSPLANT}, "637.5 mg"),
    ("IgE 30 and 30 kg are in the table", OMA, "J45.50", kg("30"), ige("30"), "150 mg"),
    ("IgE 100 and 90 kg: 150 mg", OMA, "J45.50", kg("90"), ige("100"), "150 mg"),
    ("IgE 100 and above 90 kg: 300 mg", OMA, "J45.50", kg("90.1"), ige("100"), "300 mg"),
    ("IgE 200 and above 90 kg: 225 mg", OMA, "J45.50", kg("150"), ige("200"), "225 mg"),
    ("IgE above 400, above 70 kg: 375 mg", OMA, "J45.50", kg("70.1"), ige("401"), "375 mg"),
    ("IgE 700 and 60 kg: 375 mg", OMA, "J45.50", kg("60"), ige("700"), "375 mg"),
    ("IgE above 300 and above 90 kg: none", OMA, "J45.50", kg("90.1"), ige("301"), None),
    ("IgE above 700: none", OMA, "J45.50", kg("60"), ige("701"), None),
    ("IgE below 30: none", OMA, "J45.50", kg("60"), ige("29"), None),
    ("hives 150 mg, not by IgE", OMA, "L50.1", ADULT, {}, "150 mg"),
    ("1.37 x 30 g over 4 weeks", SCIG, "D83.9", ADULT, BY_VEIN, "10.275 g"),
    ("every two weeks twice as much", SCIG, "D83.9", ADULT, {**BY_VEIN, "regimen": "pi_switch_from_ivig_biweekly"}, "20.55 g"),
    ("CIDP 0.2 g/kg", SCIG, "G61.81", ADULT, {}, "14000 mg"),
]


@pytest.mark.parametrize(("says", "protocol", "code", "patient", "more", "amount"), DOSES, ids=ids(DOSES))
def test_the_dose_is_the_one_of_the_source(
    says: str, protocol: str, code: str, patient: dict[str, str], more: dict[str, Any], amount: str | None
) -> None:
    made = answer("dose", protocol, code, patient=patient, **more)
    if amount is None:
        assert (made["outcome"], made["value"]) == ("refused", {})
    else:
        found = made["value"]["dose"]
        assert (beside_the_label(made), f"{found['amount']} {found['unit']}") == ("allowed", amount)


# what it says, protocol, indication, the rest, outcome
LIMITS: list[tuple[Any, ...]] = [
    (
        "1,500 mg is above what one dose may be",
        EFG,
        "G70.00",
        {"patient": kg("150"), "facts": ACHR, **order("1500")},
        "refused",
    ),
    ("without the antibody it is not for it", EFG, "G70.00", {"facts": [fact("test", "achr", "negative")]}, "refused"),
    ("D59.3 ended with September 2022", RAV, "D59.3", {}, "refused"),
    ("Z00.6 alone is no diagnosis", LEC, "Z00.6", {}, "refused"),
    ("17 years is too young", EDA, "G12.21", {"patient": kg("60", "2008-04-14")}, "refused"),
    ("G35 ended with September 2025", NAT, "G35", {}, "refused"),
    ("G35 stands until September 2025", NAT, "G35", {"date": "2025-09-30"}, "allowed"),
    ("primary progressive disease is not its indication", NAT, "G35.B1", {}, "refused"),
    ("a second 1 mg on one day", DHE, "G43.709", {"dose_number": 2, "history": given(DHE, DAY, amount="1")}, "allowed"),
    ("a third by vein on one day", DHE, "G43.709", {"dose_number": 3, "history": given(DHE, DAY, DAY, amount="1")}, "refused"),
    (
        "a seventh in a week",
        DHE,
        "G43.709",
        {"dose_number": 7, "history": given(DHE, *(["2026-04-09"] * 6), amount="1")},
        "refused",
    ),
    (
        "1.2 mg in the repetitive practice",
        DHE,
        "G43.911",
        {"regimen": "repetitive_iv", "dose_number": 2, **order("1.2"), "history": given(DHE, DAY, amount="0.5")},
        "refused",
    ),
    ("hemiplegic migraine", DHE, "G43.409", {}, "refused"),
    ("diphenhydramine 50 mg", MIG, "G43.709", {"regimen": "diphenhydramine", **order("50")}, "allowed"),
    ("diphenhydramine 51 mg", MIG, "G43.709", {"regimen": "diphenhydramine", **order("51")}, "refused"),
    ("magnesium 2 g", MIG, "G43.709", {"regimen": "magnesium_sulfate", **order("2", "g")}, "allowed"),
    ("magnesium above 2 g", MIG, "G43.709", {"regimen": "magnesium_sulfate", **order("2.1", "g")}, "refused"),
    ("valproate 500 mg", MIG, "G43.709", {"regimen": "valproate_sodium", **order("500")}, "allowed"),
    ("valproate above 1,000 mg", MIG, "G43.709", {"regimen": "valproate_sodium", **order("1001")}, "refused"),
    ("methylprednisolone above 500 mg", MIG, "G43.709", {"regimen": "methylprednisolone", **order("501")}, "refused"),
    ("saline 1,000 mL", MIG, "G43.709", {"regimen": "sodium_chloride", **order("1000", "mL")}, "allowed"),
    ("8 mg/kg after the first dose", TOC, "M05.79", {**SECOND, **order("560")}, "allowed"),
    ("9 mg/kg", TOC, "M05.79", {**SECOND, **order("630")}, "refused"),
    ("a fifth dose in cytokine release", TOC, "D89.831", {"dose_number": 5, "history": given(TOC, *([DAY] * 4))}, "refused"),
    ("M06.4 is not rheumatoid arthritis", TOC, "M06.4", {}, "refused"),
    ("a liver transplant code", BEL, "Z94.4", {}, "refused"),
    ("300 mg for hives by order", OMA, "L50.1", order("300"), "allowed"),
    ("more than 300 mg for hives", OMA, "L50.1", order("375"), "refused"),
    (
        "a child of 11 with asthma has no table here",
        OMA,
        "J45.50",
        {"patient": kg("40", "2014-06-01"), **ige("150")},
        "refused",
    ),
    ("biotin-dependent carboxylase deficiency", SCIG, "D81.810", BY_VEIN, "refused"),
    ("a child of 1 year", SCIG, "D83.9", {"patient": kg("10", "2024-06-01"), **BY_VEIN}, "refused"),
]


@pytest.mark.parametrize(("says", "protocol", "code", "more", "outcome"), LIMITS, ids=ids(LIMITS))
def test_a_limit_of_the_source_holds(says: str, protocol: str, code: str, more: dict[str, Any], outcome: str) -> None:
    assert beside_the_label(answer("dose", protocol, code, **more)) == outcome


FOUR = ("2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23")
BOTH = ("2026-01-05", "2026-01-19")
LOADED = ("2026-01-05", "2026-01-19", "2026-02-16")
SIX = ("2026-01-05", "2026-01-09", "2026-01-19", "2026-02-02", "2026-03-02", "2026-03-30")
FOURTEEN = tuple(f"2026-03-{day:02}" for day in range(2, 16))
KIDNEY = [fact("answer", "kidney_transplant", "yes", on="2026-01-05")]
# what it says, protocol, indication, days given, facts, target, earliest, latest
DATES: list[tuple[Any, ...]] = [
    ("maintenance 14 days after the load, no window", RAV, "D59.5", BOTH[:1], [], "2026-01-19", "2026-01-19", "2026-01-19"),
    ("then every 8 weeks, 7 days to each side", RAV, "D59.5", BOTH, [], "2026-03-16", "2026-03-09", "2026-03-23"),
    ("every 14 days, 3 to each side", LEC, "G30.1", BOTH[:1], [], "2026-01-19", "2026-01-16", "2026-01-22"),
    ("every 7 days, up to 3 late", EFG, "G70.00", FOUR[:1], ACHR, "2026-02-09", "2026-02-09", "2026-02-12"),
    ("14 days off after the 14 of the first cycle", EDA, "G12.21", FOURTEEN, [], "2026-03-30", "2026-03-30", "2026-04-03"),
    ("the second day follows the first", EDA, "G12.21", FOURTEEN[:1], [], "2026-03-03", "2026-03-03", "2026-03-03"),
    ("every 28 days", NAT, "G35.A", BOTH[:1], [], "2026-02-02", "2026-01-30", "2026-02-09"),
    ("the second half on day 15", OCR, "G35.A", BOTH[:1], [], "2026-01-19", "2026-01-19", "2026-01-26"),
    (
        "the third 24 weeks after the first, 140 days after the second",
        OCR,
        "G35.A",
        BOTH,
        [],
        "2026-06-22",
        "2026-06-08",
        "2026-07-06",
    ),
    ("week 2", VED, "K50.90", LOADED[:1], [], "2026-01-19", "2026-01-16", "2026-01-22"),
    ("week 6", VED, "K50.90", LOADED[:2], [], "2026-02-16", "2026-02-13", "2026-02-19"),
    ("week 14", VED, "K50.90", LOADED, [], "2026-04-13", "2026-04-06", "2026-04-20"),
    ("rheumatoid arthritis every 4 weeks", TOC, "M05.79", BOTH[:1], [], "2026-02-02", "2026-01-26", "2026-02-09"),
    ("systemic arthritis every 2 weeks", TOC, "M08.20", BOTH[:1], [], "2026-01-19", "2026-01-16", "2026-01-22"),
    ("day 5", BEL, "Z94.0", SIX[:1], KIDNEY, "2026-01-09", "2026-01-09", "2026-01-09"),
    ("end of week 2", BEL, "Z94.0", SIX[:2], KIDNEY, "2026-01-19", "2026-01-18", "2026-01-21"),
    ("end of week 12", BEL, "Z94.0", SIX[:5], KIDNEY, "2026-03-30", "2026-03-29", "2026-04-01"),
    ("end of week 16, 3 days to each side", BEL, "Z94.0", SIX, KIDNEY, "2026-04-27", "2026-04-24", "2026-04-30"),
    ("CIDP every week", SCIG, "G61.81", BOTH[:1], [], "2026-01-12", "2026-01-11", "2026-01-13"),
]


@pytest.mark.parametrize(("says", "protocol", "code", "days", "facts", "target", "earliest", "latest"), DATES, ids=ids(DATES))
def test_the_next_dose_is_due_on_the_day_of_the_source(
    says: str, protocol: str, code: str, days: tuple[str, ...], facts: list[Any], target: str, earliest: str, latest: str
) -> None:
    made = answer("plan", protocol, code, history=given(protocol, *days), as_of=days[-1], facts=facts)["value"]["next"]
    assert (made["target"], made["earliest"], made["latest"]) == (target, earliest, latest)


def test_a_new_cycle_of_efgartigimod_not_before_day_50_from_its_start() -> None:
    asked = {"history": given(EFG, *FOUR), "facts": ACHR, "as_of": "2026-03-01"}
    early, due = (
        answer("plan", EFG, "G70.00", **asked, request={"dose_number": 5, "date": on}) for on in ("2026-03-23", "2026-03-24")
    )
    assert (early["outcome"], due["outcome"]) == ("refused", "review")


def test_ocrelizumab_keeps_140_days_between_doses() -> None:
    asked = {"history": given(OCR, *BOTH), "as_of": "2026-02-01", "request": {"dose_number": 3, "date": "2026-06-07"}}
    assert "at least 140" in answer("plan", OCR, "G35.A", **asked)["reasons"][0]["message"]


def test_omalizumab_is_given_every_two_or_four_weeks_by_its_cell() -> None:
    every = [
        answer("dose", OMA, "J45.50", patient=kg("95"), **ige(level))["value"]["interval_days"] for level in ("100", "101")
    ]
    assert every == ["28", "14"]


CODES = [
    (RAV, "Ultomiris", "J1303", "10 mg", None), (LEC, "Leqembi", "J0174", "1 mg", date(2023, 10, 1)),
    (EFG, "Vyvgart", "J9332", "2 mg", date(2022, 7, 1)), (EDA, "Radicava", "J1301", "1 mg", None),
    (NAT, "Tysabri", "J2323", "1 mg", None), (NAT, "Tyruko", "Q5134", "1 mg", date(2024, 4, 1)),
    (OCR, "Ocrevus", "J2350", "1 mg", None), (DHE, "D.H.E. 45", "J1110", "1 mg", None),
    (MIG, "Prochlorperazine", "J0780", "10 mg", None), (MIG, "Metoclopramide", "J2765", "10 mg", None),
    (MIG, "Diphenhydramine", "J1200", "50 mg", None), (MIG, "Ketorolac", "J1885", "15 mg", None),
    (MIG, "Magnesium sulfate", "J3475", "500 mg", None), (MIG, "Valproate sodium", "J3379", "5 mg", date(2026, 1, 1)),
    (MIG, "Methylprednisolone", "J2919", "5 mg", date(2024, 4, 1)), (MIG, "Dexamethasone", "J1100", "1 mg", None),
    (VED, "Entyvio", "J3380", "1 mg", None), (TOC, "Actemra", "J3262", "1 mg", None),
    (TOC, "Tofidence", "Q5133", "1 mg", date(2024, 4, 1)), (TOC, "Tyenne", "Q5135", "1 mg", date(2024, 10, 1)),
    (TOC, "Avtozma", "Q5156", "1 mg", date(2025, 10, 1)), (BEL, "Nulojix", "J0485", "1 mg", None),
    (OMA, "Xolair", "J2357", "5 mg", None), (OMA, "Omlyclo", "Q5154", "5 mg", date(2025, 10, 1)),
    (SCIG, "Hizentra", "J1559", "100 mg", None),
]  # fmt: skip


@pytest.mark.parametrize(("protocol", "brand", "code", "unit", "since"), CODES)
def test_a_billing_unit_stands_for_the_amount_of_the_federal_files(
    protocol: str, brand: str, code: str, unit: str, since: date | None
) -> None:
    product = load(protocol).product(brand)
    assert product is not None
    (entry,) = product.billing
    assert (entry.code, entry.unit.spelled(), entry.valid_from, entry.valid_until) == (code, unit, since, None)
