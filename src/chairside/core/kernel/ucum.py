"""Every unit that may come over a wire: is it UCUM at all, and by what exact factor does it become another?

`kernel.unit` is the short list that this record works with; this reads the whole grammar (prefixes, powers, brackets,
annotations), so that what laboratories send can be checked and turned into the unit of a fact. Never into another measure:
a mole needs a substance, an international unit and a scale such as pH or Celsius turn into nothing but themselves.
Source: the UCUM specification, version 2.1, its case-sensitive codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache

_PREFIXES = {
    **{"Y": 24, "Z": 21, "E": 18, "P": 15, "T": 12, "G": 9, "M": 6, "k": 3, "h": 2, "da": 1},
    **{"d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15, "a": -18, "z": -21, "y": -24},
}
# Atoms that take a prefix: what each measures (a product of base measures) and its factor.
_METRIC: dict[str, tuple[str, str]] = {
    **{"m": ("L", "1"), "s": ("T", "1"), "g": ("M", "1"), "rad": ("angle", "1"), "K": ("K", "1"), "cd": ("cd", "1")},
    **{"C": ("charge", "1"), "A": ("charge T-1", "1"), "mol": ("mol", "1"), "eq": ("eq", "1"), "osm": ("osm", "1")},
    **{"L": ("L3", "0.001"), "l": ("L3", "0.001"), "t": ("M", "1000000"), "ar": ("L2", "100"), "u": ("M", "1.66053906660e-24")},
    **{"N": ("M L T-2", "1000"), "Pa": ("M L-1 T-2", "1000"), "bar": ("M L-1 T-2", "1e8"), "J": ("M L2 T-2", "1000")},
    **{"m[Hg]": ("M L-1 T-2", "133322000"), "m[H2O]": ("M L-1 T-2", "9806650"), "W": ("M L2 T-3", "1000")},
    **{"V": ("M L2 T-2 charge-1", "1000"), "Ohm": ("M L2 T-1 charge-2", "1000"), "F": ("charge2 T2 M-1 L-2", "0.001")},
    **{"Hz": ("T-1", "1"), "Bq": ("T-1", "1"), "Ci": ("T-1", "37000000000"), "Gy": ("L2 T-2", "1"), "Sv": ("L2 T-2", "1")},
    **{"cal": ("M L2 T-2", "4184"), "G": ("gauss", "1"), "T": ("gauss", "10000"), "lm": ("lm", "1"), "lx": ("lx", "1")},
    **{"kat": ("kat", "1"), "U": ("U", "1"), "[iU]": ("iU", "1"), "[IU]": ("iU", "1"), "Cel": ("Cel", "1"), "B": ("B", "1")},
}
_PLAIN: dict[str, tuple[str, str]] = {
    **{"%": ("", "0.01"), "[ppth]": ("", "0.001"), "[ppm]": ("", "1e-6"), "[ppb]": ("", "1e-9"), "[pptr]": ("", "1e-12")},
    **{"10*": ("", "10"), "10^": ("", "10"), "[pi]": ("pi", "1"), "min": ("T", "60"), "h": ("T", "3600"), "d": ("T", "86400")},
    **{"wk": ("T", "604800"), "a": ("T", "31557600"), "mo": ("T", "2629800"), "deg": ("degree", "1"), "sr": ("sr", "1")},
    **{"[lb_av]": ("M", "453.59237"), "[oz_av]": ("M", "28.349523125"), "[gr]": ("M", "0.06479891")},
    **{"[stone_av]": ("M", "6350.29318"), "[lb_tr]": ("M", "373.2417216"), "[oz_tr]": ("M", "31.1034768")},
    **{"[in_i]": ("L", "0.0254"), "[ft_i]": ("L", "0.3048"), "[yd_i]": ("L", "0.9144"), "[mi_i]": ("L", "1609.344")},
    **{"[in_us]": ("L", "2/78.74"), "[ft_us]": ("L", "1200/3937"), "[Ch]": ("L", "1/3000")},
    **{"[foz_us]": ("L3", "0.0000295735295625"), "[tsp_us]": ("L3", "0.00000492892159375")},
    **{"[tbs_us]": ("L3", "0.00001478676478125"), "[cup_us]": ("L3", "0.0002365882365")},
    **{"[pt_us]": ("L3", "0.000473176473"), "[qt_us]": ("L3", "0.000946352946"), "[gal_us]": ("L3", "0.003785411784")},
    **{"[degF]": ("degF", "1"), "[pH]": ("pH", "1"), "[drp]": ("drp", "1"), "[diop]": ("L-1", "1"), "[Cal]": ("Cal", "1")},
    **{"[psi]": ("M L-1 T-2", "6894757.293168"), "atm": ("M L-1 T-2", "101325000"), "mesh": ("mesh", "1")},
}
# Arbitrary units: each measures only itself.
_ARBITRARY = (
    *("[CFU]", "[PFU]", "[FFU]", "[EU]", "[BAU]", "[AU]", "[USP'U]", "[beth'U]", "[GPL'U]", "[MPL'U]", "[APL'U]", "[arb'U]"),
    *("[anti'Xa'U]", "[Lf]", "[CCID_50]", "[TCID_50]", "[EID_50]", "[HPF]", "[LPF]", "[ELU]", "[todd'U]", "[knk'U]", "[ka'U]"),
    *("[mclg'U]", "[smgy'U]", "[dye'U]", "[bdsk'U]", "[tb'U]", "[PNU]", "[D'ag'U]", "[hnsf'U]", "[S]", "[p'diop]", "[MET]"),
    *("[Amb'a'1'U]", "[wood'U]", "[bf_i]"),
)
_PLAIN |= {atom: (atom, "1") for atom in _ARBITRARY}
# What is counted: a bare number, as against an annotation that names a scale of its own (`{BethesdaU}`, `{score}`).
_COUNTED = frozenset(
    ("cells", "cell", "beats", "beat", "breaths", "breath", "count", "counts", "RBC", "WBC", "RBCs", "WBCs", "ratio", "copies")
)
_SIMPLE = re.compile(r"(?P<symbol>10[*^]|[^0-9./(){}+\-\[\]]*(?:\[[^\[\]{}]*\])?[^0-9./(){}+\-\[\]]*)(?P<power>[+-]?\d+)?$")
_TOKEN = re.compile(r"[./()]|\{[\x21-\x7e ]*?\}|(?:\[[^\[\]{}]*\]|[^./(){}\[\]])+")
_TOO_LONG = 100


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit measures: powers of base measures, and the exact factor to them."""

    powers: tuple[tuple[str, int], ...]
    factor: Fraction

    def comparable(self, other: Measure) -> bool:
        return self.powers == other.powers


