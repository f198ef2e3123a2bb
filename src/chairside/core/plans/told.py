"""Amounts as the working says them: exact where they end, else to four places. The value itself is never rounded here."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from chairside.core.kernel.quantity import Quantity

_PLACES = Decimal("0.0001")


def told(amount: Quantity) -> str:
    """The amount as a nurse reads it, at most four decimal places of it."""
    exponent = amount.amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -4:
        return amount.spelled()
    with localcontext() as context:
        context.prec = 40
        return Quantity(amount.amount.quantize(_PLACES, ROUND_HALF_UP), amount.unit).spelled()
