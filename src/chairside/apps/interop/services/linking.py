"""A sender's Patient resources that say they are one person: their records are read as one from then on, reversibly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import structlog

from chairside.apps.interop.models import Resource
from chairside.apps.people.merging import patient_merge
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import person_of
from chairside.core.access import Actor
from chairside.exchange.fhir.read import Received

log = structlog.get_logger()


def links_follow(items: Sequence[Received], *, patient: Patient, actor: Actor, at: datetime) -> None:
    """Merge where a Patient resource says `replaced-by` or `replaces` of one that has been read, in the caller's transaction.

    What may not be merged (two birth dates, both in a chair) stays two records, as a person would be told.
    """
    for kind, target in _links(items):
        other = (
            Resource.objects.filter(organization_id=patient.organization_id, type="Patient", logical_id=target)
            .select_related("person")
            .first()
        )
        if other is None or other.person is None or person_of(other.person) == person_of(patient):
            continue
        kept, merged = (other.person, patient) if kind == "replaced-by" else (patient, other.person)
        reason = f"The sender says that Patient/{target} is the same person ({kind})."
        done = patient_merge(kept=kept, merged=merged, reason=reason, actor=actor, at=at)
        if done.value is None:
            log.info("import.not_merged", target=target, reasons=[item.code for item in done.reasons])
        patient.refresh_from_db(fields=["merged_into"])


def _links(items: Sequence[Received]) -> Iterator[tuple[str, str]]:
    for item in items:
        said: Any = item.entry.resource.get("link") if item.entry.type == "Patient" else None
        for link in said if isinstance(said, list) else []:
            target = link.get("other", {}).get("reference", "") if isinstance(link, dict) else ""
            if link.get("type") in ("replaced-by", "replaces") and target.startswith("Patient/"):
                yield link["type"], target.removeprefix("Patient/").partition("/")[0]
