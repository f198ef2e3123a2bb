"""OBX: values, units, ranges, statuses, times."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from chairside.core.kernel.fact import FactKind
from chairside.exchange.hl7v2.message import Message
from chairside.exchange.hl7v2.reading.results import range_of
from tests.exchange.hl7v2.messages import DAY, good, message, result, why

FERRITIN = "2276-4^Ferritin^LN"
OBR = "OBR|1||F1^LAB|X^Panel^L|||20261120081000-0600"


def obx(
    value: str, *, sort: str = "NM", code: str = FERRITIN, unit: str = "ng/mL^^UCUM", span: str = "", status: str = "F"
) -> str:
    return f"OBX|1|{sort}|{code}||{value}|{unit}|{span}||||{status}"


@pytest.mark.parametrize(
    ("sort", "sent", "value", "unit", "exact"),
    [
        ("NM", "6.0", Decimal("6.0"), "ng/mL", "6.0"),
        ("SN", "^6", Decimal(6), "ng/mL", "6"),
        ("SN", "=^6", Decimal(6), "ng/mL", "6"),
        ("SN", "<^5", "<5 ng/mL", "", ""),
        ("SN", ">=^60", ">=60 ng/mL", "", ""),
        ("SN", "^5^-^7", "5-7 ng/mL", "", ""),
        ("SN", "^1^:^128", "1:128 ng/mL", "", ""),
        ("SN", "^1^.^5", "1.5 ng/mL", "", ""),
        ("ST", "see note", "see note", "", ""),
    ],
)
def test_a_number_is_a_number_only_where_it_is_sent_as_one(
    sort: str, sent: str, value: Decimal | str, unit: str, exact: str
) -> None:
    found = result(obx(sent, sort=sort))
    assert (found.fact.value, found.fact.unit, found.exact) == (value, unit, exact)


@pytest.mark.parametrize("sent", ["<0.5", "6,5", "6e2", "NaN", "positive", "9" * 70])
def test_what_is_no_number_stays_words_and_is_told(sent: str) -> None:
    found = message(OBR, obx(sent))
    assert isinstance(found, Message)
    assert [(item.place, item.mendable) for item in found.problems] == [("OBX[1]-5", True)]
    assert found.parts[0].packet.facts[0].fact.value == f"{sent} ng/mL"


def test_a_unit_of_another_system_is_not_guessed() -> None:
    found = message(OBR, obx("6", unit="ng/ml^^ISO+"))
    assert isinstance(found, Message)
    assert [item.place for item in found.problems] == ["OBX[1]-6"]
    fact = found.parts[0].packet.facts[0].fact
    assert (fact.value, fact.unit) == ("6 ng/ml", "")


def test_a_unit_is_turned_into_the_unit_of_its_key_exactly_and_says_so() -> None:
    found = result(obx("140.9", code="29463-7^Body weight^LN", unit="[lb_av]^^UCUM", span="90-200"))
    assert (found.exact, found.fact.unit, found.fact.note) == ("63.911164933", "kg", "received as 140.9 [lb_av]")
    assert (found.fact.lower, found.fact.upper) == (Decimal("40.8233133"), Decimal("90.718474"))


def test_a_unit_that_says_two_things_is_doubted() -> None:
    found = result(obx("140", code="29463-7^Body weight^LN", unit="kg^lbs^UCUM"))
    assert found.doubt == found.fact.note
    assert found.doubt.startswith("The unit was sent as “lbs” and coded as “kg”")


def test_a_weight_without_a_unit_is_no_weight_in_kilograms() -> None:
    assert result(obx("71.4", code="29463-7^Body weight^LN", unit="")).fact.unit == "1"


@pytest.mark.parametrize(
    ("sent", "lower", "upper"),
    [
        ("30-300", "30", "300"),
        ("12.0 - 16.0", "12.0", "16.0"),
        ("-2-2", "-2", "2"),
        ("<5", None, "5"),
        (">60", "60", None),
        ("negative", None, None),
        ("30-", None, None),
        ("²-³", None, None),
    ],
)
def test_a_reporting_range(sent: str, lower: str | None, upper: str | None) -> None:
    assert range_of(sent) == (lower and Decimal(lower), upper and Decimal(upper))


def test_a_range_that_is_not_read_stays_in_the_note() -> None:
    assert result(obx("6", span="see lab")).fact.note == "reference range as sent: see lab"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("F", "final"),
        ("P", "preliminary"),
        ("C", "corrected"),
        ("X", "cancelled"),
        ("W", "entered-in-error"),
        ("D", "entered-in-error"),
    ],
)
def test_the_status_of_a_result(sent: str, status: str) -> None:
    assert result(obx("6", status=sent)).fact.status == status


@pytest.mark.parametrize("sent", ["", "Q"])
def test_a_status_that_is_not_of_the_table_is_not_taken_as_final(sent: str) -> None:
    found = message(OBR, obx("6", status=sent))
    assert isinstance(found, Message)
    assert found.parts[0].packet.facts[0].fact.status == "unknown"
    assert found.problems[0].place == "OBX[1]-11"


@pytest.mark.parametrize("sent", ["O", "N"])
def test_what_was_only_asked_for_is_no_result(sent: str) -> None:
    assert good(OBR, obx("", status=sent)).packet.facts == ()


@pytest.mark.parametrize(
    ("sent", "word"),
    [("260385009^Negative^SCT", "negative"), ("POS^Positive^HL70078", "positive"), ("^Not seen^L", "not seen")],
)
def test_a_coded_result_becomes_the_word_that_protocols_use(sent: str, word: str) -> None:
    found = result(obx(sent, sort="CWE", code="5196-1^HBsAg^LN", unit=""))
    assert (found.fact.kind, found.fact.code, found.fact.value) == (FactKind.SCREENING, "hbsag", word)


def test_a_result_that_is_known_by_its_name_only() -> None:
    found = result(obx("0.14", code="^JC virus antibody index, serum^L", unit="{index}^^UCUM", span="<0.20"))
    assert (found.fact.code, found.fact.value) == ("jcv", "negative")
    assert found.fact.note == "received as 0.14 {index}, limit 0.20"


def test_a_code_that_no_protocol_uses_keeps_its_system() -> None:
    assert result(obx("6", code="1234-5^Something^LN")).fact.code == "loinc:1234-5"
    local = result(obx("6", code="FE^Iron^L")).fact
    assert (local.kind, local.code) == (FactKind.LAB, "urn:chairside:hl7v2:SMEHR:L:FE")


def test_the_time_of_the_result_comes_before_that_of_the_order() -> None:
    assert result(obx("6")).fact.on == date(2026, 11, 20)
    assert result(obx("6") + "|||20261119230000-0800").fact.on == date(2026, 11, 20)
    assert result(obx("6") + "|||20261118").at is None


def test_a_time_without_a_zone_is_not_guessed() -> None:
    part = good(OBR, obx("6") + "|||20261119235900")
    (fact,) = part.packet.facts
    assert (fact.fact.on, fact.at) == (date(2026, 11, 19), None)
    assert [item.path for item in part.packet.irregular] == ["OBX[1]-14"]


def test_a_result_without_any_day_says_so() -> None:
    part = good("OBR|1||F1^LAB|X^Panel^L", obx("6"))
    (fact,) = part.packet.facts
    assert (fact.fact.on, fact.fact.note) == (DAY, "sent without a date; the day is the day of receipt")
    assert part.undated == {fact.source}


def test_an_impossible_time_is_refused_with_its_place() -> None:
    assert why(OBR, obx("6") + "|||20260230") == ["OBX[1]-14 102"]


def test_a_corrected_result_has_the_source_of_the_one_before() -> None:
    before, after = result(obx("6")), result(obx("60", status="C") + "|||20261120090000-0600")
    assert before.source == after.source
    assert result(obx("6", code="718-7^Hemoglobin^LN")).source != before.source


def test_two_results_that_are_named_alike_stay_two() -> None:
    facts = good(OBR, obx("6"), obx("7")).packet.facts
    assert [item.exact for item in facts] == ["6", "7"]
    assert len({item.source for item in facts}) == 2


def test_notes_are_with_what_they_follow() -> None:
    facts = good(OBR, "NTE|1||hemolyzed", obx("6"), "NTE|1||repeated", "NTE|2||twice", obx("7")).packet.facts
    assert [item.fact.note for item in facts] == ["repeated; twice; hemolyzed", "hemolyzed"]


def test_a_file_is_a_document_and_no_fact() -> None:
    packet = good(OBR, obx("LAB^application^pdf^Base64^JVBERi0=", sort="ED", code="11502-2^Report^LN", unit="")).packet
    assert [(item.title, item.media) for item in packet.documents] == [("Report", "application/pdf")]
    assert packet.facts == ()


def test_a_report_of_imaging_is_one_fact_with_its_words() -> None:
    obr = "OBR|1||F2^RIS|24590-2^MR Brain^LN|||20261101" + "|" * 17 + "RAD|F"
    (fact,) = good(obr, obx("No new lesions.", sort="TX", unit=""), obx("Stable.", sort="TX", unit="")).packet.facts
    assert (fact.fact.kind, fact.fact.code, fact.fact.status) == (FactKind.IMAGING, "brain_mri", "final")
    assert (fact.fact.note, fact.fact.on) == ("No new lesions.\nStable.", date(2026, 11, 1))


def test_a_report_may_hold_results_of_several_patients() -> None:
    found = message(OBR, obx("6"), "PID|1||SM100102^^^SMEHR^MR||Other^Person", OBR, obx("7") + "|||20261119235900")
    assert isinstance(found, Message)
    assert [[item.exact for item in part.packet.facts] for part in found.parts] == [["6"], ["7"]]
    assert [len(part.packet.irregular) for part in found.parts] == [0, 1]
