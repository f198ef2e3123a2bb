"""Loading protocol files as immutable releases, and an organization's sign-off of one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.models import ProtocolRelease, SignOff
from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.organizations import clock
from chairside.core.access import Action, Actor, Role
from chairside.core.kernel.decision import Decision, refused
from chairside.formulary import loader


def release_load(*, text: str, name: str, at: datetime) -> ProtocolRelease:
    """Store one protocol file as it is. The same text is the same release: loading it again changes nothing.

    Raises FormularyError when the file does not fit the schema: what cannot be read is never stored.
    """
    protocol = loader.parse(text, name)
    release, _ = ProtocolRelease.objects.get_or_create(
        sha256=protocol.sha256,
        defaults={
            "protocol": protocol.id,
            "version": protocol.version,
            "status": protocol.status.value,
            "name": protocol.names.en,
            "text": text,
            "loaded_at": at,
        },
    )
    return release


def releases_sync() -> tuple[ProtocolRelease, ...]:
    """Store every protocol file of this program as a release. Called after each migration; safe to repeat."""
    at = clock.now()
    return tuple(
        release_load(text=loader.path_of(protocol).read_text(encoding="utf-8"), name=f"{protocol}.yaml", at=at)
        for protocol in loader.known_ids()
    )


def release_sign_off(*, release: ProtocolRelease, note: str, actor: Actor, at: datetime) -> Decision[SignOff]:
    """A pharmacist or medical director takes responsibility for a release in this organization.

    A release with numbers that were recalled and never looked up (H-040) asks for a note that says how they were checked.
    """
    decision: Decision[SignOff] = actor.may(Action.PROTOCOL_RELEASE).without_value()
    protocol = protocol_of(release.sha256)
    unchecked = [source.title for source in protocol.sources if not source.tier.checked]
    if unchecked and not note.strip():
        message = "Some numbers of this protocol were never looked up in a source. Write how you checked them before you sign."
        decision = decision.because(refused("missing_fact", message, field="note", source=protocol.id))
    if SignOff.objects.filter(release=release, signed_by=actor.id).exists():
        decision = decision.because(refused("wrong_state", "You have already signed off this release.", field="release"))
    if not decision.allowed:
        return decision
    with transaction.atomic(durable=not transaction.get_connection().in_atomic_block):
        role = Role.PHARMACIST if Role.PHARMACIST in actor.roles else Role.MEDICAL_DIRECTOR
        sign_off = SignOff.objects.create(
            organization_id=actor.organization,
            release=release,
            signed_by=actor.id,
            signed_name=actor.name,
            role=role.value,
            at=at,
            note=note.strip(),
        )
        entry_record(
            actor=actor,
            action="protocol.sign_off",
            subject_type="release",
            subject=release.sha256,
            at=at,
            reason=note.strip(),
            digest=release.sha256,
        )
    return Decision(sign_off)
