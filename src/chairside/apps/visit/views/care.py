"""Care around the drug: the panel beside a reaction, the grade that facts make, signing afterwards, the handover."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit import services
from chairside.apps.visit.forms.care import ReactionForm
from chairside.apps.visit.handover import handover_of
from chairside.apps.visit.models import Acknowledgement
from chairside.apps.visit.safety import safety_of
from chairside.apps.visit.screen import form_for, screen_of
from chairside.apps.visit.views.reading import visit_here
from chairside.core.access import Action
from chairside.core.visit.events import Acknowledged
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv

COLUMNS = (
    Column("at", "Given or ordered", ("at",), value=lambda row: timezone.localtime(row.at)),
    Column("patient", "Patient", ("visit__patient__family", "visit__patient__given"), value=lambda row: row.visit.patient.name),
    Column("what", "What", value=lambda row: row.what),
    Column("by", "Recorded by", ("by",), value=lambda row: row.by),
    Column("signed", "Signed", ("signed_at",), value=lambda row: f"{row.signed_by} {row.signed_at:%Y-%m-%d %H:%M}".strip()
           if row.signed_at else ""),
)  # fmt: skip


@requires(Action.VISIT_READ)
def visit_care(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The panel beside a reaction alone, fetched again at each change."""
    screen = screen_of(visit_here(request, visit), request.actor, clock.now())
    return render(request, "visit/_care.html", {"screen": screen, "visit": screen.visit, "at": screen.at})


@require_POST
@requires(Action.VISIT_REACTION)
def visit_grade(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The questions of the term that is chosen, and the grade that the answers make. It writes nothing."""
    screen = screen_of(visit_here(request, visit), request.actor, clock.now())
    around = form_for(screen, "reaction").around
    said = {name: value for name, value in request.POST.items() if name == "term" or name.startswith("fact_")}
    form = ReactionForm(None, around=around, sequence=screen.visit.sequence, initial=said)
    return render(request, "visit/forms/_facts.html", {"form": form, "visit": screen.visit})


@requires(Action.VISIT_READ)
def acknowledge_list(request: StaffRequest) -> HttpResponseBase:
    """What was given by the order set or ordered by word of mouth at this site: to be signed, or signed."""
    rows = _asked(request)
    if wants_csv(request):
        return csv_response("acknowledge", COLUMNS, rows.order_by(*ordering(COLUMNS, "-at")).iterator())
    found = listing(request, rows, COLUMNS, name="acknowledge", default_sort="-at", filters=("q", "state"))
    context = {
        "listing": found,
        "rows": [{"row": row, "key": uuid4()} for row in found.rows],
        "may_sign": request.actor.may(Action.HOLD_RELEASE).allowed,
    }
    return render(request, "visit/acknowledge.html", context)


@require_POST
@requires(Action.HOLD_RELEASE)
def acknowledge_sign(request: StaffRequest, event: UUID) -> HttpResponseBase:
    """Sign one of them with one tap. The same tap again is the same signature."""
    row = get_object_or_404(Acknowledgement.objects.select_related("visit"), event=event, visit__site=request.site)
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    decision = services.event_append(
        visit=row.visit, event_id=key, payload=Acknowledged(str(event)), actor=request.actor, at=clock.now()
    )
    if decision.allowed:
        messages.success(request, f"Signed: {row.what}.")
    for reason in decision.reasons:
        messages.error(request, reason.message)
    return redirect("visit:acknowledge")


def _asked(request: StaffRequest) -> QuerySet[Acknowledgement]:
    rows = Acknowledgement.objects.select_related("visit__patient").filter(visit__site=request.site)
    if (state := request.GET.get("state", "waiting")) != "all":
        rows = rows.filter(signed_at__isnull=state != "signed")
    if text := request.GET.get("q", "").strip():
        names = Q(visit__patient__family__icontains=text) | Q(visit__patient__given__icontains=text)
        rows = rows.filter(names | Q(what__icontains=text))
    return rows


@requires(Action.VISIT_READ)
def visit_handover(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The handover for the emergency services or a hospital on one page, from the record as it stands."""
    screen = screen_of(visit_here(request, visit), request.actor, clock.now())
    entry_record(
        actor=request.actor,
        action="chart.read",
        subject_type="visit_handover",
        subject=screen.visit.pk,
        patient=screen.visit.patient_id,
        at=screen.at,
    )
    context = {
        "screen": screen,
        "visit": screen.visit,
        "at": screen.at,
        "safety": safety_of(screen),
        "handover": handover_of(screen),
    }
    return render(request, "visit/handover.html", context)
