"""The ordered amount against the most that the protocol states for one dose, whichever of its regimens is meant.

Only what is stated as a maximum counts, and only like with like: milligrams with milligrams, mg/kg with mg/kg. Whether the dose
is the right one is judged with the treatment plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.packet_rules import Part
from chairside.core.intake.referral import Amount, Dosage, DrugOrder
from chairside.core.kernel.quantity import Quantity
from chairside.core.protocols import Protocol
from chairside.core.protocols.schema.dose import Cap, Flat, Ordered, Per, PerSurface, PerWeight
from chairside.core.protocols.schema.regimen import Phase, Regimen
from chairside.core.protocols.truth import Known, Truth, evaluate


@dataclass(frozen=True, slots=True)
class _Most:
    """A stated maximum of one dose, and whose it is."""

    amount: Quantity
    source: str


def above_maximum(orders: Iterable[DrugOrder], protocol: Protocol, regimens: Iterable[Regimen], known: Known) -> Part:
    """Doses above the highest that any of these regimens allows. Where one of them states no maximum, nothing is found."""
    mosts = [_most(regimen, known) for regimen in regimens]
    findings = []
    for amount in (amount for order in orders for dosage in order.dosages for amount in _stated(dosage, protocol)):
        ordered = amount.quantity()
        if ordered is None:
            continue
        comparable = [[most for most in of if most.amount.unit.comparable(ordered.unit)] for of in mosts]
        if not comparable or not all(comparable):
            continue
        highest = max((min(of, key=_base) for of in comparable), key=_base)
        if highest.amount < ordered:
            detail = f"{ordered.spelled()} ordered; the most for one dose is {highest.amount.spelled()}"
            findings.append(Finding("dose_above_maximum", Severity.HOLD, detail, highest.source))
    return Part((), tuple(dict.fromkeys(findings)))


def fitting(protocol: Protocol, indications: Iterable[str], known: Known) -> tuple[Regimen, ...]:
    """The regimens that the order can be for: of the indication, and not for other patients. All when none is of it."""
    keys = set(indications)
    of_it = [regimen for regimen in protocol.regimens if not regimen.indications or set(regimen.indications) & keys]
    return tuple(
        regimen
        for regimen in of_it or protocol.regimens
        if regimen.applies is None or evaluate(regimen.applies, known).truth is not Truth.FALSE
    )


def _stated(dosage: Dosage, protocol: Protocol) -> tuple[Amount, ...]:
    """The doses of a line, unless it is for another route (an injection at home that follows)."""
    routes = {route.value.partition("_")[0] for route in protocol.routes}
    if dosage.route and dosage.route.casefold() not in routes:
        return ()
    return tuple(amount for amount in (dosage.ordered, dosage.calculated) if amount is not None)


def _most(regimen: Regimen, known: Known) -> tuple[_Most, ...]:
    """The caps of one dose, else the highest that its phases may be ordered at; nothing when one of them states none."""
    caps = tuple(_Most(cap.amount, cap.source or regimen.source) for cap in regimen.caps if _counts(cap, known))
    if caps:
        return caps
    highest = [_highest(phase) for phase in regimen.phases]
    stated = [most for most in highest if most is not None]
    if len(stated) < len(highest) or not stated or not all(one.unit.comparable(stated[0].unit) for one in stated):
        return ()
    return (_Most(max(stated, key=lambda one: one.to(stated[0].unit).amount), regimen.source),)


def _counts(cap: Cap, known: Known) -> bool:
    if cap.per is not Per.DOSE or cap.routes:
        return False
    return cap.when is None or evaluate(cap.when, known).truth is Truth.TRUE


def _highest(phase: Phase) -> Quantity | None:
    match phase.dose:
        case Flat() | PerWeight() | PerSurface():
            return phase.dose.highest
        case Ordered():
            return phase.dose.most
        case _:
            return None


def _base(most: _Most) -> Decimal:
    """For comparing amounts of one kind, whatever their units."""
    above, below = most.amount.unit.scale()
    return most.amount.amount * above / below
