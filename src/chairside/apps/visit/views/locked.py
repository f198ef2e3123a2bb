"""The locked screen of an enrolled device: STOP and REACTION for the open visits, and the ways back in. No chart, no names."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import authenticate, logout
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from chairside.apps.audit.notify import CHANNEL
from chairside.apps.organizations import clock
from chairside.apps.people.device_forms import EnterForm, PasswordForm
from chairside.apps.people.device_gate import DeviceRequest, on_device
from chairside.apps.people.devices import device_lock
from chairside.apps.people.models import User
from chairside.apps.people.quick_entry import entries_at, entry_enter, person_of_badge
from chairside.apps.people.selectors import actor_for
from chairside.apps.people.shift import person_enter, person_unlock
from chairside.apps.visit.locked import WORDS, device_tap, open_visits, tap_told
from chairside.apps.visit.models import Visit, VisitEvent
from chairside.core.access import Action
from chairside.core.kernel.decision import refused
from chairside.web.sse import live_response

_BADGE = refused(
    "wrong_person", "This badge is not known here, or its person is not on shift. Choose your name.", field="badge"
)
_NOBODY = refused("missing_fact", "Choose your name, or scan your badge.", field="person")
_PIN = refused("missing_fact", "Now type your PIN.", field="pin")


@on_device
def locked_page(request: DeviceRequest) -> HttpResponseBase:
    """The locked screen. For the person who is logged in and here there is nothing to unlock: on to where they were.

    After a tap on a page that was still locked: on to its visit, which asks who pressed.
    """
    if request.locked:
        return _page(request)
    done, actor = _done(request), getattr(request, "actor", None)
    if done is None:
        return redirect(_next(request))
    messages.warning(request, tap_told(done))
    return redirect("visit:page", visit=done.visit_id) if actor and actor.may(Action.VISIT_READ).allowed else redirect("/")


@on_device
def locked_visits(request: DeviceRequest) -> HttpResponseBase:
    """The open visits alone, fetched again when something changes at the site.

    It leaves the token's cookie alone: answered late, it would bring that of before somebody came in.
    """
    response = render(request, "visit/_locked_visits.html", {"visits": open_visits(request.device, clock.now())})
    request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
    return response


@on_device
def locked_live(request: DeviceRequest) -> HttpResponseBase:
    """Word of each change at the site, and of nothing else."""
    return live_response([f"site:{request.device.site_id}"], CHANNEL)


@csrf_exempt  # asked here: the token of a locked page is old once somebody has come in or logged in beside it
@require_POST
@on_device
def locked_tap(request: DeviceRequest, visit: UUID, tap: str) -> HttpResponseBase:
    """STOP or REACTION by one tap, by nobody in particular. It records; the pump is stopped by hand (H-026).

    The browser says that it comes from a page of ours, or the form's token does.
    """
    here = f"{request.scheme}://{request.get_host()}"
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" or request.headers.get("Origin") == here
    return (_tapped if ours else csrf_protect(_tapped))(request, visit, tap)


def _tapped(request: DeviceRequest, visit: UUID, tap: str) -> HttpResponseBase:
    row = get_object_or_404(Visit, pk=visit, site=request.device.site_id)
    decision = device_tap(device=request.device, visit=row, tap=tap, key=_key(request), at=clock.now())
    if decision.value is None or not decision.allowed:
        return _page(request, 422, refused_taps=[reason.message for reason in decision.reasons])
    done = f"{reverse('locked:page')}?{urlencode({'done': decision.value.pk})}"
    return HttpResponseClientRedirect(done) if getattr(request, "htmx", False) else redirect(done)


@require_POST
@on_device
def lock(request: DeviceRequest) -> HttpResponseBase:
    """Lock this device now. Its log-in is kept for the person to come back to; a board stays a board."""
    actor = getattr(request, "actor", None)
    if actor is not None:
        how = "nobody touched it" if request.POST.get("idle") else "the button"
        device_lock(device=request.device, by=actor, how=how, at=clock.now())
    to = _next(request)
    return redirect(to if to.startswith(reverse("board:page")) else f"{reverse('locked:page')}?{urlencode({'next': to})}")


@require_POST
@on_device
def here(request: DeviceRequest) -> HttpResponseBase:
    """The page tells that a person is typing or tapping. The middleware has noted it."""
    return HttpResponse(status=401 if request.locked else 204)


@require_POST
@on_device
def enter(request: DeviceRequest) -> HttpResponseBase:
    """Who, by a tap or a badge, and the PIN: a new log-in of that person at this device."""
    form = EnterForm(request.POST, auto_id="enter_%s")
    at = clock.now()
    if not form.is_valid():
        return _page(request, 422, form=form)
    person: UUID | None = form.cleaned_data["person"]
    if badge := form.cleaned_data["badge"]:
        found = person_of_badge(request.device, badge, at)
        if found is None:
            form.add_reasons([_BADGE])
            return _page(request, 422, form=form)
        person = found.pk
    if person is None or not form.cleaned_data["pin"]:
        form.add_reasons([_NOBODY if person is None else _PIN])
        return _page(request, 422, form=form, chosen=person)
    decision = entry_enter(device=request.device, person=person, pin=form.cleaned_data["pin"], at=at)
    if decision.value is None or not decision.allowed:
        form.add_reasons(decision)
        return _page(request, 422, form=form, chosen=person)
    person_enter(request=request, entry=decision.value, device=request.device, at=at)
    return redirect(_after(request, decision.value.user))


@require_POST
@on_device
def unlock(request: DeviceRequest) -> HttpResponseBase:
    """The person whose log-in is kept comes back by password. Wrong ones count towards the lock, as at log-in."""
    user = request.kept_user
    if user is None:
        return redirect("locked:page")
    form = PasswordForm(request.POST, auto_id="unlock_%s")
    if form.is_valid():
        found = authenticate(request, email=user.email, password=form.cleaned_data["password"])
        if found is not None and found.pk == user.pk:
            person_unlock(request=request, user=user, device=request.device, at=clock.now())
            return redirect(_after(request, user))
        form.add_reasons([refused("wrong_person", f"This is not the password of {user.name}.", field="password")])
    return _page(request, 422, unlock=form)


@require_POST
@on_device
def leave(request: DeviceRequest) -> HttpResponseBase:
    """End the log-in that was kept, and go to the log-in page."""
    to = _next(request)
    logout(request)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': to})}")


def _page(request: DeviceRequest, status: int = 200, **more: Any) -> HttpResponse:
    at = clock.now()
    entries = list(entries_at(request.device, at))
    kept = request.kept_user
    chosen = more.pop("chosen", None) or (kept.pk if kept else None)
    context: dict[str, Any] = {
        "visits": open_visits(request.device, at),
        "done": tap_told(done) if (done := _done(request)) else "",
        "people": [entry.user for entry in entries],
        "badges": any(entry.badge for entry in entries),
        "chosen": chosen,
        "kept": kept,
        "form": EnterForm(auto_id="enter_%s"),
        "unlock": PasswordForm(auto_id="unlock_%s"),
        "next": _next(request),
        **more,
    }
    for form, field in ((context["form"], "pin"), (context["unlock"], "password")):
        if form.is_bound:  # where to go on typing, in sight also on a small screen
            form.fields[field].widget.attrs["data-focus"] = True
    return render(request, "visit/locked.html", context, status=status)


def _done(request: DeviceRequest) -> VisitEvent | None:
    """The tap that was just taken at this very device, to say when."""
    try:
        key = UUID(request.GET.get("done", ""))
    except ValueError:
        return None
    return VisitEvent.objects.filter(pk=key, actor=str(request.device.pk), kind__in=WORDS).first()


def _after(request: DeviceRequest, user: User) -> str:
    """Where a person goes on: to the visit whose STOP or REACTION here nobody has claimed, else where it was locked."""
    mine = [
        row for row in open_visits(request.device, clock.now()) if any(tap.device == request.device.name for tap in row.taps)
    ]
    if mine and actor_for(user, site=request.device.site).may(Action.VISIT_READ).allowed:
        return reverse("visit:page", args=[mine[0].visit])
    return _next(request)


def _next(request: DeviceRequest) -> str:
    """Where the person was, if that is here and a page."""
    to = request.POST.get("next") or request.GET.get("next") or "/"
    known = url_has_allowed_host_and_scheme(to, {request.get_host()}, request.is_secure())
    return to if known and not to.startswith(reverse("locked:page")) else "/"


def _key(request: DeviceRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None
