"""Numbers and sources: each number stands under a source that exists, and no source is left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from typing import Any

from chairside.core.kernel.evidence import Source
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols.lint.finding import Code, Finding
from chairside.core.protocols.nodes import walk
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.terms import Status


def check(protocol: Protocol) -> Iterator[Finding]:
    known = {source.key for source in protocol.sources}
    cited = set()
    for node in walk(protocol):
        if isinstance(node.item, Protocol | Source):
            continue
        for own in (getattr(node.item, "source", ""), getattr(node.item, "minutes_source", "")):
            cited.add(own)
            if own and own not in known:
                yield Finding(Code.UNKNOWN_SOURCE, node.place, f"“{own}” is not among the sources")
        if not node.source and _has_number(node.item):
            yield Finding(Code.NUMBER_WITHOUT_SOURCE, node.place, "a number here, and no source around it")
    for key in sorted(known - cited):
        yield Finding(Code.UNUSED_SOURCE, f"sources.{key}", f"nothing cites “{key}”")
    if protocol.status is not Status.DRAFT and not protocol.signatures:
        yield Finding(Code.UNSIGNED, "status", f"“{protocol.status.value}” without a signature")


def _has_number(item: Any) -> bool:
    """True when the part itself (not a part of it) holds a number that is not its schema's neutral default."""
    for field in fields(item):
        value = getattr(item, field.name)
        if value == field.default:
            continue
        for single in value if isinstance(value, tuple) else (value,):
            if isinstance(single, Quantity | Decimal) or (isinstance(single, int) and not isinstance(single, bool)):
                return True
    return False
