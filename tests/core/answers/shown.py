"""A question and its answer on paper: short, with every figure and every reason, and without the wording."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.fact import DoseGiven, Fact
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import Unit

_SENTENCES = frozenset(("message", "working", "names", "text", "note"))
_FIGURE = re.compile(r"\d+(?:[.,-]\d+)*")


def question(what: str, words: dict[str, Any]) -> str:
    said = {key: value for key, value in words.items() if key not in ("day", "protocols") and value not in (None, "", (), {})}
    return f"? {what} " + "; ".join(f"{key} {value_of(value)}" for key, value in said.items())


def answer(decided: Decision[Any]) -> list[str]:
    """The outcome and the value, then a line a reason, then the figures of the working."""
    lines = [f"= {decided.outcome.word} {value_of(decided.value)}"]
    lines += [f"  {reason_of(reason)}" for reason in decided.reasons]
    return [*lines, f"  working {len(decided.working)}: {figures(' '.join(decided.working))}"]


def reason_of(reason: Reason) -> str:
    told = (reason.outcome.word, reason.code, reason.field, reason.limit, reason.source, reason.override)
    return f"{' | '.join(told)} | {figures(reason.message)}"


def figures(sentence: str) -> str:
    """The numbers and days of a sentence: wording may change without a new sheet, a figure may not."""
    return " ".join(_FIGURE.findall(sentence))


def value_of(value: Any) -> str:
    """A value without the names of what is empty."""
    match value:
        case Quantity():
            return f"{value.amount.normalize():f} {value.unit.code}"
        case Decimal():
            return f"{value.normalize():f}"
        case Unit():
            return value.code
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat()
        case Fact():
            tail = "" if value.status == "final" else f" {value.status}"
            before = "" if value.before_dose is None else f" before {value.before_dose}"
            return f"{value.kind.value}.{value.code}={value_of(value.value)} {value.unit}@{value.on:%y%m%d}{tail}{before}"
        case DoseGiven():
            reaction = "" if value.reaction is None else f" grade {value.reaction.grade}"
            return f"{value.dose_number}: {value_of(value.dose)} {value.brand} {value.route} @{value.on:%y%m%d}{reaction}"
        case Reason():
            return reason_of(value)
        case Decision():
            return "{" + " / ".join(answer(value)) + "}"
        case tuple() | list():
            return "[" + ", ".join(value_of(one) for one in value) + "]"
        case frozenset() | set():
            return "[" + ", ".join(sorted(value_of(one) for one in value)) + "]"
        case dict():
            return "{" + ", ".join(f"{value_of(key)}: {value_of(one)}" for key, one in value.items()) + "}"
    if is_dataclass(value):
        if hasattr(value, "key") and hasattr(value, "layer"):
            return str(value.key)  # a part of the protocol: its key says which
        held = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name != "protocol_sha256")
        said = [f"{name}={_sentence(name, one)}" for name, one in held if one not in (None, "", (), {}, False)]
        return f"{type(value).__name__}({' '.join(said)})"
    return str(value)


def _sentence(name: str, value: Any) -> str:
    return f"“{figures(value)}”" if name in _SENTENCES and isinstance(value, str) else value_of(value)
