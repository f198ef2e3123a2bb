"""Payloads as canonical text and back: sorted keys, decimals as text, unknown keys and floats refused.

The log keeps this text exactly, so that what was recorded can be read and hashed for as long as the record lives.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chairside.core.kernel.quantity import Quantity, QuantityError, decimal, plain, quantity
from chairside.core.kernel.unit import UnitError
from chairside.core.visit.events import KINDS, Payload

_REMEMBERED = 8192  # the entries of a day at a large center; some 2 KB each


class PayloadError(ValueError):
    """A payload text that does not say exactly one event of its kind; the message names the field."""


def to_text(payload: Payload) -> str:
    """The payload as canonical JSON text: equal payloads give equal text."""
    return json.dumps(_plain(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=_REMEMBERED)
def from_text(kind: str, text: str) -> Payload:
    """The payload of a kind from its text. Raises PayloadError naming the field that is wrong.

    Remembered, because a log is read again at each new event and payloads never change: reading was most of a long fold.
    """
    if kind not in KINDS:
        raise PayloadError(f"“{kind}” is not a kind of event")
    try:
        data = json.loads(text, parse_float=_no_float, parse_constant=_no_float)
    except json.JSONDecodeError as problem:
        raise PayloadError(f"{kind}: not JSON ({problem.msg})") from None
    payload = _read(KINDS[kind], data, kind)
    assert isinstance(payload, Payload)
    return payload


def _no_float(text: str) -> Any:
    raise PayloadError(f"{text}: numbers are written as text, so that they stay exact")


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return {"amount": plain(value.amount, group=False), "unit": value.unit.code}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return plain(value, group=False)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(wanted: Any, value: Any, where: str) -> Any:
    origin = get_origin(wanted)
    if origin in (Union, UnionType):
        if value is None and NoneType in get_args(wanted):
            return None
        return _read(next(arm for arm in get_args(wanted) if arm is not NoneType), value, where)
    if origin is tuple:
        if not isinstance(value, list):
            raise PayloadError(f"{where}: a list is expected")
        return tuple(_read(get_args(wanted)[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    try:
        return _read_one(wanted, value, where)
    except (QuantityError, UnitError, ValueError) as problem:
        raise problem if isinstance(problem, PayloadError) else PayloadError(f"{where}: {problem}") from None


def _read_one(wanted: Any, value: Any, where: str) -> Any:
    if wanted is Quantity:
        if not isinstance(value, dict) or set(value) != {"amount", "unit"} or not isinstance(value["amount"], str):
            raise PayloadError(f"{where}: an amount as text and a unit are expected")
        return quantity(value["amount"], value["unit"], where)
    if is_dataclass(wanted):
        return _read_dataclass(wanted, value, where)
    if wanted is bool or wanted is int:
        if type(value) is not wanted:
            raise PayloadError(f"{where}: {wanted.__name__} is expected")
        return value
    if not isinstance(value, str):
        raise PayloadError(f"{where}: text is expected")
    if wanted is Decimal:
        return decimal(value, where)
    if wanted is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise PayloadError(f"{where}: a time needs a zone")
        return moment
    if wanted is date:
        return date.fromisoformat(value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(value)
    return value


def _read_dataclass(wanted: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise PayloadError(f"{where}: an object is expected")
    known = {item.name: item for item in fields(wanted)}
    if strangers := sorted(set(value) - set(known)):
        raise PayloadError(f"{where}: unknown key {', '.join(strangers)}")
    needed = {name for name, item in known.items() if item.default is MISSING and item.default_factory is MISSING}
    if absent := sorted(needed - set(value)):
        raise PayloadError(f"{where}: missing {', '.join(absent)}")
    hints = _hints(wanted)
    return wanted(**{name: _read(hints[name], item, f"{where}.{name}") for name, item in value.items()})