@lru_cache(maxsize=4096)
def measure(code: str) -> Measure | None:
    """What a UCUM code measures; None when it is not UCUM. `1` is a bare number, an annotation alone a scale of its own."""
    if not code or code != code.strip() or len(code) > _TOO_LONG:
        return None
    tokens = _TOKEN.findall(code)
    if "".join(tokens) != code:
        return None
    try:
        found, rest = _term(tokens)
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return None
    return None if rest else found


def converted(number: Decimal, code: str, target: str) -> Decimal | None:
    """The number in the target unit, exact where a decimal can be, else to 34 digits; None when they do not compare."""
    one, other = measure(code), measure(target)
    if one is None or other is None or not one.comparable(other):
        return None
    factor = one.factor / other.factor
    with localcontext() as context:
        context.prec = 34
        return number * factor.numerator / factor.denominator


def _term(tokens: list[str]) -> tuple[Measure, list[str]]:
    found, sign = Measure((), Fraction(1)), 1
    if tokens[0] == "/":
        sign, tokens = -1, tokens[1:]
    while True:
        part, tokens = _component(tokens, sign)
        found = _times(found, part, sign)
        if not tokens or tokens[0] == ")":
            return found, tokens
        if tokens[0] not in "./":
            raise ValueError(tokens[0])
        sign, tokens = (-1 if tokens[0] == "/" else 1), tokens[1:]


def _component(tokens: list[str], sign: int) -> tuple[Measure, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "(":
        inside, rest = _term(rest)
        if rest[0] != ")":
            raise ValueError("bracket")
        return inside, rest[1:]
    if first.startswith("{"):
        name = first[1:-1]
        own = sign > 0 and name not in _COUNTED
        return Measure(((first, 1),) if own else (), Fraction(1)), rest
    found = Measure((), Fraction(int(first))) if first.isdecimal() and int(first) > 0 else _simple(first)
    return found, rest[1:] if rest and rest[0].startswith("{") else rest


def _simple(text: str) -> Measure:
    read = _SIMPLE.match(text)
    if read is None:
        raise ValueError(text)
    atom = _atom(read["symbol"])
    if read["power"] is None and read["symbol"] not in ("10*", "10^"):
        return atom
    power = int(read["power"] or 1)
    if abs(power) > 30:
        raise ValueError(text)
    return Measure(tuple((name, each * power) for name, each in atom.powers if power), atom.factor**power)


def _atom(symbol: str) -> Measure:
    known = _PLAIN.get(symbol) or _METRIC.get(symbol)
    if known is not None:
        return _made(*known)
    for size in (2, 1):
        exponent, known = _PREFIXES.get(symbol[:size]), _METRIC.get(symbol[size:])
        if exponent is not None and known is not None:
            base = _made(*known)
            return Measure(base.powers, base.factor * Fraction(10) ** exponent)
    raise ValueError(symbol)


def _made(powers: str, factor: str) -> Measure:
    above, _, below = factor.partition("/")
    return Measure(tuple(sorted(_power(item) for item in powers.split())), Fraction(above) / Fraction(below or "1"))


def _power(item: str) -> tuple[str, int]:
    found = re.fullmatch(r"(.*?)(-?\d+)", item) if not item.startswith("[") else None
    return (found[1], int(found[2])) if found else (item, 1)


def _times(one: Measure, other: Measure, sign: int) -> Measure:
    totals = dict(one.powers)
    for name, power in other.powers:
        totals[name] = totals.get(name, 0) + sign * power
    return Measure(tuple(sorted((name, power) for name, power in totals.items() if power)), one.factor * other.factor**sign)
