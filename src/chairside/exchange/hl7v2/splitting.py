"""A run of bytes -> the messages in it: one or several, in a batch or a file (FHS, BHS), with or without MLLP framing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chairside.exchange.hl7v2.problem import Problem, whole

_HEADER = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|(?<=[\r\n\x0b]))(MSH|FHS|BHS|BTS|FTS)(?=[!-/:-@\[-`{-~\r\n\x1c]|\Z)")
_NOTHING = b"\r\n\x0b\x1c \t\x00\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Raw:
    """One message as it came: where it begins in the bytes, and its own bytes without framing."""

    start: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Split:
    """The messages of a run of bytes, in order, and what is wrong with the run as a whole."""

    messages: tuple[Raw, ...]
    problems: tuple[Problem, ...] = ()


def split(data: bytes) -> Split:
    """Every message. What stands outside any message is a problem, and so is a batch that says it holds more or fewer."""
    found = list(_HEADER.finditer(data))
    problems = []
    before = data[: found[0].start(1)] if found else data
    if before.strip(_NOTHING):
        problems.append(whole(_outside(before, bool(found))))
    elif not any(item[1] == b"MSH" for item in found):
        problems.append(whole("There is no message: nothing begins with MSH."))
    messages = []
    ends = [*(item.start(1) for item in found[1:]), len(data)][: len(found)]
    counted = 0
    for item, end in zip(found, ends, strict=True):
        name, start = item[1], item.start(1)
        if name == b"MSH":
            messages.append(Raw(start, data[start:end].strip(b"\r\n\x0b\x1c\xef\xbb\xbf")))
            counted += 1
        else:
            problems.extend(_trailing(name, data[start:end], counted))
            counted = 0 if name in (b"BHS", b"BTS") else counted
    return Split(tuple(messages), tuple(problems))


def _trailing(name: bytes, data: bytes, counted: int) -> Iterator[Problem]:
    """A batch trailer that counts its messages, and lines after an envelope that belong to no message."""
    line, *rest = re.split(rb"[\r\n]+", data.strip(_NOTHING))
    if any(item.strip(_NOTHING) for item in rest):
        yield whole(f"After the line {name.decode()} there are lines that belong to no message.")
    stated = line[4:].split(line[3:4])[0] if name == b"BTS" and len(line) > 4 else b""
    if stated.isdigit() and len(stated) < 10 and int(stated) != counted:
        yield whole(f"The batch says that it holds {int(stated)} messages, and {counted} are here. Part of it may be missing.")


def _outside(data: bytes, more: bool) -> str:
    shown = data.strip(_NOTHING)[:20].decode("ascii", "replace")
    where = "Before the first MSH there are" if more else "There are"
    return f"{where} {len(data)} bytes that are no HL7 v2 message: “{shown}”."
