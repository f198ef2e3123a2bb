"""A site's order sets: the versions, writing another one, one version with its signature, and the paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.step_up import person_confirmed
from chairside.apps.visit import order_sets
from chairside.apps.visit.forms.order_set import NoteForm, SignatureForm, item_forms
from chairside.apps.visit.models import OrderSetVersion
from chairside.apps.visit.plan_text import items_from_text
from chairside.apps.visit.services.order_setting import may_write, order_set_sign, order_set_store
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision
from chairside.core.visit.reactions.order_set import problems
from chairside.web.paging import Column, csv_response, listing, ordering, wants_csv


def _state(row: OrderSetVersion, holds: OrderSetVersion | None) -> str:
    if holds is not None and row.pk == holds.pk:
        return "in force"
    return "replaced" if hasattr(row, "signature") or (holds is not None and row.number < holds.number) else "not signed"


def _signed(row: OrderSetVersion) -> str:
    return f"{row.signature.by}, {row.signature.at:%Y-%m-%d %H:%M}" if hasattr(row, "signature") else ""


COLUMNS = (
    Column("number", "Version", ("number",), number=True, value=lambda row: row.number),
    Column("state", "State"),
    Column("items", "Medicines", value=lambda row: ", ".join(item.title for item in items_from_text(row.text))),
    Column("by", "Written by", ("by__name",), value=lambda row: str(row.by)),
    Column("at", "Written", ("at",), value=lambda row: row.at),
    Column("signed", "Signed", ("signature__at",), value=_signed),
    Column("note", "Note", value=lambda row: row.note),
)


@requires(Action.VISIT_READ)
def order_set_list(request: StaffRequest) -> HttpResponseBase:
    """The site's versions, newest first."""
    site = _site(request)
    rows, holds = order_sets.versions_of(site), order_sets.in_force(site)
    if text := request.GET.get("q", "").strip():
        rows = rows.filter(text__icontains=text)
    if (state := request.GET.get("signed", "")) in ("yes", "no"):
        rows = rows.filter(signature__isnull=state == "no")
    if wants_csv(request):
        return csv_response("order-sets", COLUMNS, rows.order_by(*ordering(COLUMNS, "-number")).iterator())
    found = listing(request, rows, COLUMNS, name="order-sets", default_sort="-number", filters=("q", "signed"))
    context = {
        "listing": found,
        "rows": [{"row": row, "state": _state(row, holds), "items": items_from_text(row.text)} for row in found.rows],
        "holds": holds,
        "current_site": site,
        "may_write": may_write(request.actor).allowed,
    }
    return render(request, "visit/order_sets.html", context)


@requires(Action.VISIT_READ)
def order_set_new(request: StaffRequest) -> HttpResponseBase:
    """Write another version in form rows; it begins with the newest one, or with the published figures as a proposal."""
    site = _site(request)
    allowed = may_write(request.actor)
    newest = order_sets.versions_of(site).first()
    rows = item_forms(order_sets.to_begin_with(site), request.POST if request.method == "POST" else None)
    note = NoteForm(request.POST or None, initial={"seen": newest.number if newest else 0})
    decision: Decision[Any] = allowed.without_value()
    if request.method == "POST" and allowed.allowed and all([note.is_valid(), *(row.is_valid() for row in rows)]):
        decision = order_set_store(
            site=site,
            items=tuple(item for row in rows if (item := row.item()) is not None),
            note=note.cleaned_data["note"],
            seen=note.cleaned_data["seen"],
            actor=request.actor,
            at=clock.now(),
        )
        if decision.value is not None and decision.allowed:
            messages.success(
                request, f"Stored as version {decision.value.number}. Nothing is given by it until a director signs."
            )
            return redirect("visit:order-set", number=decision.value.number)
    wrong = request.method == "POST"
    context = {"rows": rows, "note": note, "decision": decision, "newest": newest, "current_site": site}
    return render(request, "visit/order_set_new.html", context, status=422 if wrong else 200)


@requires(Action.VISIT_READ)
def order_set(request: StaffRequest, number: int) -> HttpResponseBase:
    """One version: its items, what stands against its signature, the signature; a medical director signs it here."""
    row = _version(request, number)
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decision: Decision[Any] = person_confirmed(request, form.cleaned_data["password"])
        if decision.allowed:
            decision = order_set_sign(version=row, actor=request.actor, at=clock.now())
        if decision.allowed:
            messages.success(request, f"Signed: version {row.number} holds for visits that are opened from now on.")
            return redirect("visit:order-set", number=row.number)
        form.add_reasons(decision)
    return _page(request, row, form, 422 if request.method == "POST" else 200)


@requires(Action.VISIT_READ)
def order_set_print(request: StaffRequest, number: int) -> HttpResponseBase:
    """One version for the wall of the treatment room. An unsigned one says so on every page."""
    row = _version(request, number)
    context = {"row": row, "items": items_from_text(row.text), "current_site": row.site, "at": clock.now()}
    return render(request, "visit/order_set_print.html", {**context, "state": _state(row, order_sets.in_force(row.site))})


def _page(request: StaffRequest, row: OrderSetVersion, form: SignatureForm, status: int) -> HttpResponse:
    items, holds = items_from_text(row.text), order_sets.in_force(row.site)
    context = {
        "row": row,
        "items": items,
        "state": _state(row, holds),
        "holds": holds,
        "against": problems(items),
        "form": form,
        "current_site": row.site,
        "may_sign": request.actor.may(Action.PROTOCOL_APPROVE).allowed,
        "may_write": may_write(request.actor).allowed,
    }
    return render(request, "visit/order_set.html", context, status=status)


def _version(request: StaffRequest, number: int) -> OrderSetVersion:
    return get_object_or_404(order_sets.versions_of(_site(request)).select_related("site"), number=number)


def _site(request: StaffRequest) -> Site:
    if request.site is None:
        raise Http404("An order set is of a site, and you work at none.")
    return request.site
