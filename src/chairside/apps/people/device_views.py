"""The devices of a site: the list, enrolling the browser one sits at, revoking, after how long they lock."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.organizations import clock
from chairside.apps.organizations.models import Site
from chairside.apps.people import devices
from chairside.apps.people.device_forms import EnrollForm, IdleForm
from chairside.apps.people.gate import StaffRequest, refusal, requires
from chairside.apps.people.models import Device
from chairside.apps.people.shift import DEVICE_KEY
from chairside.core.access import Action
from chairside.web.paging import Column, csv_response, listing, wants_csv

_NOWHERE = "You hold no role at any site, so there are no devices to show. Ask your manager."
STATES = (("", "All"), ("in_use", "In use"), ("revoked", "Revoked"))
COLUMNS = (
    Column("name", "Name", ("name",), value=lambda row: row.name),
    Column("kind", "Kind", ("kind", "name"), value=lambda row: row.get_kind_display()),
    Column("seen", "Last seen", ("seen_at", "name"), value=lambda row: _told(row.seen_at, row.site)),
    Column(
        "enrolled", "Enrolled", ("enrolled_at",), value=lambda row: f"{_told(row.enrolled_at, row.site)} by {row.enrolled_by}"
    ),
    Column("state", "State", ("revoked_at", "name"), value=lambda row: "revoked" if row.revoked_at else "in use"),
)


@requires(Action.DEVICE_MANAGE)
def device_list(request: StaffRequest) -> HttpResponseBase:
    """The devices of this site, and the form that enrols this browser."""
    if request.site is None:
        return refusal(request, _NOWHERE)
    return _page(request)


@require_POST
@requires(Action.DEVICE_MANAGE)
def device_enroll(request: StaffRequest) -> HttpResponseBase:
    """Enrol this browser at this site. The person stays logged in at it."""
    if request.site is None:
        return refusal(request, _NOWHERE)
    if request.device is not None:  # type: ignore[attr-defined]
        messages.error(request, "This browser is enrolled already. Revoke it first, then enrol it anew.")
        return redirect("people:devices")
    form = EnrollForm(request.POST, site=request.site)
    if not form.is_valid():
        return _page(request, enroll=form, status=422)
    told = form.cleaned_data
    chair = UUID(told["chair"]) if told["chair"] else None
    decision = devices.device_enroll(
        site=request.site, name=told["name"], kind=told["kind"], chair=chair, actor=request.actor, at=clock.now()
    )
    if decision.value is None or not decision.allowed:
        form.add_reasons(decision)
        return _page(request, enroll=form, status=422)
    device, secret = decision.value
    request.session[DEVICE_KEY] = str(device.pk)
    messages.success(request, f"This browser is now “{device.name}”. It locks by itself; Lock stands at the top of every page.")
    response = redirect("people:devices")
    devices.cookie_set(response, request, secret)
    return response


@require_POST
@requires(Action.DEVICE_MANAGE)
def device_revoke(request: StaffRequest, device: UUID) -> HttpResponseBase:
    """Take a device of this site out of use, at once."""
    row = get_object_or_404(Device, pk=device, site=request.site)
    decision = devices.device_revoke(device=row, actor=request.actor, at=clock.now())
    for reason in decision.reasons:
        messages.error(request, reason.message)
    if decision.allowed:
        messages.success(request, f"“{row.name}” is revoked. Who was logged in at it is logged out.")
    return redirect("people:devices")


@require_POST
@requires(Action.DEVICE_MANAGE)
def idle_set(request: StaffRequest) -> HttpResponseBase:
    """After how many minutes the devices of this site lock."""
    if request.site is None:
        return refusal(request, _NOWHERE)
    form = IdleForm(request.POST, auto_id="idle_%s")
    if not form.is_valid():
        return _page(request, idle=form, status=422)
    decision = devices.site_idle_set(
        site=request.site, minutes=form.cleaned_data["minutes"], actor=request.actor, at=clock.now()
    )
    if not decision.allowed:
        form.add_reasons(decision)
        return _page(request, idle=form, status=422)
    messages.success(request, f"Devices of {request.site.name} lock after {form.cleaned_data['minutes']} min without a touch.")
    return redirect("people:devices")


def _page(
    request: StaffRequest, *, enroll: EnrollForm | None = None, idle: IdleForm | None = None, status: int = 200
) -> HttpResponseBase:
    site = request.site
    assert site is not None
    asked = {key: request.GET.get(key, "").strip() for key in ("q", "kind", "state")}
    rows = devices.devices_of(site, asked["q"], asked["kind"], asked["state"])
    if wants_csv(request):
        return csv_response("devices", COLUMNS, rows.order_by("name", "pk").iterator())
    context = {
        "listing": listing(request, rows, COLUMNS, name="devices", default_sort="name", filters=("q", "kind", "state")),
        "kinds": Device.Kind.choices,
        "states": STATES,
        "chairs": {chair.pk: chair.name for chair in site.chairs.all()},
        "enroll": enroll or EnrollForm(site=site),
        "idle": idle or IdleForm(initial={"minutes": site.lock_minutes}, auto_id="idle_%s"),
    }
    response: HttpResponse = render(request, "people/devices.html", context, status=status)
    return response


def _told(at: datetime | None, site: Site) -> str:
    """Day and time at the site; an export is written when the page's own zone is gone."""
    return f"{at.astimezone(site.zone):%Y-%m-%d %H:%M}" if at else "never"
