"""What hangs, as the paper tells it: its release, each lot with its vials and what was drawn, the bag and its use-by time.

In place of a bag, a unit of blood with its label and issue slip.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from chairside.apps.visit.paper.words import Around, Parts, Unread, amount, measured, moment, whole
from chairside.core.visit import events as e
from chairside.core.visit.values import LotDraw

_LOT = re.compile(
    r"(?P<lot>[^,]+),\s*(?P<vials>\d+)\s*[x×]\s*(?P<strength>[^,]+),\s*drawn\s+(?P<drawn>[^,]+)"
    r"(?:,\s*expires\s+(?P<expires>[^,]+))?"
)
_GROUPS = re.compile(r"(?P<unit>\S.*?)\s+for\s+(?P<patient>\S.*)", re.I)


def released(text: str, around: Around) -> e.Payload:
    Parts(text).done()
    return e.ReleasedToPrepare(around.drug_key())


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


def unit(text: str, around: Around) -> e.Payload:
    """Number and component from the label, the groups, the volume, both times. What the slip does not say stays unknown."""
    drug, parts = around.drug_key(), Parts(text)
    volume, issued, expires = parts.after("volume"), parts.after("issued"), parts.after("expires")
    groups = next((found for part in parts.left if (found := _GROUPS.fullmatch(part))), None)
    if volume is None or issued is None or expires is None or groups is None:
        raise Unread("Write the groups, the volume, when it was issued and when it expires, as in the list below.")
    parts.left.remove(groups[0])
    crossmatched, intact = parts.either("cross-matched"), parts.either("intact")
    number = parts.first("the number of the unit")
    component = parts.first("what it is, such as red cells")
    parts.done()
    until, named = moment(expires, around.at)
    if not named:
        raise Unread(f"“expires {expires}”: write the day too: expires 2026-11-30 23:59.")
    read = measured(volume, "mL")
    when = _issued(issued, around.at)
    return e.UnitReceived(drug, number, component, groups["unit"], groups["patient"], read, when, until, crossmatched, intact)


def _issued(told: str, received_at: datetime) -> datetime:
    """The last time that the clock said so when the unit came to the chair, unless the day is written."""
    found, named = moment(told, received_at)
    return found if named or found <= received_at else found - timedelta(days=1)


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
    try:
        found, named = moment(told.removeprefix("by").strip(), prepared_at)
    except Unread:
        raise Unread(f"“use {told}”: write use by 13:20, or use by 2026-11-24 01:20.") from None
    return found if named or found > prepared_at else found + timedelta(days=1)
