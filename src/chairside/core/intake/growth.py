"""What a person of an age can weigh and measure at all.

Engineering bounds, for review by a clinician: about six tenths of the 3rd and one and six tenths of the 97th percentile of the
growth charts (WHO to two years, CDC to twenty), widened. They catch pounds taken for kilograms, grams and inches; they say
nothing about health. tier: recall.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from decimal import Decimal

from chairside.core.kernel.quantity import plain
from chairside.core.kernel.span import months_old

# from this age in months: least and most kilograms, least and most centimeters
_BOUNDS = (
    (0, "0.3", "8", "22", "70"),
    (3, "2.2", "14", "35", "85"),
    (6, "3", "18", "40", "95"),
    (12, "4", "24", "45", "110"),
    (24, "5.5", "30", "55", "125"),
    (36, "6.5", "36", "60", "135"),
    (60, "8.5", "48", "70", "155"),
    (84, "10.5", "66", "75", "175"),
    (108, "13", "90", "80", "195"),
    (132, "15.5", "115", "85", "215"),
    (156, "18", "145", "90", "230"),
    (192, "20", "190", "95", "245"),
    (216, "22", "400", "95", "260"),
)
_AGES = [row[0] for row in _BOUNDS]
_COLUMNS = {"weight_kg": (1, "kg", "weight"), "height_cm": (3, "cm", "height")}


def unlikely(code: str, value: Decimal, born: date | None, on: date) -> str:
    """Why a weight or height cannot be that of a person of that age on that day, "" when it can or the age is not known.

    code    `weight_kg` or `height_cm`; value in kilograms or centimeters
    """
    if born is None or on < born or code not in _COLUMNS:
        return ""
    months = months_old(born, on)
    row = _BOUNDS[bisect_right(_AGES, months) - 1]
    place, unit, name = _COLUMNS[code]
    least, most = Decimal(str(row[place])), Decimal(str(row[place + 1]))
    if least <= value <= most:
        return ""
    age = f"{months // 12} years" if months >= 24 else f"{months} months"
    return (
        f"A {name} of {plain(value)} {unit} does not fit the age of {age} "
        f"({plain(least)} to {plain(most)} {unit} can be). Check the number and its unit."
    )
