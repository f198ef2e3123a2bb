"""Powers, body surface and lean weight, each to fifty places."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

_BSA = {"du_bois": ("0.007184", "0.425", "0.725"), "haycock": ("0.024265", "0.5378", "0.3964")}


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def surface(height: Fraction, weight: Fraction, formula: str) -> Fraction:
    """Square metres from centimetres and kilograms."""
    with localcontext() as context:
        context.prec = 60
        if formula == "mosteller":
            return Fraction(_decimal(height * weight / 3600).sqrt())
        factor, by_weight, by_height = (Decimal(text) for text in _BSA[formula])
        logs = _decimal(weight).ln() * by_weight + _decimal(height).ln() * by_height
        return Fraction(factor * logs.exp())


def lean_weight(height: Fraction, weight: Fraction, sex: str) -> Fraction | None:
    """Ideal weight, the actual one where that is lower. Below 60 inches no rule is stated: None."""
    inches = height / Fraction("2.54")
    if inches < 60:
        return None
    base = {"male": Fraction(50), "female": Fraction("45.5")}[sex]
    return min(weight, base + Fraction("2.3") * (inches - 60))
