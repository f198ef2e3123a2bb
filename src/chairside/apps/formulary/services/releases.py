"""Loading protocol files as immutable releases."""

from __future__ import annotations

from datetime import datetime

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.organizations import clock
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
