"""What the pages of booking and moving share: the dose that wants a place, the places there are, the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from chairside.apps.audit.services import KeyConflict
from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import StaffRequest
from chairside.apps.people.models import User
from chairside.apps.scheduling import selectors, services
from chairside.apps.scheduling.forms import PlaceForm
from chairside.apps.scheduling.models import Appointment, Chair
from chairside.apps.scheduling.reading import DoseToBook, dose_to_book
from chairside.apps.scheduling.warnings import booking_warnings
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision, Reason
from chairside.core.scheduling.day_book import Place
from chairside.web.problems import problem


@dataclass(frozen=True, slots=True)
class Wish:
    """A dose that wants a place, or an appointment that wants another one."""

    dose: DoseToBook
    site: Site
    moving: Appointment | None = None

    @property
    def action(self) -> str:
        return (
            reverse("scheduling:move", args=[self.moving.pk])
            if self.moving
            else reverse("scheduling:book", args=[self.dose.row.pk])
        )

    @property
    def check(self) -> str:
        return (
            reverse("scheduling:check_move", args=[self.moving.pk])
            if self.moving
            else reverse("scheduling:check", args=[self.dose.row.pk])
        )


def moving_wish(row: Appointment) -> Wish:
    if row.planned_dose_id is None:
        raise Http404
    return Wish(dose_to_book(row.planned_dose_id, row), row.site, row)


def choose(request: StaffRequest, wish: Wish) -> HttpResponseBase:
    places = selectors.places_for(wish.dose, wish.site, clock.now(), wish.moving)
    form = PlaceForm(request.POST, chairs=places.chairs, nurses=places.nurses)
    if not form.is_valid():
        return place_page(request, wish, form=form, status=409)
    place = form.place(wish.site)
    if request.POST.get("do") == "check":
        return place_page(
            request, wish, form=form, checked=selectors.explained(wish.dose, wish.site, place, clock.now(), wish.moving)
        )
    try:
        answer = _carry_out(request, wish, place)
    except KeyConflict:
        return stale(request)
    return answered(request, wish, answer, form)


def _carry_out(request: StaffRequest, wish: Wish, place: Place) -> services.BookingDecision:
    chair = Chair.objects.select_related("site").get(pk=UUID(place.chair))
    nurse = User.objects.get(pk=UUID(place.nurse))
    shared: dict[str, Any] = {
        "chair": chair,
        "nurse": nurse,
        "start": place.start,
        "key": request.POST.get("key") or uuid4().hex,
        "actor": request.actor,
        "at": clock.now(),
    }
    if wish.moving:
        return services.appointment_move(appointment=wish.moving, **shared)
    return services.appointment_book(planned_dose=wish.dose.row, **shared)


def answered(
    request: StaffRequest, wish: Wish, answer: services.BookingDecision, form: PlaceForm | None = None
) -> HttpResponseBase:
    if answer.value is None:
        return place_page(request, wish, form=form, answer=answer, status=409)
    start = answer.value.during.lower.astimezone(wish.site.zone)
    messages.success(request, f"{'Moved to' if wish.moving else 'Booked:'} {start:%a, %b} {start.day}, {start:%H:%M}.")
    for reason in answer.warnings:
        messages.warning(request, reason.message)
    return redirect("scheduling:appointment", appointment=answer.value.pk)


def explanation(request: StaffRequest, wish: Wish) -> HttpResponse:
    places = selectors.places_for(wish.dose, wish.site, clock.now(), wish.moving, most=1)
    form = PlaceForm(request.POST, chairs=places.chairs, nurses=places.nurses)
    checked = (
        selectors.explained(wish.dose, wish.site, form.place(wish.site), clock.now(), wish.moving)
        if form.is_valid()
        else selectors.missing_place()
    )
    warned = _warned(wish, form.cleaned_data["day"]) if form.is_valid() else ()
    return render(request, "scheduling/_explanation.html", {"checked": checked, "warned": warned})


def place_page(
    request: StaffRequest,
    wish: Wish,
    *,
    form: PlaceForm | None = None,
    checked: Decision[Any] | None = None,
    answer: services.BookingDecision | None = None,
    status: int = 200,
) -> HttpResponse:
    """The booking page of a dose, or of an appointment that moves."""
    return render(request, "scheduling/dose.html", place_context(request, wish, form, checked, answer), status=status)


def place_context(
    request: StaffRequest,
    wish: Wish,
    form: PlaceForm | None,
    checked: Decision[Any] | None,
    answer: services.BookingDecision | None,
) -> dict[str, object]:
    places = selectors.places_for(wish.dose, wish.site, clock.now(), wish.moving)
    plan = wish.dose.row.plan
    chosen = form or PlaceForm(initial={"day": wish.dose.row.target_on}, chairs=places.chairs, nurses=places.nurses)
    return {
        "wish": wish,
        "dose": wish.dose.row,
        "plan": plan,
        "patient": plan.patient,
        "release": plan.order_version.release,
        "places": places,
        "form": chosen,
        "checked": checked,
        "warned": _warned(wish, form.cleaned_data["day"] if form and form.is_valid() else wish.dose.row.target_on),
        "answer": answer,
        "key": uuid4().hex,
        "shape": wish.dose.shape,
        "moving": wish.moving,
        "told": selectors.offers_of(wish.site, answer.openings) if answer else (),
        "may_book": request.actor.may(Action.APPOINTMENT_BOOK).allowed,
        "today": clock.today(wish.site.zone),
    }


def _warned(wish: Wish, day: date) -> tuple[Reason, ...]:
    """Shown before anything is booked, for the day that is looked at."""
    return booking_warnings(wish.dose.row, day, clock.today(wish.site.zone))


def stale(request: StaffRequest) -> HttpResponse:
    return problem(
        request,
        409,
        reason="This page was already used to book something else.",
        kept="That earlier booking stands.",
        do="Open the dose again and choose a place.",
    )
