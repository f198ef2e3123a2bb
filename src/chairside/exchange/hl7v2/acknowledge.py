"""The answer to a message: MSH with sender and receiver changed over, MSA, and an ERR for each thing that is wrong.

Original mode answers AA, AE or AR. In enhanced mode the sender says by MSH-15 and MSH-16 which answers it wants: that the
message was taken in safely (CA, CE, CR) and what came of it (AA, AE, AR).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from chairside.exchange.hl7v2.escapes import Marks, escaped
from chairside.exchange.hl7v2.message import Header, Message, Refused
from chairside.exchange.hl7v2.problem import CODES, Problem
from chairside.exchange.hl7v2.times import written

_LONGEST = 2000  # characters of a sentence; the message itself is kept where it was received
_SOFT = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-", "→": ">"})


class Outcome(StrEnum):
    """What came of a message."""

    ACCEPTED = "A"
    WRONG = "E"  # this one cannot be used
    REJECTED = "R"  # nobody here reads such messages


def outcome_of(found: Message | Refused) -> Outcome:
    """The outcome of reading alone; storing may still find something wrong."""
    if isinstance(found, Message):
        return Outcome.ACCEPTED
    return Outcome.REJECTED if found.rejected else Outcome.WRONG


def answers(
    header: Header | None,
    outcome: Outcome,
    text: str,
    at: datetime,
    control_id: str,
    problems: Sequence[Problem] = (),
) -> tuple[str, ...]:
    """The answers that the sender wants, in order: none, one or two. The second one's control id ends in `-2`."""
    if header is None or not header.enhanced:
        return (acknowledge(header, outcome, text, at, control_id, problems),)
    sent = [commit for commit, when in ((True, header.accept), (False, header.reply)) if _wanted(when, outcome)]
    return tuple(
        acknowledge(header, outcome, text, at, control_id if place == 0 else f"{control_id}-2", problems, commit=commit)
        for place, commit in enumerate(sent)
    )


def acknowledge(
    header: Header | None,
    outcome: Outcome,
    text: str,
    at: datetime,
    control_id: str,
    problems: Sequence[Problem] = (),
    *,
    commit: bool = False,
) -> str:
    """One answer as text, its segments ended by CR. Encode it with `header.marks.codec`: every character fits.

    header      None when the message had none that can be read
    text        a sentence for a person at the sender's side
    at          now, with its zone
    control_id  the answer's own, unique among ours
    commit      True for the answer that it was taken in (CA, CE, CR)
    """
    header = header or Header(Marks(), charset="UNICODE UTF-8")
    marks = header.marks
    line = marks.field.join
    trigger = escaped(header.trigger, marks)
    kind = marks.component.join(part for part in ("ACK", trigger, "ACK" if trigger else "") if part)
    lines = [
        line(
            (
                f"MSH{marks.field}{marks.msh2}",
                *header.receiver_raw,
                *header.sender_raw,
                written(at),
                "",
                kind,
                _said(control_id, marks),
                _said(header.processing, marks) or "P",
                _said(header.version, marks) or "2.5.1",
                "",
                "",
                "",
                "",
                _said(header.country, marks),
                header.charset,
            )
        ),
        line(("MSA", f"{'C' if commit else 'A'}{outcome.value}", _said(header.control_id, marks), _said(text, marks))),
        *(line(_error(item, header)) for item in problems),
    ]
    return "".join(f"{item}\r" for item in lines).encode(marks.codec, "replace").decode(marks.codec)


def _wanted(when: str, outcome: Outcome) -> bool:
    """HL7 table 0155; what is not of the table asks for nothing less than always."""
    if when in ("NE", ""):
        return False
    return {"ER": outcome is not Outcome.ACCEPTED, "SU": outcome is Outcome.ACCEPTED}.get(when, True)


def _error(problem: Problem, header: Header) -> list[str]:
    """An ERR segment; versions before 2.5 have all of it in ERR-1."""
    marks = header.marks
    place = [problem.segment, str(problem.nth), str(problem.field or "")] if problem.segment else []
    if header.version[:3] in ("2.1", "2.2", "2.3", "2.4"):
        code = marks.subcomponent.join((problem.code, CODES[problem.code], "HL70357"))
        return ["ERR", marks.component.join([*(place or ["", "", ""]), code])]
    code = marks.component.join((problem.code, CODES[problem.code], "HL70357"))
    severity = "W" if problem.mendable else "E"
    return ["ERR", "", marks.component.join(place), code, severity, "", "", "", _said(problem.sentence, marks)]


def _said(text: str, marks: Marks) -> str:
    plain = text[:_LONGEST]
    return escaped(plain if marks.codec == "utf-8" else plain.translate(_SOFT), marks)
