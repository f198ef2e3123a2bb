"""Loading protocol files as immutable releases."""

from __future__ import annotations

from datetime import datetime

from chairside.apps.formulary.models import ProtocolRelease
from chairside.apps.organizations import clock
from chairside.core.protocols import Protocol
from chairside.formulary import loader


def release_load(*, text: str, name: str, at: datetime) -> ProtocolRelease:
    """Store one protocol file as it is. The same text is the same release: loading it again changes nothing.

    Raises FormularyError when the file does not fit the schema: what cannot be read is never stored.
    """
    protocol = loader.parse(text, name)
    row = _row(protocol, text, at)
    ProtocolRelease.objects.bulk_create([row], ignore_conflicts=True)
    return ProtocolRelease.objects.get(sha256=protocol.sha256)


def releases_sync() -> tuple[ProtocolRelease, ...]:
    """Store every protocol file of this program as a release. Called after each migration; safe to repeat.

    Each file is read once a process; one that changed since is a release of its own.
    """
    at, rows = clock.now(), []
    for protocol in loader.load_all():
        text = loader.path_of(protocol.id).read_text(encoding="utf-8")
        if loader.canonical_sha256(text) != protocol.sha256:
            protocol = loader.parse(text, f"{protocol.id}.yaml")
        rows.append(_row(protocol, text, at))
    stored = ProtocolRelease.objects.filter(sha256__in=[row.sha256 for row in rows]).defer("text")
    known = set(stored.values_list("sha256", flat=True))
    ProtocolRelease.objects.bulk_create([row for row in rows if row.sha256 not in known], ignore_conflicts=True)
    found = {row.sha256: row for row in stored.all()}
    return tuple(found[row.sha256] for row in rows)


def _row(protocol: Protocol, text: str, at: datetime) -> ProtocolRelease:
    return ProtocolRelease(
        sha256=protocol.sha256,
        protocol=protocol.id,
        version=protocol.version,
        status=protocol.status.value,
        name=protocol.names.en,
        text=text,
        loaded_at=at,
    )
