"""The infusion site: the infiltration scale 0 to 4 and the phlebitis scale 0 to 4, from what was seen.

Infiltration after the INS scale (secondary copy); that a vesicant, an irritant or blood counts as 4 at once, and the phlebitis
scale, are recalled. The name of the scale is kept with each grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from chairside.core.kernel.decision import Decision, unknown

INFILTRATION = "INS infiltration scale"
PHLEBITIS = "phlebitis scale"

_FOUR = ("vesicant", "irritant", "blood_product", "tight", "leaking", "discolored", "deep_pitting", "circulation_impaired")
_THREE = ("translucent", "numb")
_SIGNS = ("blanched", "cool")
SEEN = (*_FOUR, *_THREE, *_SIGNS)
SEEN_VEIN = ("redness", "pain", "swelling", "streak", "cord", "pus")


def infiltration(seen: Mapping[str, bool], edema_cm: Decimal | None) -> Decision[int]:
    """The grade by signs and the width of the edema in cm: under 2.5 is 1, to 15 is 2, more is 3.

    A grade below 4 needs the width: signs without it are unknown, not grade 1.
    """
    worst = [sign for sign in _FOUR if seen.get(sign)]
    if worst and (edema_cm or any(seen.get(sign) for sign in (*_THREE, *_SIGNS, *_FOUR[3:]))):
        return Decision(4, working=(f"{INFILTRATION}: 4 by {worst[0]}",))
    if edema_cm is None:
        message = "Measure the swelling. Its width decides the grade."
        return Decision(None, (unknown("missing_fact", message, field="edema_cm", source=INFILTRATION),))
    if edema_cm > 15 or any(seen.get(sign) for sign in _THREE):
        grade = 3
    elif edema_cm >= Decimal("2.5"):
        grade = 2
    else:
        grade = 1 if edema_cm > 0 or any(seen.get(sign) for sign in _SIGNS) else 0
    return Decision(grade, working=(f"{INFILTRATION}: {grade} at {edema_cm:f} cm",))


def phlebitis(seen: Mapping[str, bool], cord_cm: Decimal | None = None) -> Decision[int]:
    """1 redness; 2 pain with redness or swelling; 3 with a streak or a cord; 4 a cord over 2.5 cm, or pus.

    From grade 2 the line moves. A cord that nobody measured leaves it unknown between 3 and 4.
    """
    if seen.get("pus") or (cord_cm is not None and cord_cm > Decimal("2.5")):
        return Decision(4)
    if seen.get("streak") or seen.get("cord"):
        if seen.get("cord") and cord_cm is None:
            message = "Measure the cord. Its length decides between 3 and 4."
            return Decision(3, (unknown("missing_fact", message, field="cord_cm", source=PHLEBITIS),))
        return Decision(3)
    if seen.get("pain") and (seen.get("redness") or seen.get("swelling")):
        return Decision(2)
    return Decision(1 if seen.get("redness") or seen.get("pain") or seen.get("swelling") else 0)
