"""On what the numbers of a protocol rest: each number with its place and source, counted by source and by tier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from chairside.core.kernel.evidence import Source, Tier
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.protocol import Signature
from chairside.core.protocols.schema.site import SiteApproval, SiteChange

Value = Quantity | Decimal | int | date


@dataclass(frozen=True, slots=True)
class Number:
    """One number that the file states: where, what, and under which source ("" for none)."""

    place: str
    value: Value
    source: str


def numbers(protocol: Protocol) -> Iterator[Number]:
    """Every quantity, number and day that the file states. What only repeats the schema's neutral default is not stated."""
    for node in walk(protocol):
        if isinstance(node.item, Protocol | Source | Signature | SiteApproval | SiteChange):
            continue
        for field in fields(node.item):
            value = getattr(node.item, field.name)
            if value == field.default:
                continue
            for single in value if isinstance(value, tuple) else (value,):
                if isinstance(single, Quantity | Decimal | int | date) and not isinstance(single, bool):
                    own = getattr(node.item, "minutes_source", "") if field.name == "least_minutes" else ""
                    yield Number(f"{node.place}.{field.name}", single, own or node.source)


def by_source(protocol: Protocol) -> dict[str, int]:
    """How many numbers rest on each source, in the order of the table of sources. A source that only words cite has 0."""
    counted = Counter(number.source for number in numbers(protocol))
    return {source.key: counted[source.key] for source in protocol.sources}


def by_tier(protocol: Protocol) -> dict[Tier, int]:
    """How many numbers rest on each tier, best first."""
    counted: Counter[Tier] = Counter()
    rests = by_source(protocol)
    for source in protocol.sources:
        counted[source.tier] += rests[source.key]
    return {tier: counted[tier] for tier in Tier}
