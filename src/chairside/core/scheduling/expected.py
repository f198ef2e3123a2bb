"""What is known of a dose before its day, as far as it rules out ladders: indications, regimens, phase and amounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chairside.core.kernel.quantity import Quantity
from chairside.core.plans.selection import indications_by_code
from chairside.core.plans.stated import regimens_by_brand
from chairside.core.protocols.schema.dose import Flat
from chairside.core.protocols.schema.ladder import Ladder
from chairside.core.protocols.schema.protocol import Protocol
from chairside.core.protocols.schema.regimen import Regimen


@dataclass(frozen=True, slots=True)
class Expected:
    """Keys and amounts that the dose may have. Empty: nothing is known, and nothing is ruled out."""

    indications: tuple[str, ...] = ()
    regimens: tuple[str, ...] = ()
    phase: str = ""
    amounts: tuple[Quantity, ...] = ()

    def may_need(self, ladder: Ladder) -> bool:
        """Whether the dose may run by the ladder."""
        return (
            _meet(ladder.indications, self.indications)
            and _meet(ladder.regimens, self.regimens)
            and (not ladder.phases or not self.phase or self.phase in ladder.phases)
            and (not self.amounts or any(_fits(amount, ladder) for amount in self.amounts))
        )


def expect(protocol: Protocol, indication: str, regimen: str, phase: str, amount: Quantity | None) -> Expected:
    """What is known of a dose. Without a regimen those count that the protocol may choose for the indication."""
    known = protocol.indication(indication)
    found = (known,) if known is not None else indications_by_code(protocol, indication, None)
    indications = tuple(item.key for item in found)
    named = protocol.regimen(regimen)
    usual = {item.key: item for key in indications or ("",) for item in regimens_by_brand(protocol, "", key)}
    chosen = (named,) if named is not None else tuple(usual.values()) if not regimen else ()
    amounts = (amount,) if amount is not None else _flat(chosen, phase)
    return Expected(indications, tuple(item.key for item in chosen), phase, amounts)


def _flat(regimens: Iterable[Regimen], phase: str) -> tuple[Quantity, ...]:
    """The amounts of these regimens where each of them is one for everybody; none when one is computed."""
    rules = [part.dose for regimen in regimens for part in regimen.phases if not phase or part.key == phase]
    return (
        tuple(rule.amount for rule in rules if isinstance(rule, Flat)) if all(isinstance(rule, Flat) for rule in rules) else ()
    )


def _meet(stated: tuple[str, ...], known: tuple[str, ...]) -> bool:
    return not stated or not known or not set(stated).isdisjoint(known)


def _fits(amount: Quantity, ladder: Ladder) -> bool:
    ends = (ladder.dose_from, ladder.dose_up_to)
    if any(end is not None and not end.unit.comparable(amount.unit) for end in ends):
        return True
    return (ends[0] is None or ends[0] <= amount) and (ends[1] is None or amount <= ends[1])
