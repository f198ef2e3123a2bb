"""Whatever comes: a message or the reasons why not, never an exception."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chairside.exchange.hl7v2.acknowledge import answers, outcome_of
from chairside.exchange.hl7v2.message import Message, Refused
from chairside.exchange.hl7v2.problem import told
from chairside.exchange.hl7v2.read import read
from chairside.exchange.hl7v2.splitting import split
from chairside.formulary.codes import Codes
from chairside.formulary.messages import MessageTables
from tests.exchange.hl7v2.messages import CHICAGO, DAY, PID, header, reading, sample

AT = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SAMPLES = st.sampled_from([sample(number) for number in range(1, 7)])
BITS = st.sampled_from(
    ["|", "^", "~", "&", "\\", "\r", '""', "\\X", "\n", "ORC|NW|", "PID|", "OBX|1|NM|", "20261399", "-", "9" * 30, "é"]
)


def survives(data: bytes) -> None:
    found = split(data)
    assert found.messages or found.problems
    for raw in found.messages:
        assert data[raw.start : raw.start + len(raw.data)] == raw.data
        message = read(raw.data, codes=Codes(), tables=MessageTables(), zone=CHICAGO, on=DAY)
        if isinstance(message, Refused):
            assert message.problems
            assert all(item.sentence.endswith((".", "?")) and len(item.sentence) < 400 for item in message.problems)
        for text in answers(message.header, outcome_of(message), told(message.problems), AT, "1", message.problems):
            if message.header is not None:
                text.encode(message.header.marks.codec)
            assert "\n" not in text


@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    survives(data)


@given(st.binary(max_size=200))
def test_random_bytes_after_the_name_of_a_header(data: bytes) -> None:
    survives(b"MSH" + data)
    survives(header().encode() + b"\r" + data)


@given(SAMPLES, st.data())
def test_a_message_that_was_cut_off(data: bytes, draw: st.DataObject) -> None:
    survives(data[: draw.draw(st.integers(0, len(data)))])


@settings(max_examples=200)
@given(SAMPLES, st.data())
def test_a_message_with_something_put_in(data: bytes, draw: st.DataObject) -> None:
    text = data.decode()
    for _ in range(draw.draw(st.integers(1, 6))):
        place = draw.draw(st.integers(0, len(text)))
        text = text[:place] + draw.draw(BITS | st.text(max_size=4)) + text[place + draw.draw(st.integers(0, 5)) :]
    survives(text.encode())


@settings(max_examples=200)
@given(SAMPLES, st.data())
def test_a_message_with_fields_exchanged(data: bytes, draw: st.DataObject) -> None:
    lines = [line.split("|") for line in data.decode().split("\r")]
    for _ in range(draw.draw(st.integers(1, 8))):
        line = draw.draw(st.sampled_from(lines))
        other = draw.draw(st.sampled_from(lines))
        line[draw.draw(st.integers(1, len(line))) - 1] = draw.draw(st.sampled_from(other))
    survives("\r".join("|".join(line) for line in lines).encode())


def test_a_huge_field_and_many_segments_are_read_or_refused_in_time() -> None:
    survives(f"{header('ADT^A08')}\r{PID}\rAL1|1||^{'x' * 5_000_000}^L\r".encode())
    survives(f"{header('ADT^A08')}\r{PID}\rAL1|1||^{chr(92) * 300_000}^L\r".encode())
    survives(f"{header('ADT^A08')}\r{PID}{'^~&' * 100_000}\r".encode())
    found = reading((f"{header('ADT^A08')}\r{PID}\r" + "AL1|1\r" * 60_000).encode())
    assert isinstance(found, Refused)
    assert "lines" in found.problems[0].sentence


@pytest.mark.parametrize("msh2", ["", "^", "^~\\", "^^\\&", "^~\\&#!", "|~\\&", "^~\\a", '^~\\"'])
def test_delimiters_that_are_none_are_refused(msh2: str) -> None:
    found = reading(f"MSH|{msh2}|SMEHR|NORTH".encode())
    assert isinstance(found, Refused)
    assert found.problems[0].place == "MSH[1]-2"


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        (("|C1|", "||"), "MSH[1]-10", "101"),
        (("|SMEHR|", "||"), "MSH[1]-3", "101"),
        (("|P|", "|T|"), "MSH[1]-11", "202"),
        (("|P|", "||"), "MSH[1]-11", "202"),
        (("|2.5.1|", "|3.0|"), "MSH[1]-12", "203"),
        (("ADT^A08", "ADT^A01"), "MSH[1]-9", "201"),
        (("ADT^A08", "ADT"), "MSH[1]-9", "201"),
        (("ADT^A08", "MDM^T02"), "MSH[1]-9", "200"),
        (("ADT^A08", ""), "MSH[1]-9", "200"),
    ],
)
def test_a_message_that_nobody_here_reads(change: tuple[str, str], place: str, code: str) -> None:
    found = reading(f"{header('ADT^A08').replace(*change)}\r{PID}".encode())
    assert isinstance(found, Refused)
    assert [(item.place, item.code) for item in found.problems] == [(place, code)]


@pytest.mark.parametrize("sent", ["20261120134500", "20261120", "", "soon"])
def test_when_it_was_sent_is_not_guessed(sent: str) -> None:
    found = reading(f"{header('ADT^A08').replace('20261120134500-0600', sent)}\r{PID}".encode())
    assert isinstance(found, Message)
    assert found.header.sent_at is None
    assert [(item.place, item.mendable) for item in found.problems] == [("MSH[1]-7", True)]


def test_a_message_about_nobody_is_refused() -> None:
    found = reading(f"{header('ADT^A08')}\rEVN|A08\r".encode())
    assert isinstance(found, Refused)
    assert [item.place for item in found.problems] == ["PID[1]"]
    assert not found.rejected


def test_a_broken_line_is_refused_and_shown() -> None:
    found = reading(f"{header('ADT^A08')}\r{PID}\rAL1|1||^latex^L||hives\rand wheeze\r".encode())
    assert isinstance(found, Refused)
    assert found.problems[0].sentence.startswith("Line 4 does not begin with the name of a segment: “and wheeze”.")


def test_segments_of_senders_own_are_passed_over() -> None:
    assert isinstance(reading(f"{header('ADT^A08')}\r{PID}\rZZ1|anything\r".encode()), Message)


def test_every_problem_of_a_message_is_told_at_once() -> None:
    found = reading(f"{header('ADT^A08')}\rPID|1||||A^B||19990231\rAL1|1\r".encode())
    assert isinstance(found, Refused)
    assert told(found.problems).count("\n") == 2
