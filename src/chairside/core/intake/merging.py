"""May two records be made one person's, and which record is kept at the end of several merges?

A merge moves nothing: it says that one record is read through another. So it can be undone, whole, at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from chairside.core.intake.matching import Candidate, Verdict, births
from chairside.core.kernel.decision import Decision, Reason, refused, unknown

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a merge needs to know of a record.

    id, person    the record, and the record that stands for this person at the end (itself while it is not merged)
    number        its record number, for sentences
    in_a_chair    a visit of this record is open
    """

    id: str
    person: str
    number: str
    organization: str
    born: date | None = None
    birth_text: str = ""
    in_a_chair: bool = False


def judge(kept: Standing, merged: Standing, *, reason: str, birth_date: date | None = None) -> Decision[None]:
    """May `merged` be read through `kept` from now on?

    `birth_date` is the right one, as somebody read it from a document or as the message brings it: where the two records
    disagree it must be the one of the record that is kept.
    """
    return Decision(None, tuple(_against(kept, merged, reason, birth_date)))


def _against(kept: Standing, merged: Standing, reason: str, birth_date: date | None) -> Iterator[Reason]:
    if not reason.strip():
        yield unknown("missing_fact", "Write how you know that they are one person.", field="reason")
    if kept.id == merged.id:
        yield refused("wrong_person", "A record cannot be merged with itself. Choose two records.", field="patient")
        return
    if kept.organization != merged.organization:
        yield refused("wrong_person", "The two records belong to different organizations.", field="patient")
        return
    if merged.person != merged.id:
        message = f"The record {merged.number} is already merged into another one. Undo that first, if it was wrong."
        yield refused("wrong_state", message, field="patient.merged_into")
    elif kept.person == merged.id:
        message = f"The record {kept.number} is itself merged into {merged.number}: they would go round in a circle."
        yield refused("wrong_state", message, field="patient.merged_into")
    if merged.in_a_chair:
        # The wristband carries this record's number, and identity is asked again before the infusion starts (H-001).
        message = f"A visit under the number {merged.number} is open. Merge the records when it is over."
        yield refused("wrong_state", message, field="visit")
    yield from _birth_dates(kept, merged, birth_date)


def _birth_dates(kept: Standing, merged: Standing, birth_date: date | None) -> Iterator[Reason]:
    standing = births(*(Candidate(born=item.born, birth_text=item.birth_text) for item in (kept, merged)))
    whole = kept.born is not None and merged.born is not None
    if standing.verdict in (Verdict.AGREES, Verdict.UNKNOWN) or (standing.verdict is Verdict.NEARLY and not whole):
        return
    told = f"{merged.number} was born on {_told(merged)} and {kept.number} on {_told(kept)}"
    if birth_date is None:
        message = f"The birth dates differ: {told}. Read the right one from a document and write it here."
        yield unknown("missing_fact", message, field="birth_date")
    elif birth_date != kept.born:
        message = f"{told}. The right one is {birth_date}: the record that is kept must carry it."
        yield refused("wrong_person", message, field="birth_date", limit=_told(kept))


def _told(item: Standing) -> str:
    return item.born.isoformat() if item.born else item.birth_text


def kept_at_the_end(merges: Mapping[Record, Record], record: Record) -> Record:
    """The record that stands for this one, through every merge that stands. Raises ValueError where they make a circle."""
    seen = {record}
    while record in merges:
        record = merges[record]
        if record in seen:
            raise ValueError("the merges go round in a circle")
        seen.add(record)
    return record
