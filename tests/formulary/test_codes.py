from datetime import date

import pytest

from chairside.core.intake.referral import Dosage, DrugOrder
from chairside.core.kernel.fact import FactKind
from chairside.core.protocols.vocabulary import COMMON
from chairside.formulary import codes as tables
from chairside.formulary.codes import CVX, HCPCS, LOINC, RXNORM, Codes, brand_of
from chairside.formulary.loader import load

CODES = Codes()
INFLIXIMAB = "infliximab-dyyb (Inflectra) intravenous infusion"


def order(text: str, *codes: tuple[str, str], route: str = "IV") -> DrugOrder:
    return DrugOrder("urn:1", text, codes, dosages=(Dosage(text, route=route),))


def test_a_loinc_code_is_a_fact_with_its_unit():
    key = CODES.fact_key(LOINC, "718-7")
    assert (key.kind, key.code, key.unit) == (FactKind.LAB, "hemoglobin", "g/dL")


def test_a_vaccine_code_is_a_fact():
    assert CODES.fact_key(CVX, "203").code == "menacwy"


def test_what_no_protocol_uses_is_not_a_fact():
    assert CODES.fact_key(LOINC, "11506-3") is None
    assert CODES.fact_key("urn:other", "718-7") is None


def test_every_coded_fact_is_a_common_one_in_its_unit():
    for section in tables._fact_codes().values():
        for entry in section.values():
            assert COMMON[entry.fact] == entry.unit


@pytest.mark.parametrize(
    ("code", "day", "valid"),
    [
        ("G35", "2025-09-30", True),
        ("G35", "2025-10-01", False),
        ("G35.A", "2025-09-30", False),
        ("G35.A", "2025-10-01", True),
        ("K50.80", "2026-11-23", True),
        ("X99.99", "2026-11-23", None),
    ],
)
def test_a_diagnosis_code_is_valid_on_its_days(code, day, valid):
    assert CODES.icd10_valid(code, date.fromisoformat(day)) is valid


def test_a_retired_code_names_what_took_its_place():
    assert "G35.A" in CODES.icd10_replacements("G35")


@pytest.mark.parametrize(
    "asked",
    [order(INFLIXIMAB), order("Remicade 5 mg/kg"), order("drug", (RXNORM, "191831")), order("drug", (HCPCS, "Q5121"))],
)
def test_infliximab_is_recognised_by_name_brand_and_code(asked):
    assert CODES.recognise((asked,), ("K50.80",)) == ("infliximab_iv",)


@pytest.mark.parametrize(
    "asked", [order("vedolizumab"), order("infliximab SC", route="SC"), order("ferric derisomaltose (Monoferric)"), order("")]
)
def test_another_drug_or_route_is_not_judged(asked):
    assert CODES.recognise((asked,), ("K50.80",)) == ()


def test_iron_given_as_a_push_is_still_this_therapy():
    assert CODES.recognise((order("ferric carboxymaltose (Injectafer)"),), ("D50.0",)) == ("ferric_carboxymaltose",)


@pytest.mark.parametrize(
    ("asked", "brand"),
    [
        (order(INFLIXIMAB), "Inflectra"),
        (order("infliximab", (HCPCS, "Q5104")), "Renflexis"),
        (order("infliximab"), ""),
        (order("Remicade or Avsola"), ""),
    ],
)
def test_the_brand_is_known_only_when_the_order_names_one(asked, brand):
    assert brand_of(asked, load("infliximab_iv")) == brand
