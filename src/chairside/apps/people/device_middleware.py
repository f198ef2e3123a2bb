"""What an enrolled device may be asked while it is locked or nobody is logged in at it: its locked screen, its board, no chart.

The server decides it on every request, whatever the page or its script believes. A browser that is not enrolled passes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django_htmx.http import HttpResponseClientRedirect

from chairside.apps.organizations import clock
from chairside.apps.organizations.context import organization_scope
from chairside.apps.people.devices import COOKIE, cookie_set, device_actor, device_lock, device_of, device_touch, is_locked
from chairside.apps.people.models import Device
from chairside.apps.people.shift import DEVICE_KEY, shift_end

_STILL_OPEN = ("/locked/", "/board/", "/theme/", "/language/", "/readyz", settings.STATIC_URL)
_OPEN_TO_NOBODY = (*_STILL_OPEN, "/accounts/", "/guide/")
# A tap on a page that was locked meanwhile is still a tap (H-026): it is taken by the device.
_TAPS = {"visit:pause": "locked:pause", "visit:reaction": "locked:reaction"}
_TOUCH_EVERY = timedelta(seconds=15)
_SEEN_EVERY = timedelta(minutes=5)


class DeviceMiddleware:
    """Sets `request.device` (None for other browsers) and `request.locked`; a locked log-in is nobody until it is opened.

    `request.kept_user` is the person whose log-in is kept behind the lock.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.device, request.locked, request.kept_user = device_of(request), False, None  # type: ignore[attr-defined]
        device: Device | None = request.device  # type: ignore[attr-defined]
        at = clock.now()
        if request.user.is_authenticated and _has_ended(request, device, at):
            logout(request)
            _be_nobody(request)
        if device is None:
            return self.get_response(request)
        if request.user.is_authenticated:
            self._person_at(request, device, at)
        request.locked = not request.user.is_authenticated  # type: ignore[attr-defined]
        closed = request.locked and _closed(request)  # type: ignore[attr-defined]
        response = closed or self.get_response(request)
        if device.seen_at is None or at - device.seen_at >= _SEEN_EVERY:
            with organization_scope(device.organization_id):
                device_touch(device=device, at=at, person=False)
            if COOKIE not in response.cookies:
                cookie_set(response, request)
        return response

    def _person_at(self, request: HttpRequest, device: Device, at: datetime) -> None:
        """Somebody is logged in: lock when they have been away, else note that they are here."""
        if DEVICE_KEY not in request.session:
            request.session[DEVICE_KEY] = str(device.pk)
        if is_locked(device, at):
            if device.locked_at is None:
                device_lock(device=device, by=device_actor(device), how="nobody touched it", at=at)
            request.kept_user = request.user  # type: ignore[attr-defined]
            list(get_messages(request))  # what a page had left to say is dropped with it
            _be_nobody(request)
        elif _by_a_person(request) and (device.active_at is None or at - device.active_at >= _TOUCH_EVERY):
            device_touch(device=device, at=at, person=True)


def _has_ended(request: HttpRequest, device: Device | None, at: datetime) -> bool:
    """The shift is over, or this log-in belongs to a device that this browser is not, or is no longer."""
    end = shift_end(request)
    mine = request.session.get(DEVICE_KEY, "")
    return (end is not None and at >= end) or bool(mine and (device is None or mine != str(device.pk)))


def _be_nobody(request: HttpRequest) -> None:
    """From here on this request is nobody's: no page behind the lock knows the person, whatever it asks."""

    async def auser() -> AnonymousUser:
        return AnonymousUser()

    request.user, request.auser = AnonymousUser(), auser
    request.actor = request.site = None  # type: ignore[attr-defined, assignment]


def _by_a_person(request: HttpRequest) -> bool:
    """A page that was asked for or a form that was sent, not a live part that a page fetches by itself."""
    if request.method == "POST":
        return True
    by_script = getattr(request, "htmx", False) or "text/event-stream" in request.headers.get("Accept", "")
    return not by_script and request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _closed(request: HttpRequest) -> HttpResponse | None:
    """The answer to whatever is not open while nobody is here: the locked screen, and never a word of what was asked for."""
    kept = request.kept_user is not None  # type: ignore[attr-defined]
    if request.path_info.startswith(_STILL_OPEN if kept else _OPEN_TO_NOBODY):
        return None
    if request.method == "POST" and (tap := _tap(request)):
        return HttpResponseRedirect(tap, preserve_request=True)
    if "text/event-stream" in request.headers.get("Accept", ""):
        return HttpResponse(status=204)  # tells an event source not to come back
    if request.path_info == "/" and request.device.kind == Device.Kind.WALL:  # type: ignore[attr-defined]
        return redirect("board:page")
    locked = reverse("locked:page")
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(locked)
    if not _by_a_person(request):
        return HttpResponse("This device is locked.", content_type="text/plain", status=401)
    return redirect(f"{locked}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else locked)


def _tap(request: HttpRequest) -> str:
    """Where the device takes this tap on STOP or REACTION; empty for anything else."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return ""
    return reverse(_TAPS[found.view_name], kwargs=found.kwargs) if found.view_name in _TAPS else ""
