"""Drugs that a reaction ended for good (H-012): written by the visit in which it happened, held here until somebody decides."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from chairside.core.clearance.ask import Ask
from chairside.core.clearance.item import Item, State, ids
from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.kernel.span import day_spelled
from chairside.core.protocols.desensitization import lifts
from chairside.core.protocols.naming import names

BLOCKED = "blocked"  # the status of such a reaction


def judge(ask: Ask) -> Iterator[Item]:
    """One hold for each block of this drug, by its name or a brand's. Nobody releases it: it takes a new decision on record."""
    known = (ask.protocol.generic, *(product.nonproprietary for product in ask.protocol.products))
    for fact in ask.known.facts:
        if fact.kind is FactKind.REACTION and fact.status == BLOCKED and names(fact.code, known):
            if lifts(ask.desensitization, ask.known.facts, ask.protocol):
                told = f"{_said(fact)} The order names a desensitization."
                yield Item("blocked_by_reaction", "contraindication", State.MET, told, evidence=ids((fact,)), advice=True)
                continue
            yield Item(
                "blocked_by_reaction",
                "contraindication",
                State.HELD,
                _said(fact),
                "contraindicated",
                "the visit's record",
                ids((fact,)),
                before_dose=ask.dose_number,
            )


def _said(fact: Fact) -> str:
    grade = f"grade {fact.value:f} " if isinstance(fact.value, Decimal) else ""
    return f"A {grade}reaction on {day_spelled(fact.on)} ended {fact.code} for good: it is not given again."
