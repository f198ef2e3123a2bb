"""OBR with its OBX -> what the results of one order of tests have in common; a report of imaging as one fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from chairside.core.intake.codes import FactKey
from chairside.core.intake.referral import Identifier, Recorded
from chairside.core.kernel.fact import Fact, FactKind
from chairside.exchange.hl7v2.reading.context import UNDATED, Context, coded_of, source_of, text_of
from chairside.exchange.hl7v2.reading.groups import Group
from chairside.exchange.hl7v2.reading.results import FILES, About, key_of

# HL7 table 0123 -> the status of a report.
_OF_REPORTS = {
    "F": "final",
    "C": "corrected",
    "P": "preliminary",
    "R": "preliminary",
    "A": "preliminary",
    "S": "planned",
    "I": "planned",
    "O": "planned",
    "X": "cancelled",
}


def kind_of(section: str, context: Context) -> FactKind:
    """What sort of results a section of the laboratory reports (OBR-24); TEST when the tables do not know the section."""
    said = context.tables.word("section", "", section) if section else None
    return {"laboratory": FactKind.LAB, "imaging": FactKind.IMAGING}.get(said or "", FactKind.TEST)


def about_order(group: Group, numbers: tuple[Identifier, ...], context: Context) -> About:
    """What the results of an order of tests have in common. Its filler's number is the last that it has."""
    obr = group.first("OBR")
    head = obr or group.segments[0]
    test = context.coded(obr.value(4)) if obr else []
    known = (
        (numbers[-1].system, numbers[-1].value)
        if numbers
        else (context.header.sender, context.header.control_id, str(head.nth))
    )
    named = (*known, test[0].code or test[0].text if test else "")
    taken = context.time(obr, 7, source_of("OBR", *named)) if obr else None
    sort = kind_of(obr.text(24) if obr else "", context)
    return About(named, False, sort, (taken.day(context.zone), taken.at) if taken else (None, None), tuple(group.notes()))


def imaging(group: Group, about: About, context: Context) -> Recorded:
    """A report of imaging: its words are the note, as they were sent."""
    obr = group.first("OBR") or group.segments[0]
    codes = context.coded(obr.value(4))
    key = key_of(codes, about, context) if codes else FactKey(FactKind.IMAGING, "text:")
    source = source_of("OBR", *about.named)
    day, at = about.taken
    if day is None:
        context.undated.add(source)
        about = replace(about, notes=(*about.notes, UNDATED))
    said = [text for obx, notes in group.results() if obx.text(2) not in FILES for text in (obx.whole(5), *notes) if text]
    status = _OF_REPORTS.get(obr.text(25), "unknown")
    fact = Fact(key.kind, key.code, day or context.received, None, status=status, note="\n".join((*said, *about.notes)))
    return Recorded(fact, source, display=text_of(codes), at=at, coded=coded_of(codes))


def apart(facts: Iterable[Recorded]) -> list[Recorded]:
    """The facts, each under a source of its own: two that the sender names alike are two, in the order sent."""
    counts: dict[tuple[str, str, str], int] = {}
    found = []
    for item in facts:
        key = (item.source, item.fact.kind.value, item.fact.code)
        counts[key] = counts.get(key, 0) + 1
        found.append(item if counts[key] == 1 else replace(item, source=f"{item.source} #{counts[key]}"))
    return found
