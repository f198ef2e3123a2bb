"""JSON text <-> Python with every digit kept: `85.00` stays `85.00`, and two texts are compared in one canonical form."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any, TypeAlias

Json: TypeAlias = "dict[str, Any]"  # a JSON object; its values are checked by the validator, not by the type checker

MAX_BYTES = 64 * 1024 * 1024  # one document or one NDJSON line; a longer one is refused, never cut
_SPACE = re.compile(r"[ \t\r\n]*")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonProblem(ValueError):
    """Text that is not one JSON value, or that two readers would understand differently."""


class Written(Decimal):
    """A decimal that remembers how it was written (`85.00`, `1e2`). Arithmetic on it gives a plain Decimal."""

    text: str

    def __new__(cls, text: str) -> Written:
        number = super().__new__(cls, text)
        number.text = text
        return number


def _integer(text: str) -> int | Written:
    return Written(text) if text == "-0" or len(text) > 18 else int(text)


def _object(pairs: list[tuple[str, Any]]) -> Json:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise JsonProblem(f"“{twice[:60]}” is written twice in one object, so it is not clear which value counts")
    return result


def _constant(text: str) -> None:
    raise JsonProblem(f"{text} is not a number in JSON")


_DECODER = json.JSONDecoder(parse_float=Written, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object)


def parse(text: str | bytes, limit: int = MAX_BYTES) -> Any:
    """Read one JSON value. Decimals become `Written`. Raises JsonProblem with a sentence saying what and where."""
    if len(text) > limit:
        raise JsonProblem(f"it is {len(text):,} bytes long; at most {limit:,} are read at once")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise JsonProblem(f"it is not UTF-8 text (byte {problem.start + 1})") from None
    at = _space(text, 0)
    value, end = decode_at(text, at)
    if _space(text, end) != len(text):
        raise JsonProblem(f"it is not JSON: something stands behind the value, at character {end + 1}")
    return value


def decode_at(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins at a character, and where it ends. Raises JsonProblem."""
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as problem:
        raise JsonProblem(f"it is not JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}") from problem
    except RecursionError:
        raise JsonProblem("it is nested too deeply to be a FHIR resource") from None


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def canonical(value: Any) -> str:
    """The one text of a value: keys sorted, no spaces, numbers as they were written.

    Always storable: a lone surrogate, which UTF-8 cannot carry, is written as its escape.
    """
    parts: list[str] = []
    _write(value, parts.append)
    text = "".join(parts)
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) if _LONE_SURROGATE.search(text) else text


def digest(text: str) -> str:
    """SHA-256 of a canonical text, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _write(value: Any, put: Callable[[str], None]) -> None:
    if type(value) is dict:
        mark = "{"
        for name in sorted(value):
            inner = value[name]
            if type(inner) is str:
                put(f"{mark}{encode_basestring(name)}:{encode_basestring(inner)}")
            else:
                put(f"{mark}{encode_basestring(name)}:")
                _write(inner, put)
            mark = ","
        put("}" if value else "{}")
    elif type(value) is list:
        mark = "["
        for inner in value:
            put(mark)
            _write(inner, put)
            mark = ","
        put("]" if value else "[]")
    else:
        put(encode_basestring(value) if type(value) is str else _scalar(value))


def _scalar(value: Any) -> str:
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, Written):
        return value.text
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no exact JSON text")
