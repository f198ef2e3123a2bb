"""The six sample messages against their line of the manifest, and against the bundle of the same referral."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from chairside.core.intake.referral import Identifier, Packet
from chairside.core.kernel.fact import FactKind
from chairside.exchange.hl7v2.message import Control, Kind, Message, Part
from tests.exchange.hl7v2.messages import DATA, bundle, reading, sample

REFERRALS = {1: "s17", 2: "s01", 3: "s29", 4: "s16", 5: "s35", 6: "s28"}
CENTRAL = timezone(timedelta(hours=-6))


def read(number: int) -> tuple[Message, Part]:
    found = reading(sample(number))
    assert isinstance(found, Message), found
    assert found.problems == ()
    (part,) = found.parts
    return found, part


def covers(found: Packet) -> set[tuple[object, ...]]:
    return {(item.payer, item.payer_code, item.line, item.member, item.assistance, item.federal) for item in found.coverages}


def test_the_samples_are_kept_byte_for_byte_with_carriage_returns() -> None:
    for file in (DATA / "hl7v2").glob("*.hl7"):
        data = file.read_bytes()
        assert data.count(b"\r") > 3, file.name
        assert b"\n" not in data, file.name


@pytest.mark.parametrize("number", REFERRALS)
def test_a_message_means_the_same_person_as_the_bundle_of_its_referral(number: int) -> None:
    ours, theirs = read(number)[1].packet.person, bundle(REFERRALS[number]).person
    assert ours is not None
    assert theirs is not None
    assert ours.identifiers == theirs.identifiers
    assert (ours.family, ours.given, ours.language) == (theirs.family, theirs.given, theirs.language)
    if number != 5:  # the bundle of the fifth knows only the year of birth
        assert (ours.born, ours.sex, ours.birth_text) == (theirs.born, theirs.sex, theirs.birth_text)
    if number not in (4, 5):  # these two bring a new telephone number
        assert (ours.phone, ours.address, ours.postal_code) == (theirs.phone, theirs.address, theirs.postal_code)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_message_names_the_same_insurance_as_the_bundle(number: int) -> None:
    assert covers(read(number)[1].packet) == covers(bundle(REFERRALS[number]))


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_the_clinician_is_the_one_of_the_bundle(number: int) -> None:
    (clinician,) = read(number)[1].packet.clinicians
    assert (clinician.name, clinician.npi) in {(item.name, item.npi) for item in bundle(REFERRALS[number]).clinicians}


def test_a_registration_brings_the_diagnosis_and_the_plan() -> None:
    found, part = read(1)
    assert (found.kind, found.header.sender, found.header.control_id) == (Kind.REGISTER, "SMEHR|NORTH", "SM17A040001")
    assert found.header.sent_at == datetime(2026, 11, 17, 14, 50, tzinfo=CENTRAL)
    assert [(item.code, item.text) for item in part.packet.conditions] == [("G35.A", "Relapsing-remitting multiple sclerosis")]
    assert part.packet.coverages[0].plan == "Silver 3500 QHP"
    assert part.packet.request is None


def test_an_order_is_the_same_one_as_in_the_bundle_with_its_two_timings() -> None:
    found, part = read(2)
    (order,), (theirs,) = part.packet.orders, bundle("s01").orders
    assert found.kind is Kind.ORDER
    assert part.orders[0].control is Control.NEW
    assert order.identifiers == theirs.identifiers == (Identifier("https://ehr.synthetic.example.org/order", "RX-SM100101-1"),)
    assert (order.text, order.brand, order.authored) == (theirs.text, theirs.brand, theirs.authored)
    assert set(order.codes) <= set(theirs.codes)
    assert (order.diagnoses, order.route) == (theirs.diagnoses, "IV")
    loading, maintenance = order.dosages
    assert loading.ordered == maintenance.ordered == theirs.dosages[0].calculated
    assert (str(loading.ordered), loading.count, maintenance.count) == ("357 mg", 3, None)
    assert "every 2 weeks (Q2W)" in loading.extra
    assert loading.text == "357 mg IV, Weeks 0, 2 and 6"
    assert maintenance.text == "357 mg IV, Every 8 weeks from week 14"
    assert any(text.startswith("5 mg/kg over 120 minutes") for text in loading.extra)
    assert order.notes == ("TB & hepatitis B screens negative 2026-10-09. No heart failure.",)


def test_that_an_order_was_sent_is_no_signature() -> None:
    (order,) = read(2)[1].packet.orders
    assert (order.signed_at, order.signed_by) == (None, "")


def test_the_request_names_the_wanted_day_and_the_priority() -> None:
    request, theirs = read(2)[1].packet.request, bundle("s01").request
    assert request is not None
    assert theirs is not None
    assert (request.wanted, request.priority, request.authored) == (theirs.wanted, theirs.priority, theirs.authored)


def test_the_weight_of_an_order_is_the_weighing_of_the_bundle() -> None:
    (ours,) = read(2)[1].packet.named(FactKind.VITAL, "weight_kg")
    (theirs, *_) = bundle("s01").named(FactKind.VITAL, "weight_kg")
    assert (ours.fact, ours.at, ours.exact) == (theirs.fact, theirs.at, theirs.exact)


def test_the_older_form_of_an_order_has_its_timing_in_orc_7() -> None:
    part = read(3)[1]
    (order,), (theirs,) = part.packet.orders, bundle("s29").orders
    (dosage,) = order.dosages
    assert (dosage.ordered, dosage.count) == (theirs.dosages[0].ordered, 5)
    assert "every 2 days (Q2D)" in dosage.extra
    assert order.identifiers == theirs.identifiers
    assert (order.diagnoses, order.brand, order.codes) == (theirs.diagnoses, theirs.brand, theirs.codes)
    assert (order.starts, order.ends) == (date(2026, 11, 28), date(2026, 12, 11))
    assert [item.code for item in part.packet.conditions] == [item.code for item in bundle("s29").conditions]
    assert [(item.rank, item.plan) for item in part.packet.coverages] == [(1, "Medicare Part B"), (2, "Medigap Plan G")]


def test_an_update_replaces_address_and_phone() -> None:
    found, part = read(4)
    person = part.packet.person
    assert found.kind is Kind.UPDATE
    assert person is not None
    assert person.address == "88 Harbor & Mill Lane\nUnit 4\nStillmarsh, MN"
    assert (person.phone, person.postal_code) == ("(651) 555-0177", "55109")
    assert {"address", "postal_code", "phone"} <= part.changes.replaced
    assert "email" not in part.changes.replaced
    assert part.changes.cleared == frozenset()


def test_an_update_brings_the_allergy_and_the_copay_card() -> None:
    packet = read(4)[1].packet
    (ours,), (theirs,) = (found.named(FactKind.ALLERGY, "sulfamethoxazole") for found in (packet, bundle("s16")))
    assert (ours.fact.value, ours.fact.status) == (theirs.fact.value, theirs.fact.status)
    assert ours.fact.note == "severity mild; sent without a date; the day is the day of receipt"
    assert read(4)[1].undated >= {ours.source}
    assert [(item.payer_code, item.assistance) for item in packet.coverages] == [("FHP01", False), ("CPY804", True)]
    assert packet.named(FactKind.VITAL, "weight_kg") == []


def test_a_merge_names_the_number_that_was_merged_away_and_brings_the_birth_date() -> None:
    found, part = read(5)
    person = part.packet.person
    assert found.kind is Kind.MERGE
    assert part.merge is not None
    assert part.merge.prior == (Identifier("https://ehr.synthetic.example.org/mrn", "SM990035"),)
    assert (part.merge.family, part.merge.given) == ("Blackfeather", "Jordan T")
    assert person is not None
    assert (person.born, person.sex, person.phone) == (date(1961, 7, 22), "male", "(651) 555-0142")


def test_results_are_the_facts_that_the_bundle_has_of_an_older_day() -> None:
    found, part = read(6)
    assert found.kind is Kind.RESULT
    facts = {item.fact.code: item for item in part.packet.facts}
    assert {code: item.exact for code, item in facts.items()} == {
        "ferritin": "6",
        "tsat": "5",
        "hemoglobin": "8.4",
        "platelets": "418",
    }
    for code, item in facts.items():
        older = bundle("s28").named(FactKind.LAB, code)
        assert older, code
        assert (item.fact.unit, item.fact.status) == (older[0].fact.unit, "final")
        assert (item.fact.lower, item.fact.upper) == (older[0].fact.lower, older[0].fact.upper)
        assert item.fact.on == date(2026, 11, 20) > older[0].fact.on
        assert item.at == datetime(2026, 11, 20, 8, 10, tzinfo=CENTRAL)
    assert facts["ferritin"].fact.value == Decimal(6)
