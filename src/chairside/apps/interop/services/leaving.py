"""A newer version of a resource is about somebody else: what it said of the first person goes off the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chairside.apps.audit.services import entry_record
from chairside.apps.coverage.models import Coverage
from chairside.apps.intake.services.facts import facts_withdraw
from chairside.apps.interop.models import Resource
from chairside.apps.people.models import Contact, Document
from chairside.apps.people.selectors import records_of
from chairside.core.access import Actor

_WHY = "The sender's newer version of this is about somebody else, or about nobody."


def resources_leave(moved: Sequence[tuple[str, str]], *, actor: Actor, at: datetime) -> None:
    """Close the facts, and remove the contacts, documents and unused coverages, that came of resources now about somebody else.

    moved    (`Type/id`, the key of the patient that it was about)
    """
    for key in sorted({key for _, key in moved}):
        heads = Resource.objects.filter(organization_id=actor.organization, type="Patient", logical_id=key)
        head = heads.exclude(person=None).select_related("person").first()
        if head is None or head.person is None:
            continue  # nothing of that patient was read yet
        sources = {f"fhir:{name}" for name, was in moved if was == key}
        closed = facts_withdraw(patient=head.person, sources=sources, why=_WHY, at=at)
        mine = {"patient__in": records_of(head.person), "source__in": sources}
        Contact.objects.filter(**mine).delete()
        Document.objects.filter(**mine).delete()
        Coverage.objects.filter(**mine, authorizations=None).delete()
        Coverage.objects.filter(**mine).update(ends_on=at.date(), verified_note=_WHY)
        entry_record(
            actor=actor,
            action="resource.leave",
            subject_type="patient",
            subject=head.person.pk,
            patient=head.person.pk,
            at=at,
            detail=f"{', '.join(sorted(sources))[:500]}; {closed} facts closed",
        )
