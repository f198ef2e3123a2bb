"""An order is made of a referral, and changed only by a new version that needs a new signature."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.standing import orderable_release, release_in_use
from chairside.apps.intake.models import Order, OrderVersion, Referral, ReferredOrder
from chairside.apps.intake.premedications import premedications_of, premedications_write
from chairside.apps.people.models import Fact, Patient
from chairside.apps.people.selectors import records_of
from chairside.core.access import Action, Actor
from chairside.core.intake.premedication import OrderedPremedication, premedication_reasons
from chairside.core.kernel.decision import Decision, refused
from chairside.core.kernel.fact import FactKind
from chairside.core.kernel.quantity import quantity


@dataclass(frozen=True, slots=True)
class OrderChange:
    """What a revision changes; None leaves it as it was."""

    brand: str | None = None
    indication: str | None = None
    regimen: str | None = None
    dose_amount: Decimal | None = None
    dose_unit: str | None = None
    dosing_weight_kg: Decimal | None = None
    dosing_weight_on: date | None = None
    start_on: date | None = None
    ends_on: date | None = None
    instructions: str | None = None
    desensitization: str | None = None
    premedications: tuple[OrderedPremedication, ...] | None = None


def order_draft_from_referral(*, referral: Referral, actor: Actor, at: datetime) -> Decision[OrderVersion]:
    """Version 1 of an order, as sent, by the release that its site goes by, with the newest weight as dosing weight of record.

    A second call gives the version that is there. Nothing is computed or corrected: what was sent is what the prescriber sees.
    """
    permitted = actor.may(Action.REFERRAL_WORK)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        row = Referral.objects.select_for_update().get(id=referral.id)
        existing = OrderVersion.objects.filter(order__referral=row).order_by("order_id", "-number").first()
        if existing is not None:
            return Decision(existing)
        if not row.protocol:
            return Decision(
                None,
                (
                    refused(
                        "not_encoded",
                        f"“{row.therapy_text}” has no protocol here yet, so no order can be made of it.",
                        field="referral.therapy",
                    ),
                ),
            )
        pinned = release_in_use(row.protocol, row.site)
        if pinned is None:
            return Decision(
                None,
                (
                    refused(
                        "not_available",
                        f"The protocol {row.protocol} is not loaded in this database. Load the formulary, then try again.",
                        field="order.protocol",
                    ),
                ),
            )
        all_sent = list(ReferredOrder.objects.filter(referral=row).order_by("source"))
        # Several orders (a plan, a premedication beside the drug) have no one dose: the prescriber states it.
        sent = all_sent[0] if len(all_sent) == 1 else None
        order = Order.objects.create(
            organization_id=row.organization_id, patient_id=row.patient_id, referral=row, site_id=row.site_id
        )
        weight = dosing_weight(row.patient)
        version = OrderVersion.objects.create(
            organization_id=row.organization_id,
            order=order,
            number=1,
            release=pinned,
            brand=row.brand,
            indication=(sent.indication if sent else "") or row.diagnosis,
            dose_amount=sent.dose_amount if sent else None,
            dose_unit=sent.dose_unit if sent else "",
            dosing_weight_kg=weight[0] if weight else None,
            dosing_weight_on=weight[1] if weight else None,
            start_on=row.wanted_on or (sent.starts_on if sent else None),
            ends_on=sent.ends_on if sent else None,
            instructions=sent.instructions if sent else "\n\n".join(f"{item.text}\n{item.instructions}" for item in all_sent),
            prescriber_id=row.practitioner_id,
        )
        entry_record(
            actor=actor,
            action="order.draft",
            subject_type="order_version",
            subject=version.id,
            patient=row.patient_id,
            at=at,
            detail=f"{pinned.protocol} {pinned.version}",
        )
    return Decision(version)


def order_revise(*, order: Order, change: OrderChange, actor: Actor, at: datetime) -> Decision[OrderVersion]:
    """A new version with the change, not signed. It replaces an unsigned one; a signed one holds until the new is signed.

    It is written by the release that its site orders by now: taking that over is a change by itself.
    """
    permitted = actor.may(Action.ORDER_SIGN)
    if not permitted.allowed:
        permitted = actor.may(Action.REFERRAL_WORK)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        Order.objects.select_for_update().get(id=order.id)
        latest = OrderVersion.objects.select_related("order__site", "release").filter(order=order).order_by("-number").first()
        if latest is None:
            return Decision(None, (refused("wrong_state", "This order has no version to change.", field="order"),))
        before = premedications_of(latest)
        wanted = before if change.premedications is None else change.premedications
        unmet = premedication_reasons(wanted)
        if unmet:
            return Decision(None, unmet)
        named = [name for name in OrderChange.__dataclass_fields__ if name != "premedications"]
        changed = {name: value for name in named if (value := getattr(change, name)) is not None}
        if (now := orderable_release(latest.release.protocol, latest.order.site).value) and now.sha256 != latest.release_id:
            changed["release"] = now
        same = all(getattr(latest, name) == value for name, value in changed.items())
        if same and wanted == before:
            return Decision(None, (refused("wrong_state", "Nothing was changed, so no new version is needed.", field="order"),))
        kept = (
            "release",
            "brand",
            "indication",
            "regimen",
            "dose_amount",
            "dose_unit",
            "dosing_weight_kg",
            "dosing_weight_on",
            "start_on",
            "ends_on",
            "instructions",
            "desensitization",
            "prescriber",
        )
        values = {name: getattr(latest, name) for name in kept} | changed
        if latest.status == OrderVersion.Status.DRAFT:
            latest.status = OrderVersion.Status.CANCELLED
            latest.save(update_fields=["status"])
        version = OrderVersion.objects.create(
            organization_id=order.organization_id, order=order, number=latest.number + 1, **values
        )
        premedications_write(version, wanted)
        entry_record(
            actor=actor,
            action="order.revise",
            subject_type="order_version",
            subject=version.id,
            patient=order.patient_id,
            at=at,
            detail=f"version {version.number}: {', '.join(sorted({*changed, *_also(wanted != before)}))}",
        )
    return Decision(version)


def _also(premedications: bool) -> tuple[str, ...]:
    return ("premedications",) if premedications else ()


def dosing_weight(patient: Patient) -> tuple[Decimal, date] | None:
    """The newest usable weight in kilograms and its day, to three decimals; None when there is none."""
    rows = Fact.objects.filter(
        patient__in=records_of(patient),
        kind=FactKind.VITAL.value,
        code="weight_kg",
        corrected_by=None,
        status__in=("final", "corrected"),
    ).exclude(exact="")
    row = rows.order_by("-on", "-at", "-recorded_at").first()
    if row is None:
        return None
    return quantity(row.exact, row.unit, "weight").to("kg").rounded(Decimal("0.001")).amount, row.on
