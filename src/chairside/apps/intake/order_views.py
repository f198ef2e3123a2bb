"""The order: the prescriber reads it against the protocol with the dose and its working, and signs; or revises it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.formulary.selectors import protocol_of
from chairside.apps.formulary.standing import orderable_release
from chairside.apps.intake import reading, services
from chairside.apps.intake.forms import ReviseForm, SignForm
from chairside.apps.intake.models import Order, OrderVersion
from chairside.apps.intake.ordered_dose import dose_of
from chairside.apps.intake.premedication_form import PremedicationsForm
from chairside.apps.intake.premedications import premedications_of
from chairside.apps.intake.services import OrderChange
from chairside.apps.organizations import clock
from chairside.apps.people.gate import StaffRequest, requires
from chairside.apps.people.history import history_for
from chairside.apps.people.selectors import facts_for
from chairside.apps.people.services import reading_record
from chairside.apps.people.step_up import person_confirmed
from chairside.core.access import Action
from chairside.core.kernel.decision import Decision, Outcome


@requires(Action.REFERRAL_READ)
def order(request: StaffRequest, order: UUID) -> HttpResponseBase:
    """The newest version, what it makes of the first dose, and whether it can be signed."""
    row = _order(order)
    reading_record(actor=request.actor, what="order", subject=row.id, patient=row.patient_id, at=clock.now())
    return _page(request, row)


@require_POST
@requires(Action.ORDER_SIGN)
def sign(request: StaffRequest, order: UUID) -> HttpResponseBase:
    """Sign what was shown, with the password typed again."""
    row = _order(order)
    version = reading.versions_of(row)[0]
    form = SignForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form=form)
    confirmed = person_confirmed(request, form.cleaned_data["password"])
    if not confirmed.allowed:
        form.add_reasons(confirmed)
        return _page(request, row, form=form)
    decision = services.order_sign(
        version=version,
        seen_digest=form.cleaned_data["seen"],
        actor=request.actor,
        at=clock.now(),
        reason=form.cleaned_data["reason"],
    )
    if decision.value is None:
        return _page(request, row, decision=decision, form=form)
    messages.success(request, f"Version {version.number} is signed. The plan can be made from it.")
    return redirect("intake:order", order=row.id)


@requires(Action.REFERRAL_READ)
def revise(request: StaffRequest, order: UUID) -> HttpResponseBase:
    """A new version with changes. It needs a new signature."""
    row = _order(order)
    version = reading.versions_of(row)[0]
    form = ReviseForm(request.POST or None, version=version, protocol=protocol_of(version.release_id))
    decision: Decision[Any] | None = None
    if request.method == "POST" and form.is_valid():
        decision = services.order_revise(order=row, change=form.change(), actor=request.actor, at=clock.now())
        if decision.value is not None:
            messages.success(request, f"Version {decision.value.number} is made. It is not signed yet.")
            return redirect("intake:order", order=row.id)
    status = 409 if decision is not None or form.errors else 200
    return render(
        request, "intake/revise.html", {"order": row, "version": version, "form": form, "decision": decision}, status=status
    )


@require_POST
@requires(Action.REFERRAL_READ)
def take_over(request: StaffRequest, order: UUID) -> HttpResponseBase:
    """A new version of the order, by the version of the protocol that its site orders by now; the rest as it was."""
    row = _order(order)
    decision = services.order_revise(order=row, change=OrderChange(), actor=request.actor, at=clock.now())
    if decision.value is None:
        return _page(request, row, decision=decision)
    messages.success(request, f"Version {decision.value.number} is made, by {decision.value.release}. It is not signed yet.")
    return redirect("intake:order", order=row.id)


@requires(Action.REFERRAL_READ)
def premedications(request: StaffRequest, order: UUID) -> HttpResponseBase:
    """What is given before, chosen from the protocol's list or named freely. It makes a new version, to be signed."""
    row = _order(order)
    version = reading.versions_of(row)[0]
    ordered, listed = premedications_of(version), protocol_of(version.release_id).premedications
    form = PremedicationsForm(request.POST or None, ordered=ordered, listed=listed)
    if request.method == "POST" and form.is_valid():
        change = OrderChange(premedications=form.ordered())
        decision = services.order_revise(order=row, change=change, actor=request.actor, at=clock.now())
        if decision.value is not None:
            messages.success(request, f"Version {decision.value.number} is made. It is not signed yet.")
            return redirect("intake:order", order=row.id)
        form.add_reasons(decision)
    sent = row.referral.sent_orders.order_by("source") if row.referral else ()
    context = {"order": row, "version": version, "form": form, "sent": sent}
    return render(request, "intake/premedications.html", context, status=409 if form.errors else 200)


def _order(order: UUID) -> Order:
    return get_object_or_404(Order.objects.select_related("patient", "referral", "site__organization"), id=order)


def _page(
    request: StaffRequest, row: Order, *, decision: Decision[Any] | None = None, form: SignForm | None = None
) -> HttpResponse:
    versions = list(reading.versions_of(row))
    version = versions[0]
    protocol = protocol_of(version.release_id)
    orderable = orderable_release(protocol.id, row.site)
    judgement = reading.cited(services.signing_judgement(version), protocol)
    dose = dose_of(
        version,
        facts=facts_for(row.patient),
        history=history_for(row.patient),
        dose_number=1,
        day=version.start_on or clock.today(row.site.zone),
    )
    signing = version.status == OrderVersion.Status.DRAFT and request.actor.may(Action.ORDER_SIGN).allowed
    context = {
        "order": row,
        "patient": row.patient,
        "version": version,
        "versions": versions,
        "protocol": protocol,
        "orderable": orderable,
        "newer": orderable.value if orderable.value and orderable.value.sha256 != version.release_id else None,
        "judgement": judgement,
        "can_sign": signing and judgement.outcome <= Outcome.REVIEW,
        "may_sign": signing,
        "asks_reason": judgement.outcome is Outcome.REVIEW,
        "decision": decision,
        "premedications": premedications_of(version),
        "dose": reading.cited(dose, protocol),
        "form": form or SignForm(initial={"seen": judgement.value}),
        "plan": getattr(version, "plan", None),
        "may_plan": request.actor.may(Action.PLAN_MAKE).allowed,
        "today": clock.today(row.site.zone),
        "may_revise": request.actor.may(Action.ORDER_SIGN).allowed or request.actor.may(Action.REFERRAL_WORK).allowed,
    }
    failed = decision is not None or (form is not None and form.errors)
    return render(request, "intake/order.html", context, status=409 if failed else 200)
