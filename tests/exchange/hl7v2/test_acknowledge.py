"""The answer to a message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.hl7v2.acknowledge import Outcome, acknowledge, answers, outcome_of
from chairside.exchange.hl7v2.message import Header, Message, Refused
from chairside.exchange.hl7v2.problem import Problem
from chairside.exchange.hl7v2.segments import Segment, marks_of, segments
from tests.exchange.hl7v2.messages import PID, header, reading, sample

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
PROBLEM = Problem("PID", 1, 3, "101", "PID-3 is empty | ask ^ them.")


def parsed(text: str) -> tuple[Segment, ...]:
    data = text.encode()
    marks, problem = marks_of(data)
    assert marks is not None
    assert problem is None
    found = segments(data.removesuffix(b"\r"), marks)
    assert not isinstance(found, Problem)
    return found


def head(modes: str = "|", charset: str = "UNICODE UTF-8", version: str = "2.5.1") -> Header:
    text = f"{header('ADT^A08', charset, modes)}\r{PID}\r".replace("2.5.1", version)
    found = reading(text.encode("latin-1" if "8859" in charset else "utf-8"))
    assert found.header is not None
    return found.header


def test_an_answer_in_original_mode() -> None:
    (text,) = answers(head(), Outcome.ACCEPTED, "", AT, "CS1")
    assert text == (
        "MSH|^~\\&|NORTHLIGHT|INFUSION|SMEHR|NORTH|20261123140500+0000||ACK^A08^ACK|CS1|P|2.5.1|||||USA|UNICODE UTF-8\r"
        "MSA|AA|C1|\r"
    )


def test_what_is_wrong_is_said_with_its_place_and_a_sentence() -> None:
    _, msa, err = parsed(acknowledge(head(), Outcome.WRONG, "Not used.", AT, "CS1", [PROBLEM]))
    assert (msa.text(1), msa.text(2), msa.text(3)) == ("AE", "C1", "Not used.")
    assert [err.text(2, part) for part in (1, 2, 3)] == ["PID", "1", "3"]
    assert (err.text(3), err.text(4), err.text(8)) == ("101", "E", PROBLEM.sentence)


def test_a_sender_of_an_older_version_finds_it_in_the_first_field() -> None:
    _, _, err = parsed(acknowledge(head(version="2.3"), Outcome.WRONG, "", AT, "CS1", [PROBLEM]))
    assert [err.text(1, part) for part in (1, 2, 3, 4)] == ["PID", "1", "3", "101"]


@pytest.mark.parametrize(
    ("modes", "outcome", "codes"),
    [
        ("AL|NE", Outcome.ACCEPTED, ["CA"]),
        ("AL|AL", Outcome.ACCEPTED, ["CA", "AA"]),
        ("AL|AL", Outcome.WRONG, ["CE", "AE"]),
        ("AL|NE", Outcome.REJECTED, ["CR"]),
        ("NE|ER", Outcome.ACCEPTED, []),
        ("NE|ER", Outcome.REJECTED, ["AR"]),
        ("SU|SU", Outcome.ACCEPTED, ["CA", "AA"]),
        ("SU|SU", Outcome.WRONG, []),
        ("|AL", Outcome.ACCEPTED, ["AA"]),
        ("|", Outcome.WRONG, ["AE"]),
    ],
)
def test_the_sender_gets_the_answers_that_it_asked_for(modes: str, outcome: Outcome, codes: list[str]) -> None:
    found = answers(head(modes), outcome, "", AT, "CS1")
    assert [parsed(text)[1].text(1) for text in found] == codes
    assert len({parsed(text)[0].text(10) for text in found}) == len(found)


def test_the_outcome_of_reading() -> None:
    assert outcome_of(reading(sample(1))) is Outcome.ACCEPTED
    assert outcome_of(reading(f"{header('ADT^A01')}\r{PID}".encode())) is Outcome.REJECTED
    assert outcome_of(reading(f"{header('ADT^A04')}\rPID|1||".encode())) is Outcome.WRONG


def test_a_message_whose_header_cannot_be_read_is_answered_too() -> None:
    found = reading(b"MSH|^^^^|A")
    assert isinstance(found, Refused)
    assert found.header is None
    (text,) = answers(None, outcome_of(found), "Not readable.", AT, "CS1", found.problems)
    assert [item.text(1) for item in parsed(text)[1:2]] == ["AR"]


def test_the_answer_is_in_the_senders_delimiters() -> None:
    found = reading(sample(1).decode().translate(str.maketrans("|^~&", "!;*%")).encode())
    (text,) = answers(found.header, Outcome.WRONG, "a!b;c|d", AT, "CS1", [PROBLEM])
    assert text.startswith("MSH!;*\\%!NORTHLIGHT!")
    assert parsed(text)[1].text(3) == "a!b;c|d"


@pytest.mark.parametrize("charset", ["", "ASCII", "8859/1"])
def test_an_answer_fits_the_character_set_of_the_message(charset: str) -> None:
    found = head(charset=charset)
    text = acknowledge(found, Outcome.WRONG, "“Not” — 漢 ready", AT, "CS1")
    assert "漢" not in text.encode(found.marks.codec).decode(found.marks.codec)
    assert '"Not"' in text


@given(st.text(max_size=1500), st.text(min_size=1, max_size=200))
def test_any_text_comes_back_as_it_was(text: str, control_id: str) -> None:
    found = parsed(acknowledge(head(), Outcome.WRONG, text, AT, control_id, [PROBLEM]))
    assert [item.name for item in found] == ["MSH", "MSA", "ERR"]
    if "\x00" not in text:
        assert found[1].whole(3) == text.strip() or found[1].is_null(3)


@given(st.text(max_size=60), st.text(max_size=60))
def test_hostile_headers_are_answered_in_three_segments(application: str, control_id: str) -> None:
    line = header("ADT^A08").replace("SMEHR", application).replace("|C1|", f"|{control_id}|")
    found = reading(f"{line}\r{PID}\r".encode()) if "\r" not in line and "\n" not in line else None
    if found is None or found.header is None:
        return
    (text,) = answers(found.header, Outcome.WRONG, "no", AT, "CS1", [PROBLEM])[:1] or ("MSH",)
    assert text.count("\r") in (0, 3)
    assert isinstance(found, Message | Refused)
