"""Preparation: what is to be made ready today, and the vials drawn for one dose."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from chairside.apps.audit.services import KeyConflict
from chairside.apps.clearance.selectors import WORDS
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.services import reading_record
from chairside.apps.plans.models import PlannedDose
from chairside.apps.plans.selectors import decision_of
from chairside.apps.stock import selectors, services
from chairside.apps.stock.forms import DrawForm, ReturnForm
from chairside.apps.stock.ledger import brands_for
from chairside.apps.stock.models import Lot
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.forms import Form
from chairside.web.problems import problem


@requires(Action.LOT_READ)
def queue(request: StaffRequest) -> HttpResponseBase:
    """Doses to prepare today, in the order of their times: released or not, how much, which vials."""
    today = _today(request)
    rows = list(selectors.to_prepare(request.site, today))
    shown = [(row, WORDS.get(row.cleared or "", WORDS[""])) for row in rows]
    return render(request, "stock/queue.html", {"rows": shown, "today": today, "tabs": tabs("queue")})


@requires(Action.LOT_READ)
def dose(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    row = _dose(dose)
    reading_record(actor=request.actor, what="preparation", subject=row.pk, patient=row.plan.patient_id, at=clock.now())
    return _page(request, row)


@require_POST
@requires(Action.LOT_DRAW)
def draw(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """Draw vials of one lot for the dose."""
    row, form = _dose(dose), DrawForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    told = form.cleaned_data
    lot = get_object_or_404(Lot, pk=told["lot"])
    try:
        answer = services.vials_draw(
            planned_dose=row,
            lot=lot,
            vials=told["vials"],
            used_amount=told["used_amount"],
            wasted_amount=told["wasted_amount"],
            key=request.POST.get("key", ""),
            actor=request.actor,
            at=clock.now(),
        )
    except KeyConflict:
        return problem(
            request,
            409,
            reason="This page was already used to draw something else.",
            kept="That earlier draw stands.",
            do="Open the dose again and look at what is drawn.",
        )
    return _answered(request, row, form, answer, f"Drawn: {told['vials']} of lot {lot.number}.")


@require_POST
@requires(Action.LOT_DRAW)
def put_back(request: StaffRequest, dose: UUID) -> HttpResponseBase:
    """Put unopened vials back on the shelf."""
    row, form = _dose(dose), ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    lot = get_object_or_404(Lot, pk=form.cleaned_data["lot"])
    answer = services.vials_return(
        planned_dose=row, lot=lot, vials=form.cleaned_data["vials"], actor=request.actor, at=clock.now()
    )
    return _answered(request, row, form, answer, f"Back on the shelf: {form.cleaned_data['vials']} of lot {lot.number}.")


def tabs(current: str) -> list[dict[str, object]]:
    """The views of the pharmacy."""
    shown = (("queue", "To prepare"), ("lots", "Lots"), ("receive", "Receive"))
    return [{"label": label, "url": reverse(f"stock:{name}"), "current": name == current} for name, label in shown]


def _answered(request: StaffRequest, row: PlannedDose, form: Form, answer: Decision[Any], done: str) -> HttpResponseBase:
    if answer.value is None:
        return _page(request, row, form, answer)
    messages.success(request, done)
    return redirect("stock:dose", dose=row.pk)


def _page(
    request: StaffRequest, row: PlannedDose, form: Form | None = None, answer: Decision[Any] | None = None
) -> HttpResponse:
    site = row.plan.order_version.order.site
    decided = decision_of(row)
    lots = selectors.usable_lots(site, brands_for(row), clock.today(site.zone), patient=row.plan.patient_id)
    context = {
        "dose": row,
        "plan": row.plan,
        "patient": row.plan.patient,
        "release": row.plan.order_version.release,
        "decided": decided,
        "vials": decided.vials.splitlines() if decided else (),
        "lots": lots,
        "drawn": selectors.drawn_for(row),
        "form": form,
        "answer": answer,
        "key": uuid4().hex,
        "may_draw": request.actor.may(Action.LOT_DRAW).allowed,
    }
    return render(request, "stock/dose.html", context, status=409 if form is not None else 200)


def _dose(key: UUID) -> PlannedDose:
    row = selectors.dose_of(key)
    if row is None:
        raise Http404
    return row


def _today(request: StaffRequest) -> date:
    return clock.today(request.site.zone) if request.site else clock.now().date()
