"""PID, MRG, NK1, IN1: who is meant, what an update changes, who pays."""

from __future__ import annotations

from datetime import date

import pytest

from chairside.core.intake.referral import Identifier, Person
from chairside.exchange.hl7v2.message import Message, Refused
from tests.exchange.hl7v2.messages import PID, good, header, message, reading, why


def person(pid: str) -> Person:
    found = reading(f"{header('ADT^A08')}\r{pid}\r".encode())
    assert isinstance(found, Message), found
    assert found.parts[0].packet.person is not None
    return found.parts[0].packet.person


@pytest.mark.parametrize(
    ("sent", "system"),
    [
        ("1^^^SMEHR^MR", "https://ehr.synthetic.example.org/mrn"),
        ("1^^^SMEHR^PI", "urn:chairside:hl7v2:SMEHR:SMEHR:PI"),
        ("1^^^OTHER^MR", "urn:chairside:hl7v2:SMEHR:OTHER:MR"),
        ("1^^^OTHER&1.2.840.99&ISO^MR", "urn:oid:1.2.840.99"),
        ("1^^^^MR", "urn:chairside:hl7v2:SMEHR:MR"),
        ("1^^^a:b c^MR", "urn:chairside:hl7v2:SMEHR:a%3Ab%20c:MR"),
    ],
)
def test_a_number_is_in_the_system_of_its_authority_and_never_in_anyone_elses(sent: str, system: str) -> None:
    assert person(f"PID|1||{sent}||A^B").identifiers == (Identifier(system, "1"),)


def test_a_number_of_an_account_or_a_visit_is_nobodys() -> None:
    found = person("PID|1||1^^^SMEHR^MR~55^^^SMEHR^AN~77^^^SMEHR^VN~2^^^OTHER^MR||A^B")
    assert [item.value for item in found.identifiers] == ["1", "2"]
    assert why(kind="ADT^A40") != []
    refused = reading(f"{header('ADT^A08')}\rPID|1||55^^^SMEHR^AN||A^B\r".encode())
    assert isinstance(refused, Refused)
    assert [item.place for item in refused.problems] == ["PID[1]-3"]


@pytest.mark.parametrize(
    ("sent", "text", "born"),
    [
        ("19610722", "1961-07-22", date(1961, 7, 22)),
        ("196107", "1961-07", None),
        ("1961", "1961", None),
        ("196107221030-0500", "1961-07-22", date(1961, 7, 22)),
    ],
)
def test_a_partial_birth_date_stays_text(sent: str, text: str, born: date | None) -> None:
    found = person(f"PID|1||1^^^SMEHR^MR||A^B||{sent}")
    assert (found.birth_text, found.born) == (text, born)


@pytest.mark.parametrize("sent", ["19610230", "22/07/1961", "0000", "19610722250000-0600", "１９６１"])
def test_an_impossible_birth_date_is_refused(sent: str) -> None:
    found = reading(f"{header('ADT^A08')}\rPID|1||1^^^SMEHR^MR||A^B||{sent}\r".encode())
    assert isinstance(found, Refused)
    assert [item.place for item in found.problems] == ["PID[1]-7"]


@pytest.mark.parametrize(("sent", "sex"), [("F", "female"), ("m", "male"), ("U", "unknown"), ("", ""), ("X", "")])
def test_a_sex_is_one_of_the_table_or_not_said(sent: str, sex: str) -> None:
    assert person(f"PID|1||1^^^SMEHR^MR||A^B|||{sent}").sex == sex


def test_the_legal_name_and_the_home_address_are_chosen() -> None:
    found = person(
        "PID|1||1^^^SMEHR^MR||Nick^Name^^^^^N~Le Gal&Le&Gal^Na^Me^^^^L||||||Work 1^^X^MN^1^USA^B~Home 2^^Y^MN^2^USA^H"
    )
    assert (found.family, found.given) == ("Le Gal", "Na Me")
    assert (found.address, found.postal_code) == ("Home 2\nY, MN", "2")


def test_telephone_and_mail_are_told_apart() -> None:
    found = person("PID|1||1^^^SMEHR^MR||A^B||||||||^NET^Internet^a@b.example~^PRN^CP^^1^651^5550143")
    assert (found.phone, found.email) == ("651-5550143", "a@b.example")


