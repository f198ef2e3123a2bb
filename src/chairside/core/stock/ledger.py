"""The lot ledger: entries fold to what is on the shelf; `draw` decides whether vials may leave it.

One lot of one product in one place. Counts are whole vials; every entry that takes stock away says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity


class EntryKind(StrEnum):
    """What happened to vials of a lot."""

    RECEIVED = "received"
    DRAWN = "drawn"
    WASTED = "wasted"
    RETURNED = "returned"  # back on the shelf, unopened
    QUARANTINED = "quarantined"  # the whole lot, until released
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `vials` is 0 for quarantine and release, which are about the whole lot."""

    kind: EntryKind
    at: datetime
    vials: int = 0
    reason: str = ""
    dose: str = ""  # the dose that the vials were drawn for, as an id


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot as received. `owned_by_patient` marks stock that only one patient may get (white bag, free drug)."""

    lot: str
    product: str
    strength: Quantity
    expires: date | None
    owned_by_patient: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What the entries add up to."""

    on_hand: int = 0
    drawn: int = 0
    wasted: int = 0
    quarantined: str = ""  # the reason, "" when the lot may be used


class LedgerError(ValueError):
    """Entries that cannot be: more taken than there was. A defect of what wrote them."""


def fold(entries: Iterable[Entry]) -> Balance:
    """The balance after entries in order. Raises LedgerError when it would go below nothing."""
    balance = Balance()
    for entry in entries:
        balance = apply(balance, entry)
    return balance


def apply(balance: Balance, entry: Entry) -> Balance:
    """The balance after one more entry."""
    if entry.vials < 0:
        raise LedgerError(f"{entry.vials} vials in an entry: the kind says the direction, never the sign")
    n = entry.vials
    match entry.kind:
        case EntryKind.RECEIVED:
            after = replace(balance, on_hand=balance.on_hand + n)
        case EntryKind.DRAWN:
            after = replace(balance, on_hand=balance.on_hand - n, drawn=balance.drawn + n)
        case EntryKind.WASTED:
            after = replace(balance, on_hand=balance.on_hand - n, wasted=balance.wasted + n)
        case EntryKind.RETURNED:
            after = replace(balance, on_hand=balance.on_hand + n, drawn=balance.drawn - n)
        case EntryKind.QUARANTINED:
            after = replace(balance, quarantined=entry.reason or "quarantined")
        case EntryKind.RELEASED:
            after = replace(balance, quarantined="")
    if after.on_hand < 0 or after.drawn < 0:
        raise LedgerError(f"{entry.kind.value} {n}: only {balance.on_hand} on hand, {balance.drawn} drawn")
    return after


def draw(
    lot: Lot, balance: Balance, *, vials: int, products: tuple[str, ...], day: date, at: datetime, patient: str, dose: str
) -> Decision[Entry]:
    """May so many vials be drawn for a dose? The value is the entry to write.

    products  the product keys that carry out the order; day: the calendar day in the site's zone; patient: an id
    """
    reasons: list[Reason] = []
    if lot.product not in products:
        reasons.append(
            refused(
                "wrong_product", f"{lot.product} does not carry out this order ({', '.join(products)}).", field="lot.product"
            )
        )
    if lot.expires is None:
        reasons.append(unknown("missing_fact", f"Lot {lot.lot} has no expiry date on record.", field="lot.expires"))
    elif day > lot.expires:
        reasons.append(
            refused(
                "preparation_expired", f"Lot {lot.lot} expired on {lot.expires}.", field="lot.expires", limit=str(lot.expires)
            )
        )
    if balance.quarantined:
        reasons.append(
            refused("not_available", f"Lot {lot.lot} is in quarantine: {balance.quarantined}.", field="lot.quarantine")
        )
    if lot.owned_by_patient and lot.owned_by_patient != patient:
        reasons.append(refused("wrong_person", f"Lot {lot.lot} belongs to another patient.", field="lot.owner"))
    if vials < 1:
        reasons.append(refused("out_of_range", "At least one vial is drawn.", field="vials"))
    elif vials > balance.on_hand:
        reasons.append(
            refused(
                "not_available",
                f"Lot {lot.lot}: {balance.on_hand} vial(s) on hand, {vials} asked for.",
                field="vials",
                limit=str(balance.on_hand),
            )
        )
    return Decision(Entry(EntryKind.DRAWN, at, vials, dose=dose) if vials >= 1 else None, tuple(reasons))
