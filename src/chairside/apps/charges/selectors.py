"""Reading charges: the queue of visits, and one set of lines with what proves each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from chairside.apps.charges.models import ChargeLine, ChargeSet
from chairside.apps.organizations.models import Site
from chairside.apps.stock.models import LotEntry
from chairside.apps.visit.models import Visit, VisitEvent


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that a line rests on: an event of the visit or a line of the lot ledger."""

    id: str
    words: str
    event: VisitEvent | None = None
    entry: LotEntry | None = None


@dataclass(frozen=True, slots=True)
class ProvenLine:
    line: ChargeLine
    proofs: tuple[Proof, ...]


STATES = (("none", "Charges not made"), ("stale", "Changed since"), ("hold", "Held"), ("ready", "Ready"))


def charge_queue(site: Site | None, *, state: str = "", text: str = "") -> QuerySet[Any]:
    """Signed visits of a site: those without charges first, then those that were changed since or are held."""
    newest = ChargeSet.objects.filter(visit=OuterRef("pk")).order_by("-made_at", "-id")
    rows = Visit.objects.filter(site=site, closed=True).annotate(
        set_id=Subquery(newest.values("id")[:1]), charged_to=Subquery(newest.values("up_to_sequence")[:1])
    )
    counted = ChargeLine.objects.filter(charge_set=OuterRef("set_id")).order_by().values("charge_set")
    rows = rows.annotate(
        held=Subquery(counted.annotate(n=Count("id", filter=Q(kind="hold"))).values("n")[:1]),
        line_count=Subquery(counted.annotate(n=Count("id", filter=~Q(kind__in=["hold", "not_billed"]))).values("n")[:1]),
        place=Case(
            When(set_id=None, then=Value(0)),
            When(charged_to__lt=F("sequence"), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        ),
    )
    if state == "none":
        rows = rows.filter(place=0)
    elif state == "stale":
        rows = rows.filter(place=1)
    elif state == "hold":
        rows = rows.filter(held__gt=0)
    elif state == "ready":
        rows = rows.filter(place=2, held=0)
    if text:
        rows = rows.filter(
            Q(patient__family__icontains=text) | Q(patient__given__icontains=text) | Q(patient__mrn__iexact=text)
        )
    return rows.select_related("patient", "planned_dose__plan__order_version__release")


def charge_set_of(visit: Visit) -> ChargeSet | None:
    """The set that holds: the newest one."""
    return ChargeSet.objects.filter(visit=visit).order_by("-made_at", "-id").first()


def proven_lines(charge_set: ChargeSet) -> list[ProvenLine]:
    """Every line with the events and draws it rests on: three queries, however many lines."""
    lines = list(charge_set.lines.order_by("position"))
    ids = {proof for line in lines for proof in line.evidence.splitlines() if _uuid(proof)}
    events = {str(row.id): row for row in VisitEvent.objects.filter(id__in=ids)}
    entries = {str(row.id): row for row in LotEntry.objects.filter(id__in=ids).select_related("lot")}
    return [ProvenLine(line, tuple(_proof(item, events, entries) for item in line.evidence.splitlines())) for line in lines]


def _proof(item: str, events: dict[str, VisitEvent], entries: dict[str, LotEntry]) -> Proof:
    if item in events:
        return Proof(item, events[item].kind.replace("_", " "), event=events[item])
    if item in entries:
        entry = entries[item]
        return Proof(item, f"{-entry.vials} × {entry.lot.brand}, lot {entry.lot.number}", entry=entry)
    return Proof(item, item.replace("_", " "))


def _uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
