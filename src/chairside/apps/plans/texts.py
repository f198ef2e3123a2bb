"""Decisions as exact text for the record: what went in, and every reason. Decimals stay digits, never floats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from chairside.core.kernel.decision import Outcome, Reason
from chairside.core.kernel.fact import DoseGiven, Fact
from chairside.core.plans.supply.vials import VialChoice


def reasons_text(reasons: Sequence[Reason]) -> str:
    """Every reason as JSON, in the order in which they were given."""
    fields = ("code", "message", "field", "limit", "source", "override")
    return json.dumps(
        [{**{name: getattr(item, name) for name in fields}, "outcome": item.outcome.word} for item in reasons],
        ensure_ascii=False,
    )


def reasons_from(text: str) -> tuple[Reason, ...]:
    """The reasons that were stored."""
    rows = json.loads(text) if text else []
    return tuple(Reason(**{**row, "outcome": Outcome[row["outcome"].upper()]}) for row in rows)


def inputs_text(
    *, day: date, dose_number: int, order: dict[str, object], facts: Sequence[Fact], history: Sequence[DoseGiven]
) -> str:
    """What went into a decision, canonical: the same inputs are the same text."""
    told = {
        "day": day.isoformat(),
        "dose_number": dose_number,
        "order": {name: None if value is None else str(value) for name, value in order.items()},
        "facts": [
            {
                "id": fact.id,
                "fact": f"{fact.kind.value}.{fact.code}",
                "value": str(fact.value),
                "unit": fact.unit,
                "on": str(fact.on),
            }
            for fact in facts
        ],
        "history": [
            {"protocol": given.protocol, "dose_number": given.dose_number, "on": str(given.on), "dose": str(given.dose)}
            for given in history
        ],
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def vials_text(choice: VialChoice | None) -> str:
    """Vials a line each: `100 mg x 4`; the last line is what is left over."""
    if choice is None:
        return ""
    lines = [f"{strength} x {count}" for strength, count in choice.counts]
    return "\n".join([*lines, f"left over: {choice.waste}"])
