"""The visit plan as exact text and back, so that a visit keeps for ever what it was held against. Decimals stay text."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from chairside.core.kernel.quantity import Quantity, plain, quantity
from chairside.core.visit.plan import VisitPlan
from chairside.core.visit.policy import SitePolicy
from chairside.core.visit.reactions.order_set import OrderItem

_MICROSECOND = timedelta(microseconds=1)


def to_text(plan: VisitPlan) -> str:
    """Canonical JSON text: equal plans give equal text."""
    return json.dumps(_plain(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=128)  # a plan is a value, and the same few are read at every tap of a day
def from_text(text: str) -> VisitPlan:
    """The plan from its text. A text that no plan was ever written as is a defect, and raises."""
    plan = _read(VisitPlan, json.loads(text, parse_float=_no_float))
    assert isinstance(plan, VisitPlan)
    return plan


def policy_to_text(policy: SitePolicy) -> str:
    """A site's policy as canonical JSON text: equal policies give equal text."""
    return json.dumps(_plain(policy), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=128)
def policy_from_text(text: str) -> SitePolicy:
    """A policy from its text. What a version wrote before a setting existed reads with that setting as proposed."""
    policy = _read(SitePolicy, json.loads(text, parse_float=_no_float))
    assert isinstance(policy, SitePolicy)
    return policy


def items_to_text(items: tuple[OrderItem, ...]) -> str:
    """The items of an order set as canonical JSON text: equal sets give equal text."""
    return json.dumps(_plain(items), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=128)
def items_from_text(text: str) -> tuple[OrderItem, ...]:
    """The items of an order set from their text."""
    return tuple(_read(OrderItem, item) for item in json.loads(text, parse_float=_no_float))


def _no_float(text: str) -> Any:
    raise ValueError(f"{text}: numbers are written as text, so that they stay exact")


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return {"amount": plain(value.amount, group=False), "unit": value.unit.code}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Decimal):
        return plain(value, group=False)
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


@lru_cache(maxsize=256)
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _read(wanted: Any, value: Any) -> Any:
    origin, arms = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return None if value is None else _read_arm([arm for arm in arms if arm is not NoneType], value)
    if origin is tuple:
        wants = [arms[0]] * len(value) if len(arms) == 2 and arms[1] is Ellipsis else arms
        return tuple(_read(want, item) for want, item in zip(wants, value, strict=True))
    if origin is frozenset:
        return frozenset(_read(arms[0], item) for item in value)
    if origin is dict:
        return {key: _read(arms[1], item) for key, item in value.items()}
    if wanted is Quantity:
        return quantity(value["amount"], value["unit"])
    if is_dataclass(wanted):
        hints = _hints(wanted)  # type: ignore[arg-type]
        return wanted(**{name: _read(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    return _read_plain(wanted, value)


def _read_arm(arms: list[Any], value: Any) -> Any:
    """One arm is what plans have; of several, the first that the text fits."""
    for arm in arms[:-1]:
        try:
            return _read(arm, value)
        except (TypeError, ValueError, KeyError, ArithmeticError):
            continue
    return _read(arms[-1], value)


def _read_plain(wanted: Any, value: Any) -> Any:
    if wanted is Decimal:
        return Decimal(value)
    if wanted is timedelta:
        return value * _MICROSECOND
    if wanted is datetime or wanted is date:
        return wanted.fromisoformat(value)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted(value)
    return value
