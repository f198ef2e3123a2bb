"""What can be judged of any packet, whatever the therapy: identity, signature, diagnosis codes, times, weight, a copay card.

Each rule returns what is missing and what was found; nothing found is an empty answer. The therapy's own rules are in
`therapy_rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chairside.core.intake.codes import CodeTables
from chairside.core.intake.findings import Finding, Severity
from chairside.core.intake.referral import DrugOrder, Packet, Recorded, Request
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import Quantity
from chairside.core.kernel.unit import unit

POUNDS_IN_A_KILOGRAM = Decimal("2.20462")
POUND_TOLERANCE = Decimal("0.03")  # the ratio of two weighings that is within 3 % of pounds to kilograms
_UNUSABLE = frozenset(("entered-in-error", "cancelled", "preliminary", "implausible", "unit_unknown", "no_value"))


@dataclass(frozen=True, slots=True)
class Part:
    """What one rule says: things to chase, findings, and what it could not judge."""

    missing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    not_judged: tuple[str, ...] = ()

    @property
    def solves(self) -> str:
        """The finding that is solved when all that this rule misses has come: its first hold or fix."""
        return next((finding.code for finding in self.findings if finding.severity is not Severity.REVIEW), "")


def demographics(packet: Packet) -> Part:
    """H-001 wrong patient: without a whole birth date and a name no two-identifier check is possible."""
    person = packet.person
    if person is None:
        return Part(
            ("the patient's name and date of birth",),
            (Finding("demographics_incomplete", Severity.HOLD, "the packet does not say who the patient is"),),
        )
    missing, gaps = [], []
    if not (person.family or person.given):
        missing.append("the patient's name")
        gaps.append("no name")
    if person.born is None:
        missing.append("full date of birth")
        gaps.append(f"birth date “{person.birth_text}” is not a whole date" if person.birth_text else "no birth date")
    if person.sex in ("", "unknown"):
        missing.append("sex")
        gaps.append("sex not recorded")
    if not gaps:
        return Part()
    if not (person.phone or any(contact.phone for contact in packet.contacts)):
        missing.append("a phone number")
    detail = f"{'; '.join(gaps)}: the two-identifier check, age and kidney function cannot be established"
    return Part(tuple(missing), (Finding("demographics_incomplete", Severity.HOLD, detail),))


def death(packet: Packet) -> Part:
    """H-001: an order for someone of whom the sender says that they have died is for somebody else, or for nobody."""
    person = packet.person
    if person is None or not person.died:
        return Part()
    when = "" if person.died == "yes" else f" ({person.died})"
    detail = f"the sender reports that the patient has died{when}: is this the right person?"
    return Part((), (Finding("patient_deceased", Severity.HOLD, detail),))


def signature(packet: Packet) -> Part:
    """No infusion without a prescriber's signed order: every drug order and, where there is none, the request itself."""
    request = packet.request
    signable: tuple[DrugOrder | Request, ...] = packet.orders or ((request,) if request else ())
    if not signable:
        return Part(
            ("signed order (the packet holds no order)",),
            (Finding("order_not_signed", Severity.HOLD, "the packet holds no order"),),
        )
    unsigned = [item for item in signable if item.signed_at is None or item.status == "draft"]
    if not unsigned:
        return Part()
    whys = []
    drafts = sum(item.status == "draft" for item in (*unsigned, *([request] if request and request not in unsigned else [])))
    if drafts:
        whys.append(f"{drafts} of the requests still {'has' if drafts == 1 else 'have'} status draft")
    if any(item.authored is None for item in unsigned):
        whys.append("no date of signing")
    if any(item.signed_at is None for item in unsigned):
        whys.append("no signature")
    detail = "; ".join(whys)
    return Part((f"signed order ({detail})",), (Finding("order_not_signed", Severity.HOLD, detail),))


