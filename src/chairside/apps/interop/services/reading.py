"""What was kept is read: a patient's resources become one packet, and intake receives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime

from chairside.apps.intake.services import ReferralReceived, referral_receive
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.interop.models import PatientToRead, ReceivedResource, Resource
from chairside.apps.interop.rows import rows_find
from chairside.apps.interop.services.coverages import coverages_receive
from chairside.apps.interop.services.keeping import Placed
from chairside.apps.interop.services.linking import links_follow
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.access import Actor
from chairside.core.intake.issue import Issue
from chairside.core.intake.referral import Packet
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.bundle import Entry
from chairside.exchange.fhir.read import Received, packet
from chairside.exchange.fhir.references import references
from chairside.exchange.fhir.text import parse

# What a patient's resources point at and their readers need, though it is about nobody.
_NEEDED = frozenset(("Practitioner", "PractitionerRole", "Organization", "Location", "Medication"))


def packet_receive(
    good: Sequence[Placed], site: Site, name: str, actor: Actor, at: datetime, as_of: date | None
) -> Decision[ReferralReceived] | None:
    """Hand the packet of a document about one patient to intake; None when it is about nobody, or about several people.

    name    what the packet came in, for a referral that names neither request nor patient
    """
    patients = {placed.item.logical_id for placed in good if placed.item.entry.type == "Patient"}
    if patients != {placed.patient_key for placed in good if placed.patient_key} or len(patients) != 1:
        return None
    return _receive([placed.item for placed in good], site, name, actor, at, as_of)


def standing(good: Sequence[Placed], outdated: Set[str], organization: str) -> list[Placed]:
    """The resources of a document as they stand: an old one that comes again does not bring back what was changed since."""
    if not outdated:
        return list(good)
    late = [placed for placed in good if placed.name in outdated]
    rows = _newest(_ids(organization, [(placed.item.entry.type, placed.item.logical_id) for placed in late]))
    now = {f"{item.entry.type}/{item.logical_id}": item for item in rows}
    return [replace(placed, item=now[placed.name]) if placed.name in now else placed for placed in good]


def patient_read(
    *, patient_key: str, site: Site, name: str, actor: Actor, at: datetime, as_of: date | None = None
) -> Decision[ReferralReceived] | None:
    """Read everything that is kept of one patient, in the caller's transaction under the receiving lock."""
    return _receive(_of_patient(actor.organization, patient_key), site, name, actor, at, as_of)


def patients_to_read(good: Sequence[Placed], *, site: Site, source: str, at: datetime) -> None:
    """Note whose resources were kept, so that they are read though this process should end."""
    keys = sorted({placed.patient_key for placed in good if placed.patient_key})
    PatientToRead.objects.bulk_create(
        (
            PatientToRead(organization_id=site.organization_id, patient_key=key, source=source[:300], site=site, since=at)
            for key in keys
        ),
        ignore_conflicts=True,
    )


def _receive(
    items: Sequence[Received], site: Site, name: str, actor: Actor, at: datetime, as_of: date | None
) -> Decision[ReferralReceived] | None:
    today = as_of or at.astimezone(site.zone).date()
    read = packet(items, codes=FormularyTables(), zone=site.zone, on=today)
    if read.person is None:
        return None
    outcome = referral_receive(site=site, packet=read, source=_source(read, name), actor=actor, at=at, as_of=as_of)
    if outcome.value is not None:
        coverages_receive(patient=outcome.value.patient, coverages=read.coverages, ended=read.ended, today=today)
        _person_note(items, outcome.value.patient)
        links_follow(items, patient=outcome.value.patient, actor=actor, at=at)
    return outcome


def _person_note(items: Sequence[Received], patient: Patient) -> None:
    """Whom the Patient resource means. One that means a record of this person keeps it, so that a merge can be taken back."""
    keys = [item.logical_id for item in items if item.entry.type == "Patient"]
    Resource.objects.filter(organization_id=patient.organization_id, type="Patient", logical_id__in=keys).exclude(
        person__in=records_of(patient)
    ).update(person=patient)


def _source(read: Packet, name: str) -> str:
    """What the referral is known by: its request, else its patient."""
    if read.request is not None:
        return read.request.source
    return read.person.source if read.person else f"fhir:{name}"


def _of_patient(organization: str, patient_key: str) -> list[Received]:
    """The newest version of each resource about a patient, and of what they point at."""
    found = _newest(Resource.objects.filter(organization_id=organization, patient_key=patient_key).values_list("id", flat=True))
    seen = {(item.entry.type, item.logical_id) for item in found}
    fresh = found
    for _ in range(2):  # a role points at a practitioner and an organization
        wanted = {target for item in fresh for target in _targets(item)} - seen
        fresh = _newest(_ids(organization, wanted)) if wanted else []
        seen |= wanted
        found = found + fresh
    return found


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
