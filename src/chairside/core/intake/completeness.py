"""Is this referral complete enough to start? One judgement from the packet, the protocol where there is one, and the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from chairside.core.intake import packet_rules, therapy_rules
from chairside.core.intake.codes import CodeTables
from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.packet_rules import Part
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
    not_judged   what nobody has looked at, in plain words; empty when the therapy was judged
    """

    therapy: str
    status: str
    missing: tuple[Missing, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[str, ...] = ()

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
        packet_rules.signature(packet),
        packet_rules.diagnosis_codes(packet, codes, as_of),
        packet_rules.times(packet),
        packet_rules.weight(packet),
        packet_rules.copay_card(packet),
    ]
    if protocol is not None:
        parts.append(therapy_rules.requirements(packet, protocol, as_of, limits))
        parts.append(therapy_rules.reactions(packet, protocol))
        parts.append(therapy_rules.duplicates(packet, protocol))
    elif len(candidates) > 1:
        parts.append(_ambiguous(packet, candidates))
    missing = tuple(dict.fromkeys(Missing(item, part.solves) for part in parts for item in part.missing))
    findings = tuple(finding for part in parts for finding in part.findings)
    return Judgement(
        protocol.id if protocol else "",
        INCOMPLETE if missing else COMPLETE,
        missing,
        findings,
        () if protocol else _not_judged(packet, candidates),
    )


def _ambiguous(packet: Packet, candidates: tuple[str, ...]) -> Part:
    named = packet.orders[0].text if packet.orders else "the order"
    detail = f"“{named}” can be {' or '.join(candidates)}: the prescriber must say which"
    return Part(("which product is meant",), (Finding("therapy_ambiguous", Severity.HOLD, detail),))


def _not_judged(packet: Packet, candidates: tuple[str, ...]) -> tuple[str, ...]:
    if packet.orders:
        named = ", ".join(f"“{order.text}”" for order in packet.orders)
    else:
        named = f"“{packet.request.text}”" if packet.request else "this packet"
    why = "could be several protocols" if candidates else "has no protocol here yet"
    return (f"the therapy: {named} {why}", *(f"{part}: not judged" for part in _THERAPY_PARTS))
