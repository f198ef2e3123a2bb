from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from chairside.core.intake.referral import Amount, Dosage, DrugOrder
from chairside.core.kernel.fact import FactKind
from chairside.core.protocols.naming import spelled
from chairside.core.protocols.vocabulary import COMMON
from chairside.formulary import codes as tables
from chairside.formulary.codes import CVX, HCPCS, LOINC, RXNORM, Codes, brand_of
from chairside.formulary.loader import known_ids, load, load_all
from chairside.formulary.therapy_names import candidates, names_table

CODES = Codes()
INFLIXIMAB = "infliximab-dyyb (Inflectra) intravenous infusion"


def order(text: str, *codes: tuple[str, str], route: str = "IV", dose: Amount | None = None) -> DrugOrder:
    return DrugOrder("urn:1", text, codes, dosages=(Dosage(text, ordered=dose, route=route),))


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
    "asked", [order("siltuximab (Sylvant)"), order("infliximab SC", route="SC"), order("gallium nitrate (Ganite)"), order("")]
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


def test_every_protocol_can_be_recognised_and_no_row_is_for_one_that_is_not_there():
    assert set(names_table().protocols) == set(known_ids())
    assert not set(names_table().others) & set(known_ids())
    assert {twin for row in names_table().others.values() for twin in row.of} <= set(known_ids())


@pytest.mark.parametrize("protocol", load_all(), ids=known_ids())
def test_every_protocol_is_recognised_by_its_own_name(protocol):
    """By the first brand where the common name belongs to several products, with an amount where that tells it from a twin.

    A menu and a plan go by their own name.
    """
    name = protocol.products[0].brand if protocol.products and not protocol.menu else protocol.names.en
    if amounts := candidates()[protocol.id].amounts:
        name = f"{name} {amounts[0].spelled()}"
    route = candidates()[protocol.id].routes
    asked = order(name, route=min(route).partition("_")[0].upper())
    diagnoses = tuple(code.prefix for item in protocol.indications for code in item.codes if not code.supporting)
    assert CODES.recognise((asked,), diagnoses[:1]) == (protocol.id,)


def test_routes_of_the_table_are_routes_of_the_protocol():
    for protocol in load_all():
        own = {route.value.partition("_")[0] for route in protocol.routes}
        assert {route.partition("_")[0] for route in candidates()[protocol.id].routes} == own


ZOLEDRONIC = {"zoledronic_acid_5mg_iv", "zoledronic_acid_4mg_iv"}
CIDP_GLOBULINS = {"ivig_gammagard_liquid", "ivig_gammaked", "ivig_gamunex_c", "ivig_panzyga", "ivig_privigen"}


@pytest.mark.parametrize(
    ("asked", "diagnosis", "found"),
    [
        (order("zoledronic acid infusion"), "M81.0", {"zoledronic_acid_5mg_iv"}),
        (order("zoledronic acid infusion"), "C79.51", {"zoledronic_acid_4mg_iv"}),
        (order("zoledronic acid infusion"), "Z99.9", ZOLEDRONIC),
        (order("zoledronic acid 4 mg"), "M81.0", ZOLEDRONIC),
        (order("Reclast", dose=Amount(Decimal(4), "mg")), "M81.0", ZOLEDRONIC),
        (order("Reclast 5 mg/100 mL"), "C79.51", ZOLEDRONIC),
        (order("Reclast or Zometa"), "Z99.9", ZOLEDRONIC),
        (order("zoledronic acid (Zometa) 4 mg"), "C90.00", {"zoledronic_acid_4mg_iv"}),
        (order("leucovorin calcium 400 mg"), "C18.7", {"leucovorin"}),
        (order("levoleucovorin 200 mg"), "C18.7", set()),
        (order("leucovorin, levoleucovorin if short"), "C18.7", {"leucovorin", "levoleucovorin"}),
        (order("leucovorin", (HCPCS, "J0641")), "C18.7", {"leucovorin", "levoleucovorin"}),
        (order("carboplatin AUC 5"), "C34.1", {"carboplatin"}),
        (order("oxaliplatin 85 mg/m2"), "C18.7", {"oxaliplatin"}),
        (order("carboplatin", (HCPCS, "J9263")), "C34.1", {"carboplatin", "oxaliplatin"}),
        (order("infliximab (Zymfentra)", route=""), "K50.80", set()),
        (order("infliximab", route=""), "K50.80", {"infliximab_iv", "infliximab_sc"}),
        (order("infliximab intravenous infusion", route=""), "K50.80", {"infliximab_iv"}),
        (order("Entyvio", route=""), "K51.00", {"vedolizumab_iv", "vedolizumab_sc"}),
        (order("ocrelizumab/hyaluronidase (Ocrevus Zunovo)", route=""), "G35.A", {"ocrelizumab_sc_zunovo"}),
        (order("IVIG 10%"), "G61.81", {*CIDP_GLOBULINS, "immune_globulin_iv_other"}),
        (order("immune globulin intravenous (Octagam)"), "G61.81", set()),
        (order("immune globulin", (HCPCS, "J1561")), "G61.81", {"ivig_gammaked", "ivig_gamunex_c"}),  # one code, two brands
        (order("Gamunex-C", route="SC"), "D80.0", set()),
        (order("antihemophilic factor (Altuviiio)"), "D66", set()),
        (order("vancomycin 125 mg", route="PO"), "A04.72", set()),
    ],
)
def test_twins_are_not_taken_for_each_other(asked, diagnosis, found):
    assert set(CODES.recognise((asked,), (diagnosis,))) == found


