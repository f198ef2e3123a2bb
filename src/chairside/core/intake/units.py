"""Units as people and laboratories spell them -> UCUM, where only one can be meant; and numbers in the unit of a fact.

A spelling that could be two units (`C`, `M`, `units`) is in no table: the value is then kept as sent and questioned.
Sources: UCUM specification 2.1, its tables of common synonyms; LOINC's list of example units.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from functools import lru_cache

from chairside.core.kernel.ucum import converted as converted_exactly
from chairside.core.kernel.ucum import measure

# A part between slashes, in lower case, where it is not UCUM as it stands.
_PARTS = {
    **dict.fromkeys(("lb", "lbs", "lb.", "lbs.", "pound", "pounds", "lb_av"), "[lb_av]"),
    **dict.fromkeys(("oz", "oz.", "ounce", "ounces"), "[oz_av]"),
    **dict.fromkeys(("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "kg."), "kg"),
    **dict.fromkeys(("gm", "gms", "gram", "grams"), "g"),
    **dict.fromkeys(("in", "in.", "inch", "inches", "in_i"), "[in_i]"),
    **dict.fromkeys(("ft", "ft.", "foot", "feet"), "[ft_i]"),
    **dict.fromkeys(("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres", "cm."), "cm"),
    **dict.fromkeys(("mmhg", "mm hg", "mm/hg"), "mm[Hg]"),
    **dict.fromkeys(("mcg", "µg", "μg", "microgram", "micrograms"), "ug"),
    **dict.fromkeys(("mcl", "µl", "μl"), "uL"),
    **dict.fromkeys(("µmol", "μmol", "mcmol"), "umol"),
    **dict.fromkeys(("cc", "milliliter", "milliliters"), "mL"),
    **dict.fromkeys(("iu", "international units"), "[IU]"),
    **dict.fromkeys(("miu",), "m[IU]"),
    **dict.fromkeys(("uiu", "µiu", "μiu", "mciu"), "u[IU]"),
    **dict.fromkeys(
        ("k", "thou", "thousand", "10^3", "10e3", "10e+3", "x10e3", "x10^3", "x10(3)", "x10*3", "10(3)", "10³"), "10*3"
    ),
    **dict.fromkeys(("10^6", "10e6", "x10e6", "x10^6", "x10*6", "mil", "mill", "million", "10⁶"), "10*6"),
    **dict.fromkeys(("10^9", "10e9", "x10e9", "x10^9", "x10*9", "10⁹"), "10*9"),
    **dict.fromkeys(("10^12", "10e12", "x10e12", "x10^12", "x10*12"), "10*12"),
    **dict.fromkeys(("mm3", "mm^3", "cumm", "cu mm", "mm³"), "mm3"),
    **dict.fromkeys(("m^2", "m²", "sqm", "sq m"), "m2"),
    **dict.fromkeys(("cm^2", "cm²"), "cm2"),
    **dict.fromkeys(("1.73m2", "1.73 m2", "1.73m^2", "1.73 m^2", "1.73m²", "1.73 m²", "1.73"), "{1.73_m2}"),
    **dict.fromkeys(("degc", "deg c", "°c", "celsius", "degrees c", "degrees celsius", "cel"), "Cel"),
    **dict.fromkeys(("degf", "deg f", "°f", "fahrenheit", "degrees f", "degrees fahrenheit", "[degf]"), "[degF]"),
    **dict.fromkeys(("bpm", "beats/min", "beats/minute", "beats per minute", "breaths/min", "breaths/minute"), "/min"),
    **dict.fromkeys(("percent", "pct", "% sat", "%sat"), "%"),
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("minute", "minutes", "mins"), "min"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("meq", "meq."), "meq"),
    **dict.fromkeys(("dl", "deciliter"), "dL"),
    **dict.fromkeys(("ml",), "mL"),
    **dict.fromkeys(("liter", "liters", "litre"), "L"),
    **dict.fromkeys(("ph",), "[pH]"),
    **dict.fromkeys(("(score)", "score", "points"), "{score}"),
}
# UCUM reads a kelvin here; a laboratory means a thousand.
_NEVER_MEANT = {"K/uL": "10*3/uL", "K/mm3": "10*3/mm3", "K/ul": "10*3/uL", "K/mcL": "10*3/uL"}
# g/mol and charge of what laboratories report in moles or equivalents; phosphate as phosphorus, urea as its nitrogen (two
# atoms a mole of urea). Source: molecular formula with the IUPAC abridged standard atomic weights. tier: recall, for review.
_SUBSTANCES: dict[str, tuple[str, int]] = {
    "lab.creatinine": ("113.12", 0),
    "lab.glucose": ("180.16", 0),
    "lab.bilirubin": ("584.67", 0),
    "lab.uric_acid": ("168.11", 0),
    "lab.bun": ("28.014", 0),
    "lab.calcium": ("40.078", 2),
    "lab.magnesium": ("24.305", 2),
    "lab.phosphate": ("30.974", 0),
    "lab.potassium": ("39.098", 1),
    "lab.sodium": ("22.990", 1),
}


@lru_cache(maxsize=4096)
def as_ucum(text: str) -> str:
    """The UCUM code of a unit as it was sent; "" when it is none, or when it could be two."""
    said = text.strip()
    if said in _NEVER_MEANT:
        return _NEVER_MEANT[said]
    if measure(said) is not None:
        return said
    whole = _PARTS.get(said.casefold())
    if whole is not None:
        return whole
    parts = [part if measure(part) is not None else _PARTS.get(part.strip().casefold(), "") for part in said.split("/")]
    code = "/".join(parts)
    return code if all(parts[1:]) and (parts[0] or said.startswith("/")) and measure(code) is not None else ""


def converted(number: Decimal, code: str, target: str, fact: str = "") -> Decimal | None:
    """The number in the unit of a fact, exactly; None when the two do not measure the same thing.

    fact    `lab.creatinine`: moles and equivalents become grams (or the reverse) for the substances of the table only
    """
    direct = converted_exactly(number, code, target)
    if direct is not None or fact not in _SUBSTANCES:
        return direct
    mass, charge = _SUBSTANCES[fact]
    for of, per in (("mol", Decimal(mass)), ("eq", Decimal(mass) / charge if charge else None)):
        if per is None:
            continue
        for each, factor in _exchanged(code, of, per):
            if (through := converted_exactly(number * factor, each, target)) is not None:
                return through
    return _by_charge(number, code, target, charge)


def _exchanged(code: str, of: str, per: Decimal) -> list[tuple[str, Decimal]]:
    """`umol/L` as `ug/L` times the molar mass, and `mg/dL` as `mmol/dL` over it."""
    first, slash, rest = code.partition("/")
    found = []
    if first.endswith(of):
        found.append((first.removesuffix(of) + "g" + slash + rest, per))
    elif first.endswith("g"):
        with localcontext() as context:
            context.prec = 34
            found.append((first.removesuffix("g") + of + slash + rest, 1 / per))
    return found


def _by_charge(number: Decimal, code: str, target: str, charge: int) -> Decimal | None:
    """Moles and equivalents of an ion: one mole of a divalent ion is two equivalents."""
    if not charge:
        return None
    if "eq" in code:
        return converted_exactly(number / charge, code.replace("eq", "mol"), target)
    return converted_exactly(number * charge, code.replace("mol", "eq"), target) if "mol" in code else None
