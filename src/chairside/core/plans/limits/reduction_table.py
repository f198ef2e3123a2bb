"""A table of reductions by a result: what it takes off the full dose. A result that no one row holds has no dose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chairside.core.kernel.decision import Decision, refused, unknown
from chairside.core.kernel.quantity import Quantity, plain
from chairside.core.protocols.schema.dose import Step
from chairside.core.protocols.stretch import holds


@dataclass(frozen=True, slots=True)
class Reduction:
    """A row of the table: the percentage that is taken off, None where the dose is not given at all."""

    at: Step
    percent: Decimal | None


def reduced_by(table: Sequence[Reduction], full: Quantity, level: Quantity, field: str) -> Decision[Quantity]:
    """The full dose less what the row of that level takes off; the full dose below the lowest row.

    Between two rows, above the highest one and where two rows differ the prescriber decides: there is no dose.
    """
    if not table:
        return Decision(None, (unknown("missing_fact", "The table of reductions has no rows.", field="table"),))
    found = {row.percent for row in table if holds(row.at, level.amount)}
    if None in found:
        message = f"At {level.spelled()} this dose is not given."
        return Decision(None, (refused("contraindicated", message, field=field),))
    if len(found) > 1 or (not found and not all(_below(row.at, level.amount) for row in table)):
        message = f"{level.spelled()} lies in {'two rows' if found else 'no row'} of the table. The prescriber decides."
        return Decision(None, (refused("out_of_range", message, field="table"),))
    off = found.pop() if found else Decimal(0)
    assert off is not None
    dose = full * ((100 - off) / 100)
    return Decision(dose, working=(f"{full.spelled()} less {plain(off)} % = {dose.spelled()}",))


def _below(at: Step, value: Decimal) -> bool:
    return at.low is not None and value <= at.low
