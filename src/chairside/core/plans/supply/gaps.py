"""What a protocol says that it does not say of a product or of billing, where the patient's facts meet it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from chairside.core.kernel.decision import Reason, review
from chairside.core.plans.supply.taken import Supply
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.safety import NotEncoded, Scope
from chairside.core.protocols.truth import Known, Truth, evaluate


def without_gaps(taken: Supply, protocol: Protocol, known: Known) -> tuple[Supply, tuple[Reason, ...]]:
    """The supply without the billing that another code or payment stands for, and each gap as a reason to look."""
    met = tuple(_met(protocol, known))
    if any(item.scope is Scope.BILLING for item in met):
        taken = replace(taken, billing=None)
    return taken, tuple(_reason(item) for item in met)


def _met(protocol: Protocol, known: Known) -> Iterator[NotEncoded]:
    for item in protocol.not_encoded:
        mine = item.scope in (Scope.BILLING, Scope.PRODUCT)
        if mine and item.when is not None and evaluate(item.when, known).truth is Truth.TRUE:
            yield item


def _reason(item: NotEncoded) -> Reason:
    return review("not_encoded", f"Not encoded here: {item.names.en}.", field=item.scope.value, override="pharmacist")