def diagnosis_codes(packet: Packet, codes: CodeTables, as_of: date) -> Part:
    """An ICD-10-CM code must be valid on the date of service; a retired one is for a coder or the prescriber to replace."""
    missing, findings = [], []
    for code in dict.fromkeys(item.code for item in packet.conditions if item.code and item.status in ("active", "")):
        if codes.icd10_valid(code, as_of) is False:
            choices = ", ".join(codes.icd10_replacements(code))
            missing.append(f"valid ICD-10-CM code in place of {code}" + (f" (one of {choices})" if choices else ""))
            detail = (
                f"{code} is not valid for service on {as_of.isoformat()}; a coder or the prescriber must confirm its successor"
            )
            findings.append(Finding("icd10_not_valid_on_date", Severity.FIX, detail, "ICD-10-CM"))
    return Part(tuple(missing), tuple(findings))


def times(packet: Packet) -> Part:
    """A time without its zone is never taken as UTC: the day is used as written, and the moment is not known."""
    if not packet.irregular:
        return Part()
    where = ", ".join(item.path for item in packet.irregular)
    detail = f"{len(packet.irregular)} without a zone ({where}): the day is used as the sender wrote it, the moment is not"
    return Part((), (Finding("invalid_datetime", Severity.FIX, detail),))


def weight(packet: Packet) -> Part:
    """H-002 dose on a wrong weight: needed where the order is by size; two weighings must fit one person."""
    weighings = list(weights(packet))
    if not weighings:
        by_weight = next((order for order in packet.orders if dosed_by_size(order)), None)
        if by_weight is None:
            return Part()
        amount = next(dosage.ordered for dosage in by_weight.dosages if dosage.ordered and _sized(dosage.ordered.unit))
        detail = f"ordered as {amount} without any weight: no dose, no vials and no rate can be computed"
        return Part(("body weight",), (Finding("missing_weight", Severity.HOLD, detail),))
    (newest, now), *earlier = weighings
    for item, before in earlier[:1]:
        ratio = now.amount / before.amount if before.amount else Decimal(0)
        for swapped, story in (
            (ratio, "pounds were written as kilograms"),
            (1 / ratio if ratio else ratio, "the one before was in pounds"),
        ):
            if abs(swapped / POUNDS_IN_A_KILOGRAM - 1) <= POUND_TOLERANCE:
                days = (newest.fact.on - item.fact.on).days
                detail = (
                    f"{now.spelled()} against {before.spelled()} {days} days earlier: it looks as if {story}; "
                    "every dose by weight or surface follows it"
                )
                return Part(
                    ("re-measured weight and re-computed doses",), (Finding("weight_implausible", Severity.HOLD, detail),)
                )
    return Part()


def copay_card(packet: Packet) -> Part:
    """A manufacturer's copay card must not be used beside a federal health care program (42 USC 1320a-7b(b))."""
    card = next((item for item in packet.coverages if item.assistance), None)
    federal = next((item for item in packet.coverages if item.federal), None)
    if card is None or federal is None:
        return Part()
    beside = federal.kind or federal.payer
    detail = f"copay card {card.payer} beside {beside}: do not bill the card; look at foundations or free drug instead"
    return Part((), (Finding("copay_card_with_federal_payer", Severity.FIX, detail, "42 USC 1320a-7b(b)"),))


def weights(packet: Packet) -> Iterator[tuple[Recorded, Quantity]]:
    """Usable weighings in kilograms, newest first."""
    for item in packet.named(FactKind.VITAL, "weight_kg"):
        if isinstance(item.fact.value, Decimal) and item.fact.status not in _UNUSABLE and item.fact.unit == "kg":
            yield item, Quantity(item.fact.value, unit("kg"))


def dosed_by_size(order: DrugOrder) -> bool:
    """True when the order states its dose per body weight or surface."""
    return any(dosage.ordered is not None and _sized(dosage.ordered.unit) for dosage in order.dosages)


def _sized(code: str) -> bool:
    return any(part in ("kg", "m2") for part in code.split("/")[1:])
