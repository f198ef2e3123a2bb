"""Reads YAML exactly: decimals never become floats, quantities become Quantity, a key stated twice is an error."""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from chairside.core.kernel.quantity import QuantityError, quantity
from chairside.core.kernel.unit import UnitError

try:
    from yaml import CSafeLoader as _SafeLoader  # the same reader in C, seven times as fast
except ImportError:  # a PyYAML that was built without it
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]


class FormularyError(ValueError):
    """A file of the formulary that cannot be used: the file, the place in it, and what is wrong, in one line."""


class _PlainLoader(_SafeLoader):
    """YAML 1.2 words (only true and false are booleans), Decimal for every fraction, everything else as text."""


class _ExactLoader(_PlainLoader):
    """The same, with dates, and Quantity for `5 mg/kg`."""


_QUANTITY = re.compile(r"^-?\d+(?:\.\d+)? (?:[A-Za-z%\[{][^\s,;:]*|1(?:/[a-z]+)?)$")
_DECIMAL = re.compile(r"^-?\d+\.\d+$")
_INTEGER = re.compile(r"^-?(?:0|[1-9]\d*)$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_SIGNED_DIGITS = list("-0123456789")

_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:int", _INTEGER, _SIGNED_DIGITS)
_PlainLoader.add_implicit_resolver("!decimal", _DECIMAL, _SIGNED_DIGITS)
_ExactLoader.add_implicit_resolver("tag:yaml.org,2002:timestamp", _DATE, list("0123456789"))
_ExactLoader.add_implicit_resolver("!quantity", _QUANTITY, _SIGNED_DIGITS)
RESOLVERS = _ExactLoader.yaml_implicit_resolvers  # how a word without quotes is taken


def _decimal(loader: _PlainLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(node.value)


def _quantity(loader: _ExactLoader, node: yaml.ScalarNode) -> Any:
    amount, _, code = node.value.partition(" ")
    try:
        return quantity(amount, code)
    except (QuantityError, UnitError) as problem:
        raise yaml.constructor.ConstructorError(None, None, f"“{node.value}”: {problem}", node.start_mark) from None


def _date(loader: _ExactLoader, node: yaml.ScalarNode) -> date:
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        message = f"“{node.value}” is not a day of the calendar"
        raise yaml.constructor.ConstructorError(None, None, message, node.start_mark) from None


def _mapping(loader: _PlainLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a key must be a word or a number", key_node.start_mark)
        if key in result:
            raise yaml.constructor.ConstructorError(None, None, f"“{key}” is stated twice", key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_PlainLoader.add_constructor("!decimal", _decimal)
_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_ExactLoader.add_constructor("!quantity", _quantity)
_ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def why_unread(problem: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, as a sentence says it."""
    if isinstance(problem, UnicodeDecodeError):
        return "it is not text in UTF-8"
    return f"it cannot be read: {(problem.strerror or 'not a file').lower()}"


def read_text(text: str, name: str, *, plain: bool = False) -> Any:
    """The content of YAML text; `plain` keeps dates and amounts as text. Raises FormularyError with the line and column."""
    try:
        return yaml.load(text, Loader=_PlainLoader if plain else _ExactLoader)
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        place = f"{name}, line {mark.line + 1}, column {mark.column + 1}" if mark else name
        raise FormularyError(f"{place}: {problem.problem}") from None
    except yaml.YAMLError as problem:
        raise FormularyError(f"{name}: {problem}") from None


def read_file(path: Path) -> Any:
    """The content of a YAML file in UTF-8."""
    return read_text(path.read_text(encoding="utf-8"), path.name)
