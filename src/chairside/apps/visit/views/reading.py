"""Reading: the day's visits, the screen at the chair with its live parts, the printable record."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control

from chairside.apps.audit.notify import CHANNEL
from chairside.apps.audit.services import entry_record
from chairside.apps.formulary.selectors import departures
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit.days import COLUMNS, FILTERS, STAGES, visits_of_day
from chairside.apps.visit.drawing import flowsheet
from chairside.apps.visit.forms import FORMS, EventForm
from chairside.apps.visit.models import Visit
from chairside.apps.visit.record import record_of
from chairside.apps.visit.safety import safety_of
from chairside.apps.visit.screen import Screen, form_for, may, screen_of
from chairside.apps.visit.telling import told
from chairside.core.access import Action
from chairside.web.paging import csv_response, listing, wants_csv
from chairside.web.problems import stop_bar_on
from chairside.web.sse import live_response


@requires(Action.VISIT_READ)
def visit_list(request: StaffRequest) -> HttpResponseBase:
    """Today's appointments and visits of this site."""
    at = clock.now()
    rows = visits_of_day(request.site, at, request.GET) if request.site else visits_of_day(None, at, {})
    if wants_csv(request):
        return csv_response("visits", COLUMNS, rows.order_by("during").iterator())
    page = listing(request, rows, COLUMNS, name="visits", default_sort="time", filters=FILTERS)
    may_open = request.actor.may(Action.VISIT_CHECK_IN).allowed
    may_print = request.actor.may(Action.DOWNTIME_PRINT).allowed
    at_home = request.site is not None and request.site.kind == Site.Kind.HOME
    context = {"listing": page, "may_open": may_open, "may_print": may_print, "stages": STAGES, "at_home": at_home}
    return render(request, "visit/list.html", context)


def visit_here(request: StaffRequest, visit: UUID) -> Visit:
    """A visit at the site where this person works now (their roles are those at that site), with what its screens name.

    While it is open its STOP and REACTION stand on an error page too, whatever goes wrong from here on."""
    row = get_object_or_404(
        Visit.objects.select_related("patient", "site", "chair", "planned_dose"), pk=visit, site=request.site
    )
    if not row.closed:
        stop_bar_on(request, row.pk)
    return row


@requires(Action.VISIT_READ)
def visit_page(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The screen at the chair: safety header, the one card, the checklist, the ladder, the flowsheet, STOP and REACTION."""
    row = visit_here(request, visit)
    screen = screen_of(row, request.actor, clock.now())
    name = request.GET.get("do", "")
    form = None
    if name == "check" and screen.elsewhere and screen.drug:
        return redirect("visit:check-remote", row.pk, request.GET.get("drug") or screen.drug.key)
    if name in FORMS and may(request.actor, name):
        form = form_for(screen, name, request.GET.get("drug", ""), event=request.GET.get("event", ""))
    elif screen.card_form:
        form = form_for(screen, screen.card_form)
    entry_record(
        actor=request.actor, action="chart.read", subject_type="visit", subject=row.pk, patient=row.patient_id, at=screen.at
    )
    return page_response(request, screen, form)


def page_response(request: StaffRequest, screen: Screen, form: EventForm | None, status: int = 200) -> HttpResponse:
    """The whole screen with one form in it. Never kept by the browser: an old STOP key must not come back from its cache."""
    symptom = form_for(screen, "symptom") if screen.state.identified_at and may(request.actor, "symptom") else None
    asked = form is not None and screen.is_another(form)
    context = {
        **shared(screen),
        "safety": safety_of(screen),
        "departures": departures(screen.visit.protocol_sha256),
        "form": form,
        "asked": asked,
        "symptom": symptom,
    }
    response = render(request, "visit/page.html", context, status=status)
    patch_cache_control(response, no_store=True)
    return response


def shared(screen: Screen) -> dict[str, Any]:
    """What the live parts show, whether they come with the page or alone, and new keys for STOP and REACTION."""
    return {
        "screen": screen,
        "visit": screen.visit,
        "at": screen.at,
        "sheet": flowsheet(screen.state, screen.plan, screen.at),
        "told": told(screen.state, screen.plan),
        "may_correct": may(screen.actor, "correct"),
        "pause_key": uuid4(),
        "reaction_key": uuid4(),
    }


@requires(Action.VISIT_READ)
def visit_card(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The card alone, for a page on which it holds no form: waiting ends by itself."""
    screen = screen_of(visit_here(request, visit), request.actor, clock.now())
    form = form_for(screen, screen.card_form) if screen.card_form else None
    context = {"screen": screen, "visit": screen.visit, "at": screen.at, "form": form, "asked": False, "pause_key": uuid4()}
    return render(request, "visit/_act.html", context)


@requires(Action.VISIT_READ)
def visit_now(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The state of the visit alone, fetched again at each change.

    The page sends the sequence that its form was made for and the card that it shows, so that a form which is left alone is
    not silently out of date.
    """
    screen = screen_of(visit_here(request, visit), request.actor, clock.now())
    seen, card = request.GET.get("sequence", ""), request.GET.get("card", "")
    moved = seen.isdigit() and int(seen) < screen.visit.sequence
    lines = [line for line in told(screen.state, screen.plan) if moved and line.number > int(seen)]
    changed = bool(seen and card) and card != screen.card.title
    return render(
        request,
        "visit/_now.html",
        {"screen": screen, "visit": screen.visit, "at": screen.at, "missed": lines, "changed": changed},
    )


@requires(Action.VISIT_READ)
def visit_flow(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The flowsheet and the timeline alone."""
    screen = screen_of(visit_here(request, visit), request.actor, clock.now())
    return render(request, "visit/_flow.html", shared(screen))


@requires(Action.VISIT_READ)
def visit_live(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """Word of each change of this visit, and of nothing else."""
    row = visit_here(request, visit)
    return live_response([f"visit:{row.pk}"], CHANNEL)


@requires(Action.VISIT_READ)
def visit_record(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """The record of the visit, for paper: every event with its corrections, what was reported, the ladder as it was run."""
    row = visit_here(request, visit)
    screen = screen_of(row, request.actor, clock.now())
    entry_record(
        actor=request.actor,
        action="chart.read",
        subject_type="visit_record",
        subject=row.pk,
        patient=row.patient_id,
        at=screen.at,
    )
    may_enter = request.actor.may(Action.VISIT_ASSESS).allowed
    context = {**shared(screen), "safety": safety_of(screen), "record": record_of(screen), "may_enter": may_enter}
    return render(request, "visit/record.html", context)
