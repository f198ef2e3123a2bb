"""The text of a message -> its segments, fields, repetitions, components and subcomponents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import hl7

from chairside.exchange.hl7v2.charset import codec, decoded
from chairside.exchange.hl7v2.escapes import Marks, unescaped
from chairside.exchange.hl7v2.problem import Problem

NULL = '""'  # sent instead of a value: delete it, or it is not known
_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_MOST = 50_000  # segments; more is no message that anybody sends


@dataclass(frozen=True, slots=True)
class Value:
    """One repetition of a field: as it was sent, and its parts."""

    raw: str
    parts: tuple[tuple[str, ...], ...]
    marks: Marks

    def text(self, component: int = 1, sub: int = 1) -> str:
        """A component as it was meant, "" when it was not sent or is null."""
        try:
            sent = self.parts[component - 1][sub - 1]
        except IndexError:
            return ""
        return "" if sent == NULL else unescaped(sent, self.marks).strip()

    @property
    def whole(self) -> str:
        """All of it as one text, for fields that are text: a delimiter that the sender forgot to escape stays in it."""
        return "" if self.raw == NULL else unescaped(self.raw, self.marks)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. `nth` is its number among those of its name, from 1."""

    name: str
    nth: int
    fields: tuple[tuple[Value, ...], ...]

    def values(self, field: int) -> tuple[Value, ...]:
        """The repetitions of a field that say something; a null says nothing, see `is_null`."""
        sent = self.fields[field] if field < len(self.fields) else ()
        return tuple(item for item in sent if item.raw and item.raw != NULL)

    def value(self, field: int) -> Value | None:
        return next(iter(self.values(field)), None)

    def text(self, field: int, component: int = 1, sub: int = 1) -> str:
        """A component of the first repetition, "" when it was not sent."""
        first = self.value(field)
        return first.text(component, sub) if first else ""

    def whole(self, field: int) -> str:
        """The text of a text field, its repetitions as lines."""
        return "\n".join(item.whole for item in self.values(field)).strip()

    def is_null(self, field: int) -> bool:
        """True when the sender says: delete it, or it is not known. A field that was not sent says nothing."""
        return field < len(self.fields) and any(item.raw == NULL for item in self.fields[field])


def marks_of(data: bytes) -> tuple[Marks | None, Problem | None]:
    """The delimiters that MSH-1 and MSH-2 give and the codec that MSH-18 means; what is wrong with them.

    Delimiters with a problem: MSH can be read as ASCII and answered, and the message cannot be used.
    """
    line = re.split(rb"[\r\n]", data, maxsplit=1)[0].decode("latin-1")
    field = line[3:4]
    if line[:3] != "MSH" or not _delimits(field):
        return None, Problem("MSH", 1, 1, "102", "The message does not begin with MSH and a field separator.")
    given, end, rest = line[4:].partition(field)
    distinct = len({field, *given}) == len(given) + 1
    if not end or len(given) not in (4, 5) or not distinct or not all(_delimits(mark) for mark in given):
        sentence = f"MSH-2 is “{given[:20]}”; four different marks were expected, usually ^~\\&."
        return None, Problem("MSH", 1, 2, "102", sentence)
    component, repetition, escape, subcomponent = list(given[:4])
    sets = [item for item in rest.split(field)[15:16] if item != NULL]
    known = codec(sets[0].split(repetition)[0].split(component)[0] if sets else "")
    wrong = known if isinstance(known, Problem) else None
    name = "ascii" if isinstance(known, Problem) else known
    return Marks(field, component, repetition, escape, subcomponent, given[4:], name), wrong


def segments(data: bytes, marks: Marks) -> tuple[Segment, ...] | Problem:
    """Every segment of one message, or why they cannot be told apart."""
    text = decoded(data, marks.codec)
    if isinstance(text, Problem):
        return text
    lines = _lines(text, marks)
    if len(lines) > _MOST:
        return Problem("", 1, 0, "207", f"The message has {len(lines)} lines, more than any message has.")
    wrong = next((item for item in enumerate(lines, 1) if not _is_segment(item[1], marks)), None)
    if wrong is not None:
        sentence = f"Line {wrong[0]} does not begin with the name of a segment: “{wrong[1][:30]}”. A line may be broken."
        return Problem("", 1, 0, "100", sentence)
    return _parsed(lines, marks)


def header_of(data: bytes, marks: Marks) -> Segment:
    """MSH alone, also of a message whose rest cannot be read: bytes that fit no character are shown as question marks."""
    line = re.split(rb"[\r\n]", data, maxsplit=1)[0].decode(marks.codec, "replace").replace("\x00", "�")
    return _parsed([line], marks)[0]


def _parsed(lines: Sequence[str], marks: Marks) -> tuple[Segment, ...]:
    counts: dict[str, int] = {}
    found = []
    for item in hl7.parse("\r".join(lines)):
        name = str(item[0])
        counts[name] = counts.get(name, 0) + 1
        found.append(Segment(name, counts[name], tuple(_field(field, marks) for field in item)))
    return tuple(found)


def _lines(text: str, marks: Marks) -> list[str]:
    """Lines by CR; CR with LF and a lone LF before a segment's name do as well. Any other LF belongs to its text."""
    begins = rf"\n(?=[A-Z][A-Z0-9]{{2}}(?:{re.escape(marks.field)}|[\r\n]|\Z)|\Z|\n)"
    return [line for line in re.sub(begins, "\r", text.replace("\r\n", "\r")).split("\r") if line.strip()]


def _is_segment(line: str, marks: Marks) -> bool:
    return _NAME.fullmatch(line[:3]) is not None and line[3:4] in ("", marks.field)


def _delimits(mark: str) -> bool:
    return len(mark) == 1 and mark.isascii() and mark.isprintable() and not mark.isalnum() and mark not in ' "'


def _field(field: Sequence[Sequence[Sequence[str] | str] | str], marks: Marks) -> tuple[Value, ...]:
    return tuple(Value(str(item), _components(item), marks) for item in field)


def _components(value: Sequence[Sequence[str] | str] | str) -> tuple[tuple[str, ...], ...]:
    if isinstance(value, str):
        return ((value,),)
    return tuple((item,) if isinstance(item, str) else tuple(item) for item in value)
