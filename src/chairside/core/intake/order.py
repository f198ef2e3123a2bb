"""What an order says, in the one text that a prescriber signs, and whether it may be signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from chairside.core.intake.findings import REASON_OF, Finding, Severity
from chairside.core.intake.premedication import OrderedPremedication, premedication_reasons
from chairside.core.kernel.decision import Decision, Reason, refused, review, unknown
from chairside.core.protocols.desensitization import SCHEMES

SETTLED_BY_SIGNING = "order_not_signed"  # every other hold must be settled before


@dataclass(frozen=True, slots=True)
class OrderContent:
    """One version of an order, as it is signed. Amounts are exact decimals; the dosing weight of record belongs to it."""

    patient: str
    protocol: str
    protocol_sha256: str
    brand: str
    indication: str
    regimen: str
    dose_amount: Decimal | None
    dose_unit: str
    dosing_weight_kg: Decimal | None
    dosing_weight_on: date | None
    start_on: date | None
    ends_on: date | None
    instructions: str
    prescriber: str
    premedications: tuple[OrderedPremedication, ...] = ()
    desensitization: str = ""  # the scheme by which it is given, where the drug once caused an immediate reaction

    def text(self) -> str:
        """The content as one canonical line of JSON: what is signed is what is stored."""
        plain = {item.name: _plain(getattr(self, item.name)) for item in fields(self)}
        if not self.desensitization:
            del plain["desensitization"]  # orders that name none keep the digest under which they were signed
        return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text().encode()).hexdigest()


def judge_signing(
    content: OrderContent, *, seen: str, draft: bool, newest: bool, missing: Sequence[str], findings: Sequence[Finding]
) -> Decision[str]:
    """May a prescriber sign this version now? The value is the digest that the signature covers.

    seen       the digest of what the signer had before the eyes
    missing    what intake still chases, the signature itself left out
    findings   what intake found and nobody has solved; one to `fix` is for intake or billing and does not stop a signature
    """
    reasons: list[Reason] = []
    if not newest or not draft:
        reasons.append(
            refused(
                "wrong_state",
                "Only the newest version that is not signed yet can be signed. Open the order again.",
                field="order.version",
            )
        )
    if seen != content.digest():
        reasons.append(
            refused("mismatch", "The order was changed after it was shown. Read it again, then sign.", field="order")
        )
    if content.dose_amount is None:
        reasons.append(unknown("missing_fact", "The order states no dose.", field="order.dose"))
    elif "/kg" in content.dose_unit and content.dosing_weight_kg is None:
        reasons.append(
            unknown(
                "missing_fact",
                "The order is by weight and has no dosing weight of record. Weigh the patient first.",
                field="order.dosing_weight",
            )
        )
    if not content.indication:
        reasons.append(unknown("missing_fact", "The order has no diagnosis code.", field="order.indication"))
    if content.desensitization and content.desensitization not in SCHEMES:
        message = f"“{content.desensitization}” is not a scheme of desensitization here."
        reasons.append(unknown("not_encoded", message, field="order.desensitization"))
    reasons += premedication_reasons(content.premedications)
    reasons += [
        _finding(finding) for finding in findings if finding.code != SETTLED_BY_SIGNING and finding.severity is not Severity.FIX
    ]
    reasons += [refused("missing_fact", f"Intake still waits for: {what}.", field="referral.missing") for what in missing]
    return Decision(content.digest(), tuple(reasons))


def _finding(finding: Finding) -> Reason:
    sentence = f"{finding.code.replace('_', ' ').capitalize()}: {finding.detail}."
    if finding.severity is Severity.HOLD:
        return refused(REASON_OF[finding.code], sentence, field="referral", source=finding.source, override="prescriber")
    return review(REASON_OF[finding.code], sentence, field="referral", source=finding.source, override="prescriber")


def _plain(value: object) -> str | list[str] | None:
    if value is None:
        return None
    if isinstance(value, tuple):
        return [item.text() for item in value]
    return format(value.normalize() + 0, "f") if isinstance(value, Decimal) else str(value)
