"""The medical director approves a release, or the site's layer, for a site; and takes an approval back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.models import Approval, LayerVersion, ProtocolRelease, Withdrawal
from chairside.apps.formulary.selectors import recalled_in
from chairside.apps.formulary.services.lock import alone
from chairside.apps.formulary.standing import (
    approval_in_force,
    approvals_in_force,
    at_site,
    does_not_fit,
    split,
    thread_of,
    threads_of,
    with_layer,
)
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision, Reason, refused, unknown
from chairside.core.protocols.release import approval_reasons
from chairside.formulary.reading import FormularyError


def release_approve(*, release: ProtocolRelease, site: Site, note: str, actor: Actor, at: datetime) -> Decision[Approval]:
    """Orders of the site are signed by this release from now on. Signed orders keep the one that they were signed by.

    `release` is the one that the director saw: with the site's layer over it, where the site has one.
    """
    decision: Decision[Approval] = actor.may(Action.PROTOCOL_APPROVE).without_value()
    if not decision.allowed:
        return decision
    with alone(actor.organization):
        reasons = list(approval_reasons(threads_of(release), by=actor.id, note=note, recalled=recalled_in(release)))
        here = at_site(release.base or release, site)
        reasons += here.reasons
        if here.value is not None and here.value.sha256 != release.sha256:
            message = f"The layer of {site} changed since this was shown. Read {here.value} again, then approve it."
            reasons.append(refused("mismatch", message, field="release", limit=str(here.value)))
        if (standing := approval_in_force(site, release.protocol)) and standing.release_id == release.sha256:
            reasons.append(refused("wrong_state", f"{release} is approved for {site} already.", field="release"))
        decision = decision.because(*reasons)
        if not decision.allowed:
            return decision
        return Decision(_write(site, release, note, actor, at))


def layer_approve(*, layer: LayerVersion, note: str, actor: Actor, at: datetime) -> Decision[Approval]:
    """The layer holds at its site from now on: each approved protocol that it changes is approved anew, with it."""
    decision: Decision[Approval] = actor.may(Action.PROTOCOL_APPROVE).without_value()
    if not decision.allowed:
        return decision
    with alone(actor.organization):
        standing = approval_in_force(layer.site, "")
        if standing is not None and standing.layer_id == layer.pk:
            decision = decision.because(refused("wrong_state", f"{layer} is approved already.", field="layer"))
        following = layer_following(layer)
        threads = [thread_of(layer), *(thread_of(row.base or row) for row in following.value or ())]
        decision = decision.because(*approval_reasons(threads, by=actor.id, note=note, recalled=False), *following.reasons)
        if not decision.allowed:
            return decision
        made = _write(layer.site, layer, note, actor, at)
        for row in following.value or ():
            _write(layer.site, row, note or f"with {layer}", actor, at)
        return Decision(made)


def layer_following(layer: LayerVersion) -> Decision[tuple[ProtocolRelease, ...]]:
    """The releases that the layer's approval approves with it: those of its site that it changes, as they will be."""
    found: list[ProtocolRelease] = []
    reasons: list[Reason] = []
    for approval in approvals_in_force(layer.site).values():
        if (present := approval.release) is None:
            continue
        base = present.base or present
        try:
            made = with_layer(base, layer)
        except FormularyError as problem:
            reasons.append(does_not_fit(base, layer, problem))
        else:
            found += [made] if made.sha256 != present.sha256 else []
    return Decision(tuple(sorted(found, key=lambda row: row.name)), tuple(reasons))


def approval_withdraw(*, approval: Approval, reason: str, actor: Actor, at: datetime) -> Decision[Withdrawal]:
    """Nothing is ordered, planned or decided by it any more. A layer's withdrawal takes the approvals that rest on it along."""
    decision: Decision[Withdrawal] = actor.may(Action.PROTOCOL_APPROVE).without_value()
    if not reason.strip():
        decision = decision.because(unknown("missing_fact", "Say why it is withdrawn.", field="reason"))
    if not decision.allowed:
        return decision
    with alone(actor.organization):
        standing = approvals_in_force(approval.site)
        if (row := standing.get(approval.protocol)) is None or row.pk != approval.pk:
            message = "Only an approval that holds now can be withdrawn. Open the page again."
            return decision.because(refused("wrong_state", message, field="approval"))
        taken = row.layer.sha256 if row.layer else "-"
        along = [one for one in standing.values() if one.release and one.release.layer_sha256 == taken]
        made = [_withdraw(one, reason.strip(), actor, at) for one in (row, *along)]
        return Decision(made[0])


def _write(site: Site, subject: ProtocolRelease | LayerVersion, note: str, actor: Actor, at: datetime) -> Approval:
    release, layer = split(subject)
    protocol = release.protocol if release else ""
    number = Approval.objects.filter(site=site, protocol=protocol).count() + 1
    row = Approval.objects.create(
        organization_id=actor.organization,
        site=site,
        protocol=protocol,
        number=number,
        release=release,
        layer=layer,
        by_id=UUID(actor.id),
        at=at,
        note=note.strip(),
    )
    _record("protocol.approve", row, note.strip(), actor, at)
    return row


def _withdraw(approval: Approval, reason: str, actor: Actor, at: datetime) -> Withdrawal:
    row = Withdrawal.objects.create(
        organization_id=actor.organization, approval=approval, by_id=UUID(actor.id), at=at, reason=reason
    )
    _record("protocol.withdraw", approval, reason, actor, at)
    return row


def _record(action: str, approval: Approval, reason: str, actor: Actor, at: datetime) -> None:
    subject = approval.release or approval.layer
    assert subject is not None
    entry_record(
        actor=actor,
        action=action,
        subject_type="layer" if approval.layer else "release",
        subject=subject.pk,
        at=at,
        reason=reason,
        detail=f"{subject} for {approval.site}",
        digest=subject.sha256,
    )
