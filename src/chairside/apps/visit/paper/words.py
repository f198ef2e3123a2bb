"""Reading the words of a line: parts between semicolons, numbers with their units. What is left over is told, never dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from chairside.core.kernel.quantity import Quantity, QuantityError, decimal, quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.visit.plan import DrugPlan, VisitPlan
from chairside.core.visit.state import VisitState
from chairside.core.visit.values import Identifiers

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(\S.*)?")
_UNITS = {"ml/h": "mL/h", "ml": "mL", "mg": "mg", "mcg": "ug", "µg": "ug", "ug": "ug", "g": "g", "units": "[iU]", "iu": "[iU]"}


class Unread(ValueError):
    """A line that does not say one thing clearly; the message tells the person what to write."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a line may refer to: the plan, the state as it stands with the lines before it, the drug that the row names.

    at   the paper's time, in the zone of the site
    """

    plan: VisitPlan
    state: VisitState
    drug: DrugPlan | None
    at: datetime

    def drug_key(self) -> str:
        if self.drug is None:
            raise Unread("Choose the drug.")
        return self.drug.key


class Parts:
    """The parts of a line. Each is taken once; `done` refuses what nobody took."""

    def __init__(self, text: str) -> None:
        self.left = [part.strip() for part in text.split(";") if part.strip()]

    def first(self, what: str) -> str:
        if not self.left:
            raise Unread(f"Write {what}.")
        return self.left.pop(0)

    def flag(self, *words: str) -> bool:
        """Whether one of these parts stands there, word for word."""
        found = next((part for part in self.left if part.casefold() in words), None)
        if found is not None:
            self.left.remove(found)
        return found is not None

    def after(self, *words: str) -> str | None:
        """The part that begins with one of these words, without the word."""
        for part in self.left:
            word, _, rest = part.partition(" ")
            if word.casefold() in words and rest.strip():
                self.left.remove(part)
                return rest.strip()
        return None

    def yes_no(self, name: str) -> bool | None:
        """`consent yes`, `consent no`, or not said."""
        if self.flag(f"{name} yes"):
            return True
        return False if self.flag(f"{name} no") else None

    def either(self, word: str) -> bool | None:
        """`intact`, `not intact`, or not said."""
        if self.flag(word):
            return True
        return False if self.flag(f"not {word}") else None

    def identifiers(self, *, name_alone: bool = False) -> Identifiers:
        """Name and birth date as the patient said them. What the paper lacks stays empty, and the guard tells of it."""
        born = next((part for part in self.left if _DAY.fullmatch(part)), None)
        if born is None:
            return Identifiers(self.left.pop(0) if name_alone and self.left else "", None)
        self.left.remove(born)
        try:
            said = date.fromisoformat(born)
        except ValueError:
            raise Unread(f"“{born}” is not a date.") from None
        return Identifiers(self.left.pop(0) if self.left else "", said)

    def rest(self) -> str:
        """What is left, as words."""
        words, self.left = "; ".join(self.left), []
        return words

    def done(self) -> None:
        if self.left:
            raise Unread(f"“{'; '.join(self.left)}” is not understood here. Write it as a note on a line of its own.")


def measured(text: str, unit: str) -> Quantity:
    """A number in a fixed unit; the unit may be written, another one is refused."""
    value = amount(text, unit)
    if value.unit.code != unit:
        raise Unread(f"“{text}” must be in {quantity(1, unit).unit.spelled()}.")
    return value


def amount(text: str, unit: str = "") -> Quantity:
    """A number with its unit. Raises Unread for a comma, two numbers or a unit that is not known."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or not (found[2] or unit):
        raise Unread(f"“{text}” is not a number{'' if unit else ' with its unit'}. Write it without commas.")
    code = _UNITS.get((found[2] or unit).strip().casefold(), (found[2] or unit).strip())
    try:
        return quantity(decimal(found[1]), code)
    except (QuantityError, UnitError):
        raise Unread(f"“{found[2]}” is not a unit that is known here.") from None


def whole(text: str, what: str, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= most:
        raise Unread(f"{what}: “{text}” is not a whole number from 1 to {most}.")
    return int(text)


def moment(text: str, near: datetime) -> tuple[datetime, bool]:
    """`13:20` on the day of `near`, or `2026-11-24 01:20`; and whether the day is written. Raises Unread for anything else."""
    day, _, clock = text.rpartition(" ")
    try:
        on = date.fromisoformat(day.strip()) if day else near.date()
        return datetime.combine(on, time.fromisoformat(clock), tzinfo=near.tzinfo), bool(day)
    except ValueError:
        raise Unread(f"“{text}” is no time. Write 13:20, or 2026-11-24 01:20.") from None
