"""JSON files to the scheduler's own types and back."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError

Made = TypeVar("Made")


class FileProblem(ValueError):
    """The file cannot be used: one line that begins with the file or the field."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(" ".join(f"{field}: {sentence}".split()))


def load(path: Path) -> Any:
    """The plain values of a JSON file. Raises FileProblem."""
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        return json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except (OSError, EOFError, zlib.error) as problem:
        why = getattr(problem, "strerror", "") or str(problem)
        raise FileProblem(str(path), f"cannot be read: {why.lower()}") from None
    except UnicodeDecodeError:
        raise FileProblem(str(path), "is not text in UTF-8") from None
    except json.JSONDecodeError as problem:
        raise FileProblem(str(path), f"is not JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}") from None
    except RecursionError:
        raise FileProblem(str(path), "is nested too deeply") from None
    except ValueError:
        raise FileProblem(str(path), "has a number of too many digits") from None


def save(path: Path, answer: Any) -> None:
    """Write an answer; a path that ends in .gz as gzip. Raises FileProblem."""
    raw = json.dumps(answer, ensure_ascii=False).encode()
    try:
        path.write_bytes(gzip.compress(raw, mtime=0) if path.suffix == ".gz" else raw)
    except OSError as problem:
        raise FileProblem(str(path), f"cannot be written: {(problem.strerror or '').lower()}") from None


def made(kind: type[Made], values: Any, where: str = "", written: Mapping[str, str] | None = None) -> Made:
    """Plain values as one of the scheduler's types. Raises FileProblem naming the field.

    where    their place in the file
    written    how a name of ours is written there
    """
    try:
        (found,) = _adapter(cast(Hashable, kind)).validate_json(json.dumps([values]))
    except ValidationError as problem:
        error = problem.errors(include_url=False)[0]
        field = _path(where, ((written or {}).get(str(step), step) for step in error["loc"][1:]))
        raise FileProblem(field or where or "the file", _sentence(error["type"], error["msg"])) from None
    return cast(Made, found)


def refuse_first(problems: Iterable[tuple[str, str]], where: str = "") -> None:
    """Raise the first of these problems, if there is one."""
    for field, sentence in problems:
        raise FileProblem(_path(where, (field,)), sentence)


def part(values: Any, key: str, where: str = "") -> Any:
    """A required key of an object. Raises FileProblem."""
    if not isinstance(values, dict):
        raise FileProblem(where or "the file", "must be an object")
    if key not in values:
        raise FileProblem(_path(where, (key,)), "is missing")
    return values[key]


def expect_kind(values: Any, kind: str) -> None:
    """Raise FileProblem unless this is a file of that kind."""
    if (found := part(values, "kind")) != kind:
        raise FileProblem("kind", f"must be “{kind}”, and is “{found}”")


def number(value: float) -> int | float:
    """A price as people write it: 1455, not 1455.0."""
    return int(value) if value == int(value) else round(value, 6)


def _no_number(text: str) -> float:
    raise json.JSONDecodeError(f"{text} is no number", text, 0)


@lru_cache(maxsize=32)
def _adapter(kind: Hashable) -> TypeAdapter[list[Any]]:
    # A list, because pydantic takes no configuration beside a dataclass: the dataclasses inside inherit it.
    return TypeAdapter(list[kind], config=ConfigDict(strict=True, extra="ignore"))  # type: ignore[valid-type]


def _path(where: str, steps: Iterable[Any]) -> str:
    path = where
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else (f".{step}" if path else step)
    return path


def _sentence(kind: str, message: str) -> str:
    return "is missing" if kind == "missing" else f"{message[0].lower()}{message[1:]}"
