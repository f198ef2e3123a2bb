"""Is this referral complete enough to start? One judgement from the packet, the protocol where there is one, and the day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chairside.core.intake import dose_rules, packet_rules, therapy_rules
from chairside.core.intake.codes import CodeTables, PlanPart
from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.packet_rules import Part
from chairside.core.intake.plan_parts import as_one
from chairside.core.intake.referral import Packet
from chairside.core.intake.therapy_rules import FreshLimit
from chairside.core.protocols import Protocol

COMPLETE, INCOMPLETE = "complete", "incomplete"

_THERAPY_PARTS = (
    "the dose, its limits and its intervals",
    "labs, screening, imaging, vaccines and safety programs",
    "allergies, interactions and duplicate therapy against the drug",
    "the payer's policy for the drug",
)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to chase, and the code of the finding that it solves once it has come."""

    what: str
    solves: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What intake says of a referral. A complete packet can still carry a finding that stops the dose.

    therapy      id of the protocol, "" when none was recognised
    not_judged   what nobody has looked at, in plain words: the whole therapy where none was recognised; else results that do
                 not decide what they are asked for
    elsewhere    what others look at, and who: the payer's policy, orders for what has no protocol here
    """

    therapy: str
    status: str
    missing: tuple[Missing, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def holds(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.HOLD)


def judge(
    packet: Packet,
    protocol: Protocol | None,
    as_of: date,
    *,
    codes: CodeTables,
    candidates: tuple[str, ...] = (),
    limits: Sequence[FreshLimit] = (),
) -> Judgement:
    """Judge a packet on a day.

    protocol     of the therapy that the order is for; None when none was recognised, or when several could be meant
    as_of        the day on which ages, code validity and the age of results are judged, in the site's zone
    candidates   the therapies that the order can be for, when there is more than one
    limits       ages of results that the patient's payers ask for the drug, beside the protocol's own
    """
    parts = [
        packet_rules.demographics(packet),
        packet_rules.death(packet),
        packet_rules.signature(packet),
        packet_rules.diagnosis_codes(packet, codes, as_of),
        packet_rules.times(packet),
        packet_rules.weight(packet),
        packet_rules.copay_card(packet),
    ]
    elsewhere: tuple[str, ...] = ()
    if protocol is not None:
        pieces = codes.parts_of(protocol)
        whole = as_one(protocol, pieces) if pieces else protocol
        parts.append(therapy_rules.requirements(packet, whole, as_of, limits))
        parts.append(therapy_rules.reactions(packet, whole))
        parts.append(therapy_rules.duplicates(packet, whole))
        parts += _doses(packet, protocol, pieces, as_of, codes)
        elsewhere = (*_other_orders(packet, protocol, pieces, codes), *_payer(packet))
    elif len(candidates) > 1:
        parts.append(_ambiguous(packet, candidates, codes))
    missing = tuple(dict.fromkeys(Missing(item, part.solves) for part in parts for item in part.missing))
    findings = tuple(finding for part in parts for finding in part.findings)
    return Judgement(
        protocol.id if protocol else "",
        INCOMPLETE if missing else COMPLETE,
        missing,
        findings,
        tuple(line for part in parts for line in part.not_judged) if protocol else _not_judged(packet, candidates),
        elsewhere,
    )


def _ambiguous(packet: Packet, candidates: tuple[str, ...], codes: CodeTables) -> Part:
    """One order that can be for several therapies, or several orders that are each for another one."""
    each = [codes.recognise((order,), packet.diagnoses) for order in packet.asked_for]
    named = ", ".join(f"“{order.text}”" for order in packet.asked_for) or "the order"
    called = [codes.called(therapy) for therapy in candidates]
    if all(len(ids) <= 1 for ids in each) and {therapy for ids in each for therapy in ids} == set(candidates):
        missing = "one referral for each therapy, or the name of the plan that holds them"
        detail = f"{named} are orders for {' and '.join(called)}, and no plan here holds them as they are ordered"
    else:
        missing = "which product is meant"
        detail = f"{named} can be {' or '.join(called)}: the prescriber must say which"
    return Part((missing,), (Finding("therapy_ambiguous", Severity.HOLD, detail),))


def _doses(packet: Packet, protocol: Protocol, pieces: Sequence[PlanPart], as_of: date, codes: CodeTables) -> Iterator[Part]:
    """The amounts of the orders against the protocol that each is for: the therapy's own, or that of its part of the plan."""
    own = {piece.protocol.id: piece.protocol for piece in pieces} or {protocol.id: protocol}
    given = {piece.regimen for piece in pieces}
    for item in own.values():
        orders = [order for order in packet.orders if item.id in codes.recognise((order,), packet.diagnoses)]
        known = therapy_rules.known_of(packet, as_of, item)
        regimens = dose_rules.fitting(item, therapy_rules.indications_of(packet, item), known)
        of_plan = tuple(regimen for regimen in item.regimens if regimen.key in given) if pieces else regimens
        yield dose_rules.above_maximum(orders, item, of_plan, known)


def _other_orders(packet: Packet, protocol: Protocol, pieces: Sequence[PlanPart], codes: CodeTables) -> Iterator[str]:
    """Orders in the packet that are not for this therapy."""
    own = {protocol.id, *(piece.protocol.id for piece in pieces)}
    for order in packet.orders:
        if not own & set(codes.recognise((order,), packet.diagnoses)):
            yield f"the order “{order.text}” beside the therapy: a pharmacist"


def _payer(packet: Packet) -> tuple[str, ...]:
    """Whose policy nobody has read: step therapy, preferred products and prior authorization come with coverage."""
    insured = any(not item.assistance and item.line != "self_pay" for item in packet.coverages)
    return (f"{_THERAPY_PARTS[-1]} (step therapy, preferred product): coverage",) if insured else ()


def _not_judged(packet: Packet, candidates: tuple[str, ...]) -> tuple[str, ...]:
    if packet.orders:
        named = ", ".join(f"“{order.text}”" for order in packet.orders)
    else:
        named = f"“{packet.request.text}”" if packet.request else "this packet"
    why = "could be several protocols" if candidates else "has no protocol here yet"
    return (f"the therapy: {named} {why}", *(f"{part}: not judged" for part in _THERAPY_PARTS))
