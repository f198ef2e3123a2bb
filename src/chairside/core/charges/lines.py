"""Lines: a code with units and modifiers, the events that prove it, the minutes used and the rules that made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from chairside.core.kernel.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    units: int
    modifiers: frozenset[str] = frozenset()
    evidence: tuple[str, ...] = ()
    minutes: tuple[tuple[str, int], ...] = ()  # per event: the minutes that counted
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotBilled:
    """A documented service that gives no line, and why. Of a drug also how much: billing units and the amount itself."""

    id: str
    reason: str
    rules: tuple[str, ...] = ()
    units: int | None = None
    amount: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """What keeps the claim back until a person has dealt with it."""

    reason: str
    code: str = ""
    alternatives: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """The answer of charges: administration lines, drug lines, what is not billed, and what holds the claim."""

    lines: tuple[Line, ...] = ()
    drug_lines: tuple[Line, ...] = ()
    not_billed: tuple[NotBilled, ...] = ()
    holds: tuple[Hold, ...] = ()
    vials: dict[str, int] = field(default_factory=dict)  # strength as text -> count, where charges chose them
    drugs: tuple[str, ...] = ()  # every drug given, each to be billed by itself
    working: tuple[str, ...] = ()


def summed(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines with the same code and modifiers as one, units added, evidence kept in order."""
    found: dict[tuple[str, frozenset[str]], Line] = {}
    for line in lines:
        key = (line.code, line.modifiers)
        before = found.get(key)
        if before is not None:
            line = Line(
                line.code,
                before.units + line.units,
                line.modifiers,
                _once(before.evidence + line.evidence),
                before.minutes + line.minutes,
                _once(before.rules + line.rules),
            )
        found[key] = line
    return tuple(found.values())


def _once(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
