"""JSON text to plain values and back, digit for digit: no fraction becomes a float, no key may stand twice."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

_MOST = 4_000_000
_DIGITS = 40


class InputProblem(ValueError):
    """The question cannot be used. `field` is the path of what is wrong; the text is one sentence that begins with it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(" ".join(f"{field}: {sentence}".split()))
        self.field = field


class _Twice(dict[str, Any]):
    """An object in which `key` stands twice."""

    key = ""


def parse(text: str) -> Any:
    """JSON text as plain values: fractions as Decimal, every digit kept. Raises InputProblem."""
    if len(text) > _MOST:
        raise InputProblem("question", f"is longer than {_MOST:,} characters")
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            parse_float=Decimal,
            parse_int=_integer,
            parse_constant=Decimal,  # NaN and Infinity: refused where they are read, with their field
            object_pairs_hook=_object,
        )
        twice = _first_twice(value, "")
    except json.JSONDecodeError as problem:
        sentence = f"is not JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}"
        raise InputProblem("question", sentence) from None
    except RecursionError:
        raise InputProblem("question", "is nested too deeply") from None
    if twice:
        raise InputProblem(twice, "is given twice")
    return value


def write(answer: Any) -> str:
    """An answer as JSON text. Raises TypeError for a value that is not plain, so that no number loses a digit unseen."""
    return json.dumps(answer, ensure_ascii=False, indent=1)


def joined(path: str, key: str) -> str:
    """The path of a key inside a part of the question."""
    return f"{path}.{key}" if path else key


def shown(value: object) -> str:
    """A value as a sentence quotes it: short, on one line."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(value))
    return f"“{text[:40]}…”" if len(text) > 41 else f"“{text}”"


def _integer(text: str) -> int | Decimal:
    # Python refuses to turn thousands of digits into an int; the reader of the field then says that it is too large.
    return int(text) if len(text) <= _DIGITS else Decimal(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    keys = [key for key, _ in pairs]
    twice = _Twice(made)
    twice.key = next(key for place, key in enumerate(keys) if key in keys[:place])
    return twice


def _first_twice(value: Any, path: str) -> str:
    """The path of the first key that stands twice, "" when none does."""
    if isinstance(value, _Twice):
        return joined(path, shown(value.key)[1:-1])
    parts: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        parts = [(joined(path, key), part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(f"{path}[{place}]", part) for place, part in enumerate(value)]
    return next((found for place, part in parts if (found := _first_twice(part, place))), "")
