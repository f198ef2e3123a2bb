"""Entries that waited on a device for the network: one request each, in order, answered in words that the page shows."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.visit import services
from chairside.apps.visit.forms import FORMS, EventForm
from chairside.apps.visit.forms.queued import TAPS, QueuedForm
from chairside.apps.visit.models import VisitEvent
from chairside.apps.visit.screen import form_for, screen_of
from chairside.apps.visit.views.reading import visit_here
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.core.visit.events import Payload

_WAYS = frozenset({*TAPS, *(way for way, form in FORMS.items() if form.payload is not EventForm.payload)})


@require_POST
@requires(Action.VISIT_READ)
def visit_queued(request: StaffRequest, visit: UUID) -> HttpResponseBase:
    """One queued entry: recorded as reported, known already, or refused with the reasons.

    It is read by its own form against the visit as it stood before it was recorded, so that an entry whose answer was lost
    reads the same the second time.
    """
    row = visit_here(request, visit)
    envelope = QueuedForm(request.POST)
    if not envelope.is_valid() or envelope.cleaned_data["queued_way"] not in _WAYS:
        return _refused(["This entry cannot be read. Write down what it says and enter it again."])
    sent = envelope.cleaned_data
    if sent["queued_by"] != request.user.pk:
        return JsonResponse({"outcome": "waits", "text": "Only the person who made this entry can send it."}, status=409)
    at = clock.now()
    pressed_at = sent["queued_at"]
    payload: Payload
    if sent["queued_way"] in TAPS:
        payload = TAPS[sent["queued_way"]]()
    else:
        known = row.events.filter(pk=sent["key"]).first()
        screen = screen_of(row, request.actor, at, before=known)
        form = form_for(screen, sent["queued_way"], request.POST.get("drug", ""), request.POST)
        if not form.is_valid():
            return _refused([f"{_label(form, name)}{text}" for name, texts in form.errors.items() for text in texts])
        payload, pressed_at = form.payload(), form.claimed_at or pressed_at
    decision = services.queued_append(
        visit=row, event_id=sent["key"], payload=payload, pressed_at=pressed_at, actor=request.actor, at=at
    )
    if not decision.allowed or decision.value is None:
        return _refused([reason.message for reason in decision.reasons])
    return _taken(decision, decision.value, new=decision.value.received_at == at)


def _taken(decision: Decision[VisitEvent], event: VisitEvent, *, new: bool) -> JsonResponse:
    when = f"{timezone.localtime(event.claimed_at):%H:%M}"
    if not new:
        return JsonResponse({"outcome": "known", "text": f"Already recorded {when}."})
    incidents = "".join(f" An incident was opened: {note}." for note in decision.working)
    return JsonResponse({"outcome": "stored", "text": f"Recorded as reported, {when}.{incidents}"})


def _refused(texts: list[str]) -> JsonResponse:
    return JsonResponse({"outcome": "refused", "text": " ".join(texts)}, status=422)


def _label(form: EventForm, name: str) -> str:
    return f"{form.fields[name].label}: " if name in form.fields else ""
