"""The bag: diluent, concentration, volume, filter and use-by time, at both sides of each edge, by brand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chairside.core.kernel.decision import Outcome
from chairside.core.kernel.fact import Patient
from chairside.core.protocols.schema.condition import Condition, Op, Test
from chairside.core.protocols.schema.product import (
    BagFor,
    Clock,
    Deadline,
    Dilution,
    Filter,
    Handling,
    Preparation,
    Product,
    Stability,
    Storage,
)
from chairside.core.protocols.truth import Known
from chairside.core.stock.diluents import diluent_named
from chairside.core.stock.preparing import prepare
from tests.core.visit.therapies import LABEL, codes, q, therapy

MADE = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
KEEPS = Stability(Storage.ROOM, Decimal(4), Clock.DILUTION, Deadline.FINISH, LABEL, source="label")
SALINE, DEXTROSE = "0.9% sodium chloride", "5% dextrose"
BAG = Dilution((SALINE,), q(1, "mg/mL"), q(4, "mg/mL"), source="label")

DOSE, VOLUME, STRENGTH = q(400, "mg"), q(200, "mL"), q(20, "mg/mL")


def product(dilution=BAG, brand="Testra", concentration=STRENGTH, keeps=(KEEPS,), **change):
    return Product(
        brand, "testumab", (), Preparation(dilution, stability=keeps, source="label", **change), concentration=concentration
    )


def ask(*products, dose=DOSE, diluent=SALINE, volume=VOLUME, after=0, minutes=60, **change):
    return prepare(
        therapy(products=products or (product(),)),
        dose=dose,
        diluent=diluent,
        volume=volume,
        prepared_at=MADE,
        storage=change.pop("storage", Storage.ROOM),
        start_at=MADE + timedelta(minutes=after),
        minutes=Decimal(minutes),
        **change,
    )


def test_a_bag_as_stated_is_allowed_until_its_use_by_time():
    decision = ask()
    assert decision.allowed
    assert decision.value == MADE + timedelta(hours=4)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("0.9% NaCl", SALINE),
        ("Normal Saline", SALINE),
        (" ns ", SALINE),
        ("sodium chloride 0.9 %", SALINE),
        ("1/2 NS", "0.45% sodium chloride"),
        ("D5W", DEXTROSE),
        ("Lactated Ringer’s", "lactated Ringer"),
        ("saline", "saline"),
        ("sodium chloride", "sodium chloride"),
        ("Water for Injection", "water for injection"),
    ],
)
def test_a_diluent_by_any_name_that_means_one_thing(said, name):
    assert diluent_named(said) == name


@pytest.mark.parametrize("diluent", [DEXTROSE, "saline", "0.45% sodium chloride", "undiluted"])
def test_another_diluent_is_refused_with_the_right_one(diluent):
    decision = ask(diluent=diluent)
    assert codes(decision) == ["wrong_diluent"]
    assert decision.reasons[0].limit == SALINE


def test_what_is_not_diluted_is_not_diluted():
    whole = product(None, handling=(Handling.DO_NOT_DILUTE,))
    assert ask(whole, diluent="none", volume=q(20, "mL")).allowed
    assert ask(whole, diluent="", volume=q(20, "mL")).allowed
    assert codes(ask(whole, diluent=DEXTROSE, volume=q(20, "mL"))) == ["wrong_diluent"]
    assert codes(ask(whole, diluent=DEXTROSE, volume=q(40, "mL"))) == ["wrong_diluent", "wrong_concentration"]


def test_a_push_is_of_the_drug_as_it_is_and_a_diluent_that_is_not_said_is_asked_for():
    either = product(undiluted_push=True)
    assert ask(either, diluent="undiluted", volume=q(20, "mL")).allowed
    assert codes(ask(either, diluent="undiluted", volume=q(30, "mL"))) == ["wrong_concentration"]
    assert ask(either).allowed
    assert codes(ask(diluent="")) == ["missing_fact"]
    assert codes(ask(product(None), diluent=SALINE)) == ["not_encoded"]


@pytest.mark.parametrize(("ml", "fine"), [("100", True), ("99.9", False), ("400", True), ("400.1", False)])
def test_concentration_at_each_edge(ml, fine):
    decision = ask(volume=q(ml, "mL"))
    assert decision.allowed is fine
    assert set(codes(decision)) <= {"wrong_concentration"}


def test_an_edge_that_no_decimal_can_say_is_met_exactly():
    third = Dilution((SALINE,), q("0.7", "mg/mL"), q("0.7", "g/L"), source="label")
    assert ask(product(replace(third, most=None)), dose=q("62.3", "mg"), volume=q(89, "mL")).allowed
    assert not ask(product(replace(third, most=None)), dose=q("62.29", "mg"), volume=q(89, "mL")).allowed


@pytest.mark.parametrize(("ml", "fine"), [("154", True), ("151", True), ("150.9", False), ("156.8", True), ("156.9", False)])
def test_a_fixed_concentration_holds_to_the_digits_that_are_stated(ml, fine):
    fixed = Dilution((SALINE,), q("2.6", "mg/mL"), q("2.6", "mg/mL"))
    assert ask(product(fixed), volume=q(ml, "mL")).allowed is fine


def test_a_stated_volume_is_that_of_the_whole_or_of_the_diluent():
    whole = Dilution((SALINE,), final_volume=q(250, "mL"))
    assert ask(product(whole), volume=q(250, "mL")).allowed
    assert codes(ask(product(whole), volume=q(270, "mL"))) == ["wrong_concentration"]
    diluent = replace(whole, volume_is_total=False)
    assert ask(product(diluent), volume=q(250, "mL")).allowed
    assert ask(product(diluent), volume=q(270, "mL")).allowed  # 20 mL of drug on top
    assert not ask(product(diluent), volume=q(260, "mL")).allowed
    sizes = Dilution((SALINE,), bag_volumes=(q(100, "mL"), q(250, "mL")))
    assert ask(product(sizes), volume=q(100, "mL")).allowed
    assert not ask(product(sizes), volume=q(500, "mL")).allowed


@pytest.mark.parametrize(("ml", "fine"), [("250", True), ("270", True), ("270.1", False)])
def test_no_more_diluent_than_the_most(ml, fine):
    assert ask(product(Dilution((SALINE,), largest_volume=q(250, "mL"))), volume=q(ml, "mL")).allowed is fine


def test_without_the_volume_of_the_drug_the_whole_bag_counts_as_diluent():
    most = product(Dilution((SALINE,), largest_volume=q(250, "mL")), concentration=None)
    assert ask(most, volume=q(250, "mL")).allowed
    assert codes(ask(most, volume=q(251, "mL"))) == ["wrong_concentration"]


def test_bag_sizes_beside_a_stated_concentration_only_say_what_is_on_the_shelf():
    assert ask(product(replace(BAG, bag_volumes=(q(100, "mL"),)))).allowed


def test_the_bag_of_the_dose_and_of_the_patient():
    by_dose = Dilution(
        (SALINE,), bags_for=(BagFor(q(100, "mL"), dose_to=q(300, "mg")), BagFor(q(250, "mL"), dose_from=q("300.1", "mg")))
    )
    for mg, ml in (("300", "100"), ("300.1", "250")):
        assert ask(product(by_dose), dose=q(mg, "mg"), volume=q(ml, "mL")).allowed
    assert not ask(product(by_dose), dose=q(300, "mg"), volume=q(250, "mL")).allowed
    light = Condition((Test("patient.weight_kg", Op.LT, Decimal(30), "kg"),))
    by_weight = product(Dilution((SALINE,), bags_for=(BagFor(q(50, "mL"), when=light), BagFor(q(250, "mL")))))
    for kg, ml in (("29", "50"), ("30", "250")):
        known = Known(date(2026, 11, 23), Patient(weight=q(kg, "kg")))
        assert ask(by_weight, volume=q(ml, "mL"), known=known).allowed
    assert ask(by_weight, volume=q(250, "mL")).outcome is Outcome.UNKNOWN
    assert ask(by_weight, volume=q(100, "mL")).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("micron", "fine"), [("0.2", True), ("0.19", False), ("1.2", True), ("1.21", False), ("0", False), (None, True)]
)
def test_a_filter_that_is_said_is_judged_and_one_that_is_not_is_asked_for_in_the_working(micron, fine):
    filtered = product(filter=Filter(True, Decimal("1.2"), Decimal("0.2"), True))
    decision = ask(filtered, filter_micron=None if micron is None else Decimal(micron))
    assert decision.allowed is fine
    assert set(codes(decision)) <= {"wrong_filter"}
    assert "filter: 0.2 to 1.2 micron, low protein binding, required" in decision.working


def test_without_a_stated_filter_none_is_judged():
    assert ask(filter_micron=Decimal(5)).allowed
    assert ask(product(filter=Filter(False)), filter_micron=Decimal(0)).allowed


@pytest.mark.parametrize(("after", "fine"), [(180, True), (181, False)])
def test_it_must_end_by_its_use_by_time(after, fine):
    decision = ask(after=after)
    assert decision.allowed is fine
    assert set(codes(decision)) <= {"preparation_expired"}


def test_of_rules_that_apply_every_one_is_held():
    start = replace(KEEPS, hours=Decimal(2), deadline=Deadline.START, clock=Clock.RECONSTITUTION)
    both = product(keeps=(KEEPS, start))
    assert ask(both, after=120).allowed
    assert ask(both, after=121).outcome is Outcome.REFUSED
    assert ask(both, after=120, minutes=121).outcome is Outcome.REFUSED
    assert ask(both).value == MADE + timedelta(hours=2)


def test_a_rule_for_a_storage_a_concentration_or_a_diluent_counts_only_there():
    cold = replace(KEEPS, storage=Storage.REFRIGERATED, hours=Decimal(24))
    weak = replace(KEEPS, hours=Decimal(2), most=q("1.99", "mg/mL"))
    other = replace(KEEPS, hours=Decimal(1), diluents=("D5W",))
    kept = product(replace(BAG, diluents=(SALINE, DEXTROSE)), keeps=(KEEPS, cold, weak, other))
    assert ask(kept).value == MADE + timedelta(hours=4)
    assert ask(kept, storage=Storage.REFRIGERATED).value == MADE + timedelta(hours=24)
    assert ask(kept, volume=q(250, "mL")).value == MADE + timedelta(hours=2)
    assert ask(kept, diluent="5% glucose").value == MADE + timedelta(hours=1)
    assert ask(storage=Storage.REFRIGERATED).outcome is Outcome.UNKNOWN


def test_without_a_brand_only_what_every_brand_says_is_said():
    one, same = product(), product(brand="Same")
    assert ask(one, same).allowed
    other = product(replace(BAG, diluents=(DEXTROSE,)), brand="Other")
    split = ask(one, other)
    assert (split.outcome, codes(split)) == (Outcome.UNKNOWN, ["missing_fact"])
    assert split.reasons[0].field == "brand"
    assert ask(one, other, brand="Testra").allowed
    assert codes(ask(one, other, brand="other")) == ["wrong_diluent"]
    neither = ask(one, other, diluent="lactated Ringer")
    assert neither.outcome is Outcome.REFUSED
    assert set(codes(neither)) == {"wrong_diluent", "missing_fact"}
    shorter = product(brand="Shorter", keeps=(replace(KEEPS, hours=Decimal(3)),))
    assert ask(one, shorter).value == MADE + timedelta(hours=3)
    assert ask(one, shorter).outcome is Outcome.UNKNOWN


def test_what_speaks_against_every_brand_is_said_beside_the_question_for_the_brand():
    other = product(replace(BAG, diluents=(DEXTROSE,)), brand="Other")
    late = ask(product(), other, after=600)
    assert codes(late) == ["preparation_expired", "missing_fact"]


def test_a_brand_of_another_therapy_is_refused():
    assert codes(ask(brand="Nothing")) == ["wrong_product"]


@pytest.mark.parametrize(
    "change",
    [
        {"dose": q(0, "mg")},
        {"volume": q(0, "mL")},
        {"volume": q(-5, "mL")},
        {"minutes": -1},
        {"filter_micron": Decimal(-1)},
        {"after": -1},
    ],
)
def test_what_cannot_be_is_refused(change):
    assert codes(ask(**change)) == ["out_of_range"]


def test_all_reasons_are_given():
    filtered = product(filter=Filter(True, Decimal("0.2")))
    decision = ask(filtered, diluent=DEXTROSE, volume=q(50, "mL"), filter_micron=Decimal(5), after=600)
    assert codes(decision) == ["wrong_diluent", "wrong_concentration", "wrong_filter", "preparation_expired"]
    assert decision.value == MADE + timedelta(hours=4)
