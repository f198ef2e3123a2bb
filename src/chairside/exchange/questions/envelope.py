"""The envelope of every answer: outcome, value, all reasons, working, and the protocol with its version and hash."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from chairside.core.kernel.decision import Decision, Reason
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import unit
from chairside.core.protocols import Protocol

_BEYOND_DIGITS = Decimal("1e-15")  # what a division leaves behind the digits of an exact number


def envelope(decision: Decision[Any], value: dict[str, Any] | None, protocol: Protocol | None = None) -> dict[str, Any]:
    """A decision as plain JSON. `value` is its value written out, empty where none could be computed."""
    return {
        "outcome": decision.outcome.word,
        "value": value or {},
        "reasons": [_reason(reason) for reason in decision.reasons],
        "working": [*decision.working, *(protocol.site.notes if protocol is not None and protocol.site is not None else ())],
        "protocol": None if protocol is None else identity(protocol),
    }


def identity(protocol: Protocol) -> dict[str, str]:
    """Which protocol answered, as it stood; with a site's layer the hash is that of both, and `site` names it."""
    told = {
        "id": protocol.id,
        "version": protocol.version,
        "sha256": protocol.sha256,
        "status": protocol.status.value,
    }
    return told if protocol.site is None else told | {"site": f"{protocol.site.name} {protocol.site.version}"}


def number(value: Decimal) -> str:
    """An exact decimal as text: no exponent, no trailing zero, no thousands separator."""
    return plain(value, group=False)


def to_places(value: Decimal, step: str, rounding: str) -> str:
    """A number that is only shown: exact where it ends within six places, else to a step, up or down (`decimal.ROUND_…`).

    One smaller than a hundred steps keeps its digits.
    """
    near = value.quantize(Decimal("0.000001"))
    if abs(value - near) < _BEYOND_DIGITS:
        return number(near)
    return number(value if abs(value) < Decimal(step) * 100 else value.quantize(Decimal(step), rounding))


def in_unit(value: Quantity | None, code: str) -> str | None:
    """The amount in another unit, None where there is none or it measures something else."""
    if value is None or not value.unit.comparable(unit(code)):
        return None
    return number(value.to(code).amount)


def measured(value: Quantity) -> dict[str, str]:
    """An amount with its unit."""
    return {"amount": number(value.amount), "unit": value.unit.code}


def present(value: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that have no value: what was not computed is absent, never zero or null."""
    return {key: part for key, part in value.items() if part is not None}


def _reason(reason: Reason) -> dict[str, str]:
    return {
        "code": reason.code,
        "message": reason.message,
        "field": reason.field,
        "limit": reason.limit,
        "source": reason.source,
        "override": reason.override,
    }
