"""Two-bound guardrails: an absolute bound that nothing passes, inside it a recommended bound that asks for a person.

One object serves the form, the service and the wire, so that every entry path meets the same limits (hazard H-002, H-009).
"""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.kernel.decision import Decision, refused, review
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.kernel.unit import UnitError


@dataclass(frozen=True, slots=True)
class Guardrail:
    """Bounds of one value: absolute (outside is refused) and recommended (outside is for review), with their source."""

    name: str
    absolute: tuple[Quantity, Quantity]
    recommended: tuple[Quantity, Quantity]
    source: str

    def __post_init__(self) -> None:
        low, high = self.absolute
        soft_low, soft_high = self.recommended
        if not low <= soft_low <= soft_high <= high:
            raise ValueError(f"{self.name}: bounds are out of order")

    def judge(self, value: Quantity, field: str) -> Decision[Quantity]:
        """Allowed, review or refused, with the bound that was met. The value itself is never changed."""
        low, high = self.absolute
        soft_low, soft_high = self.recommended
        try:
            value.to(low.unit)
        except UnitError:
            message = f"{self.name} is measured in {low.unit.spelled()}, not {value.unit.spelled()}."
            return Decision(value, (refused("out_of_range", message, field=field, limit=str(low.unit), source=self.source),))
        if value < low or high < value:
            message = f"{self.name} of {value.spelled()} cannot be right: {_between(low, high)}. Check the number and its unit."
            return Decision(
                value, (refused("out_of_range", message, field=field, limit=_between(low, high), source=self.source),)
            )
        if value < soft_low or soft_high < value:
            message = f"{self.name} of {value.spelled()} is unusual ({_between(soft_low, soft_high)} is usual). Measure again."
            reason = review(
                "out_of_range", message, field=field, limit=_between(soft_low, soft_high), source=self.source, override="nurse"
            )
            return Decision(value, (reason,))
        return Decision(value)


def _between(low: Quantity, high: Quantity) -> str:
    return f"{plain(low.amount)} to {high.spelled()}"
