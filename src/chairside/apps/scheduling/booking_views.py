"""Booking a dose: openings with one click, a place chosen by hand with its explanation."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from chairside.apps.audit.services import KeyConflict
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.services import reading_record
from chairside.apps.plans.models import PlannedDose
from chairside.apps.scheduling import services
from chairside.apps.scheduling.placing import Wish, answered, choose, explanation, place_page, stale
from chairside.apps.scheduling.reading import dose_to_book
from chairside.core.access import Action


@requires(Action.APPOINTMENT_READ)
def dose(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    wish = _wish(dose)
    reading_record(actor=request.actor, what="booking", subject=dose, patient=wish.dose.patient, at=clock.now())
    return place_page(request, wish)


@require_POST
@requires(Action.APPOINTMENT_BOOK)
def book(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """Book the chosen place, or only check it (`do=check`): the page says why not, and what is free."""
    return choose(request, _wish(dose))


@require_POST
@requires(Action.APPOINTMENT_BOOK)
def first(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """One click: the best opening."""
    wish = _wish(dose)
    key = request.POST.get("key") or uuid4().hex
    try:
        answer = services.book_first_opening(
            planned_dose=wish.dose.row, site=wish.site, key=key, actor=request.actor, at=clock.now()
        )
    except KeyConflict:
        return stale(request)
    return answered(request, wish, answer)


@require_POST
@requires(Action.APPOINTMENT_READ)
def check(request: StaffRequest, dose: UUID) -> HttpResponse:
    """The explanation alone, while someone chooses."""
    return explanation(request, _wish(dose))


def _wish(dose: UUID) -> Wish:
    try:
        found = dose_to_book(dose)
    except PlannedDose.DoesNotExist:
        raise Http404 from None
    return Wish(found, found.row.plan.order_version.order.site)
