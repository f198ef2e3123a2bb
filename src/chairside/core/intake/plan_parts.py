"""A plan judged as one protocol: it has the rules of all that it is made of, each for the regimen that the plan gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from chairside.core.intake.codes import PlanPart
from chairside.core.protocols import Protocol
from chairside.core.protocols.scope import for_regimen

Item = TypeVar("Item")


def as_one(plan: Protocol, parts: Sequence[PlanPart]) -> Protocol:
    """The plan with the requirements, allergies, interactions, indications and facts of its parts, each once."""
    own = PlanPart(plan, "")
    every = (own, *parts)
    return replace(
        plan,
        requirements=_once(
            replace(item, regimens=()) for part in every for item in for_regimen(part.protocol.requirements, part.regimen)
        ),
        hypersensitivities=_once(
            replace(item, regimens=()) for part in every for item in for_regimen(part.protocol.hypersensitivities, part.regimen)
        ),
        interactions=_once(
            replace(item, regimens=()) for part in every for item in for_regimen(part.protocol.interactions, part.regimen)
        ),
        indications=_once(item for part in every for item in part.protocol.indications),
        facts=_once(item for part in every for item in part.protocol.facts),
    )


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    kept: list[Item] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return tuple(kept)
