"""Two identifiers, asked as open questions and compared with the record. Nobody can override a mismatch (H-001).

The answer never repeats what the record says: it must come from the patient.
"""

from __future__ import annotations

import re
import unicodedata

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.visit.plan import Subject
from chairside.core.visit.values import Identifiers

_SOURCE = "two identifiers"


def compare(subject: Subject, given: Identifiers) -> Decision[None]:
    """Allowed when name and birth date (and the wristband, when scanned) are those of the record.

    Names are compared without accents, case, hyphens and middle names; the first and the last name must both be there.
    """
    reasons: list[Reason] = []
    if not subject.name or subject.born is None:
        reasons.append(
            unknown(
                "missing_fact",
                "The record lacks a full name or birth date. The front desk must complete it first.",
                field="identity.record",
                source=_SOURCE,
            )
        )
        return Decision(None, tuple(reasons))
    if not given.name.strip() or given.born is None:
        reasons.append(
            unknown(
                "missing_fact",
                "Ask the patient for full name and birth date, and write both as they say them.",
                field="identity",
                source=_SOURCE,
            )
        )
        return Decision(None, tuple(reasons))
    if not _same_name(subject.name, given.name):
        reasons.append(
            refused(
                "wrong_person",
                "The name does not match this record. Ask for the full name again; if it still "
                "differs, stop: this may be another person's visit.",
                field="identity.name",
                source=_SOURCE,
            )
        )
    if given.born != subject.born:
        reasons.append(
            refused(
                "wrong_person",
                "The birth date does not match this record. Ask again; if it still differs, stop: "
                "this may be another person's visit.",
                field="identity.born",
                source=_SOURCE,
            )
        )
    if given.band and given.band != subject.band:
        reasons.append(
            refused(
                "wrong_person",
                "The wristband belongs to another record. Stop and find out who wears it.",
                field="identity.band",
                source=_SOURCE,
            )
        )
    return Decision(None, tuple(reasons))


def _same_name(record: str, given: str) -> bool:
    on_record, said = _parts(record), _parts(given)
    if sorted(on_record) == sorted(said):
        return True
    return len(said) > 1 and set(said) <= set(on_record) and {on_record[0], on_record[-1]} <= set(said)


def _parts(name: str) -> list[str]:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return re.findall(r"\w+", plain.replace("'", "").replace("\u2019", "").casefold())
