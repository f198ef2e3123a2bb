"""OBX -> facts: key, exact value, unit, day in the site's zone, status, reporting range; an embedded file -> a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from chairside.core.intake.codes import FactKey
from chairside.core.intake.meanings import RESULTS
from chairside.core.intake.referral import Document, Recorded
from chairside.core.intake.results import Result, as_asked, contradicts
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.hl7v2.reading.context import (
    SNOMED,
    UNDATED,
    Coded,
    Context,
    coded_of,
    plain_key,
    plain_number,
    source_of,
    text_of,
)
from chairside.exchange.hl7v2.segments import Segment, Value

# HL7 table 0085 -> the status of a fact. O (only what was ordered) and N (not asked for) are no results.
_STATUS = {
    "F": "final",
    "U": "final",
    "V": "final",
    "P": "preliminary",
    "R": "preliminary",
    "S": "preliminary",
    "C": "corrected",
    "A": "corrected",
    "B": "corrected",
    "I": "planned",
    "X": "cancelled",
    "D": "entered-in-error",
    "W": "entered-in-error",
}
_NO_RESULT = frozenset(("O", "N"))
_CODED = frozenset(("CE", "CWE", "CNE", "CF"))
FILES = frozenset(("ED", "RP"))
_TIMES = frozenset(("DT", "DTM", "TS", "TM"))
_TEXTS = frozenset(("ST", "TX", "FT", "IS", "ID"))
_NUM = r"[+-]?\d+(?:\.\d+)?"
_BETWEEN = re.compile(rf"({_NUM})\s*(?:-|–)\s*({_NUM})")
_BELOW = re.compile(rf"<=?\s*({_NUM})")
_ABOVE = re.compile(rf">=?\s*({_NUM})")


@dataclass(frozen=True, slots=True)
class About:
    """What the results of one order have in common.

    named    what makes the source of a result: the filler's number of the test, so that a correction is one
    by_time  True where a second result of another time is another result (an order that is sent again with a new weight)
    taken    OBR-7, for a result that has no time of its own
    notes    said of the specimen, so of each of its results
    """

    named: tuple[str, ...]
    by_time: bool
    kind: FactKind = FactKind.TEST
    taken: tuple[date | None, datetime | None] = (None, None)
    notes: tuple[str, ...] = ()


def result(obx: Segment, notes: Sequence[str], about: About, context: Context) -> Recorded | Document | None:
    """One OBX; None for one that reports no result."""
    sent = obx.text(11)
    codes = context.coded(obx.value(3))
    if sent in _NO_RESULT:
        return None
    if not codes:
        context.wrong(obx, 3, "101", "OBX-3 does not say what was measured.")
        return None
    key = key_of(codes, about, context)
    stamp = obx.text(14) if about.by_time else ""
    source = source_of("OBX", *about.named, codes[0].code or codes[0].text, obx.text(4), stamp)
    taken = context.time(obx, 14, source)
    day, at = (taken.day(context.zone), taken.at) if taken else about.taken
    if obx.text(2) in FILES:
        return Document(source, text_of(codes), text_of(codes), day, "/".join(p for p in (obx.text(5, 2), obx.text(5, 3)) if p))
    said = [*notes, *about.notes]
    if day is None:
        day = context.received
        context.undated.add(source)
        said.append(f"sent with the date {taken.text}; the day is the day of receipt" if taken else UNDATED)
    if sent not in _STATUS:
        context.wrong(obx, 11, "103", f"“{sent[:10]}” is no status of a result: it is not taken as final.", mendable=True)
    measured, unread = _measured(obx, context)
    said.extend(unread)
    unit = obx.value(6)
    clash = contradicts(unit.text(2), measured.unit) if unit and measured.unit else ""
    measured, converted = as_asked(measured, key)
    said.extend((*converted, *([clash] if clash else [])))
    fact = Fact(
        key.kind,
        key.code,
        day,
        measured.value,
        measured.unit,
        _STATUS.get(sent, "unknown"),
        "; ".join(said),
        measured.lower,
        measured.upper,
    )
    return Recorded(fact, source, measured.exact, text_of(codes), at, coded_of(codes), clash)


def key_of(codes: list[Coded], about: About, context: Context) -> FactKey:
    """The key that protocols use for what was measured, else one of the sender's own."""
    for item in codes:
        known = context.codes.fact_key(item.system, item.code) if item.code else None
        if known is not None:
            return known
    named = context.codes.fact_named(text_of(codes))
    if named is not None:
        return named
    return FactKey(about.kind, plain_key(codes))


def _measured(obx: Segment, context: Context) -> tuple[Result, tuple[str, ...]]:
    """The value with its unit and range, and what could not be read as a number."""
    values = obx.values(5)
    sort = obx.text(2)
    if not values:
        return Result(None), ()
    if len(values) == 1 and sort in ("NM", "SN"):
        written, plain = (values[0].whole.strip(), True) if sort == "NM" else _structured(values[0])
        return _number(obx, written, plain, context)
    if sort in _CODED:
        words = [_word(context.coded(item), context) for item in values]
        return Result(", ".join(word for word in words if word) or None), ()
    if sort not in _TEXTS | _TIMES:
        sentence = f"“{sort[:10]}” is no type of value that is read as a number or a word: its text is kept."
        context.wrong(obx, 2, "103", sentence, mendable=True)
    return Result(obx.whole(5) or None), ()


def _number(obx: Segment, written: str, plain: bool, context: Context) -> tuple[Result, tuple[str, ...]]:
    units = context.coded(obx.value(6))
    named = units[0].code or units[0].text if units else ""
    number = plain_number(written) if plain else None
    if number is None:  # `< 5` is not 5: it stays words
        if obx.text(2) == "NM":
            sentence = f"“{written[:40]}” is not a number, though OBX-2 says so: it is kept as words."
            context.wrong(obx, 5, "102", sentence, mendable=True)
        return Result(f"{written} {named}".strip() or None), _as_sent(obx)
    unit = context.unit(obx, 6, units)
    if unit is None:
        return Result(f"{written} {named}"), _as_sent(obx)
    text = obx.whole(7)
    lower, upper = range_of(text)
    unread = (f"reference range as sent: {text}",) if text and lower is None and upper is None else ()
    return Result(number, unit or "1", written, lower, upper), unread


def _as_sent(obx: Segment) -> tuple[str, ...]:
    text = obx.whole(7)
    return (f"reference range as sent: {text}",) if text else ()


def range_of(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Lower and upper limit of `30-300`, `<5` and `>60`; neither of anything else."""
    text = text.strip()
    if len(text) > 100 or not text.replace("–", "-").isascii():
        return None, None
    if found := _BETWEEN.fullmatch(text):
        return Decimal(found[1]), Decimal(found[2])
    if found := _BELOW.fullmatch(text):
        return None, Decimal(found[1])
    if found := _ABOVE.fullmatch(text):
        return Decimal(found[1]), None
    return None, None


def _structured(value: Value) -> tuple[str, bool]:
    """A structured number (SN) as text (`<5`, `100-200`, `1:128`), and whether a plain number is all that it is."""
    comparator, first, mark, second = (value.text(number) for number in (1, 2, 3, 4))
    comparator = "" if comparator == "=" else comparator
    return f"{comparator}{first}{mark}{second}", not (comparator or mark or second)


def _word(found: list[Coded], context: Context) -> str:
    """The word for a coded result: by SNOMED CT or the tables, else its text in lower case."""
    for item in found:
        if item.system == SNOMED and item.code in RESULTS:
            return RESULTS[item.code]
        if word := context.tables.word("result", item.name, item.code):
            return word
    return text_of(found).lower()
