"""One's own quick way in: setting the PIN and the badge after a full log-in, and forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from chairside.apps.organizations import clock
from chairside.apps.people import quick_entry
from chairside.apps.people.device_forms import EntryForm
from chairside.apps.people.gate import StaffRequest
from chairside.apps.people.models import QuickEntry
from chairside.apps.people.shift import is_full, shift_end
from chairside.apps.people.step_up import person_confirmed


def _person_only(view: Callable[[StaffRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """A page about oneself takes a log-in and no role."""

    @wraps(view)
    def gated(request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            return redirect("account_login")
        return view(cast(StaffRequest, request))

    return gated


@_person_only
def entry_page(request: StaffRequest) -> HttpResponseBase:
    """Your PIN: whether it stands, until when, and the form that sets it."""
    if request.method != "POST":
        return _page(request, EntryForm())
    form = EntryForm(request.POST)
    if not form.is_valid() or request.site is None:
        return _page(request, form, 422)
    at = clock.now()
    confirmed = person_confirmed(request, form.cleaned_data["password"])
    decision = confirmed if not confirmed.allowed else quick_entry.entry_set(
        user=request.user,
        site=request.site,
        pin=form.cleaned_data["pin"],
        badge=form.cleaned_data["badge"],
        until=shift_end(request) if is_full(request) else None,
        actor=request.actor,
        at=at,
    )  # fmt: skip
    if not decision.allowed:
        form.add_reasons(decision)
        return _page(request, form, 422)
    messages.success(request, "Your PIN is set. At an enrolled device of this site: choose your name, then type it.")
    return redirect("people:entry")


@require_POST
@_person_only
def entry_forget(request: StaffRequest) -> HttpResponseBase:
    """Take one's PIN and badge away."""
    quick_entry.entry_remove(user=request.user, actor=request.actor, at=clock.now())
    messages.success(request, "Your PIN and your badge are forgotten. It takes the full log-in now.")
    return redirect("people:entry")


def _page(request: StaffRequest, form: EntryForm, status: int = 200) -> HttpResponse:
    entry = QuickEntry.objects.select_related("site").filter(user=request.user).first()
    at = clock.now()
    context = {
        "form": form,
        "entry": entry,
        "open": entry is not None and entry.until > at and entry.wrong < quick_entry.MOST_WRONG,
        "used_up": entry is not None and entry.wrong >= quick_entry.MOST_WRONG,
        "full": is_full(request),
        "until": shift_end(request),
    }
    return render(request, "people/entry.html", context, status=status)
