"""A prescriber signs a version of an order. The signature covers one exact text; a change needs a new one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from chairside.apps.audit.notify import notify_on_commit
from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.standing import signing_reasons
from chairside.apps.intake.models import Finding, MissingItem, Order, OrderVersion, Referral
from chairside.apps.intake.premedications import premedications_of
from chairside.core.access import Action, Actor
from chairside.core.intake import findings
from chairside.core.intake.order import SETTLED_BY_SIGNING, OrderContent, judge_signing
from chairside.core.kernel.decision import Decision, Outcome, refused


def content_of(version: OrderVersion) -> OrderContent:
    """The version as the plain value that is signed."""
    return OrderContent(
        patient=str(version.order.patient_id),
        protocol=version.release.protocol,
        protocol_sha256=version.release_id,
        brand=version.brand,
        indication=version.indication,
        regimen=version.regimen,
        dose_amount=version.dose_amount,
        dose_unit=version.dose_unit,
        dosing_weight_kg=version.dosing_weight_kg,
        dosing_weight_on=version.dosing_weight_on,
        start_on=version.start_on,
        ends_on=version.ends_on,
        instructions=version.instructions,
        prescriber=str(version.prescriber_id or ""),
        premedications=premedications_of(version),
        desensitization=version.desensitization,
    )


def order_sign(
    *, version: OrderVersion, seen_digest: str, actor: Actor, at: datetime, reason: str = ""
) -> Decision[OrderVersion]:
    """Sign the version whose digest the signer saw.

    Refused while intake waits for something or a hold is open, and where the protocol's version is not the one that the site
    orders by; what is for review needs a reason, which is kept.
    """
    permitted = actor.may(Action.ORDER_SIGN)
    if not permitted.allowed:
        return permitted.without_value()
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        order = Order.objects.select_for_update().get(id=version.order_id)
        row = (
            OrderVersion.objects.select_for_update(of=("self",))
            .select_related("order__site__organization", "release")
            .get(id=version.id)
        )
        decision = _judge(row, seen_digest)
        if decision.outcome > Outcome.REVIEW or (decision.outcome is Outcome.REVIEW and not reason.strip()):
            return decision.without_value()
        if actor.id == "system":
            return Decision(None, (refused("not_permitted", "A person signs an order, never the system.", field="actor"),))
        OrderVersion.objects.filter(order=order, status=OrderVersion.Status.SIGNED).update(
            status=OrderVersion.Status.SUPERSEDED
        )
        row.status, row.signed_by_id, row.signed_at = OrderVersion.Status.SIGNED, UUID(actor.id), at
        row.signed_digest = decision.value or ""
        row.save(update_fields=["status", "signed_by", "signed_at", "signed_digest"])
        if order.referral_id is not None:
            _settle(order.referral_id, actor, at)
        entry_record(
            actor=actor,
            action="order.sign",
            subject_type="order_version",
            subject=row.id,
            patient=order.patient_id,
            at=at,
            reason=reason.strip(),
            detail=f"version {row.number} of {row.release}",
            digest=row.signed_digest,
        )
        notify_on_commit("site", order.site_id)
    return Decision(row, working=tuple(item.message for item in decision.reasons))


def signing_judgement(version: OrderVersion) -> Decision[str]:
    """Whether this version could be signed now, with every reason; the value is the digest to sign."""
    return _judge(version, content_of(version).digest())


def _judge(version: OrderVersion, seen: str) -> Decision[str]:
    newest = not OrderVersion.objects.filter(order_id=version.order_id, number__gt=version.number).exists()
    missing: list[str] = []
    found: list[findings.Finding] = []
    if version.order.referral_id is not None:
        items = MissingItem.objects.filter(referral_id=version.order.referral_id, closed_at=None).exclude(
            solves=SETTLED_BY_SIGNING
        )
        missing = list(items.order_by("opened_at", "what").values_list("what", flat=True))
        rows = Finding.objects.filter(referral_id=version.order.referral_id, solved_at=None).order_by("code", "id")
        found = [findings.Finding(row.code, findings.Severity(row.severity), row.detail, row.source) for row in rows]
    judged = judge_signing(
        content_of(version),
        seen=seen,
        draft=version.status == OrderVersion.Status.DRAFT,
        newest=newest,
        missing=missing,
        findings=found,
    )
    return judged.because(*signing_reasons(version.release, version.order.site))


def _settle(referral_id: UUID, actor: Actor, at: datetime) -> None:
    """The signature settles what was open for want of one, and the referral has its order."""
    words = f"signed here by {actor.name}"
    MissingItem.objects.filter(referral_id=referral_id, solves=SETTLED_BY_SIGNING, closed_at=None).update(
        closed_at=at, closed_by=words
    )
    Finding.objects.filter(referral_id=referral_id, code=SETTLED_BY_SIGNING, solved_at=None).update(
        solved_at=at, solved_by=words
    )
    Referral.objects.filter(id=referral_id).update(status=Referral.Status.ORDERED)
