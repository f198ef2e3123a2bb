"""What is kept and stands now: the newest version of resources, read back as they were kept."""

from __future__ import annotations

from collections.abc import Iterable

from chairside.apps.interop.models import ReceivedResource, Resource
from chairside.apps.organizations.rows import rows_find
from chairside.core.intake.issue import Issue
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import Received
from chairside.exchange.fhir.references import references
from chairside.exchange.fhir.text import parse

# What a patient's resources point at and their readers need, though it is about nobody.
_NEEDED = frozenset(("Practitioner", "PractitionerRole", "Organization", "Location", "Medication"))


def of_patient(organization: str, patient_key: str) -> list[Received]:
    """The newest version of each resource about a patient, and of what they point at."""
    found = _newest(Resource.objects.filter(organization_id=organization, patient_key=patient_key).values_list("id", flat=True))
    seen = {(item.entry.type, item.logical_id) for item in found}
    fresh = found
    for _ in range(2):  # a role points at a practitioner and an organization
        wanted = {target for item in fresh for target in _targets(item)} - seen
        fresh = newest(organization, wanted) if wanted else []
        seen |= wanted
        found = found + fresh
    return found


def newest(organization: str, wanted: Iterable[tuple[str, str]]) -> list[Received]:
    """The newest version of each (type, id) that is here."""
    return _newest(_ids(organization, wanted))


def _targets(item: Received) -> Iterable[tuple[str, str]]:
    for reference in references(item.entry.resource):
        kind, _, rest = reference["reference"].partition("/")
        if kind in _NEEDED:
            yield kind, rest.partition("/")[0]


def _ids(organization: str, wanted: Iterable[tuple[str, str]]) -> list[object]:
    pairs = sorted(wanted)
    rows = rows_find(
        f'SELECT r.id FROM "{Resource._meta.db_table}" r '
        "JOIN unnest(%b::text[], %b::text[]) AS a(type, logical_id) ON r.type = a.type AND r.logical_id = a.logical_id "
        "WHERE r.organization_id = %s",
        [kind for kind, _ in pairs],
        [here for _, here in pairs],
        organization,
    )
    return [row for (row,) in rows]


def _newest(ids: Iterable[object]) -> list[Received]:
    rows = (
        ReceivedResource.objects.filter(resource_id__in=list(ids))
        .order_by("resource_id", "-version")
        .distinct("resource_id")
        .values_list("text", "remarks", "resource__type", "resource__logical_id", "resource__identity")
    )
    return [_received(*row) for row in rows.iterator(chunk_size=500)]


def _received(text: str, remarks: str, kind: str, here: str, key: str) -> Received:
    return Received(Entry(0, f"{kind}/{here}", parse(text)), key, _issues(remarks), here)


def _issues(remarks: str) -> tuple[Issue, ...]:
    if not remarks:
        return ()
    return tuple(
        Issue(item["code"], next(iter(item.get("expression", [])), ""), item["diagnostics"], mendable=True)
        for item in parse(remarks)["issue"]
    )