def mfolfox6(oxaliplatin: str = "85", pump: str = "2400") -> tuple[DrugOrder, ...]:
    levels = (("oxaliplatin", oxaliplatin), ("leucovorin", "400"), ("fluorouracil bolus", "400"), ("fluorouracil pump", pump))
    return tuple(order(name, dose=Amount(Decimal(level), "mg/m2")) for name, level in levels)


def test_the_items_of_a_plan_ordered_one_by_one_are_the_plan():
    assert CODES.recognise(mfolfox6(), ("C18.7",)) == ("mfolfox6",)
    assert CODES.recognise(mfolfox6()[::-1], ("C18.7",)) == ("mfolfox6",)


@pytest.mark.parametrize("orders", [mfolfox6(oxaliplatin="100"), mfolfox6(pump="600"), mfolfox6()[:3], mfolfox6()[1:]])
def test_other_doses_or_fewer_items_may_be_another_plan(orders):
    assert "mfolfox6" not in CODES.recognise(orders, ("C18.7",))
    assert len(CODES.recognise(orders, ("C18.7",))) > 1


def test_doses_that_were_reduced_are_still_the_plan_that_an_order_names():
    first, *rest = mfolfox6(oxaliplatin="65")
    named = replace(first, text="oxaliplatin (mFOLFOX6, reduced)")
    assert CODES.recognise((named, *rest), ("C18.7",)) == ("mfolfox6",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mFOLFOX6", {"mfolfox6"}),
        ("modified FOLFOX6", {"mfolfox6"}),
        ("FOLFOX", {"mfolfox6", "folfox4", "folfox6"}),
        ("FOLFOX6", set()),
    ],
)
def test_initials_that_several_plans_share_say_nothing(text, found):
    assert set(CODES.recognise((order(text),), ("C18.7",))) == found


@pytest.mark.parametrize(
    ("texts", "diagnosis", "found"),
    [
        (("ketorolac 30 mg", "prochlorperazine 10 mg", "sodium chloride 0.9%"), "G43.709", ("migraine_rescue_infusions",)),
        (("ketorolac 30 mg", "eptinezumab 100 mg"), "G43.709", ("eptinezumab",)),
        (("sodium chloride 0.9% 1000 mL",), "O21.1", ("sodium_chloride_09",)),
        (("methylprednisolone 1000 mg",), "G35.A", ("methylprednisolone_iv_pulse",)),
        (("D.H.E. 45", "metoclopramide 10 mg"), "G43.709", ("dihydroergotamine_iv",)),
    ],
)
def test_a_menu_is_meant_when_all_orders_are_components_for_what_it_treats(texts, diagnosis, found):
    assert CODES.recognise(tuple(order(text) for text in texts), (diagnosis,)) == found


def test_what_is_sent_by_name_is_a_fact_and_its_words_are_the_protocols_own():
    declared = {item.fact: item.words for protocol in load_all() for item in protocol.facts if item.words}
    for name, entry in tables._result_names().items():
        said = {*entry.words.values(), entry.below_limit, entry.from_limit} - {""}
        assert name == spelled(name)
        assert said <= set(declared.get(entry.fact, ("negative", "positive"))), entry.fact
        assert entry.fact in COMMON or entry.fact in declared
    assert CODES.fact_named("Factor VIII Inhibitor (Nijmegen-Bethesda)").from_limit == "positive"
    assert CODES.fact_named("HFE genotype") is None
