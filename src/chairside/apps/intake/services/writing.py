"""The rows of a referral: written when it comes, and once more when the same order comes by a road that says more of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chairside.apps.intake.models import Finding, MissingItem, Referral, ReferredOrder
from chairside.apps.intake.services.judging import findings_write, referral_rejudge
from chairside.apps.intake.texts import fit
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.core.access import Actor
from chairside.core.intake import findings as core
from chairside.core.intake.completeness import INCOMPLETE, Judgement, Missing
from chairside.core.intake.referral import DrugOrder, Packet

_BY_A_MESSAGE = frozenset(("order_changed", "order_cancelled"))  # what no judgement of a packet finds or solves
_OPEN = (Referral.Status.INCOMPLETE, Referral.Status.COMPLETE)


@dataclass(frozen=True, slots=True)
class Written:
    """What the rows of a referral say.

    prescriber  the id of the practitioner, None where the packet names none
    day         the day of the judgement
    """

    packet: Packet
    source: str
    prescriber: UUID | None
    brand: str
    judgement: Judgement
    day: date
    at: datetime


def referral_write(site: Site, patient: Patient, written: Written) -> Referral:
    """A new referral with its findings, what it lacks and the orders as they were sent, in the caller's transaction."""
    referral = Referral.objects.create(
        organization_id=site.organization_id,
        patient=patient,
        site=site,
        received_at=written.at,
        status=Referral.Status.INCOMPLETE if written.judgement.status == INCOMPLETE else Referral.Status.COMPLETE,
        **_values(written),
    )
    findings_write(referral, written.judgement.findings)
    MissingItem.objects.bulk_create(
        MissingItem(
            organization_id=site.organization_id,
            referral=referral,
            what=fit(item.what, 300),
            solves=item.solves,
            opened_at=written.at,
        )
        for item in written.judgement.missing
    )
    ReferredOrder.objects.bulk_create(_sent_order(item, referral) for item in written.packet.orders)
    return referral


def referral_take_over(*, referral: Referral, written: Written, actor: Actor) -> None:
    """The same order comes as resources after a message: they say who signed it, and the referral is theirs from now on.

    In the caller's transaction under the receiving lock. One that is ordered or closed is left as it is. The rows that the
    message brought are replaced; the message itself is kept.
    """
    row = Referral.objects.select_for_update().get(id=referral.id)
    if row.status not in _OPEN:
        return
    before = _standing(row)
    for name, value in _values(written).items():
        setattr(row, name, value)
    row.save()
    row.sent_orders.all().delete()
    ReferredOrder.objects.bulk_create(_sent_order(item, row) for item in written.packet.orders)
    why = f"the order as resources ({written.source})"
    referral_rejudge(referral=row, before=before, after=written.judgement, why=why, actor=actor, at=written.at)


def _standing(row: Referral) -> Judgement:
    """What is open, as the judgement that found it."""
    found = Finding.objects.filter(referral=row, solved_at=None).exclude(code__in=_BY_A_MESSAGE)
    missing = MissingItem.objects.filter(referral=row, closed_at=None)
    return Judgement(
        row.protocol,
        row.status,
        tuple(Missing(item.what, item.solves) for item in missing),
        tuple(core.Finding(item.code, core.Severity(item.severity), item.detail, item.source) for item in found),
    )


def _values(written: Written) -> dict[str, Any]:
    packet, judgement = written.packet, written.judgement
    order = packet.orders[0] if packet.orders else None
    request = packet.request
    diagnoses = (order.diagnoses if order else ()) or (request.diagnoses if request else ())
    text = ", ".join(item.text for item in packet.orders) or (request.text if request else "")
    return {
        "practitioner_id": written.prescriber,
        "source": written.source,
        "judged_on": written.day,
        "protocol": judgement.therapy,
        "therapy_text": fit(text, 300),
        "brand": fit(written.brand, 80),
        "diagnosis": next(iter(diagnoses), "")[:10],
        "setting": request.setting if request else "",
        "priority": request.priority if request else "routine",
        "wanted_on": request.wanted if request else None,
        "not_judged": "\n".join(judgement.not_judged),
        "elsewhere": "\n".join(judgement.elsewhere),
    }


def _sent_order(order: DrugOrder, referral: Referral) -> ReferredOrder:
    ordered = next((item.ordered for item in order.dosages if item.ordered), None)
    calculated = next((item.calculated for item in order.dosages if item.calculated), None)
    lines = [text for dosage in order.dosages for text in (dosage.text, *dosage.extra) if text]
    return ReferredOrder(
        organization_id=referral.organization_id,
        referral=referral,
        source=order.source,
        text=order.text,
        brand=fit(order.brand, 80),
        route=order.route,
        indication=next(iter(order.diagnoses), "")[:10],
        dose_amount=ordered.number if ordered else None,
        dose_unit=fit(ordered.unit, 20) if ordered else "",
        calculated_amount=calculated.number if calculated else None,
        calculated_unit=fit(calculated.unit, 20) if calculated else "",
        instructions="\n".join([*lines, *order.notes]),
        starts_on=order.starts,
        ends_on=order.ends,
        status=order.status,
        signed_at=order.signed_at,
        signed_by=fit(order.signed_by, 200),
    )
