"""What an order says by stating something else: its diagnosis is a condition of the patient, its brand may name a regimen."""

from __future__ import annotations

import re
from dataclasses import replace

from chairside.core.kernel.fact import Fact, FactKind
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen
from chairside.core.protocols.truth import Known

_ICD = re.compile(r"[A-Z][0-9][0-9A-Z]", re.ASCII | re.IGNORECASE)


def with_diagnosis(known: Known, protocol: Protocol, asked: str) -> Known:
    """What is known, and the ICD-10-CM code that the order states as a condition of that day. A key of the file adds none."""
    if protocol.indication(asked) is not None or _ICD.match(asked) is None:
        return known
    return replace(known, facts=(*known.facts, Fact(FactKind.CONDITION, asked, known.day, "yes")))


def regimens_by_brand(protocol: Protocol, brand: str, indication: str) -> tuple[Regimen, ...]:
    """Regimens of the diagnosis that may be meant while none is named. Of those for named orders only the brand's own.

    indication   a key of the protocol; "" where it is not known, then those of any diagnosis
    """
    mine = tuple(item for item in protocol.regimens if not indication or indication in item.indications)
    usual = tuple(item for item in mine if not item.named_only)
    product = protocol.product(brand) if brand else None
    own = tuple(item for item in mine if product is not None and item.key in product.regimens)
    return tuple(item for item in own if not item.named_only) or own or usual
