"""Collects reasons and working while one decision is made, in the order in which they arise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

from chairside.core.kernel.decision import Decision, Reason

Value = TypeVar("Value")


@dataclass(slots=True)
class Trail:
    """Lives inside one function and ends as a Decision; each reason is kept once."""

    reasons: list[Reason] = field(default_factory=list)
    working: list[str] = field(default_factory=list)

    def say(self, *reasons: Reason) -> None:
        self.reasons += reasons

    def follow(self, part: Decision[Any]) -> None:
        """Take over the reasons and the working of a decision that this one rests on."""
        self.reasons += part.reasons
        self.working += part.working

    def end(self, value: Value | None) -> Decision[Value]:
        return Decision(value, tuple(dict.fromkeys(self.reasons)), tuple(self.working))
