"""Exact quantities with units. Adding mg to mL cannot be written; nothing passes through binary floating point."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

from chairside.core.kernel.unit import Unit, UnitError, unit


class QuantityError(ValueError):
    """A number that is not one exact, finite decimal: not a number, infinite, a comma for the decimal point, a float."""


def decimal(value: object, field: str = "value") -> Decimal:
    """Read an exact decimal from text, int or Decimal. Raises QuantityError naming `field`."""
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise QuantityError(f"{field}: an exact decimal is expected, as text, not {type(value).__name__}")
    if isinstance(value, str) and "," in value:
        raise QuantityError(
            f"{field}: “{value}” has a comma; write the decimal point as a dot and leave out thousands separators"
        )
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise QuantityError(f"{field}: “{value}” is not a number") from None
    if not number.is_finite():
        raise QuantityError(f"{field}: “{value}” is not a finite number")
    return number


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact amount of something: `quantity("5", "mg/kg") * quantity("82.4", "kg")` is 412 mg."""

    amount: Decimal
    unit: Unit

    def to(self, code: str | Unit) -> Quantity:
        """The same quantity in another unit. Raises UnitError when the two do not measure the same thing."""
        target = unit(code) if isinstance(code, str) else code
        if target == self.unit:
            return self
        if not self.unit.comparable(target):
            raise UnitError(f"{self.unit} cannot be turned into {target}")
        above, below = self.unit.scale()
        target_above, target_below = target.scale()
        with localcontext() as context:
            context.prec = 40
            return Quantity(self.amount * above * target_below / (below * target_above), target)

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount + other.to(self.unit).amount, self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount - other.to(self.unit).amount, self.unit)

    def __mul__(self, other: Quantity | Decimal | int) -> Quantity:
        if not isinstance(other, Quantity):
            return Quantity(self.amount * other, self.unit)
        return _reduced(self.amount * other.amount, self.unit.times(other.unit))

    def __truediv__(self, other: Quantity | Decimal | int) -> Quantity:
        with localcontext() as context:
            context.prec = 40
            if not isinstance(other, Quantity):
                return Quantity(self.amount / other, self.unit)
            return _reduced(self.amount / other.amount, self.unit.times(other.unit, -1))

    def __lt__(self, other: Quantity) -> bool:
        return self.amount < other.to(self.unit).amount

    def __le__(self, other: Quantity) -> bool:
        return self.amount <= other.to(self.unit).amount

    def same(self, other: Quantity) -> bool:
        """True when both are the same amount, whatever the units they are written in."""
        return self.amount == other.to(self.unit).amount

    def rounded(self, step: Decimal) -> Quantity:
        """Rounded half up to a multiple of `step`. Call it once, last, and say so in the working."""
        with localcontext() as context:
            context.prec = 40
            return Quantity((self.amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step, self.unit)

    def spelled(self) -> str:
        """As a nurse reads it: leading zero, no trailing zero, thousands separated, the unit spelled (ISMP safe text)."""
        name = self.unit.spelled()
        return plain(self.amount) + (name if name == "%" else f" {name}" if name != "1" else "")

    def __str__(self) -> str:
        return f"{plain(self.amount, group=False)} {self.unit}"


def quantity(amount: object, code: str, field: str = "value") -> Quantity:
    """Make a quantity from text and a UCUM code. Raises QuantityError or UnitError naming what is wrong."""
    try:
        return Quantity(decimal(amount, field), unit(code))
    except UnitError as problem:
        raise UnitError(f"{field}: {problem}") from None


def plain(number: Decimal, group: bool = True) -> str:
    """A decimal as safe text: never an exponent, a trailing zero or a bare leading dot."""
    text = format(number.normalize() + 0, "f")
    return f"{Decimal(text):,f}" if group else text


def _reduced(amount: Decimal, code: Unit) -> Quantity:
    """Fold atoms of the same measure left on both sides (mL/h x min) into one exact factor when they cancel."""
    by_kind: dict[str, list[tuple[str, int]]] = {}
    for atom, power in code.powers:
        by_kind.setdefault(unit(atom).measures()[0][0], []).append((atom, power))
    for atoms in by_kind.values():
        if len(atoms) == 2 and atoms[0][1] == -atoms[1][1]:
            (first, power), (second, _) = atoms
            factor = Quantity(Decimal(1), unit(first)).to(second).amount
            code = code.times(unit(".".join([first] * abs(power))), -1 if power > 0 else 1)
            code = code.times(unit(".".join([second] * abs(power))), 1 if power > 0 else -1)
            amount = amount * factor**power if power > 0 else amount / factor**-power
    return Quantity(amount, code)
