"""Units of measure: the part of UCUM that infusion therapy writes.

A unit is a map from atom to power (`mg/kg` is mg^1 kg^-1). Two units are *comparable* when they measure the same thing,
and *convertible* by an exact decimal factor. Units of arbitrary effect (`[iU]`, `U`) convert to nothing but themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

# atom -> (what it measures, exact factor to that measure's base). Source: the UCUM specification, version 2.1.
_ATOMS: dict[str, tuple[str, Decimal]] = {
    "kg": ("mass", Decimal(1000)),
    "g": ("mass", Decimal(1)),
    "mg": ("mass", Decimal("0.001")),
    "ug": ("mass", Decimal("0.000001")),
    "ng": ("mass", Decimal("0.000000001")),
    "pg": ("mass", Decimal("0.000000000001")),
    "[lb_av]": ("mass", Decimal("453.59237")),
    "L": ("volume", Decimal(1000)),
    "dL": ("volume", Decimal(100)),
    "mL": ("volume", Decimal(1)),
    "uL": ("volume", Decimal("0.001")),
    "m": ("length", Decimal(100)),
    "cm": ("length", Decimal(1)),
    "mm": ("length", Decimal("0.1")),
    "um": ("length", Decimal("0.0001")),
    "[in_i]": ("length", Decimal("2.54")),
    "m2": ("area", Decimal(1)),
    "s": ("time", Decimal(1)),
    "min": ("time", Decimal(60)),
    "h": ("time", Decimal(3600)),
    "d": ("time", Decimal(86400)),
    "wk": ("time", Decimal(604800)),
    "mmol": ("substance", Decimal(1)),
    "umol": ("substance", Decimal("0.001")),
    "meq": ("equivalents", Decimal(1)),
    "[iU]": ("international units", Decimal(1)),
    "[IU]": ("international units", Decimal(1)),  # UCUM holds both spellings
    "k[iU]": ("international units", Decimal(1000)),
    "k[IU]": ("international units", Decimal(1000)),
    "m[iU]": ("international units", Decimal("0.001")),
    "m[IU]": ("international units", Decimal("0.001")),
    "u[iU]": ("international units", Decimal("0.000001")),
    "u[IU]": ("international units", Decimal("0.000001")),
    "U": ("units", Decimal(1)),
    "mm[Hg]": ("pressure", Decimal(1)),
    "Cel": ("temperature (Celsius)", Decimal(1)),
    "[degF]": ("temperature (Fahrenheit)", Decimal(1)),
    "%": ("percent", Decimal(1)),
    "10*3": ("thousands", Decimal(1)),
    "10*9": ("billions", Decimal(1)),
    "[drp]": ("drops", Decimal(1)),
    "{score}": ("score", Decimal(1)),
    "{titer}": ("titer", Decimal(1)),
    "{count}": ("count", Decimal(1)),
    "{index}": ("index", Decimal(1)),
    "{unit}": ("blood units", Decimal(1)),
    "{vial}": ("vials", Decimal(1)),
    "{dose}": ("doses", Decimal(1)),
    "{billing_unit}": ("billing units", Decimal(1)),
}
_SPELLED = {
    "[iU]": "international units",
    "[IU]": "international units",
    "k[iU]": "thousand international units",
    "k[IU]": "thousand international units",
    "m[iU]": "milli-international units",
    "m[IU]": "milli-international units",
    "u[iU]": "micro-international units",
    "u[IU]": "micro-international units",
    "U": "units",
    "ug": "mcg",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "[in_i]": "in",
    "m2": "m²",
    "10*3/uL": "× 10³/µL",
    "10*9/L": "× 10⁹/L",
    "[drp]": "drops",
    "{score}": "points",
    "{unit}": "unit of blood",
    "{vial}": "vials",
    "{dose}": "doses",
    "{billing_unit}": "billing units",
}
_ANNOTATION = re.compile(r"(?<=.)\{[^}]*\}")


class UnitError(ValueError):
    """A unit that is not known here, or two units that do not measure the same thing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A UCUM unit: its code as written, and the powers of its atoms."""

    code: str
    powers: tuple[tuple[str, int], ...]

    def measures(self) -> tuple[tuple[str, int], ...]:
        """What the unit measures, for example mass^1 volume^-1 for mg/mL."""
        totals: dict[str, int] = {}
        for atom, power in self.powers:
            kind = _ATOMS[atom][0]
            totals[kind] = totals.get(kind, 0) + power
        return tuple(sorted((kind, power) for kind, power in totals.items() if power))

    def scale(self) -> tuple[Decimal, Decimal]:
        """Exact factor to the base units, as numerator and denominator (so that no division is done early)."""
        above = below = Decimal(1)
        for atom, power in self.powers:
            factor = _ATOMS[atom][1]
            if power > 0:
                above *= factor**power
            else:
                below *= factor**-power
        return above, below

    def comparable(self, other: Unit) -> bool:
        """True when both measure the same thing, so that one can be converted to the other."""
        return self.measures() == other.measures()

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """The product (`sign=1`) or quotient (`sign=-1`) of two units, equal atoms cancelled."""
        totals = dict(self.powers)
        for atom, power in other.powers:
            totals[atom] = totals.get(atom, 0) + sign * power
        return _from_powers({atom: power for atom, power in totals.items() if power})

    def spelled(self) -> str:
        """The unit as a nurse reads it: units and mcg spelled, no UCUM brackets."""
        if self.code in _SPELLED:
            return _SPELLED[self.code]
        return re.sub(r"[^/.]+", lambda part: _SPELLED.get(part[0], part[0]), self.code)

    def __str__(self) -> str:
        return self.code


@lru_cache(maxsize=1024)
def unit(code: str) -> Unit:
    """Read a UCUM code such as `mg/kg`, `mL/h` or `10*3/uL`.

    Raises UnitError naming the part that is not known. An annotation after an atom carries no meaning and is ignored.
    """
    if not code.strip():
        raise UnitError("a unit is missing")
    cleaned = _ANNOTATION.sub("", code.strip())
    if cleaned == "1":
        return Unit("1", ())
    powers: dict[str, int] = {}
    sign = 1
    for part in re.split(r"([./])", cleaned if not cleaned.startswith("/") else "1" + cleaned):
        if part == "/":
            sign = -1
        elif part == ".":
            sign = 1
        elif part == "1" or not part:
            continue
        elif part in _ATOMS:
            powers[part] = powers.get(part, 0) + sign
        else:
            raise UnitError(
                f"“{part}” in “{code}” is not a unit known here (UCUM codes are expected, such as mg, mL/h or [iU])"
            )
    return Unit(cleaned, tuple(sorted((atom, power) for atom, power in powers.items() if power)))


def _from_powers(powers: dict[str, int]) -> Unit:
    above = [atom if power == 1 else ".".join([atom] * power) for atom, power in sorted(powers.items()) if power > 0]
    below = ["/" + atom for atom, power in sorted(powers.items()) for _ in range(-power) if power < 0]
    code = (".".join(above) or "1") + "".join(below)
    return Unit(code, tuple(sorted(powers.items())))
