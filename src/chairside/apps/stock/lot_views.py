"""Lots: the list, a carton received, one lot with its ledger and who got it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.audit.services import KeyConflict
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.models import Patient
from chairside.apps.people.services import reading_record
from chairside.apps.stock import selectors, services
from chairside.apps.stock.forms import ReasonForm, ReceiveForm, WasteForm
from chairside.apps.stock.models import Lot
from chairside.apps.stock.views import tabs
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.web.forms import Form
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv
from chairside.web.problems import problem

STATES = (
    ("usable", "May be drawn"),
    ("expiring", "Expires within 30 days"),
    ("expired", "Expired"),
    ("quarantined", "In quarantine"),
    ("empty", "Used up"),
)
COLUMNS = (
    Column("number", "Lot", ("number",), value=lambda row: row.number),
    Column("product", "Product", ("brand", "strength_amount"), value=lambda row: row.brand),
    Column("strength", "Strength", value=lambda row: row.strength.spelled()),
    Column("expires", "Expires", ("expires_on",), value=lambda row: row.expires_on),
    Column("left", "On hand", ("on_hand",), number=True, value=lambda row: row.on_hand),
    Column("owner", "Whose", ("owner",), value=lambda row: row.get_owner_display()),
    Column("state", "State"),
)


@requires(Action.LOT_READ)
def lots(request: StaffRequest) -> HttpResponseBase:
    """Lots of the site, the first to expire on top."""
    today = clock.today(request.site.zone) if request.site else clock.now().date()
    rows = selectors.lots_at(
        request.site, state=request.GET.get("state", ""), text=request.GET.get("q", "").strip(), today=today
    )
    if wants_csv(request):
        return csv_response("lots", COLUMNS, rows.order_by(*ordering(COLUMNS, "expires")).iterator(chunk_size=500))
    page = listing(request, rows, COLUMNS, name="lots", default_sort="expires", filters=("q", "state"))
    shown = [(row, lot_state(row, row.on_hand, (row.expires_on - today).days)) for row in page.rows]
    context = {
        "listing": page,
        "rows": shown,
        "states": STATES,
        "tabs": tabs("lots"),
        "may_receive": _may(request, Action.LOT_RECEIVE),
    }
    return render(request, "stock/lots.html", context)


@requires(Action.LOT_RECEIVE)
def receive(request: StaffRequest) -> HttpResponseBase:
    """A carton that came in."""
    known = selectors.vials_known()
    form = ReceiveForm(request.POST or None, products=[(choice.key, choice.label) for choice in known])
    if request.method == "POST" and form.is_valid() and request.site is not None:
        told = form.cleaned_data
        choice = next(one for one in known if one.key == told["product"])
        patient = Patient.objects.filter(mrn=told["patient"].strip()).first() if told["patient"].strip() else None
        if told["patient"].strip() and patient is None:
            form.add_error("patient", "Nobody has this record number.")
            return _receive_page(request, form, 409)
        try:
            answer = services.lot_receive(
                site=request.site,
                protocol=choice.protocol,
                brand=choice.brand,
                strength=choice.strength,
                number=told["number"],
                expires_on=told["expires_on"],
                vials=told["vials"],
                ndc=told["ndc"],
                owner=told["owner"],
                patient=patient,
                key=request.POST.get("key", ""),
                actor=request.actor,
                at=clock.now(),
            )
        except KeyConflict:
            return problem(
                request,
                409,
                reason="This page was already used to receive another carton.",
                kept="That carton is received.",
                do="Open the form again for the next one.",
            )
        if answer.value is not None:
            messages.success(request, f"Received: {told['vials']} vials of lot {answer.value.number}.")
            return redirect("stock:lot", lot=answer.value.pk)
        form.add_reasons(answer)
    return _receive_page(request, form, 409 if request.method == "POST" else 200)


@requires(Action.LOT_READ)
def lot(request: StaffRequest, lot: UUID) -> HttpResponseBase:
    row = _lot(lot)
    reading_record(actor=request.actor, what="lot", subject=row.pk, patient=row.patient_id, at=clock.now())
    return _page(request, row)


@require_POST
@requires(Action.LOT_DRAW)
def waste(request: StaffRequest, lot: UUID) -> HttpResponseBase:
    """Whole vials thrown away from the shelf."""
    row, form = _lot(lot), WasteForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    told = form.cleaned_data
    answer = services.waste_record(
        lot=row,
        vials=told["vials"],
        reason=told["reason"],
        key=request.POST.get("key", ""),
        actor=request.actor,
        at=clock.now(),
    )
    return _answered(request, row, form, answer, f"Recorded: {told['vials']} thrown away.")


@require_POST
@requires(Action.LOT_RECEIVE)
def quarantine(request: StaffRequest, lot: UUID) -> HttpResponseBase:
    row, form = _lot(lot), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    answer = services.lot_quarantine(lot=row, reason=reason, actor=request.actor, at=clock.now())
    return _answered(request, row, form, answer, "Nothing of this lot is issued any more.")


@require_POST
@requires(Action.LOT_RECEIVE)
def release(request: StaffRequest, lot: UUID) -> HttpResponseBase:
    row, form = _lot(lot), ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    answer = services.lot_release(lot=row, reason=reason, actor=request.actor, at=clock.now())
    return _answered(request, row, form, answer, "The lot may be issued again.")


def lot_state(row: Lot, on_hand: int, days: int) -> tuple[str, str]:
    """Tone and word of a lot; `days` are left until it expires."""
    if row.quarantined:
        return "act", "Quarantine"
    if on_hand == 0:
        return "locked", "Used up"
    if days < 0:
        return "act", "Expired"
    return ("due", f"{days} days left") if days <= 30 else ("plain", "May be drawn")


def _answered(request: StaffRequest, row: Lot, form: Form, answer: Decision[Any], done: str) -> HttpResponseBase:
    if answer.value is None:
        return _page(request, row, form, answer)
    messages.success(request, done)
    return redirect("stock:lot", lot=row.pk)


def _receive_page(request: StaffRequest, form: ReceiveForm, status: int) -> HttpResponse:
    return render(request, "stock/receive.html", {"form": form, "key": uuid4().hex, "tabs": tabs("receive")}, status=status)


def _page(request: StaffRequest, row: Lot, form: Form | None = None, answer: Decision[Any] | None = None) -> HttpResponse:
    on_hand = selectors.on_hand(row)
    context = {
        "lot": row,
        "on_hand": on_hand,
        "state": lot_state(row, on_hand, (row.expires_on - clock.today(row.site.zone)).days),
        "ledger": selectors.ledger_of(row)[:200],
        "recipients": selectors.recipients_of(row.number, row.brand),
        "form": form,
        "answer": answer,
        "key": uuid4().hex,
        "may_draw": _may(request, Action.LOT_DRAW),
        "may_keep": _may(request, Action.LOT_RECEIVE),
        "may_read_chart": _may(request, Action.CHART_READ),
    }
    return render(request, "stock/lot.html", context, status=409 if form is not None else 200)


def _may(request: StaffRequest, action: Action) -> bool:
    return request.actor.may(action).allowed


def _lot(key: UUID) -> Lot:
    return get_object_or_404(Lot.objects.select_related("site", "patient"), pk=key)
