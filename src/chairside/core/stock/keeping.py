"""Keeping stock: what may be received, put back or thrown away, and whether what the vials held is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.schema.product import Product

_CLOSED = {"given": "was given already", "cancelled": "was cancelled"}


def receiving_reasons(
    product: Product | None, brand: str, strength: Quantity, *, vials: int, expires: date, day: date
) -> Iterator[Reason]:
    """What speaks against taking vials onto the shelf: an unknown product or strength, an expired lot, no vials."""
    if product is None:
        yield refused("wrong_product", f"{brand} is not a product of this therapy's protocol.", field="brand")
    elif not any(
        vial.potency_by_lot or (vial.strength.unit == strength.unit and vial.strength.same(strength)) for vial in product.vials
    ):
        known = ", ".join(sorted(vial.strength.spelled() for vial in product.vials))
        yield refused(
            "wrong_product",
            f"{brand} comes in vials of {known}, not {strength.spelled()}. Read the label again.",
            field="strength",
            limit=known,
            source=product.source,
        )
    if expires < day:
        yield refused(
            "preparation_expired",
            f"This lot expired on {expires}. Send it back; it is not taken onto the shelf.",
            field="expires_on",
            limit=day.isoformat(),
        )
    if vials < 1:
        yield refused("out_of_range", "At least one vial is received.", field="vials")


def drawing_reasons(dose_status: str) -> Iterator[Reason]:
    """Vials are drawn for a dose that is still to be given."""
    if dose_status in _CLOSED:
        yield refused("wrong_state", f"This dose {_CLOSED[dose_status]}, so nothing is drawn for it.", field="planned_dose")


def use_reasons(number: str, *, expires: date, quarantined: bool, day: date) -> Iterator[Reason]:
    """What speaks against giving what came from a lot: it was recalled, or it has expired, since its vials were drawn."""
    if quarantined:
        message = f"Lot {number} is in quarantine. Nothing that was made of it is given."
        yield refused("not_available", message, field=f"lot.{number}")
    if expires < day:
        message = f"Lot {number} expired on {expires}. Nothing that was made of it is given."
        yield refused("preparation_expired", message, field=f"lot.{number}", limit=expires.isoformat())


def contents_reasons(strength: Quantity, vials: int, used: Quantity | None, wasted: Quantity | None) -> Iterator[Reason]:
    """Used and thrown away must add up to what the vials held: the claim's waste line rests on it. Not yet known is fine."""
    if used is None or wasted is None:
        return
    inside = strength * vials
    if used.unit != strength.unit or wasted.unit != strength.unit:
        yield refused(
            "mismatch", f"Amounts of this lot are in {strength.unit.spelled()}.", field="used_amount", limit=str(strength.unit)
        )
    elif used.amount < 0 or wasted.amount < 0:
        yield refused("out_of_range", "An amount cannot be less than nothing.", field="used_amount")
    elif not (used + wasted).same(inside):
        yield refused(
            "mismatch",
            f"{used.spelled()} used and {wasted.spelled()} thrown away are not the {inside.spelled()} that "
            f"{vials} vial(s) hold.",
            field="used_amount",
            limit=inside.spelled(),
        )


def return_reasons(drawn: int, vials: int) -> Iterator[Reason]:
    """Only unopened vials that were drawn for this dose come back. `drawn`: how many are still out for it."""
    if vials < 1:
        yield refused("out_of_range", "At least one vial is put back.", field="vials")
    elif vials > drawn:
        yield refused(
            "out_of_range",
            f"{drawn} vial(s) of this lot are out for this dose, {vials} cannot come back.",
            field="vials",
            limit=str(drawn),
        )


def waste_reasons(on_hand: int, *, vials: int, amount: Quantity | None, reason: str) -> Iterator[Reason]:
    """Whole vials from the shelf, or an amount from vials that were drawn; always with a reason."""
    if not reason.strip():
        yield unknown("missing_fact", "Say why it is thrown away.", field="reason")
    if vials < 0 or (amount is not None and amount.amount <= 0):
        yield refused("out_of_range", "What is thrown away is more than nothing.", field="vials")
    elif vials == 0 and amount is None:
        yield unknown("missing_fact", "Say how many vials or which amount is thrown away.", field="vials")
    elif vials > on_hand:
        yield refused(
            "not_available", f"{on_hand} vial(s) on hand, {vials} cannot be thrown away.", field="vials", limit=str(on_hand)
        )


def quarantine_reasons(quarantined: bool, *, wanted: bool, reason: str) -> Iterator[Reason]:
    """A lot goes into quarantine, or out of it, with a reason."""
    if not reason.strip():
        yield unknown("missing_fact", "Say why, as the recall or the finding words it.", field="reason")
    if quarantined == wanted:
        yield refused("wrong_state", f"The lot is {'already' if wanted else 'not'} in quarantine.", field="lot")
