"""A new version of a site's layer is stored as it was written, once it can be read and every place in it is there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.layers import Preview, preview_of
from chairside.apps.formulary.models import LayerVersion
from chairside.apps.formulary.services.lock import alone
from chairside.apps.organizations.models import Site
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Decision


def layer_store(*, site: Site, text: str, actor: Actor, at: datetime) -> Decision[LayerVersion]:
    """Store a layer's text as the site's next version. The same text again is the version that is there.

    Refused, with a sentence for each place, where it does not fit the protocols that it names. It holds once it is reviewed and
    approved.
    """
    decision: Decision[LayerVersion] = actor.may(Action.PROTOCOL_REVIEW).without_value()
    if not decision.allowed:
        return decision
    preview: Preview = preview_of(site, text)
    if preview.layer is None or preview.reasons:
        return decision.because(*preview.reasons)
    with alone(actor.organization):
        sha256 = preview.layer.sha256
        if (same := LayerVersion.objects.filter(site=site, sha256=sha256).first()) is not None:
            return Decision(same)
        row = LayerVersion.objects.create(
            organization_id=actor.organization,
            site=site,
            number=LayerVersion.objects.filter(site=site).count() + 1,
            version=preview.layer.version,
            sha256=sha256,
            text=text,
            by_id=UUID(actor.id),
            at=at,
        )
        entry_record(
            actor=actor,
            action="layer.store",
            subject_type="layer",
            subject=row.pk,
            at=at,
            detail=f"{row} of {site}",
            digest=sha256,
        )
        return Decision(row)
