"""Bytes into messages and segments: line ends, framing, batches, character sets, escapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chairside.exchange.hl7v2.escapes import Marks, escaped, unescaped
from chairside.exchange.hl7v2.message import Message, Refused
from chairside.exchange.hl7v2.splitting import split
from tests.exchange.hl7v2.messages import PID, header, reading, sample

MARKS = Marks()


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_other_line_ends_are_read_like_carriage_returns(end: bytes) -> None:
    ours, theirs = reading(sample(2).replace(b"\r", end)), reading(sample(2))
    assert isinstance(ours, Message)
    assert isinstance(theirs, Message)
    assert ours.parts == theirs.parts


def test_a_line_feed_in_a_text_is_text() -> None:
    found = reading("\r".join([header("ADT^A08"), PID, "AL1|1||^latex^L||hives\nand wheeze\r"]).encode())
    assert isinstance(found, Message)
    assert found.parts[0].packet.facts[0].fact.value == "hives\nand wheeze"


def test_framing_bytes_are_taken_off() -> None:
    found = split(b"\x0b" + sample(1) + b"\x1c\r\x0b" + sample(2) + b"\x1c\r")
    assert [item.data for item in found.messages] == [sample(1).strip(), sample(2).strip()]
    assert found.problems == ()


def test_each_message_says_where_it_begins() -> None:
    data = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + sample(1) + sample(2) + b"BTS|2\rFTS|1\r"
    found = split(data)
    assert found.problems == ()
    for item in found.messages:
        assert data[item.start : item.start + len(item.data)] == item.data


def test_a_batch_that_was_cut_off_is_told() -> None:
    (problem,) = split(b"BHS|^~\\&|A\r" + sample(1) + b"BTS|2\r").problems
    assert problem.sentence == "The batch says that it holds 2 messages, and 1 are here. Part of it may be missing."


def test_what_is_no_message_is_told_and_the_messages_after_it_are_read() -> None:
    found = split(b"hello\r" + sample(1))
    assert len(found.messages) == 1
    assert "“hello”" in found.problems[0].sentence
    assert split(b"").problems[0].sentence == "There is no message: nothing begins with MSH."


@pytest.mark.parametrize(("charset", "codec"), [("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("ISO 8859/1", "latin-1")])
def test_a_name_is_read_in_the_character_set_that_is_said(charset: str, codec: str) -> None:
    pid = PID.replace("Marisol", "Marisölí")
    found = reading(f"{header('ADT^A08', charset)}\r{pid}\r".encode(codec))
    assert isinstance(found, Message)
    assert found.parts[0].packet.person is not None
    assert found.parts[0].packet.person.given == "Marisölí"


@pytest.mark.parametrize("charset", ["", "ASCII", "UNICODE UTF-8", "8859/2", "UNICODE"])
def test_bytes_that_do_not_fit_the_character_set_are_refused(charset: str) -> None:
    found = reading(f"{header('ADT^A08', charset)}\r{PID.replace('Marisol', 'Marisöl')}\r".encode("latin-1"))
    assert isinstance(found, Refused)
    assert found.problems[0].place == "MSH[1]-18"
    assert found.header is not None
    assert found.header.control_id == "C1"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (r"a\T\b\F\c\S\d\R\e\E\f", "a&b|c^d~e\\f"),
        (r"one\.br\two\.sp2\three", "one\ntwo\n\nthree"),
        (r"\X41C3A9\ \H\loud\N\ \.in+3\in", "Aé loud in"),
        (r"\Zown\ \C2842\ \XZZ\ \X00\ \open", r"\Zown\ \C2842\ \XZZ\ \X00\ \open"),
    ],
)
def test_escapes_become_what_they_mean_and_unknown_ones_stay(sent: str, meant: str) -> None:
    assert unescaped(sent, MARKS) == meant


@given(st.text())
def test_any_text_survives_escaping(text: str) -> None:
    sent = escaped(text, MARKS)
    assert not set("\r\n|^~&") & set(sent)
    assert unescaped(sent, MARKS) == text or "\x00" in text


def test_delimiters_of_the_sender_are_used() -> None:
    usual = sample(4).decode()
    table = str.maketrans("|^~&", "!;*%")
    found, theirs = reading(usual.translate(table).encode()), reading(usual.encode())
    assert isinstance(found, Message)
    assert isinstance(theirs, Message)
    person, other = found.parts[0].packet.person, theirs.parts[0].packet.person
    assert person is not None
    assert other is not None
    assert person.address == other.address.replace("&", "%")
