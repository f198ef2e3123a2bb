"""Which facts a protocol reads, in the order in which it states them."""

from __future__ import annotations

from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.condition import Test
from chairside.core.protocols.schema.dose import Axis, Calvert, Deficit, Replacement, WantedRise
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Triggered
from chairside.core.protocols.schema.requirement import Question, Requirement
from chairside.core.protocols.schema.safety import DecisionTable, Scale


def facts_read(protocol: Protocol) -> tuple[str, ...]:
    """The keys of all facts that anything in the protocol reads, each once."""
    return tuple(dict.fromkeys(fact for node in walk(protocol) for fact in facts_of(node.item)))


def facts_of(item: object) -> tuple[str, ...]:
    """The facts that one item of a protocol reads itself."""
    match item:
        case Test() | Axis() | Requirement() | Question() | Scale():
            return (item.fact,)
        case DecisionTable():
            return item.facts
        case Triggered():
            return (item.event,)
        case Calvert():
            return (item.gfr_fact,)
        case Deficit():
            return (item.level_fact,)
        case Replacement():
            return (item.loss_fact, item.fraction_fact)
        case WantedRise():
            return (item.recovery_fact,) if item.recovery_fact else ()
    return ()
