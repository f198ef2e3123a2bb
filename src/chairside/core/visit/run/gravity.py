"""A gravity set: drops a minute from volume, time and the set's drop factor."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from chairside.core.kernel.decision import Decision, refused
from chairside.core.kernel.quantity import Quantity, quantity


@dataclass(frozen=True, slots=True)
class Drops:
    """Drops a minute, exact and as a person can count them, and the same as mL/h."""

    exact: Decimal
    whole: int
    rate: Quantity


def drops(volume: Quantity, minutes: Decimal, drops_a_ml: Decimal) -> Decision[Drops]:
    """Volume x drop factor / minutes; the whole drop is rounded half up."""
    for field, value in (("volume_ml", volume.amount), ("minutes", minutes), ("drop_factor_gtt_ml", drops_a_ml)):
        if value <= 0:
            return Decision(None, (refused("out_of_range", "It must be above zero.", field=field),))
    with localcontext() as context:
        context.prec = 40
        millilitres = volume.to("mL").amount
        exact = millilitres * drops_a_ml / minutes
        rate = quantity(millilitres * 60 / minutes, "mL/h")
        whole = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    return Decision(
        Drops(exact, whole, rate), working=(f"{volume.spelled()} x {drops_a_ml} drops/mL / {minutes} min = {whole} drops/min",)
    )
