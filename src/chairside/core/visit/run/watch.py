"""How long a patient is watched after the infusion: what the label requires, else what is practice."""

from __future__ import annotations

from dataclasses import dataclass

from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Layer
from chairside.core.visit.run.rates import Course, applies


@dataclass(frozen=True, slots=True)
class Watch:
    """Minutes of observation after the end; required by the label, or a practice."""

    minutes: int
    required: bool
    source: str = ""


def observation_for(protocol: Protocol, course: Course, regimens: tuple[str, ...] = ()) -> Watch | None:
    """Minutes of observation for this infusion: what the label requires, else what is practice, which nobody requires."""
    mine = [
        item
        for item in protocol.observations
        if applies(item.infusions, course) and (not item.regimens or not regimens or set(regimens) & set(item.regimens))
    ]
    required = [item for item in mine if item.required and item.layer is Layer.LABEL]
    longest = max(required or mine, key=lambda item: item.minutes, default=None)
    return None if longest is None else Watch(longest.minutes, bool(required), longest.source)
