"""What was kept is read: a patient's resources become one packet, and intake receives it."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import date, datetime

from chairside.apps.intake.services import ReferralReceived, referral_receive
from chairside.apps.intake.tables import FormularyTables
from chairside.apps.interop.models import PatientToRead, Resource
from chairside.apps.interop.services.coverages import coverages_receive
from chairside.apps.interop.services.keeping import Placed
from chairside.apps.interop.services.linking import links_follow
from chairside.apps.interop.services.rejudging import has_referrals, record_of, referrals_judge
from chairside.apps.interop.services.standing import newest, of_patient
from chairside.apps.organizations.models import Site
from chairside.apps.people.models import Patient
from chairside.apps.people.selectors import records_of
from chairside.core.access import Actor
from chairside.core.intake.referral import Packet
from chairside.core.kernel.decision import Decision
from chairside.exchange.fhir.read import Received, packet


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
    rows = newest(organization, [(placed.item.entry.type, placed.item.logical_id) for placed in late])
    now = {f"{item.entry.type}/{item.logical_id}": item for item in rows}
    return [replace(placed, item=now[placed.name]) if placed.name in now else placed for placed in good]


def patient_read(
    *, patient_key: str, site: Site, name: str, actor: Actor, at: datetime, as_of: date | None = None
) -> Decision[ReferralReceived] | None:
    """Read everything that is kept of one patient, in the caller's transaction under the receiving lock."""
    return _receive(of_patient(actor.organization, patient_key), site, name, actor, at, as_of)


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
    known = _person(items, site)
    before = record_of(known) if known is not None and has_referrals(known) else None
    outcome = referral_receive(site=site, packet=read, source=_source(read, name), actor=actor, at=at, as_of=as_of)
    done = outcome.value
    if done is not None:
        coverages_receive(patient=done.patient, coverages=read.coverages, ended=read.ended, today=today)
        _person_note(items, done.patient)
        links_follow(items, patient=done.patient, actor=actor, at=at)
        if before is not None:
            new = done.referral if done.referral is not None and not done.repeated else None
            told = {"patient": done.patient, "before": before, "doubts": done.doubts, "apart_from": new, "only": None}
            referrals_judge(why=f"records of {name}", actor=actor, at=at, day=today, **told)  # type: ignore[arg-type]
    return outcome


def _person(items: Sequence[Received], site: Site) -> Patient | None:
    """The record that the Patient resource is known to mean."""
    keys = [item.logical_id for item in items if item.entry.type == "Patient"]
    heads = Resource.objects.filter(organization_id=site.organization_id, type="Patient", logical_id__in=keys)
    head = heads.exclude(person=None).select_related("person").first()
    return head.person if head is not None else None


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
