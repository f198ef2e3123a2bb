"""A premedication as an order states it: agent, amount, route, wait. Signed with the order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from chairside.core.kernel.decision import Reason, refused, unknown
from chairside.core.kernel.quantity import Quantity

MOST_WAIT_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class OrderedPremedication:
    """One item. What is None or blank is left to the protocol, where it has an item under this key.

    key           the protocol's key of the item, or a key of its own for an agent that the protocol does not list
    wait_minutes  from giving it to the start of the infusion
    sedating      whether the patient may not drive after it
    """

    key: str
    amount: Quantity | None = None
    route: str = ""
    agent: str = ""
    wait_minutes: int | None = None
    sedating: bool | None = None

    def text(self) -> str:
        """As it is signed: every part, in one fixed form that no other item has."""
        wait = "" if self.wait_minutes is None else str(self.wait_minutes)
        sedating = {True: "sedating", False: "not sedating", None: ""}[self.sedating]
        amount = "" if self.amount is None else str(self.amount)
        return json.dumps([self.key, self.agent, amount, self.route, wait, sedating], ensure_ascii=False)

    def spelled(self) -> str:
        """As a nurse reads it."""
        wait = f"{self.wait_minutes} min before" if self.wait_minutes else ""
        parts = (self.agent or self.key, self.amount.spelled() if self.amount else "", self.route, wait)
        return " ".join(part for part in parts if part)


def premedication_reasons(items: Sequence[OrderedPremedication]) -> tuple[Reason, ...]:
    """What speaks against putting these on an order: each must say everything, because nobody at the chair may guess it."""
    reasons: list[Reason] = []
    seen: set[str] = set()
    for item in items:
        name, field = item.agent or item.key, f"premedication.{item.key}"
        if not item.agent.strip():
            reasons.append(unknown("missing_fact", "Name the agent of each premedication.", field=field))
        if item.amount is None:
            reasons.append(unknown("missing_fact", f"State the amount of {name}.", field=field))
        elif item.amount.amount <= 0:
            reasons.append(refused("out_of_range", f"{name}: an amount is more than nothing.", field=field))
        if not item.route:
            reasons.append(unknown("missing_fact", f"State the route of {name}.", field=field))
        if item.wait_minutes is None:
            reasons.append(unknown("missing_fact", f"State how long to wait after {name}; 0 when not at all.", field=field))
        elif not 0 <= item.wait_minutes <= MOST_WAIT_MINUTES:
            reasons.append(
                refused(
                    "out_of_range", f"{name}: a wait of {item.wait_minutes} min is not possible.", field=field, limit="24 h"
                )
            )
        if item.sedating is None:
            reasons.append(unknown("missing_fact", f"Say whether {name} makes driving unsafe.", field=field))
        if item.key in seen:
            reasons.append(refused("duplicate_therapy", f"{name} is on the order twice.", field=field))
        seen.add(item.key)
    return tuple(reasons)
