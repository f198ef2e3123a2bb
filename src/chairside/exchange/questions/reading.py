"""Reads the fields of a question exactly. What cannot be used raises one `InputProblem` that names the field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import UnitError, unit
from chairside.exchange.questions.believable import believable
from chairside.exchange.questions.numbers import exact, kind_of
from chairside.exchange.questions.text import InputProblem, joined, shown

Value = TypeVar("Value")

_MOST_TEXT = 2_000
_MOST_UNIT = 40
_MOST_ENTRIES = 5_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_YEARS = range(1850, 2201)


class Fields:
    """One JSON object. A key that is absent or null reads as None; `close` refuses the keys that nobody asked for."""

    def __init__(self, raw: Mapping[str, Any], path: str = "") -> None:
        if not isinstance(raw, Mapping):
            raise InputProblem(path or "question", f"is {kind_of(raw)}; an object with named fields is expected")
        self.raw = raw
        self.path = path
        self._asked: set[str] = set()

    def place(self, key: str) -> str:
        """The path of one of its fields."""
        return joined(self.path, key)

    def problem(self, key: str, sentence: str) -> InputProblem:
        """What is wrong with one of its fields, ready to be raised."""
        return InputProblem(self.place(key), sentence)

    def needed(self, key: str, value: Value | None) -> Value:
        """The value that was read, or the sentence that the field is missing."""
        if value is None:
            raise self.problem(key, "is missing")
        return value

    def text(self, key: str, *, most: int = _MOST_TEXT, lines: bool = False) -> str | None:
        """A word, a name or a code; or `lines` of a note. A sign that nobody sees would make it another word in silence."""
        value = self._value(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.problem(key, f"is {kind_of(value)}; text is expected")
        if not value.strip():
            raise self.problem(key, "is empty; write it or leave the field out")
        if len(value) > most:
            raise self.problem(key, f"is longer than {most:,} characters")
        said = value.strip()
        if not said.isprintable():
            unseen = next((sign for sign in said if not sign.isprintable() and not (lines and sign in "\n\r\t")), "")
            if unseen:
                raise self.problem(
                    key, f"{shown(said)} holds a sign that cannot be seen (U+{ord(unseen):04X}); write it without"
                )
        return said

    def unit_code(self, key: str) -> str | None:
        """A UCUM code as it is written; whether it is one is asked where it is used."""
        return self.text(key, most=_MOST_UNIT)

    def word(self, key: str, among: Collection[str]) -> str | None:
        """One of the listed words."""
        value = self.text(key)
        if value is not None and value not in among:
            raise self.problem(key, f"{shown(value)} is not one of {', '.join(among)}")
        return value

    def number(self, key: str, *, least: int | None = 0, above: int | None = None) -> Decimal | None:
        """An exact decimal, as text or as a JSON number: not below `least` (0 unless told), or more than `above`."""
        value = self._value(key)
        if value is None:
            return None
        number = exact(value, self.place(key))
        if above is not None and number <= above:
            raise self.problem(key, f"{shown(value)} must be above {'zero' if above == 0 else above}")
        if least is not None and number < least:
            raise self.problem(key, f"{shown(value)} must not be below {'zero' if least == 0 else least}")
        ends = believable(key)
        if ends is not None and number > 0 and not ends[0] <= number <= ends[1]:
            between = f"{ends[0]:f} to {ends[1]:,f}"
            raise self.problem(key, f"{shown(value)} cannot be right: {between}; check the number and its unit")
        return number

    def whole(self, key: str, *, least: int = 1, most: int = 100_000) -> int | None:
        """A whole number, as text or as a JSON number."""
        number = self.number(key, least=None)
        if number is None:
            return None
        if number != number.to_integral_value() or not least <= number <= most:
            raise self.problem(key, f"{shown(self.raw[key])} is not a whole number from {least} to {most:,}")
        return int(number)

    def flag(self, key: str) -> bool | None:
        value = self._value(key)
        if value is not None and not isinstance(value, bool):
            raise self.problem(key, f"is {kind_of(value)}; true or false is expected")
        return value

    def day(self, key: str) -> date | None:
        """A calendar day, YYYY-MM-DD."""
        value = self._value(key)
        if value is None:
            return None
        try:
            if not isinstance(value, str) or not _DAY.fullmatch(value):
                raise ValueError
            day = date.fromisoformat(value)
        except ValueError:
            raise self.problem(key, f"{shown(value)} is not a day of the calendar; write YYYY-MM-DD") from None
        if day.year not in _YEARS:
            raise self.problem(key, f"{shown(value)} cannot be right; check the year")
        return day

    def moment(self, key: str) -> datetime | None:
        """A date and time with its zone."""
        value = self._value(key)
        if value is None:
            return None
        try:
            if not isinstance(value, str) or not _MOMENT.fullmatch(value):
                raise ValueError
            moment = datetime.fromisoformat(value)
        except ValueError:
            sentence = f"{shown(value)} is not a time; write it with its zone, as in 2026-04-13T08:30:00-06:00"
            raise self.problem(key, sentence) from None
        if moment.tzinfo is None:
            raise self.problem(key, f"{shown(value)} has no zone; write it as in 2026-04-13T08:30:00-06:00")
        if moment.year not in _YEARS:
            raise self.problem(key, f"{shown(value)} cannot be right; check the year")
        return moment

    def quantity(self, key: str) -> Quantity | None:
        """An amount above zero with its unit: `{"amount": "5", "unit": "mg/kg"}`."""
        part = self.part(key)
        return None if part is None else part.itself()

    def quantities(self, key: str) -> tuple[Quantity, ...]:
        """A list of amounts with their units; none when the field is absent."""
        return tuple(part.itself() for part in self.parts(key))

    def itself(self) -> Quantity:
        """The amount above zero that this object is."""
        made = self.measured(self.needed("amount", self.number("amount", least=None, above=0)), "unit")
        self.close()
        return made

    def measured(self, amount: Decimal, key: str) -> Quantity:
        """An amount with the unit that stands in the field `key`."""
        code = self.needed(key, self.unit_code(key))
        try:
            return Quantity(amount, unit(code))
        except UnitError as problem:
            raise self.problem(key, str(problem)) from None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; none when the field is absent."""
        entries = self.entries(key)
        inside = Fields({f"{key}[{place}]": entry for place, entry in enumerate(entries)}, self.path)
        return tuple(inside.needed(name, inside.text(name)) for name in inside.raw)

    def numbers(self, key: str) -> tuple[Decimal, ...]:
        """A list of exact decimals; none when the field is absent."""
        return tuple(exact(entry, f"{self.place(key)}[{place}]") for place, entry in enumerate(self.entries(key)))

    def wholes(self, key: str, *, least: int = 1, most: int = 100_000) -> tuple[int, ...]:
        """A list of whole numbers; none when the field is absent."""
        inside = Fields({f"{key}[{place}]": entry for place, entry in enumerate(self.entries(key))}, self.path)
        return tuple(inside.needed(name, inside.whole(name, least=least, most=most)) for name in inside.raw)

    def part(self, key: str) -> Fields | None:
        """An object inside."""
        value = self._value(key)
        return None if value is None else Fields(value, self.place(key))

    def parts(self, key: str) -> tuple[Fields, ...]:
        """A list of objects; none when the field is absent."""
        return tuple(Fields(entry, f"{self.place(key)}[{place}]") for place, entry in enumerate(self.entries(key)))

    def close(self) -> None:
        """Refuse a field that nobody asked for: a misspelt one would be a fact that silently does not count."""
        extra = next((key for key in self.raw if key not in self._asked), None)
        if extra is None:
            return
        from difflib import get_close_matches

        near = get_close_matches(extra, sorted(self._asked), 1)
        known = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(self._asked))}"
        raise InputProblem(joined(self.path, shown(extra)[1:-1]), f"is not a field of this question; {known}")

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        return self.raw.get(key)

    def entries(self, key: str) -> list[Any]:
        """A list as it stands; empty when the field is absent."""
        value = self._value(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.problem(key, f"is {kind_of(value)}; a list is expected")
        if len(value) > _MOST_ENTRIES:
            raise self.problem(key, f"has more than {_MOST_ENTRIES:,} entries")
        return value
