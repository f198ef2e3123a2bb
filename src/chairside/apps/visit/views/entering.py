"""Entering: opening a visit, one event by its form, STOP and REACTION by one tap."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.scheduling.models import Appointment
from chairside.apps.visit import services
from chairside.apps.visit.forms import FORMS, EventForm
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.apps.visit.screen import Screen, form_for, screen_of
from chairside.apps.visit.views.reading import page_response, visit_here
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.core.visit import events as e


@require_POST
@requires(Action.VISIT_CHECK_IN)
def visit_begin(request: StaffRequest, appointment: UUID) -> HttpResponseBase:
    """Open the visit of an appointment and go to its screen; say why not on the list."""
    row = get_object_or_404(Appointment, pk=appointment, site=request.site)
    decision = services.visit_open(appointment=row, actor=request.actor, at=clock.now())
    if decision.value is not None and decision.allowed:
        for note in decision.working:
            messages.warning(request, note)
        return redirect("visit:page", visit=decision.value.pk)
    for reason in decision.reasons:
        messages.error(request, reason.message)
    return redirect("visit:list")


@require_POST
@requires(Action.VISIT_READ)
def visit_event(request: StaffRequest, visit: UUID, name: str) -> HttpResponseBase:
    """One event by its form. Refused: the same page with every reason, and what was typed."""
    row = visit_here(request, visit)
    if name not in FORMS:
        raise Http404
    screen = screen_of(row, request.actor, clock.now())
    form = form_for(screen, name, request.POST.get("drug", ""), request.POST)
    if not form.is_valid():
        return page_response(request, screen, form, 422)
    decision = _append(row, form, request)
    if decision.value is not None and decision.allowed:
        messages.success(request, _done(form, decision.value))
        for note in () if form.way == "replan" else decision.working:
            messages.warning(request, f"Recorded as reported. An incident was opened: {note}")
        return _back(request, row)
    return _again(request, row, name, decision)


def _again(request: StaffRequest, row: Visit, name: str, decision: Decision[VisitEvent]) -> HttpResponse:
    """The page as the visit stands now, with the form as it was typed and the reasons beside it.

    It was refused, so sending it again
    after looking is a decision made for the new state."""
    screen = screen_of(visit_here(request, row.pk), request.actor, clock.now())
    data = request.POST.copy()
    data["sequence"] = str(screen.visit.sequence)
    form = form_for(screen, name, data.get("drug", ""), data)
    if form.is_valid():
        form.add_reasons(decision)
    return page_response(request, screen, form, 422)


def _append(row: Visit, form: EventForm, request: StaffRequest) -> Decision[VisitEvent]:
    if form.way == "replan":
        return services.visit_replan(
            visit=row,
            event_id=form.event_id,
            why=form.cleaned_data["why"],
            expected_sequence=form.cleaned_data["sequence"],
            actor=request.actor,
            at=clock.now(),
        )
    payload = form.payload()
    if isinstance(payload, e.PreparationRecorded):
        lots = {(lot.number, str(lot.strength)): lot.id for lot in form.around.lots}
        return services.preparation_record(
            visit=row,
            event_id=form.event_id,
            payload=payload,
            lots=lots,
            expected_sequence=form.cleaned_data["sequence"],
            actor=request.actor,
            at=clock.now(),
        )
    return services.event_append(
        visit=row,
        event_id=form.event_id,
        payload=payload,
        mode=form.mode,
        expected_sequence=form.cleaned_data["sequence"],
        claimed_at=form.claimed_at,
        actor=request.actor,
        device="",
        queued=_queued(request),
        at=clock.now(),
    )


def _done(form: EventForm, event: VisitEvent) -> str:
    return f"{form.heading}: recorded {timezone.localtime(event.claimed_at):%H:%M}."


def _back(request: StaffRequest, row: Visit) -> HttpResponse:
    """On to the visit's page. A script that sent the entry is told where to go, so that it knows that this was the answer."""
    page = reverse("visit:page", args=[row.pk])
    return HttpResponseClientRedirect(page) if getattr(request, "htmx", False) else HttpResponseRedirect(page)


def _queued(request: StaffRequest) -> bool:
    """Whether it waited on a device; then it came to the wrong address, and the gate refuses it."""
    return "queued_way" in request.POST


@require_POST
@requires(Action.VISIT_PAUSE)
def visit_pause(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """STOP / PAUSE by one tap, whatever the page showed. It records; the pump is stopped by hand (H-026)."""
    row = visit_here(request, visit)
    screen = screen_of(row, request.actor, clock.now())
    decision = services.event_append(
        visit=row,
        event_id=_key(request, screen),
        payload=e.Paused(),
        actor=request.actor,
        at=screen.at,
        queued=_queued(request),
    )
    if not decision.allowed or decision.value is None:
        return _refused(request, screen, decision)
    messages.warning(
        request,
        f"Stop the pump. Recorded {timezone.localtime(decision.value.claimed_at):%H:%M}. Then read the volume given "
        "from the pump and enter it below.",
    )
    return _back(request, row)


@require_POST
@requires(Action.VISIT_REACTION)
def visit_reaction(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """REACTION by one tap: recorded now, graded when its course is clear."""
    row = visit_here(request, visit)
    at = clock.now()
    key = _posted_key(request) or uuid4()
    decision = services.event_append(
        visit=row, event_id=key, payload=e.ReactionRecorded(), actor=request.actor, at=at, queued=_queued(request)
    )
    if not decision.allowed or decision.value is None:
        return _refused(request, screen_of(row, request.actor, at), decision)
    messages.warning(
        request,
        f"Reaction recorded {timezone.localtime(decision.value.claimed_at):%H:%M}. If a drug runs: stop the pump, "
        "then press STOP / PAUSE.",
    )
    return _back(request, row)


def _key(request: StaffRequest, screen: Screen) -> UUID:
    """The key of the tap. A page that was left open while the drug was resumed must still stop it: then it is a new event."""
    key = _posted_key(request)
    if key is None or (screen.running and any(event.id == str(key) for event in screen.state.log)):
        return uuid4()
    return key


def _posted_key(request: StaffRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def _refused(request: StaffRequest, screen: Screen, decision: Decision[VisitEvent]) -> HttpResponse:
    for reason in decision.reasons:
        messages.error(request, reason.message)
    return page_response(request, screen, form_for(screen, screen.card_form) if screen.card_form else None, 422)
