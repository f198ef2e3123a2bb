"""Double checks that wait, and entering one from another place by one's own log-in, where the site's policy lets it be."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from chairside.apps.audit.services import entry_record
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import StaffRequest, refusal, requires
from chairside.apps.people.selectors import memberships_of
from chairside.apps.visit import services
from chairside.apps.visit.forms import EventForm
from chairside.apps.visit.log import without_secret
from chairside.apps.visit.models import Visit
from chairside.apps.visit.safety import safety_of
from chairside.apps.visit.screen import Screen, form_for, screen_of
from chairside.apps.visit.waiting import checks_waiting, verifier_at
from chairside.core.access import Action, Actor
from chairside.core.kernel.decision import Reason
from chairside.core.visit import double_check
from chairside.core.visit.plan import DrugPlan
from chairside.web.paging import Column, csv_response, listing, wants_csv

FILTERS = ("q", "site")
COLUMNS = (
    Column("since", "Waits since", ("since",), value=lambda item: timezone.localtime(item.since).strftime("%H:%M")),
    Column("patient", "Patient", ("patient",), value=lambda item: item.patient),
    Column("drug", "Drug", ("title",), value=lambda item: item.title),
    Column("stage", "Stage", ("stage",), value=lambda item: item.stage),
    Column("standing", "Standing", ("standing",), value=lambda item: item.standing),
    Column("site", "Site", ("site",), value=lambda item: item.site),
    Column("act", "Next step", value=lambda item: item.closed),
)


@requires(Action.VISIT_VERIFY)
def visit_checks(request: StaffRequest) -> HttpResponseBase:
    """What waits for a double check today at the sites where this person verifies."""
    memberships = memberships_of(request.user)
    rows = checks_waiting(request.actor, memberships, request.site, clock.now(), request.GET)
    if wants_csv(request):
        return csv_response("double-checks", COLUMNS, rows.order_by("since"))
    page = listing(request, rows, COLUMNS, name="checks", default_sort="since", filters=FILTERS)
    sites = sorted({item.site.name for item in memberships})
    return render(request, "visit/checks.html", {"listing": page, "sites": sites})


@requires(Action.VISIT_VERIFY)
def visit_check_remote(request: StaffRequest, visit: UUID, drug: str) -> HttpResponseBase:
    """One check from another place: the safety header and the empty form. At the patient's own site it is the visit's page.

    The patient of a visit at home is not at the site: who is with them enters on the visit's page."""
    row = get_object_or_404(Visit.objects.select_related("patient", "site", "chair", "planned_dose"), pk=visit)
    there = verifier_at(request.actor, memberships_of(request.user), row.site)
    if there is None:
        return refusal(request, f"You hold no role at {row.site.name} that verifies.")
    if request.site is not None and request.site.pk == row.site_id and row.site.kind != Site.Kind.HOME:
        return redirect(f"{reverse('visit:page', args=[row.pk])}?do=check&drug={drug}")
    with timezone.override(row.site.zone):
        return _remote(request, row, drug, replace(request.actor, roles=there.roles))


def _remote(request: StaffRequest, row: Visit, key: str, actor: Actor) -> HttpResponseBase:
    screen = screen_of(row, actor, clock.now())
    drug = screen.plan.drug(key)
    if drug is None:
        raise Http404
    if request.method != "POST":
        entry_record(
            actor=actor, action="chart.read", subject_type="visit", subject=row.pk, patient=row.patient_id, at=screen.at
        )
        against = _against(screen, drug)
        return _page(request, screen, drug, None if against else _form(screen, drug), against)
    form = _form(screen, drug, request.POST)
    if not form.is_valid():
        return _page(request, screen, drug, form, status=422)
    decision = services.event_append(visit=row, event_id=form.event_id, payload=form.payload(), actor=actor, at=screen.at)
    if decision.allowed:
        messages.success(request, f"Your check of {drug.title} for {row.patient.name} is recorded, from another place.")
        return redirect("visit:checks")
    form.add_reasons(decision)
    return _page(request, screen_of(row, actor, screen.at), drug, form, status=422)


def _form(screen: Screen, drug: DrugPlan, data: object = None) -> EventForm:
    form = form_for(screen, "check", drug.key, data)
    form.around = replace(form.around, extra={"remote": "yes"})
    return form


def _against(screen: Screen, drug: DrugPlan) -> tuple[Reason, ...]:
    region = screen.state.infusions[drug.key]
    stage = double_check.due(screen.plan, drug, region)
    key = stage.key if stage else ""
    actor = without_secret(screen.actor)
    return double_check.may_enter(screen.plan, drug, region, actor, stage_key=key, remote=True)


def _page(
    request: StaffRequest,
    screen: Screen,
    drug: DrugPlan,
    form: EventForm | None,
    against: tuple[Reason, ...] = (),
    status: int = 200,
) -> HttpResponseBase:
    context = {"screen": screen, "visit": screen.visit, "drug": drug, "form": form, "against": against}
    response = render(request, "visit/check_remote.html", {**context, "safety": safety_of(screen)}, status=status)
    patch_cache_control(response, no_store=True)
    return response
