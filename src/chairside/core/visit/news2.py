"""NEWS2, the Royal College of Physicians' 2017 score of acute illness.

It is not a reaction grade: hives with normal vitals score 0.

Not for patients under 16 or in pregnancy. A missing value gives no total, and a single red value still alerts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Bands = tuple[tuple[str, int], ...]  # upper edge (included) and its points, rising; the last has no edge

_RR: Bands = (("8", 3), ("11", 1), ("20", 0), ("24", 2), ("Infinity", 3))
_SPO2_1: Bands = (("91", 3), ("93", 2), ("95", 1), ("Infinity", 0))
_SPO2_2_AIR: Bands = (("83", 3), ("85", 2), ("87", 1), ("Infinity", 0))
_SPO2_2_OXYGEN: Bands = (("83", 3), ("85", 2), ("87", 1), ("92", 0), ("94", 1), ("96", 2), ("Infinity", 3))
_SBP: Bands = (("90", 3), ("100", 2), ("110", 1), ("219", 0), ("Infinity", 3))
_PULSE: Bands = (("40", 3), ("50", 1), ("90", 0), ("110", 1), ("130", 2), ("Infinity", 3))
_TEMP: Bands = (("35.0", 3), ("36.0", 1), ("38.0", 0), ("39.0", 1), ("Infinity", 2))


@dataclass(frozen=True, slots=True)
class News2:
    """The score: its parts, the red ones, what is missing. `total` and `band` are None when anything is missing.

    applies   False under 16 years and in pregnancy: then there is no total either
    """

    parts: dict[str, int]
    missing: tuple[str, ...]
    applies: bool = True

    @property
    def total(self) -> int | None:
        return None if self.missing or not self.applies else sum(self.parts.values())

    @property
    def single_red(self) -> tuple[str, ...]:
        return tuple(name for name, points in self.parts.items() if points == 3)

    @property
    def band(self) -> str | None:
        """low, low_medium (one red value), medium, high."""
        if self.total is None:
            return None
        if self.total >= 7:
            return "high"
        if self.total >= 5:
            return "medium"
        return "low_medium" if self.single_red else "low"


def news2(
    *,
    rr: Decimal | None,
    spo2: Decimal | None,
    on_oxygen: bool | None,
    sbp: Decimal | None,
    pulse: Decimal | None,
    consciousness: str | None,
    temp: Decimal | None,
    scale: int = 1,
    applies: bool = True,
) -> News2:
    """Score one set. `temp` in degrees Celsius, rounded to 0.1 here; `scale` 2 only when a clinician has set it."""
    parts: dict[str, int] = {}
    if rr is not None:
        parts["rr"] = _points(_RR, rr)
    if spo2 is not None and not (scale == 2 and on_oxygen is None):
        bands = _SPO2_1 if scale == 1 else _SPO2_2_OXYGEN if on_oxygen else _SPO2_2_AIR
        parts["spo2"] = _points(bands, spo2)
    if on_oxygen is not None:
        parts["oxygen"] = 2 if on_oxygen else 0
    if sbp is not None:
        parts["sbp"] = _points(_SBP, sbp)
    if pulse is not None:
        parts["pulse"] = _points(_PULSE, pulse)
    if consciousness:
        parts["consciousness"] = 0 if consciousness == "A" else 3
    if temp is not None:
        parts["temp"] = _points(_TEMP, temp.quantize(Decimal("0.1"), ROUND_HALF_UP))
    wanted = ("rr", "spo2", "oxygen", "sbp", "pulse", "consciousness", "temp")
    return News2(parts, tuple(name for name in wanted if name not in parts), applies)


def _points(bands: Bands, value: Decimal) -> int:
    return next(points for edge, points in bands if value <= Decimal(edge))
