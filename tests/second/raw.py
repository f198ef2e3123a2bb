"""The formulary as raw text: YAML whose scalars stay strings, and quantities as exact fractions with exponents of units."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FORMULARY = Path(__file__).parents[2] / "src" / "chairside" / "formulary"

# Each unit as a factor and the exponents of its base units. One letter for each base: m mass (mg), v volume (mL), t time
# (min), w body weight (kg), a surface (m2), u units of activity, i international units, o anything counted by itself.
_UNITS: dict[str, tuple[Fraction, str]] = {
    "mg": (Fraction(1), "m"),
    "g": (Fraction(1000), "m"),
    "ug": (Fraction(1, 1000), "m"),
    "ng": (Fraction(1, 10**6), "m"),
    "mL": (Fraction(1), "v"),
    "dL": (Fraction(100), "v"),
    "L": (Fraction(1000), "v"),
    "uL": (Fraction(1, 1000), "v"),
    "min": (Fraction(1), "t"),
    "h": (Fraction(60), "t"),
    "d": (Fraction(1440), "t"),
    "wk": (Fraction(10080), "t"),
    "kg": (Fraction(1), "w"),
    "m2": (Fraction(1), "a"),
    "U": (Fraction(1), "u"),
    "[iU]": (Fraction(1), "i"),
    "{unit}": (Fraction(1), "o"),
    "%": (Fraction(1, 100), ""),
    "10*3": (Fraction(1000), ""),
    "10*9": (Fraction(10**9), ""),
    "10*6": (Fraction(10**6), ""),
}


class NoSuchUnit(ValueError):
    """A unit that the second engine does not know."""


@dataclass(frozen=True)
class Amount:
    """A number in base units, with the exponents of the base units in alphabetical order."""

    value: Fraction
    kind: tuple[tuple[str, int], ...]

    def times(self, factor: Fraction) -> Amount:
        return Amount(self.value * factor, self.kind)


def amount(number: str, unit: str) -> Amount:
    """An amount from its number and unit as text. Raises NoSuchUnit."""
    value, powers = Fraction(number), dict[str, int]()
    for place, part in enumerate(unit.replace(".", "*@").split("/")) if unit else ():
        for word in part.split("*@"):
            if word not in _UNITS:
                raise NoSuchUnit(unit)
            factor, base = _UNITS[word]
            value = value / factor if place else value * factor
            if base:
                powers[base] = powers.get(base, 0) + (-1 if place else 1)
    return Amount(value, tuple(sorted((base, power) for base, power in powers.items() if power)))


def quantity(text: str) -> Amount:
    """An amount from one string, such as `5 mg/kg`."""
    number, _, unit = text.strip().partition(" ")
    return amount(number, unit)


def over(kind: tuple[tuple[str, int], ...], base: str) -> tuple[tuple[str, int], ...] | None:
    """The kind without a division by `base` (mg/kg by kg gives mg); None when it is not by that base."""
    powers = dict(kind)
    if powers.pop(base, 0) != -1:
        return None
    return tuple(sorted(powers.items()))


class _Strings(yaml.CSafeLoader):
    """Every scalar as its own text."""


_Strings.yaml_implicit_resolvers = {}
_Strings.add_constructor("!quantity", lambda loader, node: loader.construct_scalar(node))


@cache
def protocols() -> dict[str, dict[str, Any]]:
    """All protocols of the formulary by id, as nested dictionaries of strings."""
    found = {}
    for path in sorted(FORMULARY.glob("*/*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), _Strings)
        if isinstance(data, dict) and "schema" in data and "id" in data:
            found[data["id"]] = data
    return found


def named(items: list[dict[str, Any]], key: str) -> dict[str, Any] | None:
    """The item of a key, or None."""
    return next((item for item in items if item["key"] == key), None)
