"""What is wrong with a message, and where: what an ERR segment of the answer says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# HL7 table 0357, the codes that are used here, in words of our own.
CODES = {
    "100": "Segment sequence",
    "101": "Required field missing",
    "102": "Data type",
    "103": "Table value not found",
    "200": "Message type not read",
    "201": "Event not read",
    "202": "Processing id not read",
    "203": "Version not read",
    "207": "Not readable",
}
_OF_THE_HEADER = frozenset(("200", "201", "202", "203"))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    segment   its name, "" for the message as a whole        nth     which of that name, from 1
    field     from 1, 0 for the segment as a whole           code    of HL7 table 0357
    sentence  what is wrong and what was expected
    mendable  True when the rest of the message may be used all the same (a time without its zone)
    """

    segment: str
    nth: int
    field: int
    code: str
    sentence: str
    mendable: bool = False

    @property
    def place(self) -> str:
        """As a person finds it again: `OBX[2]-14`."""
        return f"{self.segment}[{self.nth}]" + (f"-{self.field}" if self.field else "") if self.segment else "the message"

    @property
    def rejects(self) -> bool:
        """True when it is not the content that is wrong: nobody here reads such messages at all."""
        return self.code in _OF_THE_HEADER


def told(problems: Iterable[Problem]) -> str:
    """The problems as a person reads them, one a line, each with its place."""
    return "\n".join(f"{item.place}: {item.sentence}" if item.segment else item.sentence for item in problems)


def whole(sentence: str, code: str = "207") -> Problem:
    """A problem of the message as a whole."""
    return Problem("", 1, 0, code, sentence)
