"""Body surface and ideal weight. One formula a clinic, named on the order; no hidden cap (safety note 3)."""

from __future__ import annotations

from decimal import Decimal, localcontext
from enum import StrEnum

from chairside.core.kernel.decision import Decision, Reason, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import unit


class Formula(StrEnum):
    MOSTELLER = "mosteller"
    DU_BOIS = "du_bois"
    HAYCOCK = "haycock"


# factor, power of the weight in kg, power of the height in cm (Du Bois 1916; Haycock 1978; both recalled, arithmetic exact)
_POWERS = {
    Formula.DU_BOIS: (Decimal("0.007184"), Decimal("0.425"), Decimal("0.725")),
    Formula.HAYCOCK: (Decimal("0.024265"), Decimal("0.5378"), Decimal("0.3964")),
}


def surface(height: Quantity, weight: Quantity, formula: Formula) -> Quantity:
    """Body surface in square metres, at full precision."""
    tall, heavy = height.to("cm").amount, weight.to("kg").amount
    with localcontext() as context:
        context.prec = 28
        if formula is Formula.MOSTELLER:
            return Quantity((tall * heavy / 3600).sqrt(), unit("m2"))
        factor, by_weight, by_height = _POWERS[formula]
        return Quantity(factor * heavy**by_weight * tall**by_height, unit("m2"))


# Devine 1974: kg at 60 inches, and for each inch above. Below 60 inches it states nothing.
_AT_SIXTY = {"male": Decimal(50), "female": Decimal("45.5")}
_EACH_INCH = Decimal("2.3")
_SIXTY = Decimal(60)
# Of what the actual weight is above the ideal one (as in the NCCN carboplatin appendix).
_OF_THE_EXCESS = Decimal("0.4")


def ideal(height: Quantity | None, sex: str) -> Decision[Quantity]:
    """Ideal (lean) body weight in kg by Devine's formula. Unknown without height or sex, and below 60 inches."""
    if height is None:
        return Decision(None, (_unstated("patient.height_cm", "The height is not on record; the ideal weight needs it."),))
    if sex not in _AT_SIXTY:
        message = "The sex (male or female) is not on record; the formula of the ideal weight needs it."
        return Decision(None, (_unstated("patient.sex", message),))
    tall = height.to("[in_i]").amount
    if tall < _SIXTY:
        message = (
            f"{height.spelled()} is below 60 inches (152.4 cm): the ideal weight has no stated rule there. "
            "The pharmacist states the weight to dose by."
        )
        return Decision(None, (_unstated("patient.height_cm", message, "60 in"),))
    made = Quantity(_AT_SIXTY[sex] + _EACH_INCH * (tall - _SIXTY), unit("kg"))
    shown = f"{plain(_AT_SIXTY[sex])} kg + 2.3 kg x ({plain(tall.quantize(Decimal('0.01')))} - 60) in"
    rounded = Quantity(made.amount.quantize(Decimal("0.01")), made.unit)
    return Decision(made, working=(f"ideal weight: {shown} = {rounded.spelled()}",))


def adjusted(lean: Quantity, actual: Quantity) -> Quantity:
    """The ideal weight and 0.4 of what the actual one is above it, in kg."""
    return lean + (actual - lean) * _OF_THE_EXCESS


def _unstated(field: str, message: str, limit: str = "") -> Reason:
    return unknown("missing_fact", message, field=field, limit=limit)
