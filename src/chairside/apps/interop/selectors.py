"""Reading what came in: imports, quarantine, resources with their versions. A fixed number of queries a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from chairside.apps.intake.models import Referral
from chairside.apps.interop.models import ImportRun, Quarantined, ReceivedResource, Resource
from chairside.apps.people.models import Patient
from chairside.exchange.fhir.text import Json, parse
from chairside.web.paging import Column

RUN_FILTERS = ("status", "q")
RUN_COLUMNS = (
    Column("started", "Begun", ("started_at",), value=lambda row: row.started_at.isoformat()),
    Column("name", "Files", ("name",), value=lambda row: row.name),
    Column("who", "By", ("actor_name",), value=lambda row: row.actor_name),
    Column("status", "State", ("status",), value=lambda row: row.get_status_display()),
    Column("imported", "Imported", ("imported",), number=True, value=lambda row: row.imported),
    Column("unchanged", "Unchanged", ("unchanged",), number=True, value=lambda row: row.unchanged),
    Column("quarantined", "In quarantine", ("quarantined",), number=True, value=lambda row: row.quarantined),
)
QUARANTINE_FILTERS = ("state", "type", "source", "q", "run")
STATES = (("", "Open"), ("solved", "Solved"), ("all", "All"))
QUARANTINE_COLUMNS = (
    Column("received", "Received", ("received_at",), value=lambda row: row.received_at.isoformat()),
    Column("type", "Type", ("type",), value=lambda row: row.type),
    Column("source", "Where it stood", ("source", "entry"), value=lambda row: f"{row.source}: {row.entry}"),
    Column("why", "What is wrong", value=lambda row: " ".join(issue["diagnostics"] for issue in issues_of(row.outcome))),
    Column("state", "State", ("solved_at",), value=lambda row: row.solved_by or "open"),
)


def runs(asked: Mapping[str, str]) -> QuerySet[ImportRun]:
    """Imports, by state and by a part of their files' names or of who asked."""
    rows = ImportRun.objects.all()
    if (status := asked.get("status", "")) in ImportRun.Status.values:
        rows = rows.filter(status=status)
    if words := asked.get("q", "").strip():
        rows = rows.filter(Q(name__icontains=words) | Q(actor_name__icontains=words))
    return rows


def quarantined(asked: Mapping[str, str]) -> QuerySet[Quarantined]:
    """What could not be used, as the filters ask; the open ones when they ask for nothing else."""
    rows = Quarantined.objects.all()
    if (state := asked.get("state", "")) != "all":
        rows = rows.filter(solved_at__isnull=state != "solved")
    if kind := asked.get("type", ""):
        rows = rows.filter(type=kind)
    if source := asked.get("source", "").strip():
        rows = rows.filter(source__icontains=source)
    if words := asked.get("q", "").strip():
        rows = rows.filter(Q(entry__icontains=words) | Q(outcome__icontains=words) | Q(text__icontains=words))
    if run := _uuid(asked.get("run", "")):
        rows = rows.filter(document__run=run)
    return rows


def quarantined_types() -> list[str]:
    """The types that ever stood in quarantine, by name."""
    return sorted(kind for kind in Quarantined.objects.order_by().values_list("type", flat=True).distinct() if kind)


def open_count() -> int:
    """How many items wait for somebody."""
    return Quarantined.objects.filter(solved_at=None).count()


def issues_of(outcome: str) -> list[Json]:
    """The issues of an OperationOutcome that is kept as text; none of an empty one."""
    return list(parse(outcome)["issue"]) if outcome else []


def referrals_named(rows: Sequence[Mapping[str, object]]) -> dict[tuple[str, str], UUID]:
    """(record number, therapy) -> the newest referral, for the referrals that a report names. One query."""
    numbers = {str(row["patient"]) for row in rows}
    found = Referral.objects.filter(patient__mrn__in=numbers).order_by("received_at", "id")
    return {(mrn, protocol): here for mrn, protocol, here in found.values_list("patient__mrn", "protocol", "id")}


def resource_named(kind: str, here: str) -> Resource | None:
    """A resource by its type and its id here."""
    return Resource.objects.filter(type=kind, logical_id=here).select_related("person").first()


def versions_of(resource: Resource) -> list[ReceivedResource]:
    """What it has said, the newest first, each with the document that it came in; the texts are left where they are."""
    rows = ReceivedResource.objects.filter(resource=resource).select_related("document__run").defer("text")
    return list(rows.order_by("-version"))


def person_of_resource(resource: Resource) -> Patient | None:
    """The patient's record that a resource is about; None for what is about nobody, or about somebody not yet read."""
    if resource.type == "Patient":
        return resource.person
    if not resource.patient_key:
        return None
    subject = Resource.objects.filter(type="Patient", logical_id=resource.patient_key).select_related("person").first()
    return subject.person if subject else None


def waiting_in_quarantine(resources: Iterable[Resource]) -> QuerySet[Quarantined]:
    """Open items that stand at the global URL of one of these resources: a version of it that could not be used."""
    return Quarantined.objects.filter(solved_at=None, full_url__in=[item.identity for item in resources])


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