def test_null_clears_and_empty_says_nothing() -> None:
    found = reading(f'{header("ADT^A08")}\r{PID}|||1 Street^^Town||""||""\r'.encode())
    assert isinstance(found, Message)
    changes = found.parts[0].changes
    assert changes.cleared == {"phone", "email", "language"}
    assert {"address", "postal_code"} <= changes.replaced
    assert not changes.replaced & changes.cleared
    silent = reading(f"{header('ADT^A08')}\rPID|1||1^^^SMEHR^MR||A^B\r".encode())
    assert isinstance(silent, Message)
    assert (silent.parts[0].changes.replaced, silent.parts[0].changes.cleared) == ({"family", "given"}, frozenset())


def test_a_merge_without_a_number_and_a_merge_of_nobody_are_refused() -> None:
    assert why("MRG|", kind="ADT^A40") == ["MRG[1]-1 101"]
    assert why(kind="ADT^A40") == ["PID[1] 100"]


def test_several_merges_of_one_message_stay_apart() -> None:
    found = message("MRG|1^^^SMEHR^MR", "PID|2||2^^^SMEHR^MR||A^B", "MRG|3^^^SMEHR^MR", kind="ADT^A40")
    assert isinstance(found, Message)
    told = [(part.packet.person.identifiers[0].value, part.merge.prior[0].value) for part in found.parts]
    assert told == [("SM100101", "1"), ("2", "3")]


def test_two_patients_in_one_registration_are_refused() -> None:
    assert why("PID|2||2^^^SMEHR^MR||A^B", kind="ADT^A04") == ["PID[2] 100"]


def test_what_stands_before_the_patient_is_refused() -> None:
    found = reading(f"{header('ADT^A08')}\rAL1|1||^latex^L\r{PID}\r".encode())
    assert isinstance(found, Refused)
    assert [item.place for item in found.problems] == ["AL1[1]"]


def test_a_contact() -> None:
    (found,) = good("NK1|1|Smith^Ann|SPO^Spouse^HL70063||(651) 555-0100", kind="ADT^A08").packet.contacts
    assert (found.name, found.relationship, found.phone) == ("Ann Smith", "Spouse", "(651) 555-0100")


def test_no_known_allergy_is_no_allergy_and_an_allergy_to_nothing_is_refused() -> None:
    for sent in ("716186003^No known allergy^SCT", "^No known allergies^L"):
        (fact,) = good(f"AL1|1||{sent}", kind="ADT^A08").packet.facts
        assert (fact.fact.code, fact.fact.value) == ("no_known_allergy", "yes")
    assert why("AL1|1|DA", kind="ADT^A08") == ["AL1[1]-3 101"]


def test_a_diagnosis_of_another_code_system_is_no_icd_10_cm_code() -> None:
    packet = good("DG1|1||G35^MS^I10", kind="ADT^A08").packet
    assert [(item.code, item.text) for item in packet.conditions] == [("", "MS")]
    assert [item.fact.code for item in packet.facts] == ["urn:chairside:hl7v2:SMEHR:I10:G35"]
    assert why("DG1|1|", kind="ADT^A08") == ["DG1[1]-3 101"]


def test_a_death_is_told_as_it_was_sent() -> None:
    start = "PID|1||1^^^SMEHR^MR||A^B" + "|" * 24
    assert person(f"{start}20261101|Y").died == "2026-11-01"
    assert person(f"{start}|Y").died == "yes"
    assert person(f"{start}|N").died == ""


def test_a_diagnosis_that_is_taken_back_says_so() -> None:
    (found,) = good("DG1|1||G35.A^MS^I10C" + "|" * 18 + "D", kind="ADT^A08").packet.facts
    assert found.fact.status == "entered-in-error"


def test_a_plan_that_no_table_knows_has_no_line_of_business() -> None:
    (found,) = good("IN1|1|X^Medicare Part B|NEW|Payer" + "|" * 32 + "M1", kind="ADT^A08").packet.coverages
    assert (found.line, found.federal, found.member, found.plan) == ("other", False, "M1", "Medicare Part B")


def test_the_rank_is_the_senders() -> None:
    packet = good("IN1|1|A^A|A|A" + "|" * 18 + "2", "IN1|2|B^B|B|B" + "|" * 18 + "1", kind="ADT^A08").packet
    assert [item.rank for item in packet.coverages] == [2, 1]
