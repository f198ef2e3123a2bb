"""MSH -> what it says of the message."""

from __future__ import annotations

from chairside.exchange.hl7v2.charset import codec
from chairside.exchange.hl7v2.escapes import Marks
from chairside.exchange.hl7v2.message import Header
from chairside.exchange.hl7v2.problem import Problem
from chairside.exchange.hl7v2.segments import Segment
from chairside.exchange.hl7v2.times import read_time


def read_header(msh: Segment, marks: Marks) -> Header:
    """The header of a message."""
    sent = read_time(msh.text(7))
    return Header(
        marks,
        "^".join(part for part in (msh.text(9, 1), msh.text(9, 2)) if part),
        msh.text(10),
        msh.text(3),
        msh.text(4),
        sent.at if sent else None,
        msh.text(11),
        msh.text(12),
        msh.text(15).upper(),
        msh.text(16).upper(),
        "" if isinstance(codec(msh.text(18)), Problem) else _raw(msh, 18),
        msh.text(17),
        (_raw(msh, 3), _raw(msh, 4)),
        (_raw(msh, 5), _raw(msh, 6)),
    )


def _raw(msh: Segment, field: int) -> str:
    """The first repetition as it was sent, to be sent back; what is no printable character as a question mark."""
    first = msh.value(field)
    return "".join(item if item.isprintable() else "?" for item in first.raw) if first else ""
