"""How the values of a protocol read in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import unit
from chairside.core.protocols.schema.condition import Condition
from chairside.core.protocols.schema.dose import Axis, Step
from chairside.core.protocols.schema.terms import Infusions
from chairside.formulary.sheet.numbers import condition_text, infusions_text


def listed(words: Sequence[object], last: str = "and") -> str:
    """“0, 14 and 42”."""
    told = [str(word) for word in words]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} {last} {told[-1]}" if told else ""


def amount(value: Quantity | None) -> str:
    return value.spelled() if value is not None else ""


def days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"


def key(text: str) -> str:
    """A key of the protocol as words."""
    return text.replace("_", " ")


def started(text: str) -> str:
    return text[:1].upper() + text[1:]


def only(when: Condition | None) -> str:
    return f", only when {condition_text(when)}" if when is not None else ""


def for_infusions(value: Infusions) -> str:
    return "" if value == Infusions() else f" ({infusions_text(value)})"


def stretch(axis: Axis, step: Step, name: str) -> str:
    """“hemoglobin below 10 g/dL”, with the edges exactly as stated."""
    spelled = unit(axis.unit).spelled() if axis.unit and axis.unit != "1" else ""
    low = f"{'from' if step.low_included else 'above'} {plain(step.low)}" if step.low is not None else ""
    high = f"{'up to and with' if step.high_included else 'below'} {plain(step.high)}" if step.high is not None else ""
    between = " ".join(part for part in (low, high) if part)
    return f"{name} {between} {spelled}".strip() if between else f"any {name}"
