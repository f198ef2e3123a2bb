"""The preparation as the paper tells it: product, each lot with its vials and what was drawn, the bag and its use-by time."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from chairside.apps.visit.paper.words import Around, Parts, Unread, amount, measured, whole
from chairside.core.visit import events as e
from chairside.core.visit.values import LotDraw

_LOT = re.compile(
    r"(?P<lot>[^,]+),\s*(?P<vials>\d+)\s*[x×]\s*(?P<strength>[^,]+),\s*drawn\s+(?P<drawn>[^,]+)"
    r"(?:,\s*expires\s+(?P<expires>[^,]+))?"
)


def prepared(text: str, around: Around) -> e.Payload:
    """The parts in any order after the product; a `lot …` for each lot. It was prepared at the time of the line."""
    parts = Parts(text)
    lots = []
    while (told := parts.after("lot")) is not None:
        lots.append(told)
    volume, diluent, until = parts.after("volume"), parts.after("in"), parts.after("use")
    product = parts.first("the product, such as it stands on the vial")
    parts.done()
    if not lots or volume is None or diluent is None or until is None:
        raise Unread("Write each lot, the volume, what it is in, and its use-by time, as in the list below.")
    draws = tuple(_draw(product, told) for told in lots)
    return e.PreparationRecorded(
        around.drug_key(), draws, measured(volume, "mL"), diluent, around.at, _use_by(until, around.at)
    )


def _draw(product: str, told: str) -> LotDraw:
    found = _LOT.fullmatch(told.strip())
    if found is None:
        raise Unread(f"“lot {told}”: write it as lot A1, 5 x 100 mg, drawn 412 mg, expires 2027-06-30.")
    expires = None
    if found["expires"]:
        try:
            expires = date.fromisoformat(found["expires"].strip())
        except ValueError:
            raise Unread(f"“{found['expires']}” is not a day. Write it as 2027-06-30.") from None
    vials = whole(found["vials"], "Vials", 99)
    return LotDraw(product, found["lot"].strip(), amount(found["strength"]), vials, amount(found["drawn"]), expires)


def _use_by(told: str, prepared_at: datetime) -> datetime:
    """`by 13:20` is the next time that the clock says so after it was prepared; `by 2026-11-24 01:20` names the day."""
    words = told.removeprefix("by").split()
    try:
        if len(words) == 2:
            named = datetime.combine(date.fromisoformat(words[0]), time.fromisoformat(words[1]))
            return named.replace(tzinfo=prepared_at.tzinfo)
        clock = time.fromisoformat(words[0]) if len(words) == 1 else time.fromisoformat("")
    except ValueError:
        raise Unread(f"“use {told}”: write use by 13:20, or use by 2026-11-24 01:20.") from None
    found = datetime.combine(prepared_at.date(), clock, tzinfo=prepared_at.tzinfo)
    return found if found > prepared_at else found + timedelta(days=1)
