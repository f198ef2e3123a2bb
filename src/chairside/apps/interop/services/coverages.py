"""Coverages of a packet, stored as sent. A copay card is kept too, and marked as what it is by its line and plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from chairside.apps.coverage.models import Coverage
from chairside.apps.intake.texts import fit
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.intake import referral as core

_LINES = frozenset(Coverage.Line.values)
_NEVER_WAS = frozenset(("entered-in-error", "draft"))
_MESSAGE = "hl7v2:"
_CHECKED = ("payer", "member", "plan")  # what a verification of benefits was about
_CANCELLED = "The sender calls it cancelled and gives no end; it is over on the day on which that was received."


def coverages_receive(
    *, patient: Patient, coverages: tuple[core.Coverage, ...], ended: tuple[core.Coverage, ...] = (), today: date | None = None
) -> int:
    """Store the coverages that are new or changed; how many. A changed one keeps its history and is to be verified again.

    ended   those that were cancelled, which are kept with their dates, or were entered in error, which never stand
    today   the day of receipt at the site, for one that was cancelled without saying when
    """
    rows = list(Coverage.objects.filter(patient__in=records_of(patient)))
    known = {row.source: row for row in rows}
    new, changed = [], 0
    for item in (*coverages, *ended):
        row = known.get(fit(item.source, 200))
        same = _by_member(item, rows) if row is None else None
        if row is None and same is None and item.status in _NEVER_WAS:
            continue
        values = _values(item)
        if same is not None and item.source.startswith(_MESSAGE):
            values = {name: value for name, value in values.items() if _is_news(name, value, same)}
        elif same is not None:  # resources say more than the message did: from now on it is theirs
            values["source"] = fit(item.source, 200)
        row = row or same
        if item in ended:
            before = row.ends_on if row is not None else None
            values["ends_on"] = item.ends or before or today
            if item.ends is None:
                values["verified_note"] = _CANCELLED
        if row is None:
            owner = {"organization_id": patient.organization_id, "patient": patient, "source": fit(item.source, 200)}
            new.append(Coverage(**owner, **values))
        elif _update(row, values):
            changed += 1
    Coverage.objects.bulk_create(new)
    return len(new) + changed


def _by_member(item: core.Coverage, rows: list[Coverage]) -> Coverage | None:
    """The coverage that is the same by payer and member's number though it came by another road; None where two could be."""
    message = item.source.startswith(_MESSAGE)
    same = [
        row
        for row in rows
        if item.member
        and row.member == fit(item.member, 80)
        and (row.payer_code == item.payer_code != "" or row.payer.casefold() == item.payer.casefold())
        and row.source.startswith(_MESSAGE) != message
    ]
    return same[0] if len(same) == 1 else None


def _is_news(name: str, value: object, row: Coverage) -> bool:
    """Of a message, beside what came otherwise: what is missing there, and when it ends."""
    return value is not None and (name == "ends_on" or getattr(row, name) in ("", None))


def _update(row: Coverage, values: dict[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not different:
        return False
    for name, value in different.items():
        setattr(row, name, value)
    if row.verified_on is not None and any(name in different for name in _CHECKED):
        row.verified_on = None
        row.verified_note = f"To be verified again: the sender changed it. {row.verified_note}".strip()
        different |= {"verified_on": None, "verified_note": ""}
    row.save(update_fields=list(different))
    return True


def _values(item: core.Coverage) -> dict[str, Any]:
    return {
        "payer": fit(item.payer, 200),
        "payer_code": fit(item.payer_code, 60),
        "line": item.line if item.line in _LINES else Coverage.Line.OTHER,
        "plan": fit(item.plan or item.kind, 200),
        "member": fit(item.member, 80),
        "rank": min(max(item.rank, 1), 32767),
        "starts_on": item.starts,
        "ends_on": item.ends,
    }
